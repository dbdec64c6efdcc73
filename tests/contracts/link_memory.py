"""What the engine relies on in every LinkMemory; a module with a ``side`` fixture imports it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.core.loops import Turn
from agentbox_sync.ports import LinkMemory
from tests.builders.records import a_key, a_link, a_record
from tests.contracts.link_collections import *  # noqa: F403
from tests.contracts.link_guard import *  # noqa: F403
from tests.contracts.link_orders import *  # noqa: F403
from tests.contracts.link_staging import *  # noqa: F403
from tests.contracts.link_writes import *  # noqa: F403
from tests.contracts.memory_side import (
    KIND,
    MemorySide,
    arrived,
    chain_of,
    changed,
    linked,
    page,
    removal,
    sent,
    shown,
    staged_ids,
    stopped,
    unresolved,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

# ------------------------------------------------------------------- creates, before they are sent


def test_an_announced_create_has_a_stamp_of_its_own_and_its_payload_is_kept(
    side: MemorySide,
) -> None:
    side.put_clock(NOON)
    creates = [(a_key(pk), a_record(given=pk)) for pk in ("1", "2")]

    links = side.memory.announce(KIND, creates)

    assert [link.key for link in links] == [a_key("1"), a_key("2")]
    assert len({link.stamp for link in links if link.stamp}) == 2
    waiting = unresolved(side.memory)
    assert waiting[a_key("1")].payloads == (a_record(given="1"),)
    assert waiting[a_key("1")].sent_at == NOON
    assert waiting[a_key("2")].link.stamp == links[1].stamp
    assert side.memory.links(KIND, [a_key("1")])[a_key("1")].state is LinkState.CREATING


def test_a_create_that_never_arrived_goes_out_again_as_the_same_create(side: MemorySide) -> None:
    (first,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))])
    side.memory.remember(KIND, [Memo(link=first, settled=True)])
    assert unresolved(side.memory) == {}

    (second,) = side.memory.announce(KIND, [(a_key(), a_record(company="Second"))])

    assert (second.id, second.stamp) == (first.id, first.stamp)
    (intent,) = side.memory.unresolved(KIND)
    assert [payload["company"] for payload in intent.payloads] == ["First", "Second"]


def test_a_create_tried_twice_in_one_run_keeps_both_payloads(side: MemorySide) -> None:
    (first,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))])

    (second,) = side.memory.announce(KIND, [(a_key(), a_record(company="Second"))])

    assert second.stamp == first.stamp
    (intent,) = side.memory.unresolved(KIND)
    assert [payload["company"] for payload in intent.payloads] == ["First", "Second"]


def test_an_item_that_was_linked_before_gets_a_new_link_and_a_new_stamp(side: MemorySide) -> None:
    old = linked(side.memory)
    side.memory.stage(chain_of(side.memory), page(shown(old.remote_id, removed=True), shown("b")))

    (new,) = side.memory.announce(KIND, [(a_key(), a_record())])

    assert new.stamp != old.stamp
    assert new.id != old.id
    assert side.memory.links(KIND, [a_key()])[a_key()].id == new.id
    assert side.memory.links_by_remote(KIND, [old.remote_id]) == {}
    assert staged_ids(side.memory) == ["b"]


def test_creates_are_resolved_oldest_first(side: MemorySide) -> None:
    for hours, pk in ((2, "late"), (0, "early"), (1, "middle")):
        side.put_clock(NOON + timedelta(hours=hours))
        side.memory.announce(KIND, [(a_key(pk), a_record())])

    assert [key.pk for key in unresolved(side.memory)] == ["early", "middle", "late"]


def test_a_create_that_went_out_late_counts_from_then_on(side: MemorySide) -> None:
    side.put_clock(NOON)
    one, two, three = side.memory.announce(KIND, [(a_key(pk), a_record()) for pk in "123"])
    side.memory.remember(KIND, [Memo(link=three, settled=True)])

    side.put_clock(NOON + timedelta(hours=8))
    side.memory.date_creates(KIND, [one, three])

    assert [intent.link.key for intent in side.memory.unresolved(KIND)] == [two.key, one.key]
    assert unresolved(side.memory)[one.key].sent_at == NOON + timedelta(hours=8)
    assert side.memory.ghosts(KIND, [three.stamp])[three.stamp].sent_at == NOON


def test_an_answered_create_is_no_open_question_any_more(side: MemorySide) -> None:
    one, two = side.memory.announce(KIND, [(a_key("1"), a_record()), (a_key("2"), a_record())])

    side.memory.remember(KIND, [arrived(one, "AAMk1")])

    assert set(unresolved(side.memory)) == {two.key}


def test_a_refused_create_is_settled_and_keeps_its_stamp(side: MemorySide) -> None:
    (link,) = side.memory.announce(KIND, [(a_key(), a_record())])
    memo = changed(link, state=LinkState.QUARANTINED, refused="as it was", error="Bad", attempts=1)

    side.memory.remember(KIND, [Memo(link=memo.link, settled=True)])

    assert unresolved(side.memory) == {}
    kept = side.memory.links(KIND, [a_key()])[a_key()]
    assert (kept.stamp, kept.refused, kept.error, kept.attempts) == (
        link.stamp,
        "as it was",
        "Bad",
        1,
    )


# ------------------------------------------------------------------------------------------- pairs


def test_everything_about_a_pair_is_kept(side: MemorySide) -> None:
    link = a_link(
        a_record(company="Straße"),
        id=0,
        etag='W/"x"',
        base_remote={"company": None, "emails": ["a@example.com"]},
        drift=("company",),
        frozen=("notes",),
        turns=(Turn("notes", "a" * 32, NOON), Turn("company", "b" * 32, NOON)),
        left_out=("emails",),
        refused="f",
        error="e",
        attempts=3,
        version=2,
        reason="moved_away",
        state=LinkState.RETAINED,
        next_attempt=NOON,
    )

    side.memory.remember(KIND, [Memo(link=link)])

    kept = side.memory.links(KIND, [link.key])[link.key]
    assert kept == changed(link, id=kept.id).link


def test_pairs_are_found_by_the_exact_remote_id(side: MemorySide) -> None:
    linked(side.memory, 1, "AAMk")
    linked(side.memory, 2, "AAmk")

    found = side.memory.links_by_remote(KIND, ["AAMk", "aamk"])

    assert {remote_id: link.key.pk for remote_id, link in found.items()} == {"AAMk": "1"}


def test_dead_pairs_are_not_shown_and_their_item_may_be_linked_anew(side: MemorySide) -> None:
    link = linked(side.memory, 1, "AAMk")
    side.memory.remember(KIND, [changed(link, state=LinkState.DEAD)])

    assert side.memory.links(KIND, [link.key]) == {}
    assert side.memory.links_by_remote(KIND, ["AAMk"]) == {}
    assert side.memory.walk(KIND) == []
    assert linked(side.memory, 1, "AAMk").id != link.id


def test_one_item_is_never_linked_twice(side: MemorySide) -> None:
    linked(side.memory, 1, "AAMk")
    (other,) = side.memory.announce(KIND, [(a_key("2"), a_record())])
    before = side.snapshot()

    with pytest.raises(Exception):  # noqa: B017, PT011  what a store says to it is its own matter
        side.memory.remember(KIND, [arrived(other, "AAMk")])

    assert side.snapshot() == before


def test_what_stayed_when_its_row_was_deleted_may_be_linked_anew(side: MemorySide) -> None:
    left = linked(side.memory, 1, "AAMk")
    rests = changed(left, state=LinkState.RETAINED, reason=Rest.DELETED)
    side.memory.remember(KIND, [rests])
    (other,) = side.memory.announce(KIND, [(a_key("2"), a_record())])

    side.memory.remember(KIND, [arrived(other, "AAMk")])

    assert side.memory.links_by_remote(KIND, ["AAMk"])["AAMk"].key == a_key("2")
    assert side.memory.links(KIND, [left.key]) == {}


def test_pairs_are_walked_in_order_and_behind_the_last_one(side: MemorySide) -> None:
    for pk in range(5):
        linked(side.memory, pk)

    first = side.memory.walk(KIND, limit=3)
    rest = side.memory.walk(KIND, after=first[-1].id, limit=3)

    assert [link.key.pk for link in (*first, *rest)] == ["0", "1", "2", "3", "4"]


def test_what_stayed_when_its_row_was_deleted_is_walked_by_itself(side: MemorySide) -> None:
    for pk, reason in enumerate(("", Rest.DELETED, Rest.DELETED, Rest.LEFT_FILTER)):
        link = linked(side.memory, pk)
        if reason:
            rests = changed(link, state=LinkState.RETAINED, reason=reason)
            side.memory.remember(KIND, [rests])

    (first,) = side.memory.walk_left(KIND, limit=1)
    rest = side.memory.walk_left(KIND, after=first.id)

    assert [link.key.pk for link in (first, *rest)] == ["1", "2"]


def test_what_was_worked_is_not_staged_any_more(side: MemorySide) -> None:
    link = linked(side.memory, 1, "AAMk1")
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("AAMk2")))

    side.memory.remember(KIND, [changed(link, etag="W/2")])

    assert staged_ids(side.memory) == ["AAMk2"]


def test_memos_with_a_line_are_in_the_log_and_others_are_not(side: MemorySide) -> None:
    link = linked(side.memory)
    side.memory.remember(KIND, [changed(link, etag="W/2")])

    assert side.lines() == [("create", "done", "1")]


def test_a_memo_that_cannot_be_stored_takes_its_group_with_it(side: MemorySide) -> None:
    one, two = side.memory.announce(KIND, [(a_key("1"), a_record()), (a_key("2"), a_record())])
    before = side.snapshot()

    with pytest.raises(Exception):  # noqa: B017, PT011  what a store says to it is its own matter
        side.memory.remember(
            KIND, [arrived(one, "AAMk1"), arrived(two, "AAMk2", base_local={"name": side.poison()})]
        )

    assert side.snapshot() == before


def test_another_connection_and_another_kind_see_nothing(side: MemorySide) -> None:
    linked(side.memory, 1, "AAMk1")
    side.memory.announce(KIND, [(a_key("2"), a_record())])
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1")))
    side.notice(a_key())
    side.memory.hold(KIND, stopped(removal(1)), [removal(1)])
    assert side.memory.noticed(KIND)

    others = [(side.of_another_connection(), KIND)]
    if side.keeps_kinds_apart:
        others.append((side.memory, "tasks"))
    for memory, kind in others:
        assert memory.chain(kind) is None
        assert memory.links(kind, [a_key("1")]) == {}
        assert memory.links_by_remote(kind, ["AAMk1"]) == {}
        assert memory.walk(kind) == []
        assert memory.unresolved(kind) == []
        assert memory.noticed(kind) == []
        assert memory.count_active(kind) == 0
        assert not memory.has_ghosts(kind)
        memory.release_holds(kind)
    assert len(side.open_stops()) == 1


# ----------------------------------------------------------------------------------------- notices


def test_notices_are_read_in_order_and_forgotten_one_by_one(side: MemorySide) -> None:
    for pk in ("1", "2", "1"):
        side.notice(a_key(pk))
    first, second, third = side.memory.noticed(KIND)
    assert [key.pk for _, key in (first, second, third)] == ["1", "2", "1"]
    assert side.memory.noticed(KIND, after=first[0], limit=1) == [second]

    side.memory.unnotice([first[0], second[0]])

    assert side.memory.noticed(KIND) == [third]


# --------------------------------------------------------------------------------------- the fence

Deed = Callable[[LinkMemory], object]


def _in_a_unit(memory: LinkMemory) -> None:
    with memory.unit():
        memory.remember(KIND, [changed(memory.walk(KIND)[0], etag="W/9")])


WRITES: dict[str, Deed] = {
    "open_chain": lambda memory: memory.open_chain(KIND, "folder-2"),
    "close_move": lambda memory: memory.close_move(chain_of(memory)),
    "announce_own": lambda memory: memory.announce_own(KIND),
    "forget_own": lambda memory: memory.forget_own(KIND),
    "restart_chain": lambda memory: memory.restart_chain(chain_of(memory)),
    "distrust": lambda memory: memory.distrust(chain_of(memory)),
    "stage": lambda memory: memory.stage(chain_of(memory), page(shown("new"), delta_link="d-2")),
    "stage, cursor alone": lambda memory: memory.stage(chain_of(memory), page(delta_link="d-2")),
    "suspect": lambda memory: memory.suspect(chain_of(memory), ["AAMk1"]),
    "confirm": lambda memory: memory.confirm({memory.staged(chain_of(memory))[0].id: None}),
    "unstage": lambda memory: memory.unstage([memory.staged(chain_of(memory))[0].id]),
    "close_census": lambda memory: memory.close_census(chain_of(memory)),
    "announce": lambda memory: memory.announce(KIND, [(a_key("9"), a_record())]),
    "date_creates": lambda late: late.date_creates(KIND, [x.link for x in late.unresolved(KIND)]),
    "begin_anew": lambda memory: memory.begin_anew(KIND, [a_key()]),
    "announce_updates": lambda memory: memory.announce_updates(
        KIND, [(memory.walk(KIND)[0], sent("company"))]
    ),
    "unit": _in_a_unit,
    "remember": lambda memory: memory.remember(
        KIND, [changed(memory.walk(KIND)[0], etag="W/9", state=LinkState.DEAD)]
    ),
    "hold": lambda memory: memory.hold(KIND, stopped(removal(2)), [removal(2)]),
    "release_holds": lambda memory: memory.release_holds(KIND),
    "unnotice": lambda memory: memory.unnotice([memory.noticed(KIND)[0][0]]),
}


def filled(side: MemorySide) -> None:
    """Something of everything, so that every deed has something to change."""
    linked(side.memory, 1)
    chain = side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("theirs")))
    assert chain.census
    side.memory.hold(KIND, stopped(removal(1)), [removal(1)])
    side.notice(a_key())
    side.put_clock(NOON)
    side.memory.announce(KIND, [(a_key("open"), a_record())])
    side.memory.announce_own(KIND)  # and so the chain is moving
    side.put_clock(NOON + timedelta(days=1))


@pytest.mark.parametrize("name", WRITES)
def test_a_worker_whose_lease_was_taken_over_changes_nothing(side: MemorySide, name: str) -> None:
    filled(side)
    late = side.memory
    side.taken_over()
    before = side.snapshot()

    with pytest.raises(LeaseLost):
        WRITES[name](late)

    assert side.snapshot() == before


@pytest.mark.parametrize("name", WRITES)
def test_the_worker_that_has_taken_over_does_change_something(side: MemorySide, name: str) -> None:
    filled(side)
    successor = side.taken_over()
    before = side.snapshot()

    WRITES[name](successor)

    assert side.snapshot() != before


def test_every_method_that_writes_is_tried_at_the_fence() -> None:
    reading = {
        "chain",
        "staged",
        "staged_for",
        "links",
        "links_by_remote",
        "links_by_stamp",
        "rehomed",
        "walk",
        "walk_left",
        "walk_ended",
        "own",
        "given_up_at",
        "left_behind",
        "unresolved",
        "has_ghosts",
        "ghosts",
        "removals_since",
        "count_active",
        "noticed",
        "orders",
    }
    offered = {name for name in vars(LinkMemory) if not name.startswith("_")}

    assert offered == reading | {name.partition(",")[0] for name in WRITES}
