"""What is Microsoft's own about a mailbox: folders, dead tokens, damaged pages, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.errors import (
    CursorExpired,
    FixConfiguration,
    ItemProtected,
    ServerFault,
    SuspendConnection,
    SyncError,
    TryLater,
)
from agentbox_sync.graph.account import Profile, read_profile
from agentbox_sync.ports import Create, Cursor, Delete, Page, Written
from tests.contracts.emulated import JANE, EmulatedSide, Microsoft

KIND = "contacts"
FEED = "https://graph.microsoft.com/v1.0/me/contactFolders/AAMk/contacts/delta"


def first_page(side: EmulatedSide, link: str = "") -> Page | SyncError:
    (page,) = side.store.pull([Cursor(KIND, side.store.locate(KIND, ""), link)])
    return page


def answer_feed(side: EmulatedSide, **body: Any) -> None:
    side.microsoft.fault(status=200, path="/delta", body=body)


# ------------------------------------------------------------------------------------ folders


def test_the_main_folder_is_found_without_the_undocumented_name(emulated: EmulatedSide) -> None:
    emulated.add("Jane")
    by_name = emulated.store.locate(KIND, "")
    emulated.microsoft.control("switches", {"contacts_alias": False})

    assert emulated.store.locate(KIND, "") == by_name


def test_an_empty_folder_that_nobody_names_puts_the_run_off(emulated: EmulatedSide) -> None:
    emulated.microsoft.control("switches", {"contacts_alias": False})

    with pytest.raises(TryLater) as caught:
        emulated.store.locate(KIND, "")

    assert caught.value.code == "CollectionNotNamed"
    assert "Add one contact in Outlook" in str(caught.value)
    assert emulated.items() == {}


def test_a_chosen_folder_is_checked(emulated: EmulatedSide) -> None:
    folder = emulated.microsoft.person(add_folder="Clients")["id"]

    assert emulated.store.locate(KIND, folder) == folder


def test_a_chosen_folder_that_is_gone_stops_the_connection_and_is_no_deletion(
    emulated: EmulatedSide,
) -> None:
    folder = emulated.microsoft.person(add_folder="Clients")["id"]
    (page,) = emulated.store.pull([Cursor(KIND, folder)])
    assert isinstance(page, Page)
    emulated.microsoft.person(delete_folder=folder)

    with pytest.raises(SuspendConnection):
        emulated.store.locate(KIND, folder)
    with pytest.raises(SuspendConnection):
        emulated.store.pull([Cursor(KIND, folder, page.delta_link)])
    with pytest.raises(SuspendConnection):
        emulated.store.write(KIND, folder, [Create("stamp", {"name": {"given": "Jane"}})])


def test_several_idle_collections_are_looked_into_with_one_request(
    emulated: EmulatedSide,
) -> None:
    folders = [emulated.store.locate(KIND, ""), emulated.microsoft.person(add_folder="B")["id"]]
    emulated.add("Jane", folder="B")
    first = emulated.store.pull([Cursor(KIND, folder) for folder in folders])
    links = [page.delta_link for page in first if isinstance(page, Page)]
    before = emulated.round_trips

    again = emulated.store.pull(
        [Cursor(KIND, folder, link) for folder, link in zip(folders, links, strict=True)]
    )

    assert emulated.round_trips == before + 1
    assert [page.observations for page in again if isinstance(page, Page)] == [(), ()]


# ------------------------------------------------------------------------------ the change feed


@pytest.mark.parametrize("dress", ["400", "404", "410"])
def test_a_dead_token_is_known_in_any_dress(emulated: EmulatedSide, dress: str) -> None:
    emulated.microsoft.control("switches", {"delta_dead_token": dress})
    page = first_page(emulated)
    assert isinstance(page, Page)
    emulated.forget_cursors()

    assert isinstance(first_page(emulated, page.delta_link), CursorExpired)


def test_a_damaged_token_starts_over(emulated: EmulatedSide) -> None:
    page = first_page(emulated)
    assert isinstance(page, Page)

    assert isinstance(first_page(emulated, page.delta_link[:-9]), CursorExpired)


@pytest.mark.parametrize("switch", ["delta_leading_page", "delta_trailing_page"])
def test_an_empty_page_does_not_end_a_round(emulated: EmulatedSide, switch: str) -> None:
    emulated.microsoft.control("switches", {switch: True})
    remote_id = emulated.add("Jane")
    page = first_page(emulated)
    assert isinstance(page, Page)

    assert page.next_link
    rest = first_page(emulated, page.next_link)

    assert isinstance(rest, Page)
    assert rest.delta_link
    seen = [item.remote_id for item in page.observations + rest.observations]
    assert seen == [remote_id]


def test_replayed_changes_look_like_what_is_there(emulated: EmulatedSide) -> None:
    remote_id = emulated.add("Jane")
    page = first_page(emulated)
    assert isinstance(page, Page)
    emulated.microsoft.control("delta", {"upn": JANE, "replay": 5})

    again = first_page(emulated, page.delta_link)

    assert isinstance(again, Page)
    (item,) = again.observations
    (now,) = emulated.store.fetch(KIND, [remote_id])
    assert item == now


def test_a_row_that_shows_half_a_name_is_read_whole(emulated: EmulatedSide) -> None:
    remote_id = emulated.add("Jane")
    row = {"id": remote_id, "@odata.etag": 'W/"2"', "surname": "Jones", "companyName": "Co"}
    gone = {"id": "AAMkAGI2THk0AAA=", "@odata.etag": 'W/"1"', "surname": "Gone"}
    answer_feed(emulated, value=[row, gone], **{"@odata.deltaLink": f"{FEED}?$deltatoken=x"})

    page = first_page(emulated)

    assert isinstance(page, Page)
    (now,) = emulated.store.fetch(KIND, [remote_id])
    assert page.observations[0] == now


def test_a_page_that_leads_to_another_host_stops_and_nothing_goes_there(
    emulated: EmulatedSide,
) -> None:
    answer_feed(emulated, value=[], **{"@odata.nextLink": "https://evil.example/v1.0/me"})

    with pytest.raises(FixConfiguration) as caught:
        first_page(emulated)

    assert caught.value.code == "ForeignLink"


def test_a_stored_link_to_another_host_is_never_followed(emulated: EmulatedSide) -> None:
    before = emulated.round_trips

    with pytest.raises(FixConfiguration):
        emulated.store.pull([Cursor(KIND, "AAMk", "https://evil.example/v1.0/me/delta")])

    assert emulated.round_trips == before


def test_half_a_page_is_no_complete_round(emulated: EmulatedSide) -> None:
    answer_feed(emulated, value=[])

    assert isinstance(first_page(emulated), ServerFault)


# ------------------------------------------------------------------------------------ refusals


def written(side: EmulatedSide, count: int) -> list[Written]:
    home = side.store.locate(KIND, "")
    people = [Create(f"stamp-{n}", {"name": {"given": f"Jane {n}"}}) for n in range(count)]
    answers = side.store.write(KIND, home, people)
    return [answer for answer in answers if isinstance(answer, Written)]


def test_an_item_that_may_not_be_deleted_says_nothing_about_the_mailbox(
    emulated: EmulatedSide,
) -> None:
    first, second = written(emulated, 2)
    emulated.microsoft.fault(
        status=403,
        code="ErrorCannotDeleteObject",
        method="DELETE",
        path=first.remote_id.rstrip("="),
    )

    answers = emulated.store.write(
        KIND, "", [Delete(one.remote_id, one.etag) for one in (first, second)]
    )

    assert [type(answer) for answer in answers] == [ItemProtected, Written]
    assert list(emulated.items()) == [first.remote_id]


def test_a_withdrawn_permission_stops_the_connection(emulated: EmulatedSide) -> None:
    emulated.microsoft.fault(status=403, code="ErrorAccessDenied", path="/contacts")

    with pytest.raises(SuspendConnection):
        emulated.store.fetch(KIND, ["AAMk"])


def test_a_permission_withdrawn_in_the_middle_hides_no_finished_write(
    emulated: EmulatedSide,
) -> None:
    home = emulated.store.locate(KIND, "")
    emulated.microsoft.fault(
        status=403, code="ErrorAccessDenied", path="/contacts", body_contains="Jane 1"
    )
    people = [Create(f"stamp-{n}", {"name": {"given": f"Jane {n}"}}) for n in range(3)]

    answers = emulated.store.write(KIND, home, people)

    assert [type(answer) for answer in answers] == [Written, SuspendConnection, Written]


def test_a_filter_that_microsoft_refuses_is_our_mistake_and_no_items(
    emulated: EmulatedSide,
) -> None:
    home = emulated.store.locate(KIND, "")
    emulated.microsoft.fault(status=400, code="ErrorInvalidUrlQueryFilter", path="filter")

    with pytest.raises(FixConfiguration):
        emulated.store.find_stamped(KIND, home, ["stamp"])


# ------------------------------------------------------------------------------------- account


def test_the_profile_is_read_in_one_request(microsoft: Microsoft) -> None:
    microsoft.prepare(time_zone="AUS Eastern Standard Time")
    side = EmulatedSide(microsoft)

    profile = read_profile(side.client)

    assert side.client.round_trips == 1
    assert profile == Profile(
        id=profile.id,
        display_name="Jane Doe",
        mail=JANE,
        user_principal_name=JANE,
        time_zone="AUS Eastern Standard Time",
        aliases=(f"SMTP:{JANE}",),
    )
    assert profile.id
    side.close()


def test_an_account_without_a_mailbox_cannot_be_connected(microsoft: Microsoft) -> None:
    microsoft.prepare(mailbox=False)
    side = EmulatedSide(microsoft)

    with pytest.raises(SuspendConnection) as caught:
        read_profile(side.client)

    assert caught.value.code == "MailboxNotEnabledForRESTAPI"
    side.close()
