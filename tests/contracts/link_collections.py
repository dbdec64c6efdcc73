"""What the engine relies on where a LinkMemory knows collections, and those of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import LEFT_BEHIND, LinkState
from agentbox_sync.core.windows import Window
from tests.builders.records import a_key, a_record
from tests.contracts.memory_side import (
    FOLDER,
    KIND,
    MemorySide,
    arrived,
    chain_of,
    changed,
    linked,
    page,
    shown,
    staged_ids,
)

OTHER = "folder-2"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(days=30), NOON + timedelta(days=365))
LATER = Window(NOON, NOON + timedelta(days=400))


def test_the_chain_that_takes_the_place_of_another_is_moving_until_that_is_closed(
    side: MemorySide,
) -> None:
    first = chain_of(side.memory)
    assert not first.moving

    second = side.memory.open_chain(KIND, OTHER)
    assert second.moving
    assert second.generation > first.generation

    side.memory.close_move(second)
    assert side.memory.chain(KIND) is not None
    assert not chain_of(side.memory).moving


def test_what_was_staged_of_a_collection_that_was_left_is_forgotten_and_its_links_stay(
    side: MemorySide,
) -> None:
    link = linked(side.memory, 1, collection=FOLDER)
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("theirs")))

    side.memory.open_chain(KIND, OTHER)

    assert staged_ids(side.memory) == []
    assert side.memory.walk(KIND) == [link]


def test_a_link_tells_where_its_item_lies(side: MemorySide) -> None:
    link = linked(side.memory, 1, collection=FOLDER)

    side.memory.remember(KIND, [changed(link, collection=OTHER)])

    assert side.memory.links(KIND, [a_key(1)])[a_key(1)].collection == OTHER


def test_a_whole_listing_suspects_only_what_lies_in_its_own_collection(side: MemorySide) -> None:
    chain_of(side.memory)
    linked(side.memory, 1, collection=FOLDER)
    linked(side.memory, 2, collection=OTHER)
    linked(side.memory, 3)  # from before it was remembered
    chain = side.memory.open_chain(KIND, OTHER)

    side.memory.stage(chain, page())

    assert sorted(staged_ids(side.memory)) == ["AAMk2", "AAMk3"]


def test_our_own_collection_is_announced_before_it_has_an_id(side: MemorySide) -> None:
    assert side.memory.own(KIND) is None

    announced = side.memory.announce_own(KIND)

    assert announced.stamp
    assert announced.remote_id == ""
    assert side.memory.own(KIND) == announced


def test_what_is_announced_again_goes_out_under_its_stamp(side: MemorySide) -> None:
    first = side.memory.announce_own(KIND)

    assert side.memory.announce_own(KIND).stamp == first.stamp


def test_the_chain_of_our_own_collection_carries_its_stamp(side: MemorySide) -> None:
    own = side.memory.announce_own(KIND)

    chain = side.memory.open_chain(KIND, OTHER, stamp=own.stamp)

    assert (chain.collection, chain.stamp) == (OTHER, own.stamp)
    assert side.memory.chain(KIND) == chain
    found = side.memory.own(KIND)
    assert found is not None
    assert (found.stamp, found.remote_id) == (own.stamp, OTHER)


def test_our_own_collection_is_known_when_another_one_is_followed_again(side: MemorySide) -> None:
    own = side.memory.announce_own(KIND)
    side.memory.open_chain(KIND, OTHER, stamp=own.stamp)

    chain = side.memory.open_chain(KIND, FOLDER)

    assert (chain.stamp, chain.moving) == ("", True)
    found = side.memory.own(KIND)
    assert found is not None
    assert (found.stamp, found.remote_id) == (own.stamp, OTHER)
    again = side.memory.open_chain(KIND, OTHER, stamp=own.stamp)
    assert (again.link, again.complete, again.generation) == ("", False, 2)


def test_whoever_announces_a_collection_has_something_to_clear_away(side: MemorySide) -> None:
    chain_of(side.memory)
    side.memory.announce_own(KIND)
    assert chain_of(side.memory).moving


def test_a_main_chain_that_begins_after_an_announcement_is_moving(side: MemorySide) -> None:
    side.memory.announce_own(KIND)

    assert side.memory.open_chain(KIND, FOLDER).moving


def test_a_forgotten_collection_leaves_no_chain_and_the_next_is_another(side: MemorySide) -> None:
    own = side.memory.announce_own(KIND)
    side.memory.open_chain(KIND, OTHER, stamp=own.stamp)

    side.memory.forget_own(KIND)

    assert side.memory.own(KIND) is None
    assert side.memory.chain(KIND) is None
    assert side.memory.announce_own(KIND).stamp != own.stamp


def test_an_ended_link_that_was_left_behind_is_found_until_its_item_has_gone(
    side: MemorySide,
) -> None:
    link = linked(side.memory, 1, collection=FOLDER)
    assert side.memory.left_behind(KIND) == []
    ended = {"state": LinkState.DEAD, "reason": LEFT_BEHIND, "etag": "W/7"}

    side.memory.remember(KIND, [changed(link, **ended)])

    (behind,) = side.memory.left_behind(KIND)
    assert (behind.id, behind.key, behind.etag, behind.collection) == (
        link.id,
        a_key(1),
        "W/7",
        FOLDER,
    )
    assert side.memory.links(KIND, [a_key(1)]) == {}
    side.memory.remember(KIND, [changed(behind, reason="")])
    assert side.memory.left_behind(KIND) == []


def test_the_chain_is_moving_as_soon_as_a_link_is_left_behind(side: MemorySide) -> None:
    link = linked(side.memory, 1, collection=FOLDER)
    ended = {"state": LinkState.DEAD, "reason": LEFT_BEHIND}
    assert not chain_of(side.memory).moving

    side.memory.remember(KIND, [changed(link, **ended, error="ErrorCannotDeleteObject")])
    assert not chain_of(side.memory).moving  # it waits for a person

    side.memory.remember(KIND, [changed(link, **ended)])
    assert chain_of(side.memory).moving


def test_a_create_that_was_given_up_may_land_until_its_item_is_known(side: MemorySide) -> None:
    side.put_clock(NOON)
    assert side.memory.given_up_at(KIND) is None
    (link,) = side.memory.announce(KIND, [(a_key(1), a_record())])
    assert side.memory.given_up_at(KIND) is None  # it is still open

    side.memory.remember(KIND, [Memo(link, settled=True)])
    assert side.memory.given_up_at(KIND) == NOON

    side.memory.remember(KIND, [arrived(link, "AAMk1")])
    assert side.memory.given_up_at(KIND) is None


def test_of_a_create_that_was_sent_twice_the_second_may_land_yet(side: MemorySide) -> None:
    side.put_clock(NOON)
    (link,) = side.memory.announce(KIND, [(a_key(1), a_record())])
    side.memory.remember(KIND, [Memo(link, settled=True)])
    (link,) = side.memory.announce(KIND, [(a_key(1), a_record())])

    side.memory.remember(KIND, [arrived(link, "AAMk1")])
    assert side.memory.given_up_at(KIND) == NOON


def test_a_chain_keeps_the_window_that_it_was_opened_with(side: MemorySide) -> None:
    assert chain_of(side.memory).window is None

    chain = side.memory.open_chain(KIND, OTHER, window=WINDOW)
    staged = side.memory.stage(chain, page(shown("AAMk1"), next_link="next-1"))

    assert chain.window == WINDOW
    assert staged.window == WINDOW
    assert chain_of(side.memory).window == WINDOW


def test_a_chain_that_begins_anew_keeps_its_window_unless_it_gets_another(
    side: MemorySide,
) -> None:
    chain = side.memory.open_chain(KIND, OTHER, window=WINDOW)

    again = side.memory.restart_chain(chain)
    rolled = side.memory.restart_chain(again, window=LATER)

    assert (again.window, rolled.window) == (WINDOW, LATER)
    assert chain_of(side.memory).window == LATER
    assert rolled.generation == chain.generation + 2


# --------------------------------------------------------- where a person has put an item elsewhere


def test_a_pair_is_found_by_its_stamp_until_it_ends(side: MemorySide) -> None:
    one, two = linked(side.memory, 1), linked(side.memory, 2)
    side.memory.remember(KIND, [Memo(replace(two, state=LinkState.DEAD))])

    found = side.memory.links_by_stamp(KIND, [one.stamp, two.stamp, "nobody's"])

    assert found == {one.stamp: one}
    assert side.of_another_connection().links_by_stamp(KIND, [one.stamp]) == {}


def test_what_a_person_has_put_elsewhere_is_known(side: MemorySide) -> None:
    linked(side.memory, 1)
    there = replace(linked(side.memory, 2), collection="folder-2", rehomed=True)
    (stored,) = side.memory.remember(KIND, [Memo(there)])

    assert stored == there
    assert side.memory.rehomed(KIND) == [there]
    assert side.of_another_connection().rehomed(KIND) == []


def test_what_was_read_of_an_item_that_lies_elsewhere_outlives_a_new_listing(
    side: MemorySide,
) -> None:
    memory = side.memory
    linked(memory, 1)
    there, back = (
        replace(linked(memory, pk), collection=place, rehomed=True)
        for pk, place in ((2, OTHER), (3, FOLDER))
    )
    memory.remember(KIND, [Memo(there), Memo(back)])
    chain = memory.stage(chain_of(memory), page(*map(shown, ("AAMk1", "AAMk2", "AAMk3", "new"))))
    before = memory.staged_for(chain, ["AAMk2"])

    again = memory.restart_chain(chain)

    assert {row.observation.remote_id: row for row in memory.staged(again)} == before
    memory.stage(again, page())
    (row, *unseen) = memory.staged(again)
    assert (row.observation.remote_id, row.observation.removed) == ("AAMk2", False)
    assert {one.observation.remote_id for one in unseen} == {"AAMk1", "AAMk3"}


def test_pairs_that_have_ended_are_walked_by_themselves(side: MemorySide) -> None:
    links = [linked(side.memory, number) for number in range(4)]
    ended = [replace(link, state=LinkState.DEAD) for link in links[1:]]
    side.memory.remember(KIND, [Memo(link) for link in ended])

    (first,) = side.memory.walk_ended(KIND, limit=1)
    rest = side.memory.walk_ended(KIND, after=first.id)

    assert [first, *rest] == ended
    assert side.of_another_connection().walk_ended(KIND) == []
