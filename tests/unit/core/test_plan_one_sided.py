"""The plan for a pair of which a side went away, came back, or was never there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Action, Side
from agentbox_sync.core.changes import Cause, LinkState, LocalItem, Origin, Rest
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.rules import Adoption, Policy, Removal, Status
from tests.builders.plans import (
    APPLYING,
    BOTH_WAYS,
    DELETING,
    EDITED,
    EVERY_POLICY,
    EXCHANGE_WINS,
    NEW,
    OLD,
    ONE_WAY,
    RESTORING,
    STRICT,
    TWO_WAY,
    decided,
    ordered,
    row_of,
)
from tests.builders.records import (
    SYDNEY,
    a_link,
    a_local_item,
    a_record,
    an_absence,
    an_observation,
)

# --------------------------------------------------------------- a person removed or moved it there


@pytest.mark.parametrize(
    "policy, action",
    [
        (ONE_WAY, Action.REST),
        (STRICT, Action.CREATE),
        (TWO_WAY, Action.REST),
        (RESTORING, Action.CREATE),
        (APPLYING, Action.RELEASE),
    ],
)
def test_what_was_removed_in_exchange(policy: Policy, action: Action) -> None:
    assert row_of(Pair(a_local_item(), a_link(), gone=True), policy).action is action


@pytest.mark.parametrize(
    "policy, action",
    [(TWO_WAY, Action.REST), (RESTORING, Action.CREATE), (APPLYING, Action.REVIEW)],
)
def test_what_was_removed_in_exchange_while_it_was_edited_in_the_crm(
    policy: Policy, action: Action
) -> None:
    assert row_of(Pair(a_local_item(NEW), a_link(OLD), gone=True), policy).action is action


def test_what_exchange_holds_otherwise_than_we_sent_it_is_no_edit_in_the_crm() -> None:
    cut = KIND.canonical(a_record(company="Ol"), SYDNEY)
    pair = Pair(a_local_item(OLD), a_link(OLD, base_remote=cut), gone=True)

    assert row_of(pair, APPLYING).action is Action.RELEASE


def test_a_removal_of_what_is_view_only_is_not_followed_in_the_crm() -> None:
    pair = Pair(a_local_item(read_only=True), a_link(), gone=True)

    assert row_of(pair, APPLYING).action is Action.REST
    assert row_of(pair, RESTORING).action is Action.CREATE


def test_a_removal_that_is_followed_counts_on_the_side_of_the_crm() -> None:
    row = row_of(Pair(a_local_item(), a_link(), gone=True), APPLYING)

    assert (row.removes(Side.LOCAL), row.removes(Side.REMOTE)) == (True, False)


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_what_our_own_unanswered_delete_removed_was_removed_by_nobody(policy: Policy) -> None:
    # It left the selection, the delete was never answered, and now it is back.
    link = a_link(pending=(Pending({}, "W/1", removes=True),))

    assert row_of(Pair(a_local_item(), link, gone=True), policy).action is Action.CREATE


@pytest.mark.parametrize("policy", EVERY_POLICY)
@pytest.mark.parametrize("item", [a_local_item(OLD), a_local_item(NEW)], ids=["same", "changed"])
def test_what_was_moved_to_another_folder_rests(policy: Policy, item: LocalItem) -> None:
    seen = an_observation(record=EDITED, etag="W/2", container="archive")
    pair = Pair(item, a_link(OLD), seen, moved=True)

    assert ordered(pair, policy) == (Action.REST, (), ())


@pytest.mark.parametrize("policy", EVERY_POLICY)
@pytest.mark.parametrize(
    "reason", [Rest.REMOVED_IN_EXCHANGE, Rest.MOVED_AWAY, Rest.DISMISSED, Rest.CONTESTED]
)
def test_what_a_person_took_away_stays_away_when_the_crm_changes(
    reason: Rest, policy: Policy
) -> None:
    link = a_link(OLD, state=LinkState.RETAINED, reason=reason)

    assert decided(Pair(a_local_item(NEW), link), policy).row is None


# ------------------------------------------------------------------------------ it left, it returns


RESUMABLE = [Rest.DELETED, Rest.LEFT_FILTER, Rest.LOST_ACCESS, Rest.COMPLETED, Rest.DETACHED]


@pytest.mark.parametrize("policy", EVERY_POLICY)
@pytest.mark.parametrize("reason", RESUMABLE)
def test_a_link_that_rests_because_of_the_crm_is_picked_up_again(
    reason: Rest, policy: Policy
) -> None:
    link = a_link(state=LinkState.RETAINED, reason=reason)

    row = row_of(Pair(a_local_item(), link), policy)

    assert (row.action, row.remote_id, row.push, row.pull) == (Action.ABSORB, "AAMk1", (), ())


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_what_comes_back_and_is_gone_in_exchange_is_created_again(policy: Policy) -> None:
    link = a_link(state=LinkState.RETAINED, reason=Rest.LEFT_FILTER)

    assert row_of(Pair(a_local_item(), link, gone=True), policy).action is Action.CREATE


def test_what_comes_back_and_was_moved_in_exchange_is_told_once() -> None:
    resting, moved_away = (
        a_link(state=LinkState.RETAINED, reason=reason)
        for reason in (Rest.LEFT_FILTER, Rest.MOVED_AWAY)
    )

    assert row_of(Pair(a_local_item(), resting, moved=True)).action is Action.REST
    assert decided(Pair(a_local_item(), moved_away, moved=True)).row is None


@pytest.mark.parametrize("reason", [Rest.LEFT_FILTER, Rest.LOST_ACCESS, Rest.COMPLETED])
def test_a_resting_link_whose_row_was_deleted_since_is_told_so_once(reason: Rest) -> None:
    # Its item is free then for a row that is like it.
    waits, knows = (a_link(state=LinkState.RETAINED, reason=why) for why in (reason, Rest.DELETED))

    assert row_of(Pair(an_absence(Cause.DELETED), waits)).action is Action.REST
    assert decided(Pair(an_absence(Cause.DELETED), knows)).row is None


@pytest.mark.parametrize("cause", list(Cause))
def test_what_was_never_linked_and_is_away_only_ends(cause: Cause) -> None:
    link = a_link(remote_id="", state=LinkState.CREATING)

    assert row_of(Pair(an_absence(cause), link), DELETING).action is Action.END


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("removal", list(Removal))
@pytest.mark.parametrize("status", [Status.ONE_WAY, Status.TWO_WAY])
def test_of_the_causes_those_that_may_leave_nothing_behind_overrule_retain(
    cause: Cause, removal: Removal, status: Status
) -> None:
    row = row_of(Pair(an_absence(cause), a_link()), Policy(status, removal))

    deletes = removal is Removal.DELETE or cause in (
        Cause.LOST_ACCESS,
        Cause.SUPERSEDED,
        Cause.DETACHED,
    )
    assert row.action is (Action.DELETE if deletes else Action.REST)
    assert (row.removes(Side.REMOTE), row.removes(Side.LOCAL)) == (deletes, False)


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_what_was_born_in_exchange_is_not_deleted_whatever_the_cause(
    cause: Cause, policy: Policy
) -> None:
    link = a_link(origin=Origin.EXCHANGE)

    assert row_of(Pair(an_absence(cause), link), policy).action is Action.REST


@pytest.mark.parametrize("cause", list(Cause))
def test_what_rests_and_is_still_away_needs_no_row_unless_it_must_go(cause: Cause) -> None:
    link = a_link(state=LinkState.RETAINED, reason=Rest.LEFT_FILTER)

    row = decided(Pair(an_absence(cause), link), DELETING).row

    if cause in (Cause.LOST_ACCESS, Cause.DETACHED):
        assert row is not None
        assert row.action is Action.DELETE
    elif cause is not Cause.DELETED:  # that it is told of once, below
        assert row is None


# ------------------------------------------------------------------------------- a first meeting


LOCAL = a_local_item(a_record(company="Ours", job_title="Buyer", website=""))
THEIRS = an_observation("theirs", a_record(company="Theirs", job_title="", website="theirs.au"))
MEETING = Pair(LOCAL, None, THEIRS, alike=("theirs",))


@pytest.mark.parametrize(
    "policy, push, pull",
    [
        (ONE_WAY, ("job_title",), ()),
        (STRICT, ("company", "job_title"), ()),
        (TWO_WAY, ("company", "job_title"), ("website",)),
        (EXCHANGE_WINS, ("job_title",), ("company", "website")),
    ],
)
def test_a_first_meeting_links_and_fills_what_is_empty(
    policy: Policy, push: tuple[str, ...], pull: tuple[str, ...]
) -> None:
    row = row_of(MEETING, policy)

    assert (row.action, row.remote_id, row.push, row.pull) == (Action.LINK, "theirs", push, pull)
    assert not row.removes_anything


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_a_first_meeting_of_what_is_view_only_writes_nothing_to_the_crm(policy: Policy) -> None:
    pair = replace(MEETING, local=replace(LOCAL, read_only=True))

    assert ordered(pair, policy) == (Action.LINK, ("company", "job_title"), ())


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_several_items_alike_are_a_question_for_a_person(policy: Policy) -> None:
    row = row_of(Pair(a_local_item(), alike=("one", "two")), policy)

    assert (row.action, row.remote_id) == (Action.REVIEW, "")


# ------------------------------------------------------------------------------- born in Exchange


STRANGER = Pair(None, None, an_observation("theirs"))


@pytest.mark.parametrize("adoption", list(Adoption))
def test_a_stranger_is_nobodys_business_in_one_way(adoption: Adoption) -> None:
    assert decided(STRANGER, Policy(Status.ONE_WAY, adoption=adoption)).row is None


@pytest.mark.parametrize(
    "adoption, unknown, alike",
    [
        (Adoption.IGNORE, None, None),
        (Adoption.REVIEW, Action.OFFER, Action.OFFER),
        (Adoption.IMPORT, Action.IMPORT, Action.OFFER),
    ],
)
def test_a_stranger_in_two_way(
    adoption: Adoption, unknown: Action | None, alike: Action | None
) -> None:
    policy = Policy(Status.TWO_WAY, adoption=adoption)
    rows = (decided(replace(STRANGER, double=double), policy).row for double in (False, True))

    assert [row and row.action for row in rows] == [unknown, alike]


def test_a_late_arrival_is_recognised_and_never_imported() -> None:
    link = a_link(remote_id="", state=LinkState.DEAD)
    pair = replace(STRANGER, link=link, ghost=(KIND.canonical(a_record(), SYDNEY),))

    row = row_of(pair, Policy(Status.TWO_WAY, adoption=Adoption.IMPORT))

    assert (row.action, row.remote_id, row.link_id) == (Action.DEDUPE, "theirs", link.id)
