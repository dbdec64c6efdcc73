"""The plan: one pair at a time, and what holds for all of them together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import (
    Cause,
    LinkState,
    Origin,
    Rest,
    changed_atoms,
    fingerprint,
)
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.plan import Decision, Pair, Plan, resolve
from agentbox_sync.core.rules import Policy, Removal, Status
from tests.builders.records import (
    SYDNEY,
    a_key,
    a_link,
    a_local_item,
    a_record,
    an_absence,
    an_observation,
)

ONE_WAY = Policy(Status.ONE_WAY)
STRICT = Policy(Status.ONE_WAY, strict=True)
DELETING = Policy(Status.ONE_WAY, Removal.DELETE)


def decided(pair: Pair, policy: Policy = ONE_WAY) -> Decision:
    return resolve(pair, KIND, policy, SYDNEY)


def row_of(pair: Pair, policy: Policy = ONE_WAY) -> Row:
    row = decided(pair, policy).row
    assert row is not None
    return row


# ------------------------------------------------------------------------------------- one pair


def test_a_new_item_is_created_with_all_that_it_knows() -> None:
    row = row_of(Pair(a_local_item(a_record(company="Harbour Vale"))))

    assert (row.action, row.cause, row.atoms) == (
        Action.CREATE,
        "new in the CRM",
        ("name", "company"),
    )
    assert row.key == a_key()
    assert not row.removes


def test_a_pair_without_news_needs_no_row() -> None:
    assert decided(Pair(a_local_item(), a_link())).row is None


def test_the_echo_of_our_own_write_needs_no_row() -> None:
    assert decided(Pair(a_local_item(), a_link(), an_observation())).row is None


def test_a_new_etag_alone_is_remembered_and_nothing_is_written() -> None:
    row = row_of(Pair(a_local_item(), a_link(), an_observation(etag="W/2")))

    assert (row.action, row.atoms) == (Action.ABSORB, ())


def test_a_change_in_the_crm_names_its_atoms_and_no_others() -> None:
    agreed = a_record(company="Old", job_title="Buyer")
    pair = Pair(a_local_item(a_record(company="New", job_title="Buyer")), a_link(agreed))

    row = row_of(pair)

    assert (row.action, row.atoms, row.remote_id) == (Action.UPDATE, ("company",), "AAMk1")
    assert not row.blanks


def test_a_spelling_that_means_the_same_is_no_change() -> None:
    agreed = a_record(emails=["o@example.com"], mobile_phone="0412 345 678")
    respelled = a_record(emails=["O@Example.com "], mobile_phone="+61 412 345 678")

    assert decided(Pair(a_local_item(respelled), a_link(agreed))).row is None


def test_an_edit_in_exchange_is_remembered_as_drift() -> None:
    agreed = a_record(company="Old")
    seen = an_observation(record=a_record(company="Edited"), etag="W/2")

    decision = decided(Pair(a_local_item(agreed), a_link(agreed), seen))

    assert decision.row is not None
    assert decision.merged is not None
    assert decision.row.action is Action.ABSORB
    assert decision.merged.drift == ("company",)


def test_strict_puts_an_edit_in_exchange_back() -> None:
    agreed = a_record(company="Old")
    seen = an_observation(record=a_record(company="Edited"), etag="W/2")

    row = row_of(Pair(a_local_item(agreed), a_link(agreed), seen), STRICT)

    assert (row.action, row.atoms) == (Action.UPDATE, ("company",))


def test_an_update_that_empties_something_counts_as_a_removal() -> None:
    agreed = a_record(company="Old")

    row = row_of(Pair(a_local_item(a_record(company="")), a_link(agreed)))

    assert (row.action, row.blanks, row.removes) == (Action.UPDATE, True, True)


@pytest.mark.parametrize("cause", list(Cause))
def test_what_was_never_linked_and_is_away_only_ends(cause: Cause) -> None:
    link = a_link(remote_id="", state=LinkState.CREATING)

    assert row_of(Pair(an_absence(cause), link), DELETING).action is Action.END


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("policy", [ONE_WAY, DELETING])
def test_of_the_four_causes_lost_access_alone_overrules_retain(
    cause: Cause, policy: Policy
) -> None:
    action = row_of(Pair(an_absence(cause), a_link()), policy).action

    deletes = policy is DELETING or cause is Cause.LOST_ACCESS
    assert action is (Action.DELETE if deletes else Action.REST)


@pytest.mark.parametrize("reason", [Rest.REMOVED_IN_EXCHANGE, Rest.MOVED_AWAY, Rest.DISMISSED])
def test_what_a_person_took_away_stays_away_when_the_crm_changes(reason: Rest) -> None:
    link = a_link(a_record(company="Old"), state=LinkState.RETAINED, reason=reason)

    assert decided(Pair(a_local_item(a_record(company="New")), link), STRICT).row is None


@pytest.mark.parametrize(
    "reason", [Rest.DELETED, Rest.LEFT_FILTER, Rest.LOST_ACCESS, Rest.COMPLETED, Rest.DETACHED]
)
def test_a_link_that_rests_because_of_the_crm_is_picked_up_again(reason: Rest) -> None:
    link = a_link(state=LinkState.RETAINED, reason=reason)

    row = row_of(Pair(a_local_item(), link))

    assert (row.action, row.remote_id, row.atoms) == (Action.ABSORB, "AAMk1", ())


def test_a_first_meeting_links_and_fills_only_what_is_empty() -> None:
    local = a_local_item(a_record(company="Ours", job_title="Buyer"))
    seen = an_observation("theirs", a_record(company="Theirs", job_title=""))

    row = row_of(Pair(local, None, seen, alike=("theirs",)))

    assert (row.action, row.remote_id, row.atoms) == (Action.LINK, "theirs", ("job_title",))


def test_several_items_alike_are_a_question_for_a_person() -> None:
    row = row_of(Pair(a_local_item(), alike=("one", "two")))

    assert (row.action, row.remote_id) == (Action.REVIEW, "")


def test_what_was_born_in_exchange_is_not_deleted_even_without_access() -> None:
    link = a_link(origin=Origin.EXCHANGE)

    assert row_of(Pair(an_absence(Cause.LOST_ACCESS), link), DELETING).action is Action.END


def test_the_same_pair_gives_the_same_decision() -> None:
    pair = Pair(a_local_item(a_record(company="New")), a_link(), an_observation(etag="W/2"))

    assert decided(pair) == decided(pair)


# --------------------------------------------------------------------------------- the whole plan


def link_row(pk: int, remote_id: str) -> Row:
    return Row(Action.LINK, "already in Exchange", a_key(pk), 0, remote_id, ("notes",))


def test_an_item_claimed_twice_becomes_a_question_and_the_others_go_on() -> None:
    plan = Plan("contacts", rows=[link_row(1, "a"), link_row(2, "b"), link_row(3, "a")])

    plan.refuse_double_claims()

    assert [row.action for row in plan.rows] == [Action.REVIEW, Action.LINK, Action.REVIEW]
    assert [(row.remote_id, row.atoms) for row in plan.rows if row.action is Action.REVIEW] == [
        ("", ()),
        ("", ()),
    ]


def test_ids_that_differ_in_case_alone_are_two_items() -> None:
    plan = Plan("contacts", rows=[link_row(1, "aa"), link_row(2, "aA")])

    plan.refuse_double_claims()

    assert {row.action for row in plan.rows} == {Action.LINK}


def test_without_its_removals_a_plan_keeps_everything_else() -> None:
    delete = Row(Action.DELETE, "left, removed", a_key(1), 1, "a")
    update = Row(Action.UPDATE, "both there", a_key(2), 2, "b", ("company",))
    blank = replace(update, key=a_key(3), blanks=True)
    plan = Plan("contacts", rows=[delete, update, blank])

    assert plan.removals() == [delete, blank]
    assert plan.without_removals() == [update]


def test_pairs_that_need_nothing_are_counted() -> None:
    plan = Plan("contacts")
    plan.add(None)
    plan.add(link_row(1, "a"))

    assert (plan.unchanged, len(plan.rows)) == (1, 1)


# ---------------------------------------------------------------------------------------- changes


def test_changed_atoms_are_those_whose_value_moved_or_was_unknown() -> None:
    assert changed_atoms({"a": 1, "b": 2, "c": 3}, {"b": 2, "a": 9, "d": None}) == ("a", "d")


def test_fingerprints_do_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": ["x"]}) == fingerprint({"b": ["x"], "a": 1})
    assert fingerprint({"a": ["x", "y"]}) != fingerprint({"a": ["y", "x"]})
