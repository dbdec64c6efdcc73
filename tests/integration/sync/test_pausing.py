"""A pause keeps every doorway out, loses nothing meanwhile, and ends where it began."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from django_q.models import OrmQ

from agentbox_sync import jobs
from agentbox_sync.models import Connection, LocalChange, Preview, Run
from agentbox_sync.services import disconnect, execute, look, schedule, undo
from agentbox_sync.services.pause import pause, resume
from tests.builders.worker import work

from .watched import Watched
from .world import World, stamps

State = Connection.State


def paused(world: World) -> World:
    world.contact()
    world.run_well()
    world.run_well()
    assert pause(world.connection, world.user)
    OrmQ.objects.all().delete()
    return world


def terminal(world: World, *arguments: str) -> tuple[dict[str, Any], int]:
    out, status = io.StringIO(), 0
    try:
        call_command("agentbox_sync", *arguments, "--json", stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return json.loads(out.getvalue())["runs"][0], status


def the_tick_with_everything_calling(world: World) -> None:
    Connection.objects.update(wake=True, polled_at=None, scanned_at=None, wants_full=True)
    assert jobs.tick() == 0
    assert not OrmQ.objects.exists()


def a_job_that_stood_in_the_queue(world: World) -> None:
    assert not jobs.poll(world.connection.pk)


def a_job_for_everybody(world: World) -> None:
    Connection.objects.update(wake=True, polled_at=None)
    assert jobs.poll_due() == 0


def somebody_who_saves_a_contact(world: World) -> None:
    world.contact("Ada Lane")
    work()


def a_press_that_was_on_its_way(world: World) -> None:
    world.ask()
    work()
    assert Run.objects.latest("pk").error == "nothing_to_do"


def a_look_at_what_would_change(world: World) -> None:
    world.choose(approved=False, removal="delete")
    work()
    assert Preview.objects.get().state == Preview.State.ASKED


def a_terminal_by_name(world: World) -> None:
    run, status = terminal(world, "--staff", world.staff.email)
    assert (run["error"], status) == ("paused", 2)


def a_terminal_that_gives_the_go(world: World) -> None:
    run, status = terminal(world, "--staff", world.staff.email, "--yes")
    assert (run["error"], status) == ("paused", 2)


def a_terminal_for_everybody(world: World) -> None:
    run, status = terminal(world, "--all")
    assert (run["error"], status) == ("paused", 0), "left alone on purpose is no failure"


def a_dry_run(world: World) -> None:
    assert execute.execute(world.connection.pk, dry=True, forced=True) is None


def a_page_that_looks_into_the_mailbox(world: World) -> None:
    with pytest.raises(look.Unseen, match="paused"):
        look.look(world.connection, "contacts", ["anything"])


DOORWAYS: list[Callable[[World], None]] = [
    the_tick_with_everything_calling,
    a_job_that_stood_in_the_queue,
    a_job_for_everybody,
    somebody_who_saves_a_contact,
    a_press_that_was_on_its_way,
    a_look_at_what_would_change,
    a_terminal_by_name,
    a_terminal_that_gives_the_go,
    a_terminal_for_everybody,
    a_dry_run,
    a_page_that_looks_into_the_mailbox,
]


@pytest.mark.parametrize("doorway", DOORWAYS, ids=lambda one: one.__name__)
def test_nothing_reaches_microsoft_through(doorway: Callable[[World], None], world: World) -> None:
    paused(world)
    before = world.requests

    doorway(world)

    assert world.requests == before
    world.connection.refresh_from_db()
    assert world.connection.state == State.PAUSED


def test_what_changed_on_both_sides_meanwhile_travels_when_it_is_resumed(world: World) -> None:
    noticed, unnoticed = world.contact("Ada Lane"), world.contact("Ben Hill")
    gone = world.contact("Cleo Park")
    world.choose(status="two_way", removal="delete")
    world.run_well()
    world.run_well()
    pause(world.connection, world.user)
    OrmQ.objects.all().delete()
    world.change(noticed, company="Ours")
    world.change_unnoticed(unnoticed, company="By a script")
    world.edit(world.item(noticed)["id"], jobTitle="Theirs")
    world.delete(gone)
    world.contact("Dora Finch")

    assert resume(world.connection, world.user)
    work()

    noticed.refresh_from_db()
    assert noticed.job_title == "Theirs"
    assert world.item(noticed)["companyName"] == "Ours"
    assert world.item(unnoticed)["companyName"] == "By a script"
    assert world.people() == ["Ada", "Ben", "Dora"]
    world.connection.refresh_from_db()
    assert (world.connection.state, world.connection.failures) == (State.CONNECTED, 0)
    run = Run.objects.latest("pk")
    assert (run.state, run.error, run.asked_by_id) == (Run.State.FINISHED, "", world.user.pk)
    assert not LocalChange.objects.exists()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_in_progress_ends_at_once_and_is_gone_on_with(
    world: World, watched: Watched, moment: str
) -> None:
    contacts = world.contacts(8)
    world.ask()
    watched.at("write", 2, moment, lambda: pause(world.connection, world.user))

    jobs.poll(world.connection.pk)

    assert 0 < len(world.people()) < len(contacts)
    run = Run.objects.get()
    assert (run.state, run.error, run.unfinished) == (Run.State.FINISHED, "paused", True)
    world.connection.refresh_from_db()
    assert (world.connection.state, world.connection.failures) == (State.PAUSED, 0)
    OrmQ.objects.all().delete()

    resume(world.connection, world.user)
    work()

    assert len(world.people()) == len(contacts)
    assert stamps(world.mailbox()) == sorted(world.linked(one).stamp for one in contacts)


def test_what_a_run_learnt_at_its_very_end_waits_beneath_the_pause(
    world: World, watched: Watched
) -> None:
    """The run has lost its lease only after its last write; what it says of the state is true."""
    world.contact()
    world.fault(path="/contacts", method="GET", status=401, code="InvalidAuthenticationToken")
    world.fault(path=r"\$batch", status=401, code="InvalidAuthenticationToken")
    real = execute.consequence

    def pressed_meanwhile(*arguments: Any) -> dict[str, Any]:
        pause(world.connection, world.user)
        return real(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "consequence", pressed_meanwhile)
        world.report()

    assert (world.connection.state, world.connection.paused_state) == (
        State.PAUSED,
        State.NEEDS_SIGN_IN,
    )
    assert world.connection.reason
    OrmQ.objects.all().delete()
    resume(world.connection, world.user)
    assert world.connection.state == State.NEEDS_SIGN_IN
    assert not OrmQ.objects.exists(), "nothing runs before somebody has signed in"


def test_who_signs_in_meanwhile_stays_paused_and_goes_on_from_there(world: World) -> None:
    world.contact()
    Connection.objects.update(state=State.NEEDS_SIGN_IN, reason="grant_ended", tokens="")
    world.connection.refresh_from_db()
    pause(world.connection, world.user)

    world.connect()

    assert (world.connection.state, world.connection.paused_state) == (
        State.PAUSED,
        State.CONNECTED,
    )
    assert schedule.due() == []
    resume(world.connection, world.user)
    work()
    assert world.people() == ["Olivia"]


def test_a_pause_that_microsoft_has_named_is_kept_after_resuming(world: World) -> None:
    world.contact()
    world.fault(path=r"\$batch", status=429, times=1, headers={"Retry-After": "60"})
    world.report()
    assert world.connection.not_before is not None
    pause(world.connection, world.user)
    before = world.requests

    resume(world.connection, world.user)
    work()

    assert world.requests == before
    assert Run.objects.latest("pk").state == Run.State.QUEUED, "it stays in line"
    assert schedule.due() == []
    world.microsoft.control("clock", {"advance": 61})
    world.later()
    world.tick_and_work()
    assert world.people() == ["Olivia"]


def test_a_decision_that_was_taken_meanwhile_is_carried_out_afterwards(world: World) -> None:
    contact = world.contact(company="Was")
    world.choose(status="two_way")
    world.run_well()
    world.edit(world.item(contact)["id"], companyName="Theirs")
    world.run_well()
    paused(world)
    change = world.last_change(contact)
    offered = undo.offer(world.connection, change)
    undo.undo(world.user, world.connection, change, offered.seen)
    work()
    assert world.item(contact)["companyName"] == "Theirs"

    resume(world.connection, world.user)
    work()

    assert world.item(contact)["companyName"] == "Was"


def test_who_paused_it_and_when_is_kept_and_a_second_press_changes_nothing(
    world: World, django_user_model: type[User]
) -> None:
    paused(world)
    first = Connection.objects.values().get()
    assert first["paused_by_id"] == world.user.pk
    assert first["paused_at"] <= timezone.now()

    other = django_user_model.objects.create_user("other")
    assert not pause(world.connection, other)

    assert Connection.objects.values().get() == first
    assert resume(world.connection, other)
    assert not resume(world.connection, other)
    assert Run.objects.filter(asked_by=other).count() == 1


def test_disconnecting_ends_the_pause_and_it_can_be_connected_again(world: World) -> None:
    paused(world)
    disconnect.disconnect(world.user, world.connection)
    assert not resume(world.connection, world.user)
    assert not pause(world.connection, world.user)
    world.connect()
    assert (world.connection.state, world.connection.paused_at) == (State.CONNECTED, None)


def test_what_is_switched_off_is_resumed_without_a_run(world: World) -> None:
    world.choose(status="disabled")
    pause(world.connection, world.user)
    resume(world.connection, world.user)
    assert world.connection.state == State.CONNECTED
    assert not Run.objects.exists()


def test_a_look_that_the_pause_cut_short_is_made_afterwards(world: World) -> None:
    world.contact()
    world.choose(approved=False, removal="delete")
    pause(world.connection, world.user)
    work()
    assert Preview.objects.get().state == Preview.State.ASKED
    resume(world.connection, world.user)
    work()
    assert Preview.objects.get().state == Preview.State.READY
