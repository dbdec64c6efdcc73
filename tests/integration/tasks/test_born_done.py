"""A task that was done in To Do before it ever met the CRM: nobody has to do it any more."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import NO_ROW, LinkState
from tests.contracts.emulated_tasks import task_id
from tests.integration.tasks.office import IMPORTING, REVIEWING, Office

OLD, NEW = "Water the plants", "Call the printer"


def offered(office: Office) -> list[str]:
    waiting = [x for x in office.store.links.values() if x.key == NO_ROW]
    return [x.remote_id for x in waiting if x.state != LinkState.DEAD]


def test_a_list_full_of_done_tasks_does_not_come_into_the_crm(office: Office) -> None:
    office.policy = IMPORTING
    office.side.microsoft.person(complete_task=task_id(office.side.add(OLD)))
    office.side.add(NEW)

    office.rest()

    assert [title for title, _, _ in office.here()] == [NEW]
    assert sorted(title for title, _, _ in office.there()) == [NEW, OLD]


def test_nobody_is_asked_about_a_task_that_is_done(office: Office) -> None:
    office.policy = REVIEWING
    office.side.microsoft.person(complete_task=task_id(office.side.add(OLD)))
    waiting = office.side.add(NEW)

    office.rest()

    assert offered(office) == [waiting]


def test_a_question_about_a_task_ends_when_it_is_done(office: Office) -> None:
    office.policy = REVIEWING
    waiting = office.side.add(NEW)
    office.rest()
    assert offered(office) == [waiting]

    office.side.microsoft.person(complete_task=task_id(waiting))
    office.rest()

    assert offered(office) == []


@pytest.mark.parametrize("policy", [IMPORTING, REVIEWING], ids=["import", "review"])
def test_a_done_task_that_is_opened_again_is_as_good_as_new(office: Office, policy: object) -> None:
    office.policy = policy  # type: ignore[assignment]
    again = office.side.add(OLD)
    office.side.microsoft.person(complete_task=task_id(again))
    office.rest()

    office.side.microsoft.person(reopen_task=task_id(again))
    office.rest()

    came_in = [title for title, _, _ in office.here()] == [OLD]
    assert came_in or offered(office) == [again]
