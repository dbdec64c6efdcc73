"""The table of decisions: closed, without overlap, and each row as its name says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import Origin
from agentbox_sync.core.decisions import RULES, Local, Pairing, Remote, Rule, Situation, decide
from agentbox_sync.core.rules import Removal

UNLINKED = (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)
LINKED = (Remote.PRESENT, Remote.GONE, Remote.MOVED)


def possible_situations() -> Iterator[Situation]:
    """Every combination of the six facts that can be: a link has an item, no link has none."""
    for pairing in Pairing:
        remotes = UNLINKED if pairing is Pairing.NONE else LINKED
        for facts in itertools.product(Local, remotes, Origin, Removal, (False, True)):
            yield Situation(pairing, *facts)


def answering(situation: Situation, rules: tuple[Rule, ...] = RULES) -> list[str]:
    return [rule.name for rule in rules if rule.admits(situation)]


def unanswered_or_disputed(rules: tuple[Rule, ...] = RULES) -> list[Situation]:
    return [one for one in possible_situations() if len(answering(one, rules)) != 1]


def test_exactly_one_rule_answers_every_situation() -> None:
    assert len(list(possible_situations())) == 4 * 5 * 3 * 2 * 2 * 2
    assert unanswered_or_disputed() == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_missing_rule_and_a_doubled_one_are_noticed(rule: Rule) -> None:
    without = tuple(other for other in RULES if other is not rule)

    assert unanswered_or_disputed(without)
    assert unanswered_or_disputed((*RULES, rule))


def test_names_are_unique_and_every_rule_says_why() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.because.endswith(".") for rule in RULES)


def test_a_situation_that_cannot_be_stops_instead_of_doing_something_plausible() -> None:
    with pytest.raises(LookupError):
        decide(Situation(Pairing.LINKED, Local.PRESENT, Remote.ALIKE))


def here(pairing: Pairing, remote: Remote, **facts: object) -> Situation:
    return Situation(pairing, Local.PRESENT, remote, **facts)  # type: ignore[arg-type]


THEIRS = {"origin": Origin.EXCHANGE}
DELETING = {"removal": Removal.DELETE}

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
    ("removed in Exchange", here(Pairing.LINKED, Remote.GONE), Action.REST),
    (
        "removed in Exchange, strict",
        here(Pairing.LINKED, Remote.GONE, strict=True),
        Action.CREATE,
    ),
    ("moved away", here(Pairing.LINKED, Remote.MOVED, strict=True), Action.REST),
    ("parted", here(Pairing.PARTED, Remote.GONE, strict=True), Action.REST),
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
        Action.END,
    ),
    (
        "no longer allowed",
        Situation(Pairing.LINKED, Local.LOST_ACCESS, Remote.PRESENT),
        Action.DELETE,
    ),
    (
        "no longer allowed, not ours",
        Situation(Pairing.LINKED, Local.LOST_ACCESS, Remote.PRESENT, **DELETING, **THEIRS),
        Action.END,
    ),
    (
        "resting, still away",
        Situation(Pairing.RESTING, Local.DELETED, Remote.PRESENT, **DELETING),
        Action.REST,
    ),
    (
        "away on both sides",
        Situation(Pairing.LINKED, Local.DELETED, Remote.GONE, **DELETING),
        Action.END,
    ),
    (
        "parted and away",
        Situation(Pairing.PARTED, Local.LEFT_FILTER, Remote.PRESENT, **DELETING),
        Action.END,
    ),
]


@pytest.mark.parametrize("name, situation, action", CASES, ids=[name for name, _, _ in CASES])
def test_rule(name: str, situation: Situation, action: Action) -> None:
    rule = decide(situation)

    assert (rule.name, rule.action) == (name, action)


def test_every_rule_has_its_case() -> None:
    assert sorted(name for name, _, _ in CASES) == sorted(rule.name for rule in RULES)


# --------------------------------------------------------------- what must hold in every situation


def ordered(action: Action) -> list[Situation]:
    return [one for one in possible_situations() if decide(one).action is action]


def test_what_was_born_in_exchange_is_never_deleted() -> None:
    assert {one.origin for one in ordered(Action.DELETE)} == {Origin.CRM}


def test_nothing_is_deleted_while_the_crm_still_offers_it() -> None:
    assert Local.PRESENT not in {one.local for one in ordered(Action.DELETE)}


def test_retained_means_that_only_lost_access_deletes() -> None:
    retained = [one for one in ordered(Action.DELETE) if one.removal is Removal.RETAIN]

    assert {one.local for one in retained} == {Local.LOST_ACCESS}


def test_lost_access_removes_what_we_created_whatever_the_settings_say() -> None:
    ours = [
        one
        for one in possible_situations()
        if one.local is Local.LOST_ACCESS
        and one.remote is Remote.PRESENT
        and one.origin is Origin.CRM
        and one.pairing in (Pairing.LINKED, Pairing.RESTING)
    ]

    assert len(ours) == 2 * 2 * 2
    assert {decide(one).action for one in ours} == {Action.DELETE}


def test_what_a_person_removed_in_exchange_is_created_again_only_when_strict() -> None:
    again = [one for one in ordered(Action.CREATE) if one.pairing is Pairing.LINKED]

    assert again
    assert {one.strict for one in again} == {True}
    assert Pairing.PARTED not in {one.pairing for one in ordered(Action.CREATE)}
