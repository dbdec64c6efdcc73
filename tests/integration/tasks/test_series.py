"""A task that comes again: whoever does one, both sides go on with it, and neither twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agentbox_sync.core.changes import NO_ROW, LinkState
from agentbox_sync.core.rules import Conflict, Policy, Removal, Status
from agentbox_sync.engine import Depth
from tests.contracts.emulated_tasks import task_id
from tests.integration.tasks.office import DONE, IMPORTING, OPEN, REVIEWING, TWO_WAY, Office

BINS, DUE, NEXT = "Put the bins out", "2026-12-04", "2026-12-11"
WEEKLY = {"rule": "FREQ=WEEKLY", "start": DUE}
BOTH = [(BINS, DUE, True), (BINS, NEXT, False)]
ADOPTIONS = [TWO_WAY, REVIEWING, IMPORTING]

every_adoption = pytest.mark.parametrize("policy", ADOPTIONS, ids=["ignore", "review", "import"])


def a_series(office: Office) -> str:
    pk = office.crm.add(BINS, due=DUE, recurrence=WEEKLY)
    office.rest()
    return pk


def person(office: Office, verb: str, pk: str) -> None:
    office.side.microsoft.person(**{verb: task_id(office.links[pk].remote_id)})


def offers(office: Office) -> list[object]:
    return [x for x in office.store.links.values() if x.key == NO_ROW and x.state != LinkState.DEAD]


@every_adoption
@pytest.mark.parametrize("keeps_links", [True, False], ids=["stamped", "bare"])
def test_done_in_the_crm_goes_on_once_on_both_sides(
    office: Office, policy: Policy, keeps_links: bool
) -> None:
    office.side.microsoft.control("switches", {"todo_series_keeps_links": keeps_links})
    office.policy = policy
    first = a_series(office)

    office.crm.save(first, progress=DONE)
    office.rest()

    assert office.here() == office.there() == BOTH
    assert len({link.remote_id for link in office.links.values()}) == 2
    assert offers(office) == []


@every_adoption
@pytest.mark.parametrize("keeps_links", [True, False], ids=["stamped", "bare"])
def test_done_in_to_do_goes_on_once_on_both_sides(
    office: Office, policy: Policy, keeps_links: bool
) -> None:
    office.side.microsoft.control("switches", {"todo_series_keeps_links": keeps_links})
    office.policy = policy
    first = a_series(office)

    person(office, "complete_task", first)
    office.rest()
    office.rest()  # the CRM has told of its next one meanwhile

    assert office.here() == office.there() == BOTH
    assert office.crm.rows[first]["recurrence"] == WEEKLY
    assert len({link.remote_id for link in office.links.values()}) == 2
    assert offers(office) == []


@every_adoption
def test_done_on_both_sides_at_once_goes_on_once(office: Office, policy: Policy) -> None:
    office.policy = policy
    first = a_series(office)

    person(office, "complete_task", first)
    office.crm.save(first, progress=DONE)
    office.rest()

    assert office.here() == office.there() == BOTH


@every_adoption
def test_where_microsoft_does_not_go_on_by_itself_the_next_one_comes_from_the_crm(
    office: Office, policy: Policy
) -> None:
    office.side.microsoft.control("switches", {"todo_series_by_app": False})
    office.policy = policy
    first = a_series(office)

    office.crm.save(first, progress=DONE)
    office.run()
    assert office.there() == [(BINS, DUE, True)]  # it waits for one look
    office.rest()

    assert office.here() == office.there() == BOTH


def test_in_one_way_the_series_goes_on_once(office: Office) -> None:
    office.policy = Policy(status=Status.ONE_WAY)
    first = a_series(office)

    office.crm.save(first, progress=DONE)
    office.rest()

    assert office.here() == office.there() == BOTH


def test_in_one_way_what_is_done_in_to_do_meets_the_crm_when_it_follows(office: Office) -> None:
    office.policy = Policy(status=Status.ONE_WAY)
    first = a_series(office)
    person(office, "complete_task", first)
    office.rest()
    assert office.here() == [(BINS, DUE, False)]

    office.crm.save(first, progress=DONE)
    office.rest()

    assert office.here() == office.there() == BOTH


def test_what_is_done_and_removed_in_exchange_leaves_the_next_one(office: Office) -> None:
    office.policy = Policy(status=Status.TWO_WAY, completed=Removal.DELETE)
    office.crm.keeps_done = False
    first = a_series(office)

    person(office, "complete_task", first)
    office.rest()
    office.crm.save(first, notes="It rained")  # and it is looked at again
    office.rest()

    assert office.here() == BOTH
    assert office.there() == [(BINS, NEXT, False)]


@every_adoption
@pytest.mark.parametrize("carried_out", [True, False], ids=["arrived", "lost"])
def test_a_completion_without_an_answer_goes_on_once(
    office: Office, policy: Policy, carried_out: bool
) -> None:
    office.policy = policy
    first = a_series(office)
    office.side.microsoft.fault(
        action="drop",
        path=r"\$batch",
        body_contains='"completed"',
        times=1,
        commit="after" if carried_out else "before",
    )

    office.crm.save(first, progress=DONE)
    office.rest()

    assert office.here() == office.there() == BOTH
    assert offers(office) == []


def test_another_task_of_the_same_name_waits_no_longer_than_a_look(office: Office) -> None:
    first = a_series(office)
    office.crm.save(first, progress=DONE)
    office.crm.add(
        BINS, due="2027-01-01", recurrence={"rule": "FREQ=YEARLY", "start": "2027-01-01"}
    )

    office.rest()

    assert office.there() == [*BOTH, (BINS, "2027-01-01", False)]


def test_undone_again_the_next_one_stays(office: Office) -> None:
    first = a_series(office)
    office.crm.save(first, progress=DONE)
    office.rest()

    office.crm.save(first, progress=OPEN)
    office.rest()
    undone = [(BINS, DUE, False), (BINS, NEXT, False)]
    assert office.here() == office.there() == undone

    office.crm.save(first, progress=DONE)
    office.rest()
    assert office.here() == office.there() == BOTH


def test_undone_in_to_do_the_next_one_stays_and_done_again_there_is_no_third(
    office: Office,
) -> None:
    first = a_series(office)
    person(office, "complete_task", first)
    office.rest()
    office.rest()

    person(office, "reopen_task", first)
    office.rest()
    assert office.here() == office.there() == [(BINS, DUE, False), (BINS, NEXT, False)]

    person(office, "complete_task", first)
    office.rest()
    office.rest()
    assert office.here() == office.there() == BOTH


@pytest.mark.parametrize("depth", list(Depth))
def test_a_preview_shows_no_next_one_that_appears_by_itself(office: Office, depth: Depth) -> None:
    first = a_series(office)
    office.crm.save(first, progress=DONE)

    _, (plan,) = office.run(depth, dry=True)

    said: list[Any] = [(str(row.action), row.key.pk) for row in plan.rows]
    assert said == [("update", first)]


@every_adoption
@pytest.mark.parametrize("keeps_links", [True, False], ids=["stamped", "bare"])
@pytest.mark.parametrize("where", ["crm", "to do"])
def test_put_into_another_list_the_series_goes_on_there(
    office: Office, policy: Policy, keeps_links: bool, where: str
) -> None:
    office.side.microsoft.control("switches", {"todo_series_keeps_links": keeps_links})
    office.policy = policy
    first = a_series(office)
    office.crm.add("Fetch the keys", due=DUE)  # which speaks for the list
    office.rest()
    office.side.microsoft.person(add_list="Private")
    office.side.microsoft.person(move_task=task_id(office.links[first].remote_id), list="Private")
    office.rest()

    if where == "crm":
        office.crm.save(first, progress=DONE)
        office.rest()
    else:
        person(office, "complete_task", first)
        office.run(Depth.FULL)
    office.rest()
    office.rest()

    assert office.here() == office.there() == [("Fetch the keys", DUE, False), *BOTH]
    assert {office.task(pk)["folder"] for pk in office.links if pk != "2"} == {"Private"}


@pytest.mark.parametrize("keeps_links", [True, False], ids=["stamped", "bare"])
@pytest.mark.parametrize("conflict", list(Conflict))
@every_adoption
def test_the_next_one_that_is_done_before_it_has_met_to_do_s_own_is_done_there_as_well(
    office: Office, policy: Policy, conflict: Conflict, keeps_links: bool
) -> None:
    office.side.microsoft.control("switches", {"todo_series_keeps_links": keeps_links})
    office.policy = replace(policy, conflict=conflict)
    first = a_series(office)

    office.crm.save(first, progress=DONE)
    office.crm.save("2", progress=DONE)
    office.rest()
    office.rest()

    third = (BINS, "2026-12-18", False)
    assert office.here() == office.there() == [(BINS, DUE, True), (BINS, NEXT, True), third]
    assert len({link.remote_id for link in office.links.values()}) == 3
    assert offers(office) == []
