"""Many mailboxes in one job of one worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from agentbox_sync import jobs
from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Connection, Link
from agentbox_sync.services import execute, fleet
from agentbox_sync.services.trouble import Unexpected
from tests.bench import world as bench
from tests.builders.worker import take_what_waits

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0


@pytest.fixture
def at(emulator: EmulatorServer, settings: Settings) -> Iterator[bench.Microsoft]:
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = emulator.url
    there = bench.Microsoft(emulator.url)
    there.begin_again()
    yield there
    told = there.look("stats")
    there.control("reset", {})
    assert (told["throttled"], told["retry_after_broken"]) == (0, 0)


def agents(at: bench.Microsoft, count: int, contacts: int = 1) -> list[Connection]:
    return [bench.an_agent(at, f"agent{number}", contacts) for number in range(count)]


def pairs(connection: Connection) -> int:
    return Link.objects.filter(connection=connection, state="active").count()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def test_everybody_who_is_due_is_polled_by_one_job(at: bench.Microsoft) -> None:
    many = agents(at, 5)

    assert jobs.tick() == 5
    assert OrmQ.objects.count() == 1
    take_what_waits()

    assert [pairs(one) for one in many] == [1] * 5
    left = Connection.objects.filter(succeeded_at=None) | Connection.objects.exclude(queued_at=None)
    assert not left.exists()
    assert jobs.tick() == 0


def test_nobody_due_is_the_end_of_the_job(at: bench.Microsoft) -> None:
    agents(at, 1)
    assert jobs.poll_due() == 1

    assert jobs.poll_due() == 0


def test_a_mailbox_that_another_worker_is_at_is_left_to_the_next_job(at: bench.Microsoft) -> None:
    busy, free = agents(at, 2)
    lease = acquire(lease_key(busy.pk), 60)
    assert lease is not None

    assert jobs.poll_due() == 1

    assert (pairs(busy), pairs(free)) == (0, 1)
    lease.release()
    assert jobs.poll_due() == 1
    assert pairs(busy) == 1


def test_one_whose_run_fails_stops_nobody_and_is_told(
    at: bench.Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor, other = agents(at, 2)
    original = execute.execute

    def failing(connection_id: int, **given: object) -> object:
        if connection_id == poor.pk:
            raise ZeroDivisionError("the host's own code")
        return original(connection_id, **given)

    monkeypatch.setattr(execute, "execute", failing)

    with pytest.raises(Unexpected, match=r"^ZeroDivisionError at .*test_fleet"):
        jobs.poll_due()

    assert pairs(other) == 1


def test_who_becomes_due_while_a_first_sync_lasts_does_not_wait_for_its_end(
    at: bench.Microsoft,
) -> None:
    (quick,) = agents(at, 1)
    assert jobs.poll_due() == 1
    slow = bench.an_agent(at, "slow", 200)
    at.slow_down(item=0.5)
    thread = threading.Thread(target=_poll_due)
    thread.start()
    wait_until(lambda: pairs(slow) > 0)

    bench.make_due([quick])
    called = timezone.now()
    wait_until(lambda: Connection.objects.filter(pk=quick.pk, polled_at__gte=called).exists())

    assert pairs(slow) < 200, "the first sync goes on"
    at.slow_down()
    thread.join()
    assert pairs(slow) == 200
    assert Connection.objects.get(pk=slow.pk).polled_at - called > timedelta(0)


def test_first_syncs_leave_room_for_everybody_else(
    at: bench.Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "AT_ONCE", 2)
    monkeypatch.setattr(fleet, "FIRST_AT_ONCE", 1)
    (quick,) = agents(at, 1)
    assert jobs.poll_due() == 1
    slow = [bench.an_agent(at, f"slow{number}", 20) for number in range(2)]
    at.slow_down(item=0.3)
    bench.make_due([quick])
    before = timezone.now()

    assert jobs.poll_due() == 3

    assert Connection.objects.get(pk=quick.pk).polled_at > before
    ends = sorted(Connection.objects.get(pk=one.pk).polled_at for one in slow)
    assert Connection.objects.get(pk=quick.pk).polled_at < ends[0]
    assert [pairs(one) for one in slow] == [20, 20]


def test_mailboxes_of_an_organisation_are_looked_at_together_by_the_threads(
    at: bench.Microsoft,
) -> None:
    many = bench.an_organisation(at, 22, 1)
    (own,) = agents(at, 1)
    for _ in range(2):  # the second time what was written comes back
        bench.make_due([*many, own])
        assert jobs.poll_due() == 23
    bench.make_due([*many, own])
    changed = many[3]
    remote_id = Link.objects.get(connection=changed).remote_id
    edit = {"edit": remote_id, "values": {"companyName": "Kauri"}}
    at.control(f"mailbox/{changed.user_name}", edit)
    before = at.look("stats")["requests"]

    assert jobs.poll_due() == 23

    # Twenty, the other two, the one who signed in; and who has changed is read alone.
    assert at.look("stats")["requests"] - before <= 6
    assert jobs.poll_due() == 0
    assert Link.objects.get(connection=changed).drift == ["company"]


def _poll_due() -> None:
    try:
        jobs.poll_due()
    finally:
        connections.close_all()
