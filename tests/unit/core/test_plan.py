"""The plan: a pair of which both sides are there, and what holds for all pairs together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.changes import Observation
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.rules import Policy
from tests.builders.plans import (
    BOTH_WAYS,
    EDIT,
    EVERY_POLICY,
    EXCHANGE_WINS,
    NEW,
    OLD,
    ONE_WAY,
    STRICT,
    TWO_WAY,
    decided,
    ordered,
    row_of,
)
from tests.builders.records import (
    SYDNEY,
    a_key,
    a_link,
    a_local_item,
    a_record,
    an_observation,
)

# --------------------------------------------------------------------------- both sides are there


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_new_item_is_created_with_all_that_it_knows(policy: Policy) -> None:
    row = row_of(Pair(a_local_item(a_record(company="Harbour Vale"))), policy)

    assert (row.action, row.cause, row.push, row.pull) == (
        Action.CREATE,
        "new in the CRM",
        ("name", "company"),
        (),
    )
    assert row.key == a_key()
    assert not row.removes_anything


@pytest.mark.parametrize("policy", EVERY_POLICY)
@pytest.mark.parametrize("seen", [None, an_observation()], ids=["no news", "our own echo"])
def test_a_pair_on_which_both_sides_agree_needs_no_row(
    policy: Policy, seen: Observation | None
) -> None:
    assert decided(Pair(a_local_item(), a_link(), seen), policy).row is None


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_new_etag_alone_is_remembered_and_nothing_is_written(policy: Policy) -> None:
    pair = Pair(a_local_item(), a_link(), an_observation(etag="W/2"))

    assert ordered(pair, policy) == (Action.ABSORB, (), ())


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_change_in_the_crm_names_its_atoms_and_no_others(policy: Policy) -> None:
    agreed = a_record(company="Old", job_title="Buyer")
    pair = Pair(a_local_item(a_record(company="New", job_title="Buyer")), a_link(agreed))

    row = row_of(pair, policy)

    assert (row.action, row.push, row.remote_id) == (Action.UPDATE, ("company",), "AAMk1")
    assert (row.pull, row.blanks) == ((), frozenset())


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_spelling_that_means_the_same_is_no_change(policy: Policy) -> None:
    agreed = a_record(emails=["o@example.com"], mobile_phone="0412 345 678")
    respelled = a_record(emails=["O@Example.com "], mobile_phone="+61 412 345 678")

    assert decided(Pair(a_local_item(respelled), a_link(agreed)), policy).row is None


def test_an_edit_in_exchange_stands_in_one_way_and_is_remembered_as_drift() -> None:
    pair = Pair(a_local_item(OLD), a_link(OLD), EDIT)

    assert ordered(pair, ONE_WAY) == (Action.ABSORB, (), ())
    merged = decided(pair, ONE_WAY).merged
    assert merged is not None
    assert merged.drift == ("company",)


def test_drift_of_an_atom_that_the_crm_no_longer_offers_is_forgotten() -> None:
    pair = Pair(a_local_item(a_record()), a_link(OLD, drift=("company",)))

    assert ordered(pair, ONE_WAY) == (Action.ABSORB, (), ())


def test_strict_puts_an_edit_in_exchange_back() -> None:
    pair = Pair(a_local_item(OLD), a_link(OLD), EDIT)

    assert ordered(pair, STRICT) == (Action.UPDATE, ("company",), ())


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_two_way_brings_an_edit_in_exchange_into_the_crm(policy: Policy) -> None:
    pair = Pair(a_local_item(OLD), a_link(OLD), EDIT)

    assert ordered(pair, policy) == (Action.UPDATE, (), ("company",))


def test_of_two_edits_of_the_same_atom_the_chosen_side_wins() -> None:
    pair = Pair(a_local_item(NEW), a_link(OLD), EDIT)

    assert ordered(pair, TWO_WAY) == (Action.UPDATE, ("company",), ())
    assert ordered(pair, EXCHANGE_WINS) == (Action.UPDATE, (), ("company",))


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_edits_of_different_atoms_go_both_ways_in_one_row(policy: Policy) -> None:
    local = a_local_item(a_record(company="New", notes="n"))
    seen = an_observation(record=a_record(company="Old", notes="edited"), etag="W/2")
    pair = Pair(local, a_link(a_record(company="Old", notes="n")), seen)

    assert ordered(pair, policy) == (Action.UPDATE, ("company",), ("notes",))


@pytest.mark.parametrize("policy", BOTH_WAYS)
@pytest.mark.parametrize("item", [OLD, NEW], ids=["unchanged", "changed"])
def test_view_only_puts_an_edit_in_exchange_back_and_never_writes_to_the_crm(
    policy: Policy, item: dict[str, object]
) -> None:
    pair = Pair(a_local_item(item, read_only=True), a_link(OLD), EDIT)

    assert ordered(pair, policy) == (Action.UPDATE, ("company",), ())


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_what_the_crm_cannot_take_is_put_back_and_the_rest_comes_in(policy: Policy) -> None:
    agreed = a_record(company="Old", notes="n")
    seen = an_observation(record=a_record(company="Edited", notes="edited"), etag="W/2")
    pair = Pair(a_local_item(agreed, fixed=frozenset({"company"})), a_link(agreed), seen)

    assert ordered(pair, policy) == (Action.UPDATE, ("company",), ("notes",))


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_an_update_that_empties_something_in_exchange_counts_as_a_removal_there(
    policy: Policy,
) -> None:
    row = row_of(Pair(a_local_item(a_record(company="")), a_link(OLD)), policy)

    assert (row.action, row.blanks) == (Action.UPDATE, {Side.REMOTE})
    assert (row.removes(Side.REMOTE), row.removes(Side.LOCAL)) == (True, False)


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_an_update_that_empties_something_in_the_crm_counts_as_a_removal_there(
    policy: Policy,
) -> None:
    seen = an_observation(record=a_record(company=""), etag="W/2")

    row = row_of(Pair(a_local_item(OLD), a_link(OLD), seen), policy)

    assert (row.action, row.blanks) == (Action.UPDATE, {Side.LOCAL})
    assert (row.removes(Side.REMOTE), row.removes(Side.LOCAL)) == (False, True)


def test_the_same_pair_gives_the_same_decision() -> None:
    pair = Pair(a_local_item(NEW), a_link(OLD), EDIT)

    assert decided(pair, TWO_WAY) == decided(pair, TWO_WAY)


# ------------------------------------------------------------------------------ an unanswered write


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_revert_in_the_crm_is_not_undone_by_our_own_write_that_landed(policy: Policy) -> None:
    pending = Pending(KIND.canonical({"company": "New"}, SYDNEY), "W/1")
    link = a_link(OLD, pending=(pending,))
    seen = an_observation(record=NEW, etag="W/2")

    row = row_of(Pair(a_local_item(OLD), link, seen), policy)

    assert (row.action, row.push, row.pull) == (Action.UPDATE, ("company",), ())


def test_an_unanswered_write_that_can_no_longer_land_is_forgotten() -> None:
    open_still, too_late = (
        a_link(pending=(Pending({"company": "New"}, etag),)) for etag in ("W/1", "W/0")
    )

    assert decided(Pair(a_local_item(), open_still)).row is None
    assert row_of(Pair(a_local_item(), too_late)).action is Action.ABSORB


# --------------------------------------------------------------------------------- the whole plan


def link_row(pk: int, remote_id: str) -> Row:
    return Row(Action.LINK, "already in Exchange", a_key(pk), 0, remote_id, ("notes",), ("name",))


def test_an_item_claimed_twice_becomes_a_question_and_the_others_go_on() -> None:
    plan = Plan("contacts", rows=[link_row(1, "a"), link_row(2, "b"), link_row(3, "a")])

    plan.refuse_double_claims()

    assert [row.action for row in plan.rows] == [Action.REVIEW, Action.LINK, Action.REVIEW]
    assert {
        (row.remote_id, row.push, row.pull) for row in plan.rows if row.action is Action.REVIEW
    } == {("", (), ())}
    assert plan.claimed() == {"b"}


def test_ids_that_differ_in_case_alone_are_two_items() -> None:
    plan = Plan("contacts", rows=[link_row(1, "aa"), link_row(2, "aA")])

    plan.refuse_double_claims()

    assert {row.action for row in plan.rows} == {Action.LINK}
    assert plan.claimed() == {"aa", "aA"}


def test_a_creation_claims_nothing_of_a_first_meeting() -> None:
    rows = [link_row(1, "a"), Row(Action.UPDATE, "both there", a_key(2), 2, "a")]
    plan = Plan("contacts", rows=list(rows))

    plan.refuse_double_claims()

    assert plan.rows == rows
    assert plan.claimed() == {"a"}


def test_each_sides_guard_counts_what_is_removed_there() -> None:
    delete = Row(Action.DELETE, "left, removed", a_key(1), 1, "a")
    update = Row(Action.UPDATE, "both there", a_key(2), 2, "b", ("company",), ("notes",))
    blanks_there = replace(update, key=a_key(3), blanks=frozenset({Side.REMOTE}))
    blanks_here = replace(update, key=a_key(4), blanks=frozenset({Side.LOCAL}))
    blanks_both = replace(update, key=a_key(5), blanks=frozenset({Side.LOCAL, Side.REMOTE}))
    release = Row(Action.RELEASE, "removed in Exchange, applied", a_key(6), 6, "f")
    dedupe = Row(Action.DEDUPE, "landed late", a_key(7), 7, "g")
    rows = [delete, update, blanks_there, blanks_here, blanks_both, release, dedupe]

    plan = Plan("contacts", rows=rows)

    assert plan.removals(Side.REMOTE) == [delete, blanks_there, blanks_both]
    assert plan.removals(Side.LOCAL) == [blanks_here, blanks_both, release]
    assert [row for row in rows if not row.removes_anything] == [update, dedupe]


def test_pairs_that_need_nothing_are_counted() -> None:
    plan = Plan("contacts")
    plan.add(None)
    plan.add(link_row(1, "a"))

    assert (plan.unchanged, len(plan.rows)) == (1, 1)
