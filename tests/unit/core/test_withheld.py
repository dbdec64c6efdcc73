"""What is left alone: outside the window, with others, private."""

from __future__ import annotations

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.decisions import decide
from agentbox_sync.core.rules import Adoption, Deletion, Removal
from agentbox_sync.core.situations import Local, Pairing, Remote, Situation
from agentbox_sync.core.withheld import WITHHELD
from tests.builders.situations import possible_situations

DELETING = {"removal": Removal.DELETE}
RESTORING = {"deletion": Deletion.RESTORE}
IMPORTING = {"adoption": Adoption.IMPORT}
TIED = {"tied": True}
WRITES = frozenset({Action.DELETE, Action.MOVE, Action.CREATE})


def here(pairing: Pairing, remote: Remote, **facts: object) -> Situation:
    return Situation(pairing, Local.PRESENT, remote, **facts)  # type: ignore[arg-type]


def outside(pairing: Pairing, remote: Remote, **facts: object) -> Situation:
    return Situation(pairing, Local.OUTSIDE, remote, **facts)  # type: ignore[arg-type]


CASES: list[tuple[str, Situation, Action]] = [
    ("new outside the window", outside(Pairing.NONE, Remote.NOBODY), Action.IGNORE),
    ("outside the window", outside(Pairing.LINKED, Remote.OUTSIDE, **DELETING), Action.IGNORE),
    (
        "outside the window, removed in Exchange",
        outside(Pairing.LINKED, Remote.GONE, **RESTORING),
        Action.REST,
    ),
    ("outside the window, moved away", outside(Pairing.RESTING, Remote.MOVED), Action.REST),
    (
        "left outside the window",
        Situation(Pairing.LINKED, Local.DELETED, Remote.OUTSIDE, **DELETING),
        Action.REST,
    ),
    (
        "parted, left outside the window",
        Situation(Pairing.PARTED, Local.COMPLETED, Remote.OUTSIDE, **DELETING),
        Action.REST,
    ),
    (
        "left, with others",
        Situation(Pairing.LINKED, Local.DELETED, Remote.PRESENT, **DELETING, **TIED),
        Action.REST,
    ),
    (
        "no longer allowed, with others",
        Situation(Pairing.RESTING, Local.LOST_ACCESS, Remote.PRESENT, **TIED),
        Action.REST,
    ),
    (
        "no longer allowed, moved, with others",
        Situation(Pairing.PARTED, Local.LOST_ACCESS, Remote.MOVED, **TIED),
        Action.REST,
    ),
    (
        "disconnecting, with others",
        Situation(Pairing.LINKED, Local.DETACHED, Remote.PRESENT, **TIED),
        Action.REST,
    ),
    (
        "in another collection, with others",
        here(Pairing.ASTRAY, Remote.NOBODY, **TIED),
        Action.REST,
    ),
    (
        "removed in Exchange, with others",
        here(Pairing.LINKED, Remote.GONE, **RESTORING, **TIED),
        Action.REST,
    ),
    (
        "back, but gone in Exchange, with others",
        here(Pairing.RESTING, Remote.GONE, **TIED),
        Action.REST,
    ),
    (
        "born in Exchange, private",
        Situation(Pairing.NONE, Local.PRIVATE, Remote.PRESENT, **IMPORTING),
        Action.IGNORE,
    ),
    (
        "offered, and private since",
        Situation(Pairing.OFFERED, Local.PRIVATE, Remote.PRESENT),
        Action.END,
    ),
    (
        "born in Exchange, done",
        Situation(Pairing.NONE, Local.OVER, Remote.PRESENT, **IMPORTING),
        Action.IGNORE,
    ),
    (
        "offered, and done since",
        Situation(Pairing.OFFERED, Local.OVER, Remote.PRESENT),
        Action.END,
    ),
]


@pytest.mark.parametrize("name, situation, action", CASES, ids=[name for name, _, _ in CASES])
def test_rule(name: str, situation: Situation, action: Action) -> None:
    rule = decide(situation)

    assert (rule.name, rule.action) == (name, action)


def test_every_rule_has_its_case() -> None:
    assert sorted(name for name, _, _ in CASES) == sorted(rule.name for rule in WITHHELD)


def test_what_concerns_others_is_never_removed_nor_created_again_without_a_person() -> None:
    writing = [one for one in possible_situations() if decide(one).action in WRITES]

    assert {one.pairing for one in writing if one.tied} == {Pairing.NONE}


def test_what_takes_place_outside_the_window_is_never_written_anywhere() -> None:
    frozen = [one for one in possible_situations() if Remote.OUTSIDE is one.remote]

    assert {decide(one).action for one in frozen} == {Action.IGNORE, Action.REST}


def test_what_is_private_is_never_taken_in_nor_shown_to_anybody() -> None:
    private = [one for one in possible_situations() if one.local is Local.PRIVATE]

    assert {decide(one).action for one in private} == {Action.IGNORE, Action.END, Action.DEDUPE}
