"""The RemoteStore contract, held by the tasks slice against the emulated Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.core.errors import ItemMissing
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_tasks import EmulatedTasks
from tests.contracts.remote_side import folder
from tests.contracts.remote_store import *  # noqa: F403
from tests.contracts.remote_todos import *  # noqa: F403


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedTasks]:
    side = EmulatedTasks(microsoft)
    yield side
    side.close()
    assert microsoft.look("stats")["retry_after_broken"] == 0


def test_a_collection_of_a_person_that_has_our_name_stays_theirs(side: EmulatedTasks) -> None:
    """To Do has nothing against two lists of one name; ours is known by its stamp."""
    theirs = side.add_folder("Agentbox")

    ours = side.store.create_own(side.kind, "stamp-of-the-list")

    assert side.folders() == {theirs: "Agentbox", ours: "Agentbox"}
    assert side.store.find_own(side.kind, "stamp-of-the-list") == ours
    assert side.store.remove_own(side.kind, theirs, "stamp-of-the-list")
    assert theirs in side.folders()


@pytest.mark.parametrize("policy", ["refuse", "number"])
def test_a_list_whose_name_is_refused_is_ours_all_the_same(
    side: EmulatedTasks, policy: str
) -> None:
    side.microsoft.control("switches", {"todo_same_name": policy})
    theirs = side.add_folder("Agentbox")

    ours = side.store.create_own(side.kind, "stamp-of-the-list")

    assert side.folders()[ours] != side.folders()[theirs]
    assert side.store.find_own(side.kind, "stamp-of-the-list") == ours


def test_a_list_that_takes_no_stamp_is_found_by_the_one_in_its_name(side: EmulatedTasks) -> None:
    side.microsoft.fault(status=400, code="BadRequest", path="/extensions", method="POST")

    ours = side.store.create_own(side.kind, "stamp-of-the-list")

    assert side.folders() == {ours: "Agentbox (stamp-of-the-list)"}
    assert side.store.find_own(side.kind, "stamp-of-the-list") == ours


# A task has another id in another list: what is asked for by the old one is missing.


def test_a_moved_item_is_found_in_its_new_folder(side: EmulatedTasks) -> None:
    remote_id = side.add("Call")
    side.move_away(remote_id)

    (old,) = side.store.fetch(side.kind, [remote_id])

    assert isinstance(old, ItemMissing)


@pytest.mark.parametrize("answers", [False, True], ids=["gone", "answers from the bin"])
def test_a_deleted_item_is_missing_and_hides_no_moved_one(
    side: EmulatedTasks, answers: bool
) -> None:
    side.keep_deleted(answers)
    deleted, there = side.add("Deleted"), side.add("There")
    side.remove(deleted)

    gone, here = side.store.fetch(side.kind, [deleted, there])

    assert isinstance(gone, ItemMissing)
    assert here.container == folder(side)  # type: ignore[union-attr]
