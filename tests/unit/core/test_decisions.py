"""The table of decisions: closed, without overlap, and each row as its name says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import Origin
from agentbox_sync.core.decisions import PERHAPS_A_DOUBLE, RULES, decide
from agentbox_sync.core.rules import Adoption, Deletion, Order, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation
from agentbox_sync.core.table import Rule
from agentbox_sync.core.withheld import WITHHELD
from tests.builders.situations import (
    CAN_BE,
    ORDERED,
    ROWS,
    STRANGERS,
    ordered_situations,
    possible_situations,
)


def answering(situation: Situation, rules: tuple[Rule, ...] = RULES) -> list[str]:
    return [rule.name for rule in rules if rule.admits(situation)]


def unanswered_or_disputed(rules: tuple[Rule, ...] = RULES) -> Iterator[Situation]:
    every = itertools.chain(possible_situations(), ordered_situations())
    return (one for one in every if len(answering(one, rules)) != 1)


def test_exactly_one_rule_answers_every_situation() -> None:
    # 29 unlinked, 54 linked, 18 of them outside, 12 offers, 3 astray; 144 combinations of the rest.
    assert len(CAN_BE) == 29 + 54 + 18 + 12 + 3
    assert len(list(possible_situations())) == 116 * 2 * 2 * 3 * 3 * 2 * 2
    # A person accepts 1, links 1, creates 3, restores 5, releases 1, and dismisses 2, 3 and 15.
    assert len(ORDERED) == 1 + 1 + 3 + 5 + 1 + (2 + 3 + 15)
    assert len(list(ordered_situations())) == 31 * 2 * 2 * 3 * 3 * 2 * 2
    assert list(unanswered_or_disputed()) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_missing_rule_and_a_doubled_one_are_noticed(rule: Rule) -> None:
    without = tuple(other for other in RULES if other is not rule)

    assert any(unanswered_or_disputed(without))
    assert any(unanswered_or_disputed((*RULES, rule)))


def test_names_are_unique_and_every_rule_says_why() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.because.endswith(".") for rule in RULES)


# "never arrived" ends an unlinked row that is away, whatever may be said of Exchange.
AWAY = set(ROWS) - {Local.PRESENT, Local.OUTSIDE}
CANNOT_BE = {
    facts
    for facts in set(itertools.product(Pairing, Local, Remote)) - set(CAN_BE)
    if not (facts[0] is Pairing.NONE and facts[1] in AWAY)
}


@pytest.mark.parametrize("facts", sorted(CANNOT_BE), ids=" ".join)
def test_a_situation_that_cannot_be_stops_instead_of_doing_something_plausible(
    facts: tuple[Pairing, Local, Remote],
) -> None:
    with pytest.raises(LookupError):
        decide(Situation(*facts))


def test_an_order_that_cannot_be_carried_out_stops_as_well() -> None:
    answered = {
        (order, facts)
        for order, facts in itertools.product(Order, CAN_BE)
        if answering(Situation(*facts, order=order))
    }

    assert answered == set(ORDERED)


# ------------------------------------------------------------------------------------ row by row


def here(pairing: Pairing, remote: Remote, **facts: object) -> Situation:
    return Situation(pairing, Local.PRESENT, remote, **facts)  # type: ignore[arg-type]


THEIRS = {"origin": Origin.EXCHANGE}
DELETING = {"removal": Removal.DELETE}
APPLYING = {"deletion": Deletion.APPLY}
RESTORING = {"deletion": Deletion.RESTORE}
REVIEWING = {"adoption": Adoption.REVIEW}
IMPORTING = {"adoption": Adoption.IMPORT}
EDITED = {"edited": True}
WANTED = {"order": Order.RESTORE}

# One case per rule: its name, a situation, what is ordered.
CASES: list[tuple[str, Situation, Action]] = [
    ("new in the CRM", here(Pairing.NONE, Remote.NOBODY), Action.CREATE),
    ("already in Exchange", here(Pairing.NONE, Remote.ALIKE), Action.LINK),
    ("ambiguous", here(Pairing.NONE, Remote.SEVERAL), Action.REVIEW),
    (
        "never arrived",
        Situation(Pairing.NONE, Local.LOST_ACCESS, Remote.NOBODY, **DELETING),
        Action.END,
    ),
    ("both there", here(Pairing.LINKED, Remote.PRESENT), Action.UPDATE),
    ("in another collection", here(Pairing.ASTRAY, Remote.SEVERAL, **EDITED), Action.MOVE),
    ("in another collection, and alike here", here(Pairing.ASTRAY, Remote.ALIKE), Action.MOVE),
    ("in another collection, not ours", here(Pairing.ASTRAY, Remote.ALIKE, **THEIRS), Action.REST),
    ("removed in Exchange", here(Pairing.LINKED, Remote.GONE, **EDITED), Action.REST),
    (
        "removed in Exchange, restored",
        here(Pairing.LINKED, Remote.GONE, **RESTORING),
        Action.CREATE,
    ),
    (
        "removed in Exchange, applied",
        here(Pairing.LINKED, Remote.GONE, **APPLYING),
        Action.RELEASE,
    ),
    (
        "removed in Exchange, but edited",
        here(Pairing.LINKED, Remote.GONE, **APPLYING, **EDITED),
        Action.REVIEW,
    ),
    ("moved away", here(Pairing.LINKED, Remote.MOVED, **RESTORING), Action.REST),
    ("parted", here(Pairing.PARTED, Remote.GONE, **RESTORING), Action.REST),
    ("back, but gone in Exchange", here(Pairing.RESTING, Remote.GONE), Action.CREATE),
    ("back, but moved in Exchange", here(Pairing.RESTING, Remote.MOVED), Action.REST),
    (
        "left, retained",
        Situation(Pairing.LINKED, Local.LEFT_FILTER, Remote.PRESENT),
        Action.REST,
    ),
    (
        "left, removed",
        Situation(Pairing.LINKED, Local.DELETED, Remote.PRESENT, **DELETING),
        Action.DELETE,
    ),
    (
        "left, not ours",
        Situation(Pairing.LINKED, Local.COMPLETED, Remote.PRESENT, **DELETING, **THEIRS),
        Action.REST,
    ),
    (
        "no longer allowed",
        Situation(Pairing.LINKED, Local.LOST_ACCESS, Remote.PRESENT),
        Action.DELETE,
    ),
    (
        "no longer allowed, not ours",
        Situation(Pairing.RESTING, Local.LOST_ACCESS, Remote.PRESENT, **DELETING, **THEIRS),
        Action.REST,
    ),
    (
        "disconnecting",
        Situation(Pairing.RESTING, Local.DETACHED, Remote.PRESENT),
        Action.DELETE,
    ),
    (
        "disconnecting, not ours",
        Situation(Pairing.LINKED, Local.DETACHED, Remote.PRESENT, **DELETING, **THEIRS),
        Action.REST,
    ),
    (
        "resting, still away",
        Situation(Pairing.RESTING, Local.DELETED, Remote.PRESENT, **DELETING),
        Action.REST,
    ),
    (
        "away on both sides",
        Situation(Pairing.LINKED, Local.LEFT_FILTER, Remote.GONE, **DELETING),
        Action.END,
    ),
    (
        "away and moved",
        Situation(Pairing.LINKED, Local.DELETED, Remote.MOVED, **DELETING),
        Action.REST,
    ),
    (
        "no longer allowed, moved",
        Situation(Pairing.PARTED, Local.LOST_ACCESS, Remote.MOVED),
        Action.DELETE,
    ),
    (
        "no longer allowed, moved, not ours",
        Situation(Pairing.LINKED, Local.LOST_ACCESS, Remote.MOVED, **DELETING, **THEIRS),
        Action.REST,
    ),
    (
        "parted, away and moved",
        Situation(Pairing.PARTED, Local.LEFT_FILTER, Remote.MOVED, **DELETING),
        Action.REST,
    ),
    ("parted and deleted", Situation(Pairing.PARTED, Local.DELETED, Remote.GONE), Action.END),
    ("parted and away", Situation(Pairing.PARTED, Local.LEFT_FILTER, Remote.GONE), Action.REST),
    (
        "parted, away and there",
        Situation(Pairing.PARTED, Local.LOST_ACCESS, Remote.PRESENT, **DELETING),
        Action.REST,
    ),
    (
        "born in Exchange, ignored",
        Situation(Pairing.NONE, Local.NOBODY, Remote.PRESENT),
        Action.IGNORE,
    ),
    (
        "born in Exchange, offered",
        Situation(Pairing.NONE, Local.NOBODY, Remote.PRESENT, **REVIEWING),
        Action.OFFER,
    ),
    (
        "born in Exchange, imported",
        Situation(Pairing.NONE, Local.NOBODY, Remote.PRESENT, **IMPORTING),
        Action.IMPORT,
    ),
    (
        PERHAPS_A_DOUBLE,
        Situation(Pairing.NONE, Local.DOUBLE, Remote.PRESENT, **IMPORTING),
        Action.OFFER,
    ),
    (
        "landed late",
        Situation(Pairing.NONE, Local.NOBODY, Remote.GHOST, **IMPORTING),
        Action.DEDUPE,
    ),
    (
        "offered, still there",
        Situation(Pairing.OFFERED, Local.NOBODY, Remote.PRESENT, **IMPORTING),
        Action.IGNORE,
    ),
    ("offered, gone", Situation(Pairing.OFFERED, Local.DOUBLE, Remote.MOVED), Action.END),
    (
        "accepted by a person",
        Situation(Pairing.OFFERED, Local.NOBODY, Remote.PRESENT, order=Order.ACCEPT),
        Action.IMPORT,
    ),
    ("linked by a person", here(Pairing.NONE, Remote.ALIKE, order=Order.LINK), Action.LINK),
    (
        "created for a person",
        here(Pairing.NONE, Remote.SEVERAL, order=Order.CREATE),
        Action.CREATE,
    ),
    ("restored for a person", here(Pairing.PARTED, Remote.GONE, **WANTED), Action.CREATE),
    (
        "restored for a person, and alike here",
        here(Pairing.NONE, Remote.ALIKE, **WANTED),
        Action.LINK,
    ),
    (
        "restored for a person, but ambiguous",
        here(Pairing.NONE, Remote.SEVERAL, **WANTED),
        Action.REVIEW,
    ),
    ("taken up for a person", here(Pairing.PARTED, Remote.PRESENT, **WANTED), Action.UPDATE),
    (
        "released by a person",
        here(Pairing.PARTED, Remote.GONE, **EDITED, order=Order.RELEASE),
        Action.RELEASE,
    ),
    (
        "dismissed by a person",
        Situation(Pairing.OFFERED, Local.DOUBLE, Remote.PRESENT, order=Order.DISMISS),
        Action.REST,
    ),
    ("left out by a person", here(Pairing.NONE, Remote.NOBODY, order=Order.DISMISS), Action.REST),
    (
        "let go by a person",
        Situation(Pairing.PARTED, Local.DELETED, Remote.MOVED, order=Order.DISMISS),
        Action.REST,
    ),
]


@pytest.mark.parametrize("name, situation, action", CASES, ids=[name for name, _, _ in CASES])
def test_rule(name: str, situation: Situation, action: Action) -> None:
    rule = decide(situation)

    assert (rule.name, rule.action) == (name, action)


def test_every_rule_has_its_case() -> None:
    withheld = {rule.name for rule in WITHHELD}  # they have a file of their own
    told = sorted(rule.name for rule in RULES if rule.name not in withheld)
    assert sorted(name for name, _, _ in CASES) == told


# --------------------------------------------------------------- what must hold in every situation


def ordered(*actions: Action) -> list[Situation]:
    found = [one for one in possible_situations() if decide(one).action in actions]
    assert found, f"nothing orders {actions}: the promise holds for nobody"
    return found


def test_what_was_born_in_exchange_is_never_deleted_nor_moved() -> None:
    assert {one.origin for one in ordered(Action.DELETE, Action.MOVE)} == {Origin.CRM}


def test_nothing_is_deleted_while_the_crm_still_offers_it() -> None:
    assert Local.PRESENT not in {one.local for one in ordered(Action.DELETE)}


def test_only_what_was_seen_to_be_there_is_deleted() -> None:
    assert {one.remote for one in ordered(Action.DELETE)} == {Remote.PRESENT, Remote.MOVED}


def test_retained_means_that_only_lost_access_and_a_farewell_delete() -> None:
    retained = [one for one in ordered(Action.DELETE) if one.removal is Removal.RETAIN]

    assert {one.local for one in retained} == {Local.LOST_ACCESS, Local.DETACHED}


def test_lost_access_removes_what_we_created_whatever_the_settings_say() -> None:
    ours = [
        one
        for one in possible_situations()
        if one.local is Local.LOST_ACCESS
        and one.remote is Remote.PRESENT
        and one.origin is Origin.CRM
        and one.pairing in (Pairing.LINKED, Pairing.RESTING)
        and not one.tied
    ]

    assert len(ours) == 2 * 2 * 3 * 3 * 2
    assert {decide(one).action for one in ours} == {Action.DELETE}


def test_what_a_person_removed_in_exchange_is_created_again_only_where_that_was_chosen() -> None:
    again = [one for one in ordered(Action.CREATE) if one.pairing is Pairing.LINKED]

    assert again
    assert {one.deletion for one in again} == {Deletion.RESTORE}
    assert Pairing.PARTED not in {one.pairing for one in ordered(Action.CREATE)}


def test_the_crm_follows_a_removal_only_where_that_was_chosen_and_nothing_is_lost() -> None:
    followed = ordered(Action.RELEASE)

    assert {(one.local, one.remote, one.deletion, one.edited) for one in followed} == {
        (Local.PRESENT, Remote.GONE, Deletion.APPLY, False)
    }


def test_only_an_unknown_person_is_imported_and_only_where_that_was_chosen() -> None:
    assert {(one.pairing, one.local, one.adoption) for one in ordered(Action.IMPORT)} == {
        (Pairing.NONE, Local.NOBODY, Adoption.IMPORT)
    }


def test_a_person_is_asked_about_strangers_only_where_they_are_looked_at() -> None:
    assert Adoption.IGNORE not in {one.adoption for one in ordered(Action.OFFER)}


def test_a_person_may_order_whatever_the_settings_say_and_nothing_is_removed_by_it() -> None:
    by_facts: dict[object, set[str]] = {}
    for one in ordered_situations():
        facts = one.order, one.pairing, one.local, one.remote
        by_facts.setdefault(facts, set()).add(decide(one).name)

    assert {len(names) for names in by_facts.values()} == {1}
    assert Action.DELETE not in {decide(one).action for one in ordered_situations()}


def test_what_was_moved_to_another_folder_is_removed_only_where_nobody_may_see_it() -> None:
    moved = [one for one in possible_situations() if one.remote is Remote.MOVED and not one.tied]
    hidden = {one for one in moved if one.local is Local.LOST_ACCESS and one.origin is Origin.CRM}

    assert {decide(one).action for one in moved if one not in hidden} == {Action.REST, Action.END}
    assert {decide(one).action for one in hidden if one.pairing is not Pairing.OFFERED} == {
        Action.DELETE
    }


def test_a_pair_is_forgotten_only_when_its_item_is_away() -> None:
    # Else the item that stays in Exchange would be a stranger to the next run.
    linked = [one for one in ordered(Action.END) if one.pairing is not Pairing.NONE]

    offered = {one.remote for one in linked if one.pairing is Pairing.OFFERED}
    assert offered == {Remote.PRESENT, Remote.GONE, Remote.MOVED}  # it may have become private
    assert {one.remote for one in linked if one.pairing is not Pairing.OFFERED} == {Remote.GONE}


def test_the_crm_is_written_only_for_what_is_in_scope_or_unknown_to_it() -> None:
    writing = ordered(Action.UPDATE, Action.LINK, Action.IMPORT, Action.RELEASE)

    assert {one.local for one in writing} == {Local.PRESENT, Local.NOBODY}


def test_nothing_of_ours_is_done_with_a_stranger_but_to_take_it_in_or_to_know_it_again() -> None:
    done = {decide(one).action for one in possible_situations() if one.local in STRANGERS}

    assert done == {Action.IGNORE, Action.OFFER, Action.IMPORT, Action.DEDUPE, Action.END}
