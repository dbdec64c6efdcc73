"""A machine that dies in the middle of a push."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest

from agentbox_sync.contrib.reference_crm.demo.people import JANE

from .conftest import Demo, wait_until

CONTACTS = 250


def live_run(demo: Demo) -> dict[str, str]:
    rows = json.loads(demo.manage("agentbox_status", "--json").stdout)["connections"]
    found: dict[str, str] = rows[0]
    return found


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_push_leaves_exactly_one_of_each(
    start_demo: Callable[..., Demo],
) -> None:
    demo = start_demo(AGENTBOX_HTTP_TIMEOUT="2", AGENTBOX_LEASE_TIME="8", AGENTBOX_SETTLE_DELAY="4")
    # 20 items at 100 ms, four at a time: half a second a batch, so that the kill lands within.
    demo.control("latency", {"item_ms": 100})
    demo.script("press_sync")
    wait_until(lambda: len(demo.mailbox(JANE.email)) >= 100, "a hundred contacts are there")
    killed = demo.kill_worker()
    at_kill = len(demo.mailbox(JANE.email))
    assert at_kill < CONTACTS, "The kill came too late to prove anything."

    wait_until(lambda: demo.worker_group() not in (0, killed), "the worker is started again")
    wait_until(lambda: len(demo.mailbox(JANE.email)) >= CONTACTS, "everybody is there")
    wait_until(lambda: bool(live_run(demo)["succeeded_at"]), "a run has succeeded")

    contacts = demo.mailbox(JANE.email)
    assert len(contacts) == CONTACTS
    stamps = Counter(value for contact in contacts for value in contact["extended"].values())
    assert len(stamps) == CONTACTS
    assert set(stamps.values()) == {1}

    done = json.loads(demo.manage("agentbox_sync", "--all", "--json").stdout)["runs"]
    assert [run["kinds"]["contacts"]["writes_remote"] for run in done] == [0]
    assert len(demo.mailbox(JANE.email)) == CONTACTS
