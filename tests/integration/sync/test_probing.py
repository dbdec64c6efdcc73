"""The command that asks a real mailbox what is unconfirmed."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Connection, Lease
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import probe as probing
from agentbox_sync.services.probe import Answer, Fit
from tests.contracts.emulated import JANE
from tests.integration.card import builders as make

from .ahead import Ahead
from .world import World


@pytest.fixture
def probed(world: World) -> Iterator[World]:
    """A mailbox that has something in it; waiting costs nothing."""
    world.contacts(2)
    world.run_well()
    world.add("Nina", "nina@example.com")
    with clocks.under(Ahead(world.microsoft)):
        yield world


def living(world: World) -> tuple[Any, ...]:
    box = world.microsoft.look(f"mailbox/{JANE}")
    folders = [folder["name"] for folder in box["folders"] if not folder["deleted"]]
    return box["contacts"], folders, box["calendars"], box["task_lists"], box["tasks"]


def run(**options: Any) -> tuple[str, int]:
    """What the command printed, and its exit status."""
    out = io.StringIO()
    try:
        call_command("agentbox_probe", staff=JANE, stdout=out, **options)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_every_answer_is_told_with_what_it_settles(probed: World) -> None:
    before = living(probed)

    told, status = run(yes=True, json=True)

    found = json.loads(told)
    alias = next(a for a in found["answers"] if a["settles"].endswith("CONTACTS_ALIAS_WORKS"))
    assert (alias["told"], alias["fit"], alias["value"]) == ("200", "fits", "True")
    differing = [a["settles"].partition(":")[2] for a in found["answers"] if a["fit"] == "differs"]
    assert status == (1 if differing else 0)
    assert (found["left"], found["error"]) == ([], "")
    assert living(probed) == before
    assert Lease.objects.get(key=lease_key(probed.connection.pk)).owner == ""
    assert probed.run_well().created == 0


def test_a_person_reads_question_answer_and_constant(probed: World) -> None:
    told, _ = run(yes=True)

    assert "fits     Does a delta link work inside a batch? 200\n" in told
    assert "settles agentbox_sync.graph.delta:DELTA_LINK_WORKS_IN_BATCH = True\n" in told
    assert JANE not in told


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "what\n"])
def test_nothing_happens_unless_a_person_says_yes(
    probed: World, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    requests = probed.requests

    with pytest.raises(CommandError) as caught:
        run()

    assert caught.value.returncode == 2
    assert probed.requests == requests


def test_a_person_who_says_yes_is_told_before_what_it_does(
    probed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    asked = io.StringIO()

    told, _ = run(json=True, stderr=asked)

    assert "removes everything again" in asked.getvalue()
    assert json.loads(told)["answers"]


@pytest.mark.parametrize("staff", ["nobody@example.com", "4711"])
def test_nobody_is_probed_by_mistake(probed: World, staff: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("agentbox_probe", staff=staff, yes=True)

    assert caught.value.returncode == 2


def test_a_connection_that_needs_a_sign_in_is_left_alone(probed: World) -> None:
    Connection.objects.update(state=Connection.State.NEEDS_SIGN_IN)

    with pytest.raises(CommandError, match="needs_sign_in"):
        run(yes=True)


def test_a_mailbox_that_a_worker_speaks_to_is_not_spoken_to_beside(probed: World) -> None:
    lease = acquire(lease_key(probed.connection.pk), 600)
    assert lease is not None
    requests = probed.requests

    told, status = run(yes=True, json=True)

    assert (json.loads(told)["error"], status) == ("busy", 2)
    assert probed.requests == requests
    lease.release()


@pytest.mark.parametrize("how", ["cloud", "organisation"])
def test_a_kind_that_microsoft_does_not_offer_here_is_not_asked_about(
    probed: World, settings: Settings, how: str
) -> None:
    if how == "cloud":
        settings.MS365_CLOUD = "china"
    else:
        organisation = make.an_organisation(missing=["Tasks.ReadWrite.All"])
        Connection.objects.update(organisation=organisation)
    requests = probed.requests

    told, status = run(yes=True, json=True, kind="tasks")
    words, _ = run(yes=True, kind="tasks")

    found = json.loads(told)
    assert (list(found["unasked"]), found["answers"], status) == (["tasks"], [], 0)
    assert words.startswith(f"not asked about tasks: {found['unasked']['tasks']}\n")
    assert probed.requests == requests


def test_one_kind_can_be_asked_about_alone(probed: World) -> None:
    before = living(probed)

    told, status = run(yes=True, json=True, kind="tasks")

    found = json.loads(told)
    assert (found["unasked"], found["left"], found["error"], status) == ({}, [], "", 0)
    assert any(one["settles"].endswith(":TITLE_FILTER_WORKS") for one in found["answers"])
    assert not any("contact" in one["question"] for one in found["answers"])
    assert living(probed) == before


def stopped_at(number: int, how: Any) -> Any:
    """Whoever hears answers, and ends the probe at one of them."""
    heard: list[Answer] = []

    def hear(answer: Answer) -> None:
        heard.append(answer)
        if len(heard) == number:
            how()

    return hear


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("number", [1, 9, 20])
def test_an_interrupted_probe_leaves_nothing_behind(probed: World, number: int) -> None:
    before = living(probed)

    with pytest.raises(KeyboardInterrupt):
        probing.probe(probed.connection, heard=stopped_at(number, interrupt))

    assert living(probed) == before
    assert Lease.objects.get(key=lease_key(probed.connection.pk)).owner == ""


def test_a_supervisor_that_ends_it_leaves_nothing_behind(
    probed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = living(probed)
    say = probing.value_of

    def end_then_say(settles: str) -> str:
        signal.raise_signal(signal.SIGTERM)
        return say(settles)

    monkeypatch.setattr(probing, "value_of", end_then_say)

    _, status = run(yes=True)

    assert status == 128 + signal.SIGTERM
    assert living(probed) == before


def test_a_probe_that_microsoft_stops_says_so_and_is_tidied_up_later(probed: World) -> None:
    before = living(probed)
    probed.fault(status=429, path="/contacts", nth=30, headers={"Retry-After": "900"})

    told, status = run(yes=True, json=True)

    found = json.loads(told)
    assert status == 2
    assert found["error"].startswith("TooManyRequests")
    (left,) = found["left"]
    assert "probe again to remove it" in left
    clocks.present().sleep(900)
    run(yes=True, json=True)
    assert living(probed) == before


def test_what_a_probe_sends_is_taken_out_of_the_budget(probed: World) -> None:
    spent = sum(Lease.objects.get(key=lease_key(probed.connection.pk)).spent.values())

    told, _ = run(yes=True, json=True)

    now = sum(Lease.objects.get(key=lease_key(probed.connection.pk)).spent.values())
    assert now - spent == json.loads(told)["requests"] > 150


def test_every_way_an_answer_can_turn_out_has_its_exit_status() -> None:
    def probed(fit: Fit, **more: Any) -> int:
        return probing.Probed([Answer("?", "x", "agentbox_sync:conf", fit)], **more).status

    assert [probed(fit) for fit in Fit] == [0, 1, 0, 1]
    assert probed(Fit.FITS, left=["a folder"]) == 1
    assert probed(Fit.FITS, error="busy") == 2
