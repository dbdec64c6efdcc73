"""Three kinds of one mailbox, tasks in the calendar as well: what a look without news costs."""

from __future__ import annotations

import pytest

from tests.builders import crm

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
