"""What the engine relies on where a LinkMemory is told of writes; part of ``link_memory``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Side
from agentbox_sync.core.changes import NO_ROW, LinkState, Observation, Origin
from tests.builders.records import a_key, a_link, a_record
from tests.contracts.memory_side import (
    KIND,
    MemorySide,
    arrived,
    chain_of,
    changed,
    linked,
    offered,
    page,
    sent,
    shown,
    staged_ids,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

# ------------------------------------------------------------------ updates, before they are sent


def test_an_announced_update_is_pending_behind_the_earlier_ones(side: MemorySide) -> None:
    link = linked(side.memory)
    first, second = sent("company", before="Was"), sent("notes", if_match="W/2")

    (once,) = side.memory.announce_updates(KIND, [(link, first)])
    # Said of the link as it was before: what is stored counts.
    (twice,) = side.memory.announce_updates(KIND, [(link, second)])

    assert once.pending == (first,)
    assert twice.pending == (first, second)
    assert side.memory.links(KIND, [link.key])[link.key] == twice


def test_an_announced_update_changes_nothing_else_of_its_pair(side: MemorySide) -> None:
    link = linked(side.memory)
    stale = replace(link, etag="W/older", base_remote={})

    (stored,) = side.memory.announce_updates(KIND, [(stale, sent("company"))])

    assert replace(stored, pending=()) == link


def test_updates_are_answered_in_the_order_they_were_told_in(side: MemorySide) -> None:
    one, three = linked(side.memory, 1), linked(side.memory, 3)
    two = a_link(id=0, pk=2, remote_id="AAMk2", base_local={}, base_remote={})
    told = [(three, sent("company")), (two, sent("notes")), (one, sent("name"))]

    stored = side.memory.announce_updates(KIND, told)

    assert [link.key.pk for link in stored] == ["3", "2", "1"]
    assert [tuple(link.pending[0].local) for link in stored] == [
        ("company",),
        ("notes",),
        ("name",),
    ]


def test_a_first_meeting_is_stored_with_the_update_that_it_sends(side: MemorySide) -> None:
    fresh = a_link(
        id=0, stamp="", remote_id="theirs", base_local={}, base_remote={}, state=LinkState.CREATING
    )

    (stored,) = side.memory.announce_updates(KIND, [(fresh, sent("company"))])

    assert stored.id
    assert side.memory.links_by_remote(KIND, ["theirs"]) == {"theirs": stored}
    assert side.memory.unresolved(KIND) == []


def test_a_pair_that_named_no_item_names_the_one_that_it_was_met_with(side: MemorySide) -> None:
    waits = a_link(id=0, remote_id="", base_local={}, base_remote={}, state=LinkState.QUARANTINED)
    (stored,) = side.memory.remember(KIND, [Memo(waits)])
    met = replace(stored, remote_id="r-met", origin=Origin.EXCHANGE)

    (link,) = side.memory.announce_updates(KIND, [(met, sent("company"))])

    assert (link.id, link.remote_id, link.origin) == (stored.id, "r-met", Origin.EXCHANGE)
    assert side.memory.links_by_remote(KIND, ["r-met"]) == {"r-met": link}


def test_an_answered_update_is_pending_no_more(side: MemorySide) -> None:
    link = linked(side.memory)
    (link,) = side.memory.announce_updates(KIND, [(link, sent("company"))])

    (stored,) = side.memory.remember(KIND, [changed(link, pending=(), etag="W/2")])

    assert stored.pending == ()
    assert side.memory.links(KIND, [link.key])[link.key] == stored


# ---------------------------------------------------------------------------- what is remembered


def test_what_was_remembered_is_answered_as_it_is_stored(side: MemorySide) -> None:
    old = linked(side.memory, 1)
    new = a_link(id=0, pk=2, stamp="", remote_id="AAMk2")

    stored = side.memory.remember(KIND, [Memo(new), changed(old, etag="W/2")])

    assert [link.key.pk for link in stored] == ["2", "1"]
    assert all(link.id and link.stamp for link in stored)
    assert stored == [side.memory.links(KIND, [a_key(pk)])[a_key(pk)] for pk in (2, 1)]


def test_another_item_that_was_worked_leaves_the_pair_as_it_is(side: MemorySide) -> None:
    link = linked(side.memory, 1, "AAMk1")
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("double")))
    line = Line(Action.DEDUPE, "landed late", Outcome.DONE, Side.REMOTE)
    stale = replace(link, etag="W/older")

    side.memory.remember(KIND, [Memo(stale, line, worked="double", log_only=True)])

    assert side.memory.links(KIND, [link.key])[link.key] == link
    assert staged_ids(side.memory) == ["AAMk1"]
    assert side.lines()[-1] == ("dedupe", "done", "1")


def test_a_line_for_the_log_alone_forgets_no_news(side: MemorySide) -> None:
    link = linked(side.memory, 1, "AAMk1")
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1")))
    line = Line(Action.UPDATE, "both there", Outcome.SET_ASIDE, Side.REMOTE)

    side.memory.remember(KIND, [Memo(link, line, log_only=True)])

    assert staged_ids(side.memory) == ["AAMk1"]


@pytest.mark.parametrize("still_staged", [True, False])
def test_news_that_could_not_be_worked_stay_or_come_back(
    side: MemorySide, still_staged: bool
) -> None:
    link = linked(side.memory, 1, "AAMk1")
    chain = chain_of(side.memory)
    if still_staged:
        chain = side.memory.stage(chain, page(shown("AAMk1", record={"notes": "Kept"})))
    news = shown("AAMk1", etag="W/7", record={"company": "Theirs"}, container="folder-1")

    side.memory.remember(KIND, [Memo(changed(link, refused="f").link, news=news)])

    (row,) = side.memory.staged(chain)
    assert (row.observation.etag, row.observation.container) == ("W/7", "folder-1")
    assert (row.verified, row.missing, row.observation.removed) == (False, False, False)
    earlier = {"notes": "Kept"} if still_staged else {}
    assert row.observation.record == {**earlier, **news.record}


def test_news_that_came_back_are_no_part_of_a_new_listing(side: MemorySide) -> None:
    link = linked(side.memory, 1, "AAMk1")
    chain = side.memory.restart_chain(side.memory.stage(chain_of(side.memory), page()))

    side.memory.remember(KIND, [Memo(link, news=shown("AAMk1"))])
    chain = side.memory.stage(chain, page(delta_link="delta-2"))

    (row,) = side.memory.staged(chain)
    assert (row.observation.removed, row.swept) == (True, True)


# ----------------------------------------------------------------------------- born in Exchange


def test_items_that_wait_for_a_person_are_found_by_their_id_and_by_no_row(
    side: MemorySide,
) -> None:
    one, two = offered(side.memory, "theirs-1"), offered(side.memory, "theirs-2")

    assert one.stamp != two.stamp
    assert side.memory.links(KIND, [NO_ROW]) == {}
    found = side.memory.links_by_remote(KIND, ["theirs-1", "theirs-2", ""])
    assert found == {"theirs-1": one, "theirs-2": two}
    assert [link.id for link in side.memory.walk(KIND)] == [one.id, two.id]


@pytest.mark.parametrize("by", ["remember", "announce_updates"])
def test_a_pair_that_takes_an_item_ends_what_waited_for_a_person(side: MemorySide, by: str) -> None:
    offered(side.memory, "theirs")
    other = offered(side.memory, "another")
    pair = a_link(id=0, stamp="", remote_id="theirs")

    if by == "remember":
        side.memory.remember(KIND, [Memo(pair)])
    else:
        side.memory.announce_updates(KIND, [(pair, sent("company"))])

    taken = side.memory.links_by_remote(KIND, ["theirs", "another"])
    assert taken["theirs"].key == pair.key
    assert taken["another"] == other


def test_an_item_that_waited_becomes_the_pair_that_takes_it(side: MemorySide) -> None:
    waiting = offered(side.memory, "theirs")

    (pair,) = side.memory.remember(
        KIND, [changed(waiting, key=a_key(), state=LinkState.ACTIVE, reason="")]
    )

    assert pair.id == waiting.id
    assert side.memory.links(KIND, [a_key()]) == {a_key(): pair}


# ---------------------------------------------------------- creates that may land after all (F7)


def test_an_open_create_makes_every_newcomer_suspicious(side: MemorySide) -> None:
    assert not side.memory.has_ghosts(KIND)

    (link,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))])

    assert side.memory.has_ghosts(KIND)
    ghosts = side.memory.ghosts(KIND, [link.stamp, "never-issued"])
    assert list(ghosts) == [link.stamp]
    assert ghosts[link.stamp].link == link
    assert ghosts[link.stamp].payloads == (a_record(company="First"),)


def test_an_answered_create_is_no_ghost(side: MemorySide) -> None:
    (link,) = side.memory.announce(KIND, [(a_key(), a_record())])
    side.memory.remember(KIND, [arrived(link, "AAMk1")])

    assert not side.memory.has_ghosts(KIND)
    assert side.memory.ghosts(KIND, [link.stamp]) == {}


def test_a_create_that_was_given_up_stays_a_ghost_for_good(side: MemorySide) -> None:
    (link,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))])
    side.memory.remember(KIND, [Memo(link, settled=True)])
    assert side.memory.unresolved(KIND) == []
    assert side.memory.has_ghosts(KIND)

    # Sent again under the same stamp, and this time it arrived: the first may land yet.
    (again,) = side.memory.announce(KIND, [(a_key(), a_record(company="Second"))])
    side.memory.remember(KIND, [arrived(again, "AAMk1")])

    assert side.memory.unresolved(KIND) == []
    ghost = side.memory.ghosts(KIND, [link.stamp])[link.stamp]
    assert [payload["company"] for payload in ghost.payloads] == ["First", "Second"]
    assert ghost.link.remote_id == "AAMk1"


def test_a_create_counts_from_when_it_was_given_up(side: MemorySide) -> None:
    side.put_clock(NOON)
    (link,) = side.memory.announce(KIND, [(a_key(), a_record())])
    given_up = NOON + timedelta(hours=8)
    for later in range(2):  # what is closed already does not count anew
        side.put_clock(given_up + timedelta(hours=later))
        side.memory.remember(KIND, [Memo(link, settled=True)])

    assert side.memory.given_up_at(KIND) == given_up
    assert side.memory.ghosts(KIND, [link.stamp])[link.stamp].sent_at == given_up


def test_a_ghost_is_known_after_its_pair_has_ended(side: MemorySide) -> None:
    (link,) = side.memory.announce(KIND, [(a_key(), a_record())])
    side.memory.remember(KIND, [Memo(link, settled=True)])
    side.memory.remember(KIND, [changed(link, state=LinkState.DEAD)])

    assert side.memory.ghosts(KIND, [link.stamp])[link.stamp].link.state is LinkState.DEAD


def test_a_stamp_that_may_be_used_up_is_not_used_again(side: MemorySide) -> None:
    (first,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))], anew=True)
    (same,) = side.memory.announce(KIND, [(a_key(), a_record(company="Second"))], anew=True)
    assert same.stamp == first.stamp  # nobody has given it up yet
    side.memory.remember(KIND, [Memo(link=first, settled=True)])

    (second,) = side.memory.announce(KIND, [(a_key(), a_record(company="Third"))], anew=True)
    (again,) = side.memory.announce(KIND, [(a_key(), a_record(company="Third"))], anew=True)

    assert again.stamp == second.stamp != first.stamp
    assert side.memory.links(KIND, [a_key()]) == {a_key(): second}
    (intent,) = side.memory.unresolved(KIND)
    assert intent.link == second


def test_what_lands_under_a_stamp_of_before_belongs_to_the_pair_as_it_is_now(
    side: MemorySide,
) -> None:
    (first,) = side.memory.announce(KIND, [(a_key(), a_record(company="First"))], anew=True)
    side.memory.remember(KIND, [Memo(link=first, settled=True)])
    (second,) = side.memory.announce(KIND, [(a_key(), a_record(company="Second"))], anew=True)

    ghosts = side.memory.ghosts(KIND, [first.stamp])
    assert ghosts[first.stamp].link == second
    assert [one["company"] for one in ghosts[first.stamp].payloads] == ["First"]

    # Whichever of the two is found, the other one may land yet.
    side.memory.remember(KIND, [arrived(second, "AAMk1")])
    for stamp in (first.stamp, second.stamp):
        assert side.memory.ghosts(KIND, [stamp])[stamp].link.remote_id == "AAMk1"

    side.memory.remember(KIND, [changed(second, remote_id="AAMk1", state=LinkState.DEAD)])
    assert side.memory.ghosts(KIND, [first.stamp])[first.stamp].link.state is LinkState.DEAD


def test_a_refused_create_goes_out_again_under_its_stamp(side: MemorySide) -> None:
    (first,) = side.memory.announce(KIND, [(a_key(), a_record())], anew=True)
    memo = changed(first, state=LinkState.QUARANTINED, refused="as it was", attempts=1)
    side.memory.remember(KIND, [Memo(link=memo.link, settled=True)])

    (second,) = side.memory.announce(KIND, [(a_key(), a_record())], anew=True)

    assert (second.stamp, second.attempts) == (first.stamp, 1)


# ------------------------------------------------------------------------------- one transaction


class Interrupted(Exception):
    """What ends a unit before its time."""


def test_a_unit_that_is_interrupted_leaves_nothing(side: MemorySide) -> None:
    link = linked(side.memory)
    side.memory.stage(chain_of(side.memory), page(shown("AAMk1")))
    before = side.snapshot()

    def interrupted() -> None:
        with side.memory.unit():
            side.memory.remember(KIND, [changed(link, etag="W/2")])
            side.memory.remember(KIND, [Memo(a_link(id=0, pk=2, stamp="", remote_id="AAMk2"))])
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()

    assert side.snapshot() == before
    assert staged_ids(side.memory) == ["AAMk1"]


def test_a_unit_that_ends_is_stored_whole(side: MemorySide) -> None:
    link = linked(side.memory)
    side.memory.stage(chain_of(side.memory), page(Observation("AAMk1", etag="W/2")))

    with side.memory.unit():
        side.memory.remember(KIND, [changed(link, etag="W/2")])
        (other,) = side.memory.remember(KIND, [Memo(a_link(id=0, pk=2, remote_id="AAMk2"))])

    assert side.memory.links(KIND, [link.key])[link.key].etag == "W/2"
    assert side.memory.links(KIND, [other.key]) == {other.key: other}
    assert staged_ids(side.memory) == []
