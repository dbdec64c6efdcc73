"""Microsoft's own SDK does ordinary work; what it cannot read, or cannot say, is our mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.contact_folder import ContactFolder
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core.tasks import PageIterator

from .clients import CLIENT_ID, JANE, STAMP, Control
from .sdk import IMMUTABLE, TENANT, Sdk, app_itself, asking, mia, person, sdk_for


@pytest.fixture
def sdk(control: Control) -> Iterator[Sdk]:
    with person(control.url) as credential, sdk_for(control.url, credential) as sdk:
        yield sdk


def only(rows: list[Any]) -> Any:
    (row,) = rows
    return row


def names(contacts: Any) -> list[str]:
    return [contact.given_name for contact in contacts]


def every(sdk: Sdk, page: Any) -> list[Any]:
    """All rows of a list that arrives in pages, by the SDK's own iterator."""
    rows: list[Any] = []
    iterator = PageIterator(page, sdk.adapter)
    iterator.headers.add(*IMMUTABLE)  # its set_headers() raises a TypeError
    sdk(iterator.iterate(lambda row: rows.append(row) or True))
    return rows


def fill(control: Control, count: int, folder: str = "contacts") -> None:
    for number in range(count):
        control.person({"add": {"givenName": f"P{number:02}"}, "folder": folder})


def test_a_contact_is_created_and_read_back(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    assert made.display_name == "Mia Wong"
    assert made.birthday == datetime(1980, 2, 29, tzinfo=UTC)
    assert made.home_address.city == "Manly"
    assert set(made.additional_data) == {"@odata.context", "@odata.etag"}
    kept = only(control.mailbox()["contacts"])
    assert (kept["id"], kept["surname"], kept["extended"]) == (made.id, "Wong", {STAMP: "7"})
    one = sdk.me.contacts.by_contact_id(made.id)
    read = sdk(one.get(asking(one)))
    assert read.email_addresses[0].address == "mia@buyers.example"
    assert read.primary_email_address.address == "mia@buyers.example"
    assert (read.change_key, read.categories) == (made.change_key, ["VIP"])


def test_a_contact_is_changed_and_only_what_was_sent_changes(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    one = sdk.me.contacts.by_contact_id(made.id)
    changed = sdk(one.patch(Contact(job_title="Vendor"), asking(one)))
    assert (changed.job_title, changed.mobile_phone) == ("Vendor", "0491 570 156")
    assert changed.change_key != made.change_key
    kept = only(control.mailbox()["contacts"])
    assert (kept["jobTitle"], kept["businessPhones"]) == ("Vendor", ["02 5550 1234"])


def test_a_field_is_cleared_by_a_null_of_the_sdk(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    one = sdk.me.contacts.by_contact_id(made.id)
    emptied = Contact(business_phones=[], additional_data={"mobilePhone": None, "birthday": None})
    changed = sdk(one.patch(emptied, asking(one)))
    assert (changed.mobile_phone, changed.birthday, changed.business_phones) == (None, None, [])
    kept = only(control.mailbox()["contacts"])
    assert (kept["mobilePhone"], kept["birthday"], kept["businessPhones"]) == (None, None, [])


def test_an_old_etag_is_refused_with_an_error_the_sdk_understands(
    sdk: Sdk, control: Control
) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    control.person({"edit": made.id, "values": {"jobTitle": "Owner"}})
    one = sdk.me.contacts.by_contact_id(made.id)
    old = ("If-Match", made.additional_data["@odata.etag"])
    with pytest.raises(ODataError) as refused:
        sdk(one.patch(Contact(job_title="Vendor"), asking(one, headers=(old,))))
    assert refused.value.response_status_code == 412
    assert refused.value.error.code == "ErrorIrresolvableConflict"
    assert refused.value.error.inner_error.request_id
    assert not refused.value.error.additional_data
    assert only(control.mailbox()["contacts"])["jobTitle"] == "Owner"


def test_a_contact_is_deleted_and_then_not_found(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    one = sdk.me.contacts.by_contact_id(made.id)
    etag = ("If-Match", made.additional_data["@odata.etag"])
    assert sdk(one.delete(asking(one, headers=(etag,)))) is None
    box = control.mailbox()
    assert box["contacts"] == []
    assert [row["id"] for row in box["deleted"]] == [made.id]
    with pytest.raises(ODataError) as missing:
        sdk(one.get(asking(one)))
    assert (missing.value.response_status_code, missing.value.error.code) == (
        404,
        "ErrorItemNotFound",
    )


def test_a_contact_is_purged_for_good(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    sdk(sdk.me.contacts.by_contact_id(made.id).permanent_delete.post())
    box = control.mailbox()
    assert (box["contacts"], box["deleted"]) == ([], [])


def test_a_list_is_paged_to_its_end_and_counted(sdk: Sdk, control: Control) -> None:
    fill(control, 25)
    wanted = asking(sdk.me.contacts, top=10, count=True)
    page = sdk(sdk.me.contacts.get(wanted))
    assert (len(page.value), page.odata_count) == (10, 25)
    assert names(every(sdk, page)) == [f"P{number:02}" for number in range(25)]
    assert sdk(sdk.me.contacts.count.get()) == 25


def test_select_brings_what_was_asked_for_and_no_more(sdk: Sdk, control: Control) -> None:
    fill(control, 1)
    page = sdk(sdk.me.contacts.get(asking(sdk.me.contacts, select=["givenName", "birthday"])))
    row = only(page.value)
    assert (row.given_name, row.display_name, row.parent_folder_id) == ("P00", None, None)
    assert row.id


def test_contacts_are_found_by_address_name_and_stamp_and_sorted(
    sdk: Sdk, control: Control
) -> None:
    sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    fill(control, 3)

    def found(text: str, **more: Any) -> list[str]:
        wanted = asking(sdk.me.contacts, filter=text, **more)
        return names(sdk(sdk.me.contacts.get(wanted)).value)

    assert found("emailAddresses/any(a:a/address eq 'MIA@buyers.example')") == ["Mia"]
    assert found("startswith(givenName,'P')", orderby=["givenName desc"]) == ["P02", "P01", "P00"]
    assert found("surname eq 'Wong' or givenName eq 'P01'", orderby=["givenName"]) == ["Mia", "P01"]
    stamped = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq '7')"
    assert found(stamped) == ["Mia"]


def test_an_extended_property_is_read_by_expansion(sdk: Sdk) -> None:
    made = sdk(sdk.me.contacts.post(mia(), asking(sdk.me.contacts)))
    assert made.single_value_extended_properties is None, "a create does not echo them"
    one = sdk.me.contacts.by_contact_id(made.id)
    expand = [f"singleValueExtendedProperties($filter=id eq '{STAMP}')"]
    stamp = only(sdk(one.get(asking(one, expand=expand))).single_value_extended_properties)
    assert (stamp.id, stamp.value, stamp.additional_data) == (STAMP, "7", {})


def test_folders_are_made_nested_renamed_listed_and_deleted(sdk: Sdk, control: Control) -> None:
    folders = sdk.me.contact_folders
    made = sdk(folders.post(ContactFolder(display_name="Vendors")))
    one = folders.by_contact_folder_id(made.id)
    child = sdk(one.child_folders.post(ContactFolder(display_name="Past")))
    assert child.parent_folder_id == made.id
    renamed = sdk(one.patch(ContactFolder(display_name="Sellers")))
    assert (renamed.id, renamed.display_name) == (made.id, "Sellers")
    assert [row.display_name for row in sdk(folders.get()).value] == ["Sellers"]
    assert [row.id for row in sdk(one.child_folders.get()).value] == [child.id]
    assert sdk(one.get()).display_name == "Sellers"
    sdk(one.delete())
    assert sdk(folders.get()).value == []
    gone = {row["name"]: row["deleted"] for row in control.mailbox()["folders"]}
    assert gone["Sellers"] is True


def test_a_contact_of_a_folder_is_reached_through_it(sdk: Sdk, control: Control) -> None:
    folder = sdk(sdk.me.contact_folders.post(ContactFolder(display_name="Vendors")))
    inside = sdk.me.contact_folders.by_contact_folder_id(folder.id).contacts
    made = sdk(inside.post(mia(), asking(inside)))
    assert made.parent_folder_id == folder.id
    assert only(control.mailbox()["contacts"])["folder"] == "Vendors"
    assert names(sdk(inside.get(asking(inside))).value) == ["Mia"]
    assert sdk(sdk.me.contacts.get(asking(sdk.me.contacts))).value == []


def test_who_i_am_and_where_i_live(sdk: Sdk) -> None:
    me = sdk(sdk.me.get(asking(sdk.me, select=["id", "displayName", "mail", "accountEnabled"])))
    assert (me.display_name, me.mail, me.account_enabled) == ("Jane Smith", JANE, True)
    settings = sdk(sdk.me.mailbox_settings.get())
    assert settings.time_zone == "AUS Eastern Standard Time"
    assert settings.working_hours.start_time.hour == 8
    assert set(settings.additional_data) <= {"@odata.context"}


def test_an_app_on_its_own_reads_a_mailbox_by_its_address(control: Control) -> None:
    fill(control, 2)
    entry = {"tenant": TENANT, "client_id": CLIENT_ID, "roles": ["Contacts.Read", "User.Read.All"]}
    control.post("seed", {"consent": [entry]})
    with app_itself(control.url) as credential, sdk_for(control.url, credential) as sdk:
        jane = sdk.client.users.by_user_id(JANE)
        assert sdk(jane.get()).display_name == "Jane Smith"
        page = sdk(jane.contacts.get(asking(jane.contacts)))
        assert names(page.value) == ["P00", "P01"]
        with pytest.raises(ODataError) as refused:
            sdk(jane.contacts.post(mia(), asking(jane.contacts)))
    assert (refused.value.response_status_code, refused.value.error.code) == (
        403,
        "ErrorAccessDenied",
    )


def test_a_throttled_read_is_repeated_by_the_sdk_itself(sdk: Sdk, control: Control) -> None:
    fill(control, 1)
    control.post(
        "faults",
        {"path": "/me/contacts", "status": 429, "times": 1, "headers": {"Retry-After": "1"}},
    )
    assert names(sdk(sdk.me.contacts.get(asking(sdk.me.contacts))).value) == ["P00"]
    stats = control.get("stats")
    assert (stats["faults"], stats["retry_after_broken"]) == (1, 0)
