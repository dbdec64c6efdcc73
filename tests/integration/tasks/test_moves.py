"""A task that a person puts into another list: it has another id there, and its pair goes on."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.rules import Adoption, Deletion, Policy, Removal, Status, Target
from agentbox_sync.engine import Depth
from tests.contracts.emulated_tasks import task_id
from tests.integration.tasks.office import DONE, IMPORTING, REVIEWING, TWO_WAY, Office

DUE = "2026-12-04"
CALL = ("Call Mary", DUE, False)
KEYS = ("Fetch the keys", DUE, False)
POLICIES = [
    TWO_WAY,
    REVIEWING,
    IMPORTING,
    Policy(status=Status.TWO_WAY, deletion=Deletion.RESTORE),
    Policy(status=Status.TWO_WAY, deletion=Deletion.APPLY),
    Policy(status=Status.ONE_WAY),
    Policy(status=Status.ONE_WAY, strict=True),
]
every_policy = pytest.mark.parametrize("policy", POLICIES, ids=str)
every_id = pytest.mark.parametrize("ids", ["plain", "immutable"])


@pytest.fixture
def call(office: Office) -> str:
    """A task that is in step, and another one."""
    return in_step(office)


def in_step(office: Office) -> str:
    office.crm.add(KEYS[0], due=DUE)
    pk = office.crm.add(CALL[0], due=DUE)
    office.rest()
    return pk


def move(office: Office, pk: str, to: str = "Private") -> None:
    person = office.side.microsoft.person
    if to not in office.side.lists().values():
        person(add_list=to, foreign=to == "Bea's")
    person(move_task=task_id(office.links[pk].remote_id), list=to)


def place(office: Office, pk: str) -> str:
    return str(office.task(pk)["folder"])


@every_policy
@every_id
def test_a_pair_goes_on_with_its_task_in_another_list(
    office: Office, policy: Policy, ids: str
) -> None:
    office.side.microsoft.control("switches", {"todo_ids": ids})
    office.policy = policy
    call = in_step(office)

    move(office, call)
    office.rest()
    office.crm.save(call, notes="Before noon")
    office.rest()

    (task,) = [one for one in office.side.items().values() if one["name"] == CALL[0]]
    assert (task["folder"], task["note"]) == ("Private", "Before noon")
    assert office.links[call].state is LinkState.ACTIVE
    assert office.here() == office.there() == [CALL, KEYS]


def test_what_is_done_there_reaches_the_crm_with_the_next_full_look(
    office: Office, call: str
) -> None:
    move(office, call)
    office.rest()
    office.side.microsoft.person(complete_task=task_id(office.links[call].remote_id))

    office.rest()
    assert office.here() == [CALL, KEYS]
    office.run(Depth.FULL)

    assert office.here() == office.there() == [("Call Mary", DUE, True), KEYS]


def test_what_both_sides_have_edited_meanwhile_is_merged(office: Office, call: str) -> None:
    move(office, call)
    office.side.edit(_new_id(office), body={"content": "Her mobile", "contentType": "text"})
    office.crm.save(call, due="2026-12-07")
    office.rest()

    assert office.crm.rows[call]["notes"] == office.task(call)["note"] == "Her mobile"
    assert ("Call Mary", "2026-12-07", False) in office.here()
    assert office.here() == office.there()


@every_policy
def test_put_back_it_is_followed_again_and_is_one(office: Office, policy: Policy) -> None:
    office.policy = policy
    call = in_step(office)
    move(office, call)
    office.rest()

    move(office, call, "Tasks")
    office.rest()
    office.side.edit(office.links[call].remote_id, title="Call Mary Poe")
    office.rest()

    assert place(office, call) == "Tasks"
    assert len(office.there()) == len(office.here()) == 2
    if policy.status is Status.TWO_WAY:
        assert office.crm.rows[call]["title"] == "Call Mary Poe"


def test_there_and_back_between_two_looks_is_one(office: Office, call: str) -> None:
    move(office, call)
    office.side.microsoft.person(move_task=task_id(_new_id(office)), list="Tasks")
    office.rest()

    assert place(office, call) == "Tasks"
    assert office.links[call].state is LinkState.ACTIVE
    assert office.here() == office.there() == [CALL, KEYS]


def test_from_list_to_list_it_is_followed_by_full_looks(office: Office, call: str) -> None:
    move(office, call)
    office.rest()
    move(office, call, "Errands")
    office.run(Depth.FULL)

    assert place(office, call) == "Errands"
    assert office.links[call].state is LinkState.ACTIVE


def test_a_task_that_was_born_there_and_carries_no_stamp_is_known_by_what_it_says(
    office: Office,
) -> None:
    office.policy = IMPORTING
    office.side.add("Call Bea", due=DUE)
    office.rest()
    (call,) = office.crm.rows
    office.side.edit(office.links[call].remote_id, linkedResources=[])
    office.rest()

    move(office, call)
    office.rest()

    assert place(office, call) == "Private"
    assert office.links[call].state is LinkState.ACTIVE


def test_a_copy_in_another_list_changes_nothing(office: Office, call: str) -> None:
    office.side.microsoft.person(add_list="Private")
    office.side.microsoft.person(copy_task=task_id(office.links[call].remote_id), list="Private")
    office.side.change_note(office.links[call].remote_id, "Theirs")
    office.rest()

    assert place(office, call) == "Tasks"
    assert office.crm.rows[call]["notes"] == "Theirs"


@pytest.mark.parametrize("adoption", list(Adoption))
def test_a_copy_in_the_same_list_is_a_stranger(office: Office, adoption: Adoption) -> None:
    office.policy = Policy(status=Status.TWO_WAY, adoption=adoption)
    call = in_step(office)
    before = office.links[call].remote_id
    office.side.microsoft.person(copy_task=task_id(before))
    office.rest()

    assert office.links[call].remote_id == before
    assert office.here() == [CALL, KEYS]


@pytest.mark.parametrize("deletion", list(Deletion))
def test_what_is_in_no_list_any_more_was_removed(office: Office, deletion: Deletion) -> None:
    office.policy = Policy(status=Status.TWO_WAY, deletion=deletion)
    call = in_step(office)
    office.side.microsoft.person(add_list="Private")
    office.side.remove(office.links[call].remote_id)
    office.rest()

    done = deletion is Deletion.APPLY
    assert office.here() == [("Call Mary", DUE, done), KEYS]
    assert office.there() == ([CALL, KEYS] if deletion is Deletion.RESTORE else [KEYS])


def test_removed_from_the_other_list_it_was_removed(office: Office, call: str) -> None:
    move(office, call)
    office.rest()
    office.side.remove(office.links[call].remote_id)
    office.run(Depth.FULL)

    assert office.links[call].reason == Rest.REMOVED_IN_EXCHANGE


def test_the_only_task_that_there_is_may_be_moved(office: Office) -> None:
    """No control item speaks for the mailbox: what was found speaks for itself."""
    call = office.crm.add(CALL[0], due=DUE)
    office.rest()
    move(office, call)
    office.rest()

    assert office.store.holds == []
    assert place(office, call) == "Private"


@pytest.mark.parametrize("deletion", list(Deletion))
def test_where_the_lists_do_not_answer_nothing_was_removed(
    office: Office, deletion: Deletion
) -> None:
    office.policy = Policy(status=Status.TWO_WAY, deletion=deletion)
    call = in_step(office)
    move(office, call)
    rule = {"status": 503, "path": "/tasks\\?.*top=", "method": "GET"}
    office.side.microsoft.fault(**rule)

    for _ in range(2):
        office.run()
        assert office.links[call].state is LinkState.ACTIVE
        assert office.here() == [CALL, KEYS]
    office.side.microsoft.control("faults", method="DELETE")
    office.rest()

    assert place(office, call) == "Private"
    assert office.here() == office.there() == [CALL, KEYS]


def test_what_the_crm_deletes_goes_wherever_it_lies(office: Office) -> None:
    office.policy = Policy(status=Status.TWO_WAY, removal=Removal.DELETE)
    call = in_step(office)
    move(office, call)
    office.rest()

    key = office.links[call].key
    del office.crm.rows[call]
    office.crm.noticed.append(key)
    office.rest()

    assert office.there() == [KEYS]


def test_in_somebody_else_s_list_it_is_theirs_as_well_and_rests(office: Office, call: str) -> None:
    move(office, call, "Bea's")
    office.rest()
    office.crm.save(call, notes="What only we may know")
    office.rest()

    assert (office.links[call].state, office.links[call].reason) == (
        LinkState.RETAINED,
        Rest.MOVED_AWAY,
    )
    assert office.task(call)["note"] == ""

    move(office, call, "Tasks")
    office.rest()

    assert office.links[call].state is LinkState.ACTIVE
    assert office.task(call)["note"] == "What only we may know"
    assert len(office.there()) == 2


def test_a_create_without_an_answer_that_was_put_elsewhere_is_found(office: Office) -> None:
    in_step(office)
    office.side.lose_next_answer(carried_out=True)
    late = office.crm.add("Call Bea", due=DUE)
    office.run()
    (lost,) = [x for x, item in office.side.items().items() if item["name"] == "Call Bea"]
    office.side.microsoft.person(add_list="Private")
    office.side.microsoft.person(move_task=task_id(lost), list="Private")
    office.clock.sleep(120)
    office.rest()

    assert place(office, late) == "Private"
    assert office.here() == office.there() == [("Call Bea", DUE, False), CALL, KEYS]


def test_moved_and_done_there_the_pair_goes_on_with_what_is_done(office: Office) -> None:
    """The next one carries the stamp along, and says more of what the pair has known."""
    in_step(office)
    rule = {"rule": "FREQ=WEEKLY", "start": DUE}
    pk = office.crm.add("Bins", due=DUE, recurrence=rule)
    office.rest()
    move(office, pk)
    (there,) = [x for x, item in office.side.items().items() if item["name"] == "Bins"]
    office.side.microsoft.person(complete_task=task_id(there))
    office.rest()
    office.rest()

    bins = [("Bins", DUE, True), ("Bins", "2026-12-11", False)]
    assert office.here() == office.there() == [*bins, CALL, KEYS]


def test_the_next_one_of_a_series_is_not_the_one_that_was_removed(office: Office) -> None:
    """It carries the stamp of the one before, which its person has cleared away."""
    rule = {"rule": "FREQ=WEEKLY", "start": DUE}
    in_step(office)
    pk = office.crm.add("Bins", due=DUE, recurrence=rule)
    office.rest()
    office.side.microsoft.person(complete_task=task_id(office.links[pk].remote_id))
    office.rest()
    office.rest()
    office.side.remove(office.links[pk].remote_id)
    office.rest()

    assert office.links[pk].reason == Rest.REMOVED_IN_EXCHANGE
    assert office.there() == [("Bins", "2026-12-11", False), CALL, KEYS]


def test_one_search_is_for_all_that_went_and_costs_a_few_requests(office: Office) -> None:
    pks = [office.crm.add(f"Call {number}", due=DUE) for number in range(30)]
    office.rest()
    for pk in pks[:25]:
        move(office, pk)
    before = office.side.round_trips

    office.run()

    moved = {place(office, pk) for pk in pks[:25]}
    assert moved == {"Private"}
    assert office.side.round_trips - before <= 8


def test_a_change_of_the_chosen_list_leaves_it_where_its_person_has_put_it(
    office: Office, call: str
) -> None:
    move(office, call)
    office.rest()
    office.policy = Policy(status=Status.TWO_WAY, target=Target.OWN)
    for _ in range(3):
        office.run(Depth.FULL)
        office.clock.sleep(120)

    assert place(office, call) == "Private"
    assert place(office, "1") == "Agentbox"
    assert office.here() == office.there() == [CALL, KEYS]


def test_done_in_the_crm_it_is_done_where_it_lies(office: Office, call: str) -> None:
    move(office, call)
    office.rest()
    office.crm.save(call, progress=DONE)
    office.rest()

    assert office.there() == [("Call Mary", DUE, True), KEYS]


def _new_id(office: Office) -> str:
    (found,) = [x for x, item in office.side.items().items() if item["name"] == CALL[0]]
    return found
