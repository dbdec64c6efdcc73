"""What the engine relies on where a LinkMemory counts for the guard; part of ``link_memory``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Side
from agentbox_sync.core.changes import LinkState
from tests.builders.records import a_key, a_record
from tests.contracts.memory_side import (
    KIND,
    MemorySide,
    changed,
    linked,
    removal,
    stopped,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_stopped_list_is_kept_once(side: MemorySide) -> None:
    rows = [removal(pk) for pk in range(12)]

    side.memory.hold(KIND, stopped(*rows), rows)
    side.memory.hold(KIND, stopped(*rows), rows)

    assert side.open_stops() == [(stopped(*rows).plan_hash, 12)]


def test_another_list_takes_the_place_of_the_stopped_one(side: MemorySide) -> None:
    side.memory.hold(KIND, stopped(removal(1)), [removal(1)])

    side.memory.hold(KIND, stopped(removal(1), removal(2)), [removal(1), removal(2)])

    assert side.open_stops() == [(stopped(removal(1), removal(2)).plan_hash, 2)]


def test_a_stop_is_closed_when_nothing_is_held_back(side: MemorySide) -> None:
    side.memory.hold(KIND, stopped(removal(1)), [removal(1)])

    side.memory.release_holds(KIND)

    assert side.open_stops() == []


def test_the_guard_counts_removals_that_were_carried_out_since(side: MemorySide) -> None:
    links = [linked(side.memory, pk) for pk in range(4)]

    def log(number: int, action: Action, outcome: Outcome, hours: int) -> None:
        side.put_clock(NOON - timedelta(hours=hours))
        line = Line(action, "left, removed", outcome, Side.REMOTE)
        side.memory.remember(KIND, [Memo(changed(links[number]).link, line)])

    log(0, Action.DELETE, Outcome.DONE, 25)
    log(1, Action.DELETE, Outcome.DONE, 23)
    log(2, Action.DELETE, Outcome.SET_ASIDE, 1)
    log(3, Action.UPDATE, Outcome.DONE, 1)

    before, after = {"company": "Was", "website": "w"}, {"company": None, "website": "w2"}
    blanking = Line(
        Action.UPDATE, "both there", Outcome.DONE, Side.REMOTE, before=before, after=after
    )
    side.put_clock(NOON - timedelta(hours=30))
    side.memory.remember(KIND, [Memo(changed(links[3]).link, blanking)])

    def removed(hours: int, where: Side = Side.REMOTE) -> int:
        return side.memory.removals_since(KIND, where, NOON - timedelta(hours=hours))

    assert [removed(24), removed(26), removed(31)] == [1, 2, 3]
    assert removed(31, Side.LOCAL) == 0


def test_each_side_has_a_count_of_its_own(side: MemorySide) -> None:
    link = linked(side.memory)
    side.put_clock(NOON)
    for action, where in ((Action.RELEASE, Side.LOCAL), (Action.DELETE, Side.REMOTE)):
        line = Line(action, "gone", Outcome.DONE, where)
        side.memory.remember(KIND, [Memo(link, line)])
    blanking = Line(
        Action.UPDATE, "both there", Outcome.DONE, Side.LOCAL, before={"company": "Was"}
    )
    side.memory.remember(KIND, [Memo(link, blanking)])

    counts = [side.memory.removals_since(KIND, where, NOON) for where in (Side.LOCAL, Side.REMOTE)]

    assert counts == [2, 1]


def test_what_a_farewell_removed_does_not_count_against_the_next_runs(side: MemorySide) -> None:
    link = linked(side.memory)
    side.put_clock(NOON)
    for cause in ("detached", "left_filter"):
        line = Line(Action.DELETE, cause, Outcome.DONE, Side.REMOTE)
        side.memory.remember(KIND, [Memo(link, line)])

    assert side.memory.removals_since(KIND, Side.REMOTE, NOON) == 1


def test_only_active_pairs_are_the_guards_measure(side: MemorySide) -> None:
    links = [linked(side.memory, pk) for pk in range(3)]
    side.memory.remember(KIND, [changed(links[0], state=LinkState.RETAINED)])
    side.memory.announce(KIND, [(a_key("9"), a_record())])

    assert side.memory.count_active(KIND) == 2
