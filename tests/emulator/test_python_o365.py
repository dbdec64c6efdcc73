"""python-o365, the library most often found in Python projects, does its ordinary work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from O365 import Account
from O365.address_book import ContactFolder
from requests.exceptions import HTTPError

from .clients import JANE, Control
from .o365 import o365_account


@pytest.fixture
def account(control: Control) -> Iterator[Account]:
    with o365_account(control.url) as account:
        yield account


@pytest.fixture
def book(account: Account) -> Any:
    return account.address_book()


def only(rows: Any) -> Any:
    (row,) = rows
    return row


def mia(folder: Any) -> Any:
    contact = folder.new_contact()
    contact.name, contact.surname = "Mia", "Wong"
    contact.job_title, contact.company_name = "Buyer", "Acme"
    contact.emails.add(("Mia Wong", "mia@buyers.example"))
    contact.business_phones = ["02 5550 1234"]
    contact.home_phones = ["02 5550 5678"]
    contact.mobile_phone = "0491 570 156"
    contact.home_address = {"street": "1 Sea Rd", "city": "Manly", "postalCode": "2095"}
    contact.categories = ["VIP"]
    contact.personal_notes = "Likes the sea"
    assert contact.save()
    return contact


def fill(control: Control, count: int) -> None:
    for number in range(count):
        control.person({"add": {"givenName": f"P{number:02}"}})


def test_a_contact_is_saved_and_read_back(book: Any, control: Control) -> None:
    saved = mia(book)
    kept = only(control.mailbox()["contacts"])
    assert (kept["displayName"], kept["homeAddress"]["city"]) == ("Mia Wong", "Manly")
    assert (kept["businessPhones"], kept["categories"]) == (["02 5550 1234"], ["VIP"])
    read = only(book.get_contacts())
    assert read.object_id == saved.object_id
    assert read.full_name == "Mia Wong"
    assert read.main_email == "mia@buyers.example"
    assert read.home_address == {"street": "1 Sea Rd", "city": "Manly", "postalCode": "2095"}
    assert (read.home_phones, read.mobile_phone) == (["02 5550 5678"], "0491 570 156")
    assert read.created.tzinfo is not None
    assert read.created == saved.created


def test_a_change_sends_only_what_was_touched(book: Any, control: Control) -> None:
    mia(book)
    contact = only(book.get_contacts())
    control.person({"edit": only(control.mailbox()["contacts"])["id"], "values": {"title": "Dr"}})
    contact.job_title = "Vendor"
    contact.emails.add("second@buyers.example")
    assert contact.save()
    kept = only(control.mailbox()["contacts"])
    assert (kept["jobTitle"], kept["title"]) == ("Vendor", "Dr")
    assert [e["address"] for e in kept["emailAddresses"]] == [
        "mia@buyers.example",
        "second@buyers.example",
    ]


def test_a_contact_is_deleted(book: Any, control: Control) -> None:
    assert mia(book).delete()
    box = control.mailbox()
    assert (box["contacts"], len(box["deleted"])) == ([], 1)
    assert list(book.get_contacts()) == []


def test_a_contact_is_found_by_its_address(book: Any, control: Control) -> None:
    mia(book)
    fill(control, 3)

    def found(address: str) -> list[str]:
        # What get_contact_by_email() means; it calls any() by arguments that are no longer there.
        query = book.new_query()
        wanted = query.any("email_addresses", query.equals("address", address))
        return [row.full_name for row in book.get_contacts(limit=1, query=wanted)]

    assert found("mia@buyers.example") == ["Mia Wong"]
    assert found("nobody@buyers.example") == []


def test_a_query_filters_selects_and_sorts(book: Any, control: Control) -> None:
    mia(book)
    fill(control, 4)
    query = book.new_query()
    wanted = query.startswith("given_name", "P") & query.select("given_name")
    found = list(book.get_contacts(query=wanted, order_by="givenName desc"))
    assert [row.name for row in found] == ["P03", "P02", "P01", "P00"]
    assert {row.display_name for row in found} == {""}, "not selected"


def test_pages_are_followed_to_the_end(book: Any, control: Control) -> None:
    fill(control, 23)
    everybody = book.get_contacts(limit=None, batch=10)
    assert sorted(row.name for row in everybody) == [f"P{n:02}" for n in range(23)]
    some = book.get_contacts(limit=15, batch=10)
    assert len(list(some)) == 15


def child(parent: Any, name: str) -> ContactFolder:
    """A new folder; create_child_folder() makes it, and calls it an address book of its own."""
    made = parent.create_child_folder(name)
    inner = ContactFolder(parent=parent, name=made.name)
    inner.folder_id, inner.parent_id = made.folder_id, made.parent_id
    return inner


def test_folders_are_made_nested_renamed_and_deleted(book: Any, control: Control) -> None:
    vendors = child(book, "Vendors")
    past = child(vendors, "Past")
    assert past.parent_id == vendors.folder_id
    assert vendors.update_folder_name("Sellers")
    assert [folder.name for folder in book.get_folders()] == ["Sellers"]
    assert [folder.folder_id for folder in vendors.get_folders()] == [past.folder_id]
    assert book.get_folder(folder_id=past.folder_id).name == "Past"
    # Its new_contact() forgets the folder, so the person puts somebody there.
    control.person({"add": {"givenName": "Mia"}, "folder": "Sellers"})
    assert only(vendors.get_contacts()).name == "Mia"
    assert vendors.delete()
    assert book.get_folders() == []


def test_a_folder_is_found_by_its_name(book: Any) -> None:
    child(book, "Vendors")
    wanted = child(book, "Buyers")
    assert book.get_folder(folder_name="Buyers").folder_id == wanted.folder_id
    assert book.get_folder(folder_name="Nobody") is None


def test_immutable_ids_are_asked_for_in_every_request(control: Control) -> None:
    prefer = {"Prefer": 'IdType="ImmutableId"'}
    with o365_account(control.url, default_headers=prefer) as account:
        saved = mia(account.address_book())
    assert only(control.mailbox()["contacts"])["id"] == saved.object_id


def test_who_i_am(account: Account) -> None:
    me = account.directory(resource="me").get_current_user()
    assert (me.display_name, me.mail) == ("Jane Smith", JANE)


def test_a_refusal_is_raised_with_graph_s_own_words(book: Any) -> None:
    contact = book.new_contact()
    contact.business_phones = ["1", "2", "3"]
    with pytest.raises(HTTPError, match="exceeds the max allowed value of 2"):
        contact.save()
