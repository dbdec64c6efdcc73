"""What the engine relies on where a RemoteStore makes a collection of our own."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import OutcomeUnknown, SuspendConnection
from agentbox_sync.ports import Create, Cursor, Page, Written
from tests.contracts.remote_side import RemoteSide, folder

STAMP = "stamp-of-the-folder"


def made(side: RemoteSide, stamp: str = STAMP) -> str:
    return side.store.create_own(side.kind, stamp)


def test_our_own_collection_is_called_after_us_and_found_by_its_stamp(side: RemoteSide) -> None:
    assert side.store.find_own(side.kind, STAMP) == ""

    ours = made(side)

    assert side.folders()[ours] == "Agentbox"
    assert side.store.find_own(side.kind, STAMP) == ours
    assert side.store.find_own(side.kind, "another") == ""
    assert side.store.locate(side.kind, ours) == ours


def test_a_collection_of_a_person_that_has_our_name_stays_theirs(side: RemoteSide) -> None:
    theirs = side.add_folder("Agentbox")
    second = side.add_folder("Agentbox 2")

    ours = made(side)

    assert side.folders() == {theirs: "Agentbox", second: "Agentbox 2", ours: "Agentbox 3"}
    assert side.store.find_own(side.kind, STAMP) == ours


def test_items_lie_in_our_own_collection_and_in_no_other(side: RemoteSide) -> None:
    home, ours = folder(side), made(side)
    (answer,) = side.store.write(side.kind, ours, [Create("stamp-of-jane", side.item("Jane"))])
    assert isinstance(answer, Written)

    (page,) = side.store.pull([Cursor(side.kind, ours, window=side.window)])
    (main,) = side.store.pull([Cursor(side.kind, home, window=side.window)])
    (read,) = side.store.fetch(side.kind, [answer.remote_id])

    assert isinstance(page, Page)
    assert isinstance(main, Page)
    assert isinstance(read, Observation)
    assert [seen.remote_id for seen in page.observations] == [answer.remote_id]
    assert main.observations == ()
    assert read.container == ours


def test_our_own_collection_is_known_by_its_stamp_whatever_it_is_called(side: RemoteSide) -> None:
    ours = made(side)

    side.rename_folder(ours, "My clients")

    assert side.store.find_own(side.kind, STAMP) == ours


def test_a_collection_that_a_person_deleted_is_gone_by_its_id_and_by_its_stamp(
    side: RemoteSide,
) -> None:
    home, ours = folder(side), made(side)

    side.remove_folder(ours)

    assert side.store.find_own(side.kind, STAMP) == ""
    with pytest.raises(SuspendConnection):
        side.store.locate(side.kind, ours)
    with pytest.raises(SuspendConnection):
        side.store.pull([Cursor(side.kind, ours, window=side.window)])
    assert side.store.locate(side.kind, "") == home


def test_a_lost_answer_is_an_unknown_outcome_and_the_stamp_tells(side: RemoteSide) -> None:
    side.lose_next_answer(carried_out=True)
    with pytest.raises(OutcomeUnknown):
        made(side)

    ours = side.store.find_own(side.kind, STAMP)
    assert side.folders()[ours] == "Agentbox"

    side.lose_next_answer(carried_out=False)
    with pytest.raises(OutcomeUnknown):
        made(side, "another")
    assert side.store.find_own(side.kind, "another") == ""


def test_an_empty_collection_of_ours_is_removed(side: RemoteSide) -> None:
    ours = made(side)

    assert side.store.remove_own(side.kind, ours, STAMP)

    assert side.folders() == {}
    assert side.store.remove_own(side.kind, ours, STAMP)  # it is gone, whoever removed it


def test_a_collection_in_which_anything_lies_stays(side: RemoteSide) -> None:
    ours = made(side)
    side.add("Theirs", folder="Agentbox")

    assert not side.store.remove_own(side.kind, ours, STAMP)

    assert side.folders() == {ours: "Agentbox"}
    assert [item["name"] for item in side.items().values()] == ["Theirs"]


def test_a_collection_that_does_not_carry_our_stamp_is_never_removed(side: RemoteSide) -> None:
    theirs = side.add_folder("Agentbox")

    side.store.remove_own(side.kind, theirs, STAMP)

    assert side.folders() == {theirs: "Agentbox"}
