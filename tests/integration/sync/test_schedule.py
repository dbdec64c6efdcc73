"""Who is due, what a press of the button asks for, and what an idle run costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from agentbox_sync import jobs
from agentbox_sync.memory.lease import lease_key
from agentbox_sync.models import Connection, ContactSettings, Lease, Preview, Run
from agentbox_sync.services.schedule import LOST
from tests.builders.connections import a_mailbox_connection, contact_settings

from .world import World


@pytest.fixture
def rested(world: World) -> World:
    """Synced just now: nobody is due."""
    world.contact()
    world.run_well()
    world.run_well()
    OrmQ.objects.all().delete()
    Connection.objects.update(queued_at=None, wake=False)
    return world


def update(**columns: object) -> None:
    Connection.objects.update(**columns)


def past(**length: float) -> object:
    return timezone.now() - timedelta(**length)


def future(**length: float) -> object:
    return timezone.now() + timedelta(**length)


DUE: dict[str, Callable[[World], object]] = {
    "woken": lambda world: update(wake=True),
    "not looked at for a while": lambda world: update(polled_at=past(minutes=6)),
    "never looked at": lambda world: update(polled_at=None),
    "asked for by a person": lambda world: Run.objects.create(
        connection=world.connection, asked_at=timezone.now()
    ),
    "a run that died": lambda world: Run.objects.create(
        connection=world.connection, asked_at=timezone.now(), state=Run.State.RUNNING
    ),
    "its pause is over": lambda world: update(wake=True, not_before=past(seconds=1)),
    "its job got lost": lambda world: update(wake=True, queued_at=past(minutes=6)),
}


@pytest.mark.parametrize("why", DUE)
def test_the_tick_hands_over_who_is_due(rested: World, why: str) -> None:
    assert jobs.tick() == 0

    DUE[why](rested)

    assert jobs.tick() == 1
    (job,) = OrmQ.objects.all()
    assert (job.func(), job.task["args"]) == ("agentbox_sync.jobs.poll_due", ())
    assert Connection.objects.get().queued_at is not None


NOT_DUE: dict[str, Callable[[], object]] = {
    "has to wait": lambda: update(not_before=future(seconds=30)),
    "is in the queue already": lambda: update(queued_at=past(seconds=30)),
    "must sign in": lambda: update(state=Connection.State.NEEDS_SIGN_IN),
    "is suspended": lambda: update(state=Connection.State.SUSPENDED),
    "is paused": lambda: update(state=Connection.State.PAUSED),
    "is disconnected": lambda: update(state=Connection.State.DISCONNECTED),
    "has nothing switched on": lambda: ContactSettings.objects.update(status="disabled"),
    "has no go": lambda: ContactSettings.objects.update(approved=""),
    "has a go for other settings": lambda: ContactSettings.objects.update(removal="delete"),
}


@pytest.mark.parametrize("why", NOT_DUE)
def test_the_tick_leaves_alone_who(rested: World, why: str) -> None:
    update(wake=True, polled_at=None)
    assert rested.due() == [rested.connection.pk]

    NOT_DUE[why]()

    assert jobs.tick() == 0
    assert not OrmQ.objects.exists()


def test_two_ticks_hand_over_once(rested: World) -> None:
    update(wake=True)

    assert (jobs.tick(), jobs.tick()) == (1, 0)


def test_who_waits_longest_is_first(rested: World) -> None:
    columns = ({"polled_at": past(hours=1)}, {"polled_at": None}, {"polled_at": past(hours=3)})
    others = [a_mailbox_connection(**one) for one in columns]
    for one in others:
        contact_settings(one)

    assert rested.due() == [others[1].pk, others[2].pk, others[0].pk]


# ----------------------------------------------------------------------------- the button


def test_a_double_press_is_one_run(world: World) -> None:
    world.contact()

    first, second = world.ask(), world.ask()

    assert first == second
    assert Run.objects.count() == 1
    world.tick_and_work()
    world.tick_and_work()
    assert Run.objects.get().state == Run.State.FINISHED
    assert Run.objects.get().asked_by_id == world.user.pk
    assert world.people() == ["Olivia"]
    assert not OrmQ.objects.exists()


def test_a_press_gives_no_go_and_the_queue_makes_what_one_is_given_for(
    disconnected: World,
) -> None:
    disconnected.connect()
    disconnected.contact()
    disconnected.choose(approved=False)
    assert disconnected.due() == []

    disconnected.ask()
    disconnected.tick_and_work()

    assert disconnected.people() == []
    assert not ContactSettings.objects.get().is_approved
    seen = Preview.objects.get()
    assert (seen.state, seen.counts["created_remote"]) == (Preview.State.READY, 1)

    disconnected.go(seen, disconnected.user)
    disconnected.tick_and_work()

    settings = ContactSettings.objects.get()
    assert settings.is_approved
    assert settings.approved_by_id == disconnected.user.pk
    assert disconnected.people() == ["Olivia"]


def test_a_press_looks_at_everything_in_the_crm(world: World) -> None:
    contact = world.contact(company="Was")
    world.run_well()
    world.run_well()
    world.change_unnoticed(contact, company="New")

    world.ask()
    world.tick_and_work()

    assert world.item(contact)["companyName"] == "New"


def test_a_press_on_a_kind_that_is_off_is_answered(world: World) -> None:
    world.choose(status="disabled", approved=False)

    world.ask()
    world.tick_and_work()

    run = Run.objects.get()
    assert (run.state, run.error) == (Run.State.FINISHED, "nothing_to_do")


def test_a_busy_connection_is_not_handed_over_without_an_end(world: World) -> None:
    world.ask()
    Lease.objects.get_or_create(key=lease_key(world.connection.pk))
    Lease.objects.update(owner="another worker", until="2999-01-01T00:00:00Z")

    world.tick_and_work()

    assert not OrmQ.objects.exists()
    assert world.due() == [world.connection.pk]


def test_a_job_that_runs_twice_does_everything_once(world: World) -> None:
    world.contacts(3)
    world.ask()
    pk = world.connection.pk

    assert [jobs.poll(pk), jobs.poll(pk)] == [True, True]

    assert len(world.people()) == 3
    assert Run.objects.count() == 1


# ------------------------------------------------------------------------- what an idle run costs

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def statements(pk: int, *, full: bool) -> list[str]:
    """The SQL of one job, transaction control left out."""
    long_ago = timezone.now() - timedelta(days=1)
    Connection.objects.update(not_before=None, scanned_at=long_ago if full else timezone.now())
    with CaptureQueriesContext(database) as captured:
        assert jobs.poll(pk)
    texts = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in texts if not sql.startswith(CONTROL)]


def test_an_idle_run_costs_one_request_and_twelve_statements_at_most(rested: World) -> None:
    requests = rested.requests

    said = statements(rested.connection.pk, full=False)

    assert rested.requests == requests + 1
    assert len(said) <= 12, "\n".join(said)


def test_the_statements_of_an_idle_run_do_not_grow_with_the_contacts(rested: World) -> None:
    few = (
        len(statements(rested.connection.pk, full=False)),
        len(statements(rested.connection.pk, full=True)),
    )
    rested.contacts(30)
    rested.run_well()
    rested.run_well()

    assert len(statements(rested.connection.pk, full=False)) == few[0]
    assert len(statements(rested.connection.pk, full=True)) == few[1]


def test_a_busy_run_costs_more_statements_than_an_idle_one(rested: World) -> None:
    idle = len(statements(rested.connection.pk, full=False))
    rested.contacts(3)

    assert len(statements(rested.connection.pk, full=False)) > idle + 5


def look(world: World) -> Preview:
    return Preview.objects.get(connection=world.connection)


def test_a_preview_that_was_lost_in_the_queue_is_handed_over_again(disconnected: World) -> None:
    world = disconnected
    world.connect()
    world.contact()
    world.choose(approved=False)
    OrmQ.objects.all().delete()
    assert world.tick_and_work() == 0, "it may be on its way"
    Preview.objects.update(queued_at=timezone.now() - LOST)

    assert world.tick_and_work() == 1
    assert look(world).state == Preview.State.READY
    assert world.tick_and_work() == 0


def test_a_preview_whose_worker_crashed_is_made_from_the_start(disconnected: World) -> None:
    world = disconnected
    world.connect()
    world.contacts(3)
    half = world.foresee()
    Preview.objects.update(state=Preview.State.MAKING)

    assert world.tick_and_work() == 1
    again = look(world)
    assert (again.pk, again.state) == (half.pk, Preview.State.READY)
    assert again.rows.count() == 3


def test_microsoft_away_while_looking_is_tried_again_by_itself(disconnected: World) -> None:
    world = disconnected
    world.connect()
    world.contact()
    world.fault(method="GET", path="/delta", status=503)
    world.choose(approved=False)
    world.tick_and_work()
    waiting = look(world)
    assert waiting.state == Preview.State.ASKED
    assert waiting.error
    assert world.connection.failures == 1
    assert world.connection.not_before is not None
    assert world.tick_and_work() == 0, "not before the pause is over"
    world.no_faults()
    world.later()

    assert world.tick_and_work() == 1
    assert look(world).state == Preview.State.READY
    assert (world.connection.failures, world.connection.reason) == (0, "")


def test_settings_that_change_while_a_worker_looks_are_looked_at_anew(world: World) -> None:
    world.contact()
    shown = world.foresee(strict=True)
    Preview.objects.update(state=Preview.State.MAKING)
    world.choose(approved=False, removal="delete")
    asked = look(world)
    assert asked.state == Preview.State.ASKED
    assert asked.fingerprint != shown.fingerprint
    world.tick_and_work()
    settings = ContactSettings.objects.get()
    assert look(world).fingerprint == settings.fingerprint


def test_nobody_looks_at_what_was_switched_off_meanwhile(world: World) -> None:
    world.choose(approved=False, removal="delete")
    ContactSettings.objects.update(status="disabled")
    world.tick_and_work()
    assert not Preview.objects.exists()
