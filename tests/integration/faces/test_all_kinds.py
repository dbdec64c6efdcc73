"""Three kinds of one mailbox, tasks in the calendar as well: what they cost, and owe each other."""

from __future__ import annotations

import pytest

from agentbox_sync.services import clock as clocks
from tests.builders import crm
from tests.integration.sync.ahead import Ahead

from .world import IN_A_WEEK, Faces, at


@pytest.mark.parametrize("forced", [False, True])
def test_a_look_at_all_kinds_without_news_is_one_request(world: Faces, forced: bool) -> None:
    world.choose()
    world.contacts(3)
    starts = at(IN_A_WEEK, 10)
    crm.an_appointment(world.staff, starts_at=starts, ends_at=at(IN_A_WEEK, 11))
    world.task()
    world.task("Vendor report", recurrence="FREQ=WEEKLY")
    world.settle()
    assert len(world.mailbox()) == 3
    assert (len(world.events()), len(world.todos())) == (3, 2)
    before, writes = world.requests, world.writes

    world.later()
    report = world.report(forced=forced)

    assert report.requests == world.requests - before == 1
    assert report.is_idle
    assert sorted(report.kinds) == ["calendar", "contacts", "tasks"]
    assert world.writes == writes


def test_contacts_go_out_though_nobody_answers_for_the_calendar(world: Faces) -> None:
    world.choose()
    world.settle()
    new = world.contact("Olivia Rutherford", email="olivia@example.com")
    crm.an_appointment(world.staff, starts_at=at(IN_A_WEEK, 10), ends_at=at(IN_A_WEEK, 11))
    with clocks.under(Ahead(world.microsoft)):
        world.fault(status=503, path=r"/me/calendars/[^/]+/events\?", method="GET")
        report = world.report()

    assert report.error == "serviceNotAvailable"
    assert world.in_exchange(new) is not None
    assert world.events() == []

    world.no_faults()
    world.later()
    world.settle()
    assert len(world.mailbox()) == 1
    assert world.events() == ["Appraisal"]
