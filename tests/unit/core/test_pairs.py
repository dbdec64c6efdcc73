"""Whatever is known of a pair, the decision table has a rule for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import (
    BORN_IN_EXCHANGE,
    NO_ROW,
    Cause,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Origin,
    Rest,
    is_free,
    is_met,
)
from agentbox_sync.core.facts import is_edited, situation
from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.kinds.meetings import is_private
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.orders import Ordered
from agentbox_sync.core.pairs import Pair, is_left_out
from agentbox_sync.core.plan import resolve
from agentbox_sync.core.rules import Adoption, Deletion, Order, Policy, Removal, Status
from agentbox_sync.core.situations import Local, Pairing, Remote
from tests.builders.records import (
    SYDNEY,
    a_key,
    a_link,
    a_local_item,
    a_record,
    an_absence,
    an_observation,
)
from tests.builders.situations import CAN_BE

CHANGED = a_record(company="New")
ROWS = (
    a_local_item(),
    a_local_item(CHANGED),
    a_local_item(read_only=True),
    a_local_item(is_outside=True),
    a_local_item(is_dormant=True),
    *(an_absence(cause) for cause in Cause),
)
DONE = "Done"
SECRETIVE = replace(
    KIND, is_private=is_private, is_over=lambda canonical: canonical.get("company") == DONE
)
UNMET = {"base_local": {}, "base_remote": {}}
LINKS = (
    a_link(),
    a_link(origin=Origin.EXCHANGE),
    a_link(state=LinkState.QUARANTINED),
    a_link(state=LinkState.QUARANTINED, **UNMET),
    a_link(state=LinkState.CREATING, remote_id="", **UNMET),
    *(a_link(state=LinkState.RETAINED, reason=reason) for reason in Rest),
)
ALIKE: tuple[tuple[str, ...], ...] = ((), ("one",), ("one", "two"))
OFFERS = (
    a_link(state=LinkState.RETAINED, reason=BORN_IN_EXCHANGE),
    a_link(state=LinkState.RETAINED, reason=Rest.DISMISSED),
)
SEEN = (
    {"remote": None},
    {"remote": an_observation()},
    {"remote": an_observation(record=CHANGED, etag="W/2")},
    {"remote": None, "gone": True},
    {"remote": an_observation(container="archive"), "moved": True},
    {"remote": an_observation(ties=frozenset({"guests"})), "outside": True},
)
POLICIES = [
    Policy(status, removal, strict=strict, deletion=deletion, adoption=adoption)
    for status in (Status.ONE_WAY, Status.TWO_WAY)
    for removal, strict in itertools.product(Removal, (False, True))
    for deletion, adoption in itertools.product(Deletion, Adoption)
]


def possible_pairs() -> Iterator[Pair]:
    """Yield every kind of pair that the engine can put together."""
    for local, link, seen in itertools.product(ROWS, LINKS, SEEN):
        yield Pair(local, link, **seen)  # type: ignore[arg-type]
    for local, link, alike in itertools.product(ROWS, LINKS, ALIKE):
        if isinstance(local, LocalItem) and local.is_outside and link.remote_id:
            continue  # what takes place outside the window is nowhere astray
        yield Pair(local, link, alike=alike, astray=True)
    for local, alike in itertools.product(ROWS, ALIKE):
        yield Pair(local, None, an_observation("one") if alike else None, alike=alike)
    for double in (False, True):
        stranger = Pair(None, None, an_observation(), double=double)
        yield stranger
        yield Pair(None, a_link(), stranger.remote, double=double, ghost=({},))
        for offer, seen in itertools.product(OFFERS, SEEN):
            yield Pair(None, offer, double=double, **seen)  # type: ignore[arg-type]
    for record in ({"sensitivity": "private"}, {"company": DONE}):
        unwanted = an_observation(record=record)
        yield Pair(None, None, unwanted)
        yield Pair(None, a_link(), unwanted, ghost=({},))
        for seen in ({}, {"gone": True}, {"moved": True}):
            yield Pair(None, OFFERS[0], unwanted, **seen)  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
def test_every_pair_is_decided(policy: Policy) -> None:
    for pair in possible_pairs():
        decision = resolve(pair, SECRETIVE, policy, SYDNEY)
        assert decision.row is None or decision.row.action is not Action.IGNORE


def test_the_pairs_that_can_be_make_exactly_the_situations_that_can_be() -> None:
    found = {
        (facts.pairing, facts.local, facts.remote)
        for pair in possible_pairs()
        for facts in [situation(pair, SECRETIVE, POLICIES[-1], SYDNEY)]
    }

    assert found == set(CAN_BE)


def facts_of(link: Link, local: object = None, **seen: object) -> tuple[Pairing, Local, Remote]:
    pair = Pair(local or a_local_item(), link, **seen)  # type: ignore[arg-type]
    found = situation(pair, KIND, Policy(Status.TWO_WAY), SYDNEY)
    return found.pairing, found.local, found.remote


def test_a_link_that_no_side_ever_agreed_on_is_a_first_meeting() -> None:
    assert facts_of(a_link(**UNMET), alike=("one",)) == (
        Pairing.NONE,
        Local.PRESENT,
        Remote.ALIKE,
    )


def test_an_item_in_exchange_is_not_forgotten_with_a_first_meeting_that_never_ended() -> None:
    assert facts_of(a_link(**UNMET), an_absence(Cause.LOST_ACCESS)) == (
        Pairing.LINKED,
        Local.LOST_ACCESS,
        Remote.PRESENT,
    )


@pytest.mark.parametrize("reason", list(Rest))
def test_what_the_crm_took_away_rests_and_what_a_person_took_away_is_parted(reason: Rest) -> None:
    of_the_crm = {
        Rest.DELETED,
        Rest.LEFT_FILTER,
        Rest.LOST_ACCESS,
        Rest.COMPLETED,
        Rest.SUPERSEDED,
        Rest.DETACHED,
        Rest.OTHER_COLLECTION,
    }

    pairing, _, _ = facts_of(a_link(state=LinkState.RETAINED, reason=reason))

    assert pairing is (Pairing.RESTING if reason in of_the_crm else Pairing.PARTED)


@pytest.mark.parametrize("record, edited", [(a_record(), False), (CHANGED, True)])
def test_an_edit_that_was_not_synced_is_known(record: dict[str, object], edited: bool) -> None:
    pair = Pair(a_local_item(record), a_link(), gone=True)

    assert situation(pair, KIND, Policy(Status.TWO_WAY), SYDNEY).edited is edited


# ---------------------------------------------------------------------------------------- changes


@pytest.mark.parametrize(
    "base, now, edited",
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": 1}, {"a": 9}, True),
        ({}, {"a": None}, True),
    ],
)
def test_edited_is_what_moved_or_was_unknown(
    base: dict[str, object], now: dict[str, object], edited: bool
) -> None:
    assert is_edited(base, now) is edited


@pytest.mark.parametrize(
    "link, met",
    [
        (None, False),
        (a_link(), True),
        (a_link(**UNMET), False),
        (a_link(remote_id=""), False),
        (a_link(**UNMET, state=LinkState.RETAINED, reason=Rest.MOVED_AWAY), True),
        (a_link(**UNMET, state=LinkState.RETAINED, reason=Rest.LEFT_FILTER), False),
    ],
)
def test_a_meeting_has_come_to_its_end_when_both_agreed_or_a_person_parted_them(
    link: Link | None, met: bool
) -> None:
    assert is_met(link) is met


@pytest.mark.parametrize(
    "key, state, reason, free",
    [
        (NO_ROW, LinkState.RETAINED, BORN_IN_EXCHANGE, True),
        (a_key(), LinkState.RETAINED, Rest.DELETED, True),
        (a_key(), LinkState.RETAINED, Rest.LEFT_FILTER, False),
        (a_key(), LinkState.ACTIVE, "", False),
    ],
)
def test_an_item_is_free_while_it_waits_and_when_its_row_was_deleted(
    key: LocalKey, state: LinkState, reason: str, free: bool
) -> None:
    assert is_free(Link(1, key, state, "stamp", reason=reason)) is free


def test_fingerprints_do_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": ["x"]}) == fingerprint({"b": ["x"], "a": 1})
    assert fingerprint({"a": ["x", "y"]}) != fingerprint({"a": ["y", "x"]})


# ----------------------------------------------------------------------------------------- dormant

DORMANT = a_local_item(is_dormant=True)


@pytest.mark.parametrize("deletion", list(Deletion))
@pytest.mark.parametrize(
    "link, seen",
    [
        (None, {}),
        (None, {"alike": ("one", "two")}),
        (a_link(state=LinkState.CREATING, remote_id="", **UNMET), {}),
        (a_link(), {"gone": True}),
        (a_link(state=LinkState.RETAINED, reason=Rest.LEFT_FILTER), {"gone": True}),
        (a_link(state=LinkState.RETAINED, reason=Rest.REMOVED_IN_EXCHANGE), {"gone": True}),
    ],
)
def test_what_is_dormant_is_never_created(
    deletion: Deletion, link: Link | None, seen: dict[str, object]
) -> None:
    policy = Policy(Status.TWO_WAY, deletion=deletion)

    row = resolve(Pair(DORMANT, link, **seen), KIND, policy, SYDNEY).row  # type: ignore[arg-type]

    assert row is None or row.action is Action.REST


def test_what_is_dormant_is_met_where_exchange_has_it() -> None:
    row = resolve(Pair(DORMANT, alike=("one",)), KIND, Policy(Status.TWO_WAY), SYDNEY).row

    assert row is not None
    assert (row.action, row.remote_id) == (Action.LINK, "one")


def test_what_is_done_is_looked_for_and_what_is_dormant_otherwise_is_not() -> None:
    assert is_left_out(DORMANT, None)
    assert not is_left_out(DORMANT, None, is_done=True)


def test_what_is_dormant_is_kept_in_step_where_exchange_has_it() -> None:
    changed = replace(DORMANT, record=a_record("Liv"))

    row = resolve(Pair(changed, a_link()), KIND, Policy(Status.TWO_WAY), SYDNEY).row

    assert row is not None
    assert (row.action, row.push) == (Action.UPDATE, ("name",))


def test_what_is_dormant_is_created_for_a_person() -> None:
    parted = a_link(state=LinkState.RETAINED, reason=Rest.REMOVED_IN_EXCHANGE)
    pair = Pair(DORMANT, parted, gone=True, order=Ordered(1, Order.RESTORE, parted))

    row = resolve(pair, KIND, Policy(Status.TWO_WAY), SYDNEY).row

    assert row is not None
    assert row.action is Action.CREATE


# -------------------------------------------------------------------------- outside of the window

OUTSIDE = a_local_item(is_outside=True)
UNTOLD = Pending({"company": "New"}, "W/1", before={"company": "Typed"})
TOLD = replace(UNTOLD, before={})


@pytest.mark.parametrize("sent, action", [(UNTOLD, Action.ABSORB), (TOLD, None)])
def test_what_is_left_alone_is_told_once_what_an_unanswered_write_replaced(
    sent: Pending, action: Action | None
) -> None:
    pair = Pair(OUTSIDE, a_link(pending=(sent,)), outside=True)

    row = resolve(pair, KIND, Policy(Status.TWO_WAY), SYDNEY).row

    assert (row.action if row else None) is action
    assert row is None or not (row.push or row.pull or row.removes_anything)


@pytest.mark.parametrize("outside, action", [(True, Action.REST), (False, None)])
def test_what_rests_outside_the_window_is_told_although_its_write_might_land(
    outside: bool, action: Action | None
) -> None:
    link = a_link(state=LinkState.RETAINED, reason=Rest.LEFT_FILTER, pending=(UNTOLD,))
    pair = Pair(an_absence(Cause.LEFT_FILTER), link, outside=outside)

    row = resolve(pair, KIND, Policy(Status.TWO_WAY), SYDNEY).row

    assert (row.action if row else None) is action


def test_a_first_meeting_whose_item_has_gone_is_left_out_when_it_is_told_what_that_said() -> None:
    untold, told = (
        a_link(state=LinkState.CREATING, pending=(sent,), **UNMET) for sent in (UNTOLD, TOLD)
    )

    assert not is_left_out(OUTSIDE, untold, is_gone=True)
    assert is_left_out(OUTSIDE, told, is_gone=True)


# ------------------------------------------------------------------------- in another collection


def test_what_lies_in_another_collection_is_met_in_the_chosen_one_like_something_new() -> None:
    assert facts_of(a_link(), astray=True, alike=("one",)) == (
        Pairing.ASTRAY,
        Local.PRESENT,
        Remote.ALIKE,
    )


@pytest.mark.parametrize("seen", [{"gone": True}, {"moved": True}], ids=["gone", "moved"])
def test_what_a_person_took_away_is_not_moved(seen: dict[str, bool]) -> None:
    pairing, _, _ = facts_of(a_link(), astray=True, **seen)

    assert pairing is Pairing.LINKED


def test_what_a_person_had_parted_before_stays_parted_wherever_it_lies() -> None:
    parted = a_link(state=LinkState.RETAINED, reason=Rest.REMOVED_IN_EXCHANGE)

    assert facts_of(parted, astray=True)[0] is Pairing.PARTED


def test_a_row_that_is_away_is_decided_where_its_item_lies() -> None:
    away = an_absence(Cause.LEFT_FILTER)

    assert facts_of(a_link(), away, astray=True)[0] is Pairing.LINKED


def test_what_comes_back_into_the_scope_moves_as_well() -> None:
    rests = a_link(state=LinkState.RETAINED, reason=Rest.LEFT_FILTER)

    assert facts_of(rests, astray=True)[0] is Pairing.ASTRAY
