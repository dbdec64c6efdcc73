"""What the engine relies on where a LinkMemory follows change feeds."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import LinkState, Observation
from tests.builders.records import a_key, a_record
from tests.contracts.memory_side import (
    FOLDER,
    KIND,
    MemorySide,
    chain_of,
    changed,
    linked,
    offered,
    page,
    shown,
    staged_ids,
)


def test_there_is_no_chain_before_the_first_run(side: MemorySide) -> None:
    assert side.memory.chain(KIND) is None


def test_a_chain_is_found_again_and_one_on_another_collection_takes_its_place(
    side: MemorySide,
) -> None:
    first = side.memory.open_chain(KIND, FOLDER)
    assert side.memory.chain(KIND) == first

    second = side.memory.open_chain(KIND, "folder-2")

    assert side.memory.chain(KIND) == second
    assert (second.collection, second.link, second.complete) == ("folder-2", "", False)


def test_a_page_and_its_cursor_are_stored_together(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a"), next_link="next-1"))

    assert (chain.link, chain.complete, chain.census) == ("next-1", False, False)
    assert side.memory.chain(KIND) == chain
    assert staged_ids(side.memory) == ["a"]


def test_the_end_of_the_first_round_is_a_census(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a"), next_link="next-1"))

    chain = side.memory.stage(chain, page(shown("b"), delta_link="delta-1"))

    assert (chain.link, chain.complete, chain.census) == ("delta-1", True, True)
    assert staged_ids(side.memory) == ["a", "b"]


def test_a_page_that_cannot_be_stored_leaves_neither_rows_nor_cursor(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a"), next_link="next-1"))
    before = side.snapshot()
    poison = shown("c", record={"company": side.poison()})

    with pytest.raises(Exception):  # noqa: B017, PT011  what a store says to it is its own matter
        side.memory.stage(chain, page(shown("b"), poison, delta_link="delta-1"))

    assert side.snapshot() == before
    assert side.memory.chain(KIND) == chain
    assert staged_ids(side.memory) == ["a"]


def test_a_page_without_news_changes_nothing(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a")))
    before = side.snapshot()

    assert side.memory.stage(chain, page(delta_link="delta-1")) == chain
    assert side.snapshot() == before


def test_later_news_of_an_item_is_laid_over_the_earlier(side: MemorySide) -> None:
    chain = chain_of(side.memory)
    chain = side.memory.stage(
        chain, page(shown("a", record=a_record(company="Old"), container=FOLDER), next_link="n")
    )

    side.memory.stage(chain, page(shown("a", record={"company": "New"}, etag="W/2")))

    (row,) = side.memory.staged(chain)
    assert row.observation.record == a_record(company="New")
    assert (row.observation.etag, row.observation.container) == ("W/2", FOLDER)


@pytest.mark.parametrize("removed_first", [True, False])
def test_news_that_disagree_about_a_removal_leave_it_in_doubt(
    side: MemorySide, removed_first: bool
) -> None:
    entries = [shown("a", removed=removed_first), shown("a", removed=not removed_first)]
    chain = side.memory.stage(chain_of(side.memory), page(entries[0], next_link="n"))

    side.memory.stage(chain, page(entries[1]))

    (row,) = side.memory.staged(chain)
    assert (row.observation.removed, row.verified, row.missing) == (True, False, False)


def test_a_replayed_page_stages_nothing_twice(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a"), shown("b")))

    side.memory.stage(chain, page(shown("b"), shown("a"), delta_link="delta-2"))

    assert staged_ids(side.memory) == ["a", "b"]


def test_ids_that_differ_in_case_alone_are_two_items(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("AAMk"), shown("AAmk")))

    assert sorted(side.memory.staged_for(chain, ["AAMk", "AAmk", "aamk"])) == ["AAMk", "AAmk"]


def test_staged_items_are_read_on_behind_the_last_one(side: MemorySide) -> None:
    chain = side.memory.stage(
        chain_of(side.memory), page(*(shown(f"id-{number}") for number in range(5)))
    )

    first = side.memory.staged(chain, limit=3)
    rest = side.memory.staged(chain, after=first[-1].id, limit=3)

    found = [row.observation.remote_id for row in (*first, *rest)]
    assert found == [f"id-{number}" for number in range(5)]


def test_what_a_verifying_read_found_is_stored(side: MemorySide) -> None:
    chain = side.memory.stage(
        chain_of(side.memory), page(shown("a", removed=True), shown("b", removed=True))
    )
    rows = side.memory.staged_for(chain, ["a", "b"])
    found = shown("a", etag="W/9", record=a_record(company="There"), container="elsewhere")

    side.memory.confirm({rows["a"].id: found, rows["b"].id: None})

    there, gone = (side.memory.staged_for(chain, ["a", "b"])[one] for one in "ab")
    assert (there.verified, there.missing, there.observation.removed) == (True, False, False)
    assert there.observation.etag == "W/9"
    assert there.observation.container == "elsewhere"
    assert there.observation.record == a_record(company="There")
    assert (gone.verified, gone.missing, gone.observation.removed) == (True, True, True)


def test_news_after_a_verifying_read_are_in_doubt_again(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a", removed=True)))
    (row,) = side.memory.staged(chain)
    side.memory.confirm({row.id: None})

    side.memory.stage(chain, page(shown("a"), delta_link="delta-2"))

    (row,) = side.memory.staged(chain)
    assert (row.verified, row.missing, row.observation.removed) == (False, False, True)


def test_news_that_disagree_within_one_page_leave_a_removal_in_doubt(side: MemorySide) -> None:
    chain = chain_of(side.memory)

    side.memory.stage(chain, page(shown("a", removed=True), shown("a"), shown("b")))

    rows = side.memory.staged_for(chain, ["a", "b"])
    assert (rows["a"].observation.removed, rows["a"].verified) == (True, False)
    assert not rows["b"].observation.removed


def test_a_removal_leaves_what_the_item_was_known_to_say(side: MemorySide) -> None:
    # Its e-mail address is what a first meeting finds it by, should it be there after all (F9).
    chain = chain_of(side.memory)
    said = {"emails": ["a@example.com"]}

    side.memory.stage(
        chain, page(shown("a", record=said), Observation("a", removed=True, record={}))
    )

    (row,) = side.memory.staged(chain)
    assert (row.observation.record, row.observation.etag) == (said, "W/1")


def test_suspected_items_are_staged_as_removed_and_unproven(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a")))

    side.memory.suspect(chain, ["a", "b"])

    rows = side.memory.staged(chain)
    assert [row.observation.remote_id for row in rows] == ["a", "b"]
    assert [(row.observation.removed, row.verified) for row in rows] == [(True, False)] * 2
    assert [row.swept for row in rows] == [False, False]  # something did say so


def test_a_suspicion_takes_the_place_of_an_older_proof(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a", removed=True)))
    side.memory.confirm({side.memory.staged(chain)[0].id: shown("a")})

    side.memory.suspect(chain, ["a"])

    (row,) = side.memory.staged(chain)
    assert (row.observation.removed, row.verified, row.missing) == (True, False, False)


def test_worked_rows_are_forgotten_and_the_others_stay(side: MemorySide) -> None:
    chain = side.memory.stage(chain_of(side.memory), page(shown("a"), shown("b")))

    side.memory.unstage([side.memory.staged_for(chain, ["a"])["a"].id])

    assert staged_ids(side.memory) == ["b"]


def test_closing_the_census_forgets_what_nobody_is_linked_to(side: MemorySide) -> None:
    linked(side.memory, 1, "ours")
    chain = side.memory.stage(chain_of(side.memory), page(shown("ours"), shown("theirs")))
    assert chain.census

    side.memory.close_census(chain)

    assert staged_ids(side.memory) == ["ours"]
    again = side.memory.chain(KIND)
    assert again is not None
    assert (again.census, again.complete, again.link) == (False, True, "delta-1")


def test_closing_the_census_forgets_what_waits_for_a_person_and_keeps_what_was_refused(
    side: MemorySide,
) -> None:
    offered(side.memory, "waits")
    refused = offered(side.memory, "refused")
    side.memory.remember(KIND, [changed(refused, refused="as it reads")])
    chain = side.memory.stage(chain_of(side.memory), page(shown("waits"), shown("refused")))

    side.memory.close_census(chain)

    assert staged_ids(side.memory) == ["refused"]


def test_closing_the_census_keeps_what_is_in_doubt(side: MemorySide) -> None:
    chain = side.memory.stage(
        chain_of(side.memory),
        page(shown("doubt", removed=True), shown("gone", removed=True), shown("theirs")),
    )
    side.memory.confirm({side.memory.staged_for(chain, ["gone"])["gone"].id: None})

    side.memory.close_census(chain)

    assert staged_ids(side.memory) == ["doubt"]


# ------------------------------------------------------------------------- a listing from the start


def test_a_restarted_chain_is_a_new_generation_without_staged_rows(side: MemorySide) -> None:
    link = linked(side.memory)
    chain = side.memory.stage(chain_of(side.memory), page(shown("AAMk1"), shown("b")))

    again = side.memory.restart_chain(chain)

    assert again.generation == chain.generation + 1
    assert (again.link, again.complete, again.census) == ("", False, False)
    assert staged_ids(side.memory) == []
    assert side.memory.links(KIND, [a_key()]) == {a_key(): link}


def test_what_a_whole_new_listing_did_not_show_is_in_doubt_and_not_deleted(
    side: MemorySide,
) -> None:
    links = [linked(side.memory, pk) for pk in (1, 2, 3)]
    side.memory.remember(KIND, [changed(links[2], state=LinkState.RETAINED, reason="deleted")])
    side.memory.announce(KIND, [(a_key("4"), a_record())])  # nothing of it can be listed
    chain = side.memory.restart_chain(side.memory.stage(chain_of(side.memory), page()))

    chain = side.memory.stage(chain, page(shown("AAMk1"), next_link="next"))
    assert staged_ids(side.memory) == ["AAMk1"]  # half a listing proves nothing
    chain = side.memory.stage(chain, page(delta_link="delta-2"))

    rows = {row.observation.remote_id: row for row in side.memory.staged(chain)}
    assert set(rows) == {"AAMk1", "AAMk2", "AAMk3"}
    assert not rows["AAMk1"].observation.removed
    for unseen in ("AAMk2", "AAMk3"):
        assert rows[unseen].observation.removed
        assert not rows[unseen].verified
        assert rows[unseen].swept  # nothing said so: it was merely not shown
    assert side.memory.links(KIND, [a_key("2")])[a_key("2")].state is LinkState.ACTIVE


def test_what_a_listing_left_out_speaks_against_it_until_a_read_has_told(side: MemorySide) -> None:
    linked(side.memory, 1)
    chain = side.memory.restart_chain(side.memory.stage(chain_of(side.memory), page()))
    chain = side.memory.stage(chain, page(delta_link="delta-2"))

    chain = side.memory.stage(chain, page(shown("AAMk1"), delta_link="delta-3"))

    (row,) = side.memory.staged(chain)
    assert (row.swept, row.verified, row.observation.removed) == (True, False, True)
    side.memory.confirm({row.id: shown("AAMk1")})
    side.memory.stage(chain, page(shown("AAMk1"), delta_link="delta-4"))
    (row,) = side.memory.staged(chain)
    assert (row.swept, row.verified) == (False, False)


def test_marks_of_an_abandoned_listing_hide_no_loss(side: MemorySide) -> None:
    linked(side.memory, 1)
    chain = side.memory.restart_chain(side.memory.stage(chain_of(side.memory), page()))
    chain = side.memory.stage(chain, page(shown("AAMk1"), next_link="next"))
    chain = side.memory.restart_chain(chain)  # the listing died half way

    chain = side.memory.stage(chain, page(delta_link="delta-3"))

    (row,) = side.memory.staged(chain)
    assert (row.observation.remote_id, row.observation.removed) == ("AAMk1", True)


def test_a_listing_that_is_distrusted_goes_on_and_counts_as_never_made(side: MemorySide) -> None:
    linked(side.memory, 1)
    chain = side.memory.stage(chain_of(side.memory), page(shown("AAMk1")))
    assert chain.listed_at is not None

    side.memory.distrust(chain)

    again = side.memory.chain(KIND)
    assert again is not None
    assert (again.listed_at, again.link, again.complete) == (None, chain.link, True)
    assert staged_ids(side.memory) == ["AAMk1"]
    anew = side.memory.stage(side.memory.restart_chain(again), page(shown("AAMk1")))
    assert anew.listed_at is not None


def test_a_first_listing_puts_nothing_in_doubt(side: MemorySide) -> None:
    chain = chain_of(side.memory)
    linked(side.memory, 1)  # found by its stamp before the first listing was read

    side.memory.stage(chain, page())

    assert staged_ids(side.memory) == []


# ---------------------------------------------------------------------------------------- ties


def test_who_else_is_concerned_by_an_item_is_staged_with_it(side: MemorySide) -> None:
    chain = chain_of(side.memory)

    side.memory.stage(chain, page(shown("AAMk1", ties=frozenset({"guests"})), shown("AAMk2")))

    told, untold = (row.observation for row in side.memory.staged(chain))
    assert (told.ties, untold.ties) == (frozenset({"guests"}), None)


def test_what_does_not_tell_who_is_concerned_leaves_it_as_it_was_told(side: MemorySide) -> None:
    chain = chain_of(side.memory)
    side.memory.stage(chain, page(shown("AAMk1", ties=frozenset({"guests"}))))

    side.memory.stage(chain, page(shown("AAMk1", etag="W/2"), delta_link="delta-2"))
    (row,) = side.memory.staged(chain)
    assert row.observation.ties == frozenset({"guests"})

    side.memory.confirm({row.id: shown("AAMk1", ties=frozenset())})
    (row,) = side.memory.staged(chain)
    assert row.observation.ties == frozenset()


@pytest.mark.parametrize("etag,known", [("W/1", frozenset()), ("W/2", None)])
def test_that_nobody_is_concerned_by_an_item_is_forgotten_when_it_has_changed(
    side: MemorySide, etag: str, known: frozenset[str] | None
) -> None:
    chain = chain_of(side.memory)
    chain = side.memory.stage(
        chain, page(shown("AAMk1", etag="W/1", ties=frozenset()), next_link="n")
    )

    side.memory.stage(chain, page(shown("AAMk1", etag=etag)))

    (row,) = side.memory.staged(chain)
    assert row.observation.ties == known


def test_a_link_remembers_who_else_is_concerned(side: MemorySide) -> None:
    link = linked(side.memory, 1)
    assert link.ties == ()

    side.memory.remember(KIND, [changed(link, ties=("foreign", "guests"))])

    assert side.memory.links(KIND, [a_key(1)])[a_key(1)].ties == ("foreign", "guests")
