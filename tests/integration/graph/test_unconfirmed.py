"""The other answer to each question that only a real tenant can settle.

Each constant is turned over together with the emulator's switch for the same fact.
"""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemMissing, ServerFault
from agentbox_sync.graph import delta, whereabouts
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.graph.stores import contacts
from agentbox_sync.ports import Cursor, Page, Written
from tests.contracts.emulated import EmulatedSide
from tests.contracts.remote_side import created, folder, read_round, stamped, write

KIND = "contacts"


def test_feeds_are_read_one_by_one_where_a_batch_takes_no_delta_link(
    emulated: EmulatedSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "DELTA_LINK_WORKS_IN_BATCH", False)
    emulated.microsoft.control("switches", {"delta_in_batch": False})
    folders = [folder(emulated), emulated.microsoft.person(add_folder="B")["id"]]
    first = emulated.store.pull([Cursor(KIND, one) for one in folders])
    remote_id = emulated.add("Jane", folder="B")

    again = emulated.store.pull(
        [
            Cursor(KIND, one, page.delta_link)
            for one, page in zip(folders, first, strict=True)
            if isinstance(page, Page)
        ]
    )

    seen = [
        [item.remote_id for item in page.observations] for page in again if isinstance(page, Page)
    ]
    assert seen == [[], [remote_id]]


def test_the_main_folder_is_named_by_a_contact_where_its_name_does_not_work(
    emulated: EmulatedSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulated.add("Jane")
    home = folder(emulated)
    monkeypatch.setattr(contacts, "CONTACTS_ALIAS_WORKS", False)
    before = emulated.round_trips

    assert folder(emulated) == home
    assert emulated.round_trips == before + 1


def test_a_contact_without_an_address_is_found_by_its_name_where_names_can_be_filtered(
    emulated: EmulatedSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = created(emulated)
    emulated.add("Jane")
    asked = [{"name": {"given": "Jane", "surname": "Doe"}}, {"name": {"given": "Jane"}}]
    assert emulated.store.find_alike(KIND, folder(emulated), asked) == [[], []]
    monkeypatch.setattr(contacts, "NAME_FILTER_WORKS", True)

    first, second = emulated.store.find_alike(KIND, folder(emulated), asked)

    assert [item.remote_id for item in first] == [answer.remote_id]  # type: ignore[union-attr]
    assert second == []


@pytest.mark.parametrize(
    "alias_works, bin_",
    [(True, "answer"), (True, "hide"), (False, "hide")],
    ids=["named", "named in vain", "unnamed"],
)
def test_deleted_items_is_told_from_another_folder_whatever_graph_shows_of_it(
    emulated: EmulatedSide, monkeypatch: pytest.MonkeyPatch, alias_works: bool, bin_: str
) -> None:
    monkeypatch.setattr(whereabouts, "DELETED_ITEMS_ALIAS_WORKS", alias_works)
    emulated.microsoft.control("switches", {"deleted_get": "200", "deleted_items": bin_})
    folder(emulated)
    deleted, moved = emulated.add("Deleted"), emulated.add("Moved")
    emulated.remove(deleted)
    emulated.move_away(moved)
    before = emulated.round_trips

    gone, elsewhere = emulated.store.fetch(KIND, [deleted, moved])
    emulated.store.fetch(KIND, [deleted, moved])

    assert isinstance(gone, ItemMissing)
    assert isinstance(elsewhere, Observation)
    assert emulated.round_trips == before + 3  # the folders are asked for once


def test_what_lies_in_a_deleted_folder_is_deleted(emulated: EmulatedSide) -> None:
    emulated.microsoft.control("switches", {"deleted_folder": "recycled"})
    emulated.add("Jane")
    remote_id = emulated.add("Moved")
    emulated.move_away(remote_id)
    assert isinstance(emulated.store.fetch(KIND, [remote_id])[0], Observation)

    emulated.microsoft.person(delete_folder="Private")
    again = GraphMailbox(emulated.client, "UTC")  # as the next run asks

    assert isinstance(again.fetch(KIND, [remote_id])[0], ItemMissing)


def test_where_the_folder_cannot_be_asked_for_nothing_is_known(emulated: EmulatedSide) -> None:
    folder(emulated)
    remote_id, stays = emulated.add("Moved"), emulated.add("Stays")
    emulated.move_away(remote_id)
    emulated.microsoft.fault(status=500, path="/contactFolders/", method="GET")

    unknown, known = emulated.store.fetch(KIND, [remote_id, stays])

    assert isinstance(unknown, ServerFault)
    assert isinstance(known, Observation)


@pytest.mark.parametrize(
    "switches",
    [
        {"birthday_time": "outlook"},
        {"fill_email_name": True},
        {"property_filter": "mailbox"},
        {"delta_moved_reason": "changed"},
        {"deleted_get": "200"},
        {"delta_options": "ignore"},
    ],
    ids=str,
)
def test_what_microsoft_may_do_otherwise_changes_nothing_for_us(
    emulated: EmulatedSide, switches: dict[str, object]
) -> None:
    emulated.microsoft.control("switches", switches)
    answer = created(emulated, emails=["jane@example.com"], birthday="1980-02-29")

    ((seen,), link) = read_round(emulated)

    assert seen.record == answer.record
    assert seen.record["birthday"] == "1980-02-29"
    assert seen.record["emails"] == ["jane@example.com"]
    assert stamped(emulated, "stamp-of-jane") == [[answer.remote_id]]
    emulated.move_away(answer.remote_id)
    (((gone,), _),) = [read_round(emulated, link)]
    assert gone.removed


def test_the_emulators_other_answers_are_real(emulated: EmulatedSide) -> None:
    # The control of the tests above: without our constants turned over, the switches bite.
    emulated.microsoft.control("switches", {"birthday_time": "outlook"})
    answer = created(emulated, birthday="1980-02-29")
    assert isinstance(answer, Written)
    (row,) = emulated.microsoft.look("mailbox/jane@agency.example")["contacts"]
    assert row["birthday"] == "1980-02-29T11:59:00Z"
    assert write(emulated) == []
