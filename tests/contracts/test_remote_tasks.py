"""The RemoteStore contract, held by the tasks slice against the emulated Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.core.errors import FixConfiguration, ItemMissing
from agentbox_sync.graph.stores import tasks, todo
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_tasks import EmulatedTasks
from tests.contracts.remote_side import created, folder, read_round
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


@pytest.mark.parametrize("policy", ["ignore", "refuse"])
def test_where_lists_show_no_extension_the_stamp_stays_in_the_name(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setattr(tasks, "LISTS_SHOW_EXTENSIONS", False)
    side.microsoft.control("switches", {"todo_list_extensions": policy})

    ours = side.store.create_own(side.kind, "stamp-of-the-list")

    assert side.folders() == {ours: "Agentbox (stamp-of-the-list)"}
    assert side.store.find_own(side.kind, "stamp-of-the-list") == ours
    assert side.store.find_own(side.kind, "another") == ""
    assert side.store.remove_own(side.kind, ours, "stamp-of-the-list")
    assert side.folders() == {}


@pytest.mark.parametrize("policy,asked", [("ignore", True), ("ignore", False), ("refuse", False)])
def test_where_the_feed_does_not_show_what_is_linked_each_task_is_read(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch, policy: str, asked: bool
) -> None:
    monkeypatch.setattr(todo, "FEED_SHOWS_LINKED", asked)
    side.microsoft.control("switches", {"todo_delta_expand": policy})
    answer = created(side)

    seen, link = read_round(side)
    side.change_note(answer.remote_id, "Theirs")
    later, _ = read_round(side, link)

    assert [item.stamp for item in [*seen, *later]] == ["stamp-of-jane", "stamp-of-jane"]


def test_where_titles_cannot_be_filtered_nobody_is_asked_for_one_alike(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.microsoft.control("switches", {"todo_title_filter": "refuse"})
    home = folder(side)
    side.add("Jane")
    with pytest.raises(FixConfiguration):
        side.store.find_alike(side.kind, home, [side.item("Jane")])
    monkeypatch.setattr(tasks, "TITLE_FILTER_WORKS", False)

    (found,) = side.store.find_alike(side.kind, home, [side.item("Jane")])

    assert found == []


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
