"""What the engine relies on in every RemoteStore; a module with a ``side`` fixture imports it.

The tests look at what lies in the mailbox, through :class:`RemoteSide`, never at calls.
"""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    ItemMissing,
)
from agentbox_sync.ports import Create, Cursor, Page
from tests.contracts.remote_own import *  # noqa: F403
from tests.contracts.remote_side import (
    RemoteSide,
    created,
    fetched,
    folder,
    read_round,
)
from tests.contracts.remote_writes import *  # noqa: F403

# ------------------------------------------------------------------------------- reading


def test_items_are_fetched_in_order_and_a_missing_one_hides_no_other(side: RemoteSide) -> None:
    ids = [side.add(f"Given{number}") for number in range(25)]
    side.remove(ids[3])

    answers = side.store.fetch(side.kind, ids)

    assert isinstance(answers[3], ItemMissing)
    found = [one.remote_id for one in answers if isinstance(one, Observation)]
    assert found == [one for one in ids if one != ids[3]]


def test_a_moved_item_is_found_in_its_new_folder(side: RemoteSide) -> None:
    remote_id = side.add("Jane")
    before = fetched(side, remote_id).container
    side.move_away(remote_id)

    now = fetched(side, remote_id)

    assert before == folder(side)
    assert now.container not in ("", before)


@pytest.mark.parametrize("answers", [False, True], ids=["gone", "answers from the bin"])
def test_a_deleted_item_is_missing_and_hides_no_moved_one(side: RemoteSide, answers: bool) -> None:
    side.keep_deleted(answers)
    deleted, moved, there = side.add("Deleted"), side.add("Moved"), side.add("There")
    home = folder(side)
    side.remove(deleted)
    side.move_away(moved)

    gone, elsewhere, here = side.store.fetch(side.kind, [deleted, moved, there])

    assert isinstance(gone, ItemMissing)
    assert isinstance(elsewhere, Observation)
    assert elsewhere.container not in ("", home)
    assert isinstance(here, Observation)
    assert here.container == home


def test_nothing_is_asked_about_nothing(side: RemoteSide) -> None:
    home, before = folder(side), side.round_trips

    assert side.store.fetch(side.kind, []) == []
    assert side.store.find_stamped(side.kind, home, []) == []
    assert side.store.find_alike(side.kind, home, []) == []
    assert side.store.write(side.kind, home, []) == []
    assert side.store.pull([]) == []
    assert side.round_trips == before


# ----------------------------------------------------------------------------- the change feed


def test_an_empty_mailbox_has_a_complete_round_without_items(side: RemoteSide) -> None:
    seen, link = read_round(side)

    assert seen == []
    assert link


def test_changes_after_a_round_are_shown_and_nothing_else(side: RemoteSide) -> None:
    same, changed, gone = side.add("Same"), side.add("Changed"), side.add("Gone")
    seen, link = read_round(side)
    assert {item.remote_id for item in seen} == {same, changed, gone}
    side.change_note(changed, "New")
    side.remove(gone)
    new = side.add("New")

    seen, link = read_round(side, link)

    by_id = {item.remote_id: item for item in seen}
    assert set(by_id) == {changed, gone, new}
    assert by_id[gone].removed
    assert not by_id[changed].removed
    assert by_id[changed].record[side.note] == "New"
    assert by_id[changed].etag == fetched(side, changed).etag
    assert by_id[new].record == fetched(side, new).record
    assert read_round(side, link)[0] == []


def test_our_own_writes_come_back_with_the_etag_that_the_write_answered(side: RemoteSide) -> None:
    _, link = read_round(side)
    answer = created(side)

    ((item,), _) = read_round(side, link)

    assert (item.remote_id, item.etag) == (answer.remote_id, answer.etag)


def test_a_moved_item_is_said_to_be_removed_from_its_folder(side: RemoteSide) -> None:
    remote_id = side.add("Jane")
    _, link = read_round(side)
    side.move_away(remote_id)

    ((item,), _) = read_round(side, link)

    assert (item.remote_id, item.removed) == (remote_id, True)


def test_looking_into_an_idle_mailbox_is_one_request(side: RemoteSide) -> None:
    side.add("Jane")
    home = folder(side)
    _, link = read_round(side)
    before = side.round_trips

    (page,) = side.store.pull([Cursor(side.kind, home, link, side.window)])

    assert side.round_trips == before + 1
    assert isinstance(page, Page)
    assert page.observations == ()
    assert page.delta_link


def test_a_dead_cursor_is_an_answer_and_a_new_round_shows_everything(side: RemoteSide) -> None:
    remote_id = side.add("Jane")
    home = folder(side)
    _, link = read_round(side)
    side.forget_cursors()

    (answer,) = side.store.pull([Cursor(side.kind, home, link, side.window)])

    assert isinstance(answer, CursorExpired)
    assert [item.remote_id for item in read_round(side)[0]] == [remote_id]


def test_a_large_folder_is_read_page_by_page_and_nobody_is_left_out(side: RemoteSide) -> None:
    home = folder(side)
    sent = [Create(f"stamp-{number:04}", side.item(f"Person {number}")) for number in range(1200)]
    for start in range(0, len(sent), side.store.batch_size):
        side.store.write(side.kind, home, sent[start : start + side.store.batch_size])
    before = side.round_trips

    seen, link = read_round(side)

    assert side.round_trips - before >= 3
    assert len(seen) == 1200
    assert {item.remote_id for item in seen} == set(side.items())
    assert read_round(side, link)[0] == []
