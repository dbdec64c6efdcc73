"""Retry makes what was set aside due at once: that, and nothing else, unless all is asked for."""

from __future__ import annotations

import pytest
from django.core.validators import MaxLengthValidator
from django_q.models import OrmQ

from agentbox_sync import jobs
from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.models import AuditEntry, Connection, Link, Run
from agentbox_sync.services.retry import retry, retry_all
from tests.builders.worker import work

from .world import World

REFUSED = {"path": "/contacts", "method": "POST", "status": 400, "code": "ErrorInvalidProperty"}


@pytest.fixture
def aside(world: World) -> list[Contact]:
    """Three that Exchange did not accept; it would by now, and nobody has changed them since."""
    contacts = world.contacts(3)
    world.fault(**REFUSED)
    world.run(forced=True)
    world.no_faults()
    world.runs_until_quiet()
    OrmQ.objects.all().delete()
    assert world.people() == []
    assert {world.linked(one).state for one in contacts} == {"quarantined"}
    return contacts


def pks(world: World, *contacts: Contact) -> list[int]:
    return [world.linked(one).pk for one in contacts]


def test_without_a_retry_it_stays_where_it_is(world: World, aside: list[Contact]) -> None:
    """The control: what follows is done by the retry."""
    world.later()
    world.tick_and_work()
    assert world.people() == []


def test_one_is_tried_again_and_the_others_stay(world: World, aside: list[Contact]) -> None:
    done = retry(world.user, world.connection, pks(world, aside[1]))
    work()

    assert (done.number, done.over, done.off) == (1, 0, 0)
    assert world.people() == ["Person01"]
    run = Run.objects.latest("pk")
    assert (run.cause, run.asked_by_id, run.state) == ("retry", world.user.pk, "finished")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_id, entry.subject["links"]) == (
        "retried",
        world.user.pk,
        {"number": 1, "ids": pks(world, aside[1])},
    )


def test_several_are_tried_again_with_one_run(world: World, aside: list[Contact]) -> None:
    before = Run.objects.count()
    retry(world.user, world.connection, pks(world, aside[0]))
    retry(world.user, world.connection, pks(world, aside[2], aside[0]))
    assert Run.objects.count() == before + 1
    work()
    assert world.people() == ["Person00", "Person02"]


def test_all_are_tried_again(world: World, aside: list[Contact]) -> None:
    assert retry_all(world.user, world.connection).number == 3
    work()
    assert world.people() == ["Person00", "Person01", "Person02"]


def test_what_is_refused_again_is_set_aside_again(world: World, aside: list[Contact]) -> None:
    world.fault(**REFUSED)
    retry(world.user, world.connection, pks(world, aside[0]))
    work()
    link = world.linked(aside[0])
    assert (link.state, link.error, bool(link.refused)) == (
        "quarantined",
        "ErrorInvalidProperty",
        True,
    )


def test_what_is_not_set_aside_any_more_is_counted_and_left_alone(
    world: World, aside: list[Contact]
) -> None:
    chosen = pks(world, *aside)
    retry(world.user, world.connection, chosen[:1])
    work()
    runs = Run.objects.count()

    done = retry(world.user, world.connection, [chosen[0], 999_999])

    assert (done.number, done.over) == (0, 2)
    assert Run.objects.count() == runs
    assert not OrmQ.objects.exists()


def test_nothing_is_begun_for_what_nobody_has_said_go_to(
    world: World, aside: list[Contact]
) -> None:
    chosen = pks(world, *aside)
    world.choose(approved=False, removal="delete")
    OrmQ.objects.all().delete()
    assert retry(world.user, world.connection, chosen).off == 3
    assert retry_all(world.user, world.connection).off == 3
    assert not OrmQ.objects.exists()
    assert not Link.objects.filter(refused="").exists()


def test_a_press_of_sync_now_beside_a_retry_is_no_less_than_a_sync(
    world: World, aside: list[Contact]
) -> None:
    retry(world.user, world.connection, pks(world, aside[0]))
    world.ask()
    work()
    assert world.people() == ["Person00", "Person01", "Person02"]


def test_what_the_crm_refused_to_take_in_is_tried_again(world: World) -> None:
    world.choose(status="two_way", adoption="import")
    world.run_well()
    remote_id = world.add("Zoe", "zoe@example.com", companyName="Too long for now")
    company = Contact._meta.get_field("company")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(company, "validators", [*company.validators, MaxLengthValidator(3)])
        world.run()
    link = Link.objects.get(remote_id=remote_id)
    assert (link.state, link.local_pk) == ("quarantined", "")
    retry(world.user, world.connection, [link.pk])
    work()
    assert Contact.objects.filter(email="zoe@example.com").count() == 1


def test_nothing_is_made_due_while_it_is_paused(world: World, aside: list[Contact]) -> None:
    Connection.objects.update(state=Connection.State.PAUSED)
    assert retry(world.user, world.connection, pks(world, *aside)).number == 0
    assert not jobs.poll(world.connection.pk)
    assert not Link.objects.filter(refused="").exists()
