"""A series that goes on by itself: what is nobody's edit, and what is on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.kinds import contacts
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.core.loops import Turn
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.succession import (
    as_it_was_open,
    base_of,
    completed_here,
    ended,
    still_going_on,
    taken_by_exchange,
    with_the_rule,
)
from tests.builders.records import a_link

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
DELAY = timedelta(seconds=60)
RULE = {"rule": "FREQ=WEEKLY", "start": "2026-12-04"}
DONE = {"status": "completed", "completed_at": "2026-12-04T08:00:00Z"}


def said(**atoms: Any) -> dict[str, Any]:
    return {"title": "Bins", "progress": None, "recurrence": RULE, **atoms}


def test_what_to_do_takes_from_a_task_that_is_done_is_nobody_s_edit() -> None:
    shown = said(progress=DONE, recurrence=None)

    assert base_of(KIND, said(), shown) == said(recurrence=None)
    assert base_of(KIND, said(), said(recurrence=None)) == said()
    assert base_of(KIND, said(), {"progress": DONE}) == said()


def test_what_to_do_has_taken_stays_taken_when_the_task_is_undone() -> None:
    undone = said(recurrence=None)
    sent = Pending({"progress": DONE}, "W/1")

    assert base_of(KIND, said(progress=DONE), undone) == said(progress=DONE, recurrence=None)
    assert base_of(KIND, said(), undone, (sent,)) == undone
    assert base_of(KIND, said(), undone, (Pending({"title": "Bins out"}, "W/1"),)) == said()
    assert base_of(KIND, said(progress=DONE), said()) == said(progress=DONE)
    assert base_of(contacts.KIND, said(progress=DONE), undone) == said(progress=DONE)


def test_one_that_is_done_was_of_the_series_that_the_next_one_goes_on_with() -> None:
    shown = said(progress=DONE, recurrence=None)

    assert as_it_was_open(KIND, said(), shown) == said(progress=DONE)
    assert as_it_was_open(KIND, said(), said(recurrence=None)) == said(recurrence=None)
    assert as_it_was_open(KIND, said(recurrence=None), shown) == shown


def test_a_completion_is_an_edit_of_the_crm_where_two_meet() -> None:
    started = {"status": "inprogress"}

    assert completed_here(KIND, said(progress=DONE), said()) == {"progress": None}
    assert completed_here(KIND, said(progress=DONE), said(progress=started)) == {
        "progress": started
    }
    assert completed_here(KIND, said(progress=DONE), said(progress=DONE)) == {}
    assert completed_here(KIND, said(), said(progress=DONE)) == {}
    assert completed_here(contacts.KIND, {"name": "Liv"}, {}) == {}


@pytest.mark.parametrize(
    "before,now,name",
    [
        (said(), said(progress=DONE), "bins"),
        (said(), said(progress=DONE, recurrence=None), "bins"),
        (said(), {"progress": DONE}, "bins"),
        (said(progress=DONE), said(progress=DONE), ""),
        (said(), said(progress={"status": "inprogress"}), ""),
        (said(recurrence=None), said(progress=DONE, recurrence=None), ""),
    ],
)
def test_a_series_goes_on_when_one_of_it_is_done(
    before: dict[str, Any], now: dict[str, Any], name: str
) -> None:
    assert ended(KIND, before, now) == ({name} if name else set())


def test_one_that_is_done_under_another_name_goes_on_under_both() -> None:
    now = said(title="Bins out", progress=DONE, recurrence=None)

    assert ended(KIND, said(), now) == {"bins", "bins out"}


def test_of_those_with_one_stamp_the_next_one_has_the_rule_that_another_one_has_lost() -> None:
    undone, upcoming = said(title="Bins out", recurrence=None), said(due="2026-01-05")

    assert with_the_rule(KIND, {"it": undone, "next": upcoming}) == {"next"}
    assert with_the_rule(KIND, {"it": upcoming, "copy": upcoming}) == set()
    assert with_the_rule(KIND, {"it": undone}) == set()


def test_exchange_takes_the_rule_from_one_of_a_series_that_is_done() -> None:
    assert taken_by_exchange(KIND, said(), {"progress": DONE}) == {"recurrence"}
    assert taken_by_exchange(KIND, said(), {"title": "Bins out"}) == set()
    assert taken_by_exchange(KIND, said(recurrence=None), {"progress": DONE}) == set()
    at_once = {"progress": DONE, "recurrence": said()["recurrence"]}
    assert taken_by_exchange(KIND, said(recurrence=None), at_once) == {"recurrence"}


def test_a_kind_that_never_comes_again_ends_no_series() -> None:
    assert ended(contacts.KIND, said(), said(progress=DONE)) == set()


@pytest.mark.parametrize("age,name", [(59, "bins"), (60, "")])
def test_the_other_side_has_a_moment_to_go_on(age: int, name: str) -> None:
    done = replace(
        a_link(),
        base_local=said(progress=DONE),
        base_remote=said(progress=DONE, recurrence=None),
        turns=(Turn("progress", "…", NOW - timedelta(seconds=age)),),
    )

    assert still_going_on(KIND, done, NOW, DELAY) == ({name} if name else set())
    assert still_going_on(KIND, replace(done, base_local=said()), NOW, DELAY) == set()


def test_a_completion_without_an_answer_may_have_made_the_next_one() -> None:
    sent = Pending({"progress": DONE}, "W/1")
    asked = replace(a_link(), base_local=said(), base_remote=said(), pending=(sent,))

    assert still_going_on(KIND, asked, NOW, DELAY) == {"bins"}
    assert still_going_on(KIND, replace(asked, pending=()), NOW, DELAY) == set()
    rests = replace(asked, state=LinkState.RETAINED)
    assert still_going_on(KIND, rests, NOW, DELAY) == set()
