"""Delta rounds and batches as Microsoft's own SDK drives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kiota_abstractions.request_information import RequestInformation
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.contact_collection_response import ContactCollectionResponse
from msgraph.generated.models.contact_folder import ContactFolder
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_content_collection import BatchRequestContentCollection
from msgraph_core.requests.batch_request_item import BatchRequestItem

from .clients import GRAPH, JANE, Control
from .sdk import Sdk, asking, mia, person, sdk_for

PAGES_OF_TWO = ("Prefer", "odata.maxpagesize=2")


@pytest.fixture
def sdk(control: Control) -> Iterator[Sdk]:
    with person(control.url) as credential, sdk_for(control.url, credential) as sdk:
        yield sdk


def round_of(sdk: Sdk, delta: Any, link: str = "") -> tuple[list[Any], str]:
    """All rows of a delta round, and the link with which the next one begins."""
    first = delta.with_url(link) if link else delta
    page = sdk(first.get(asking(delta, headers=(PAGES_OF_TWO,))))
    rows = list(page.value)
    while page.odata_next_link:
        assert page.odata_delta_link is None
        page = sdk(delta.with_url(page.odata_next_link).get(asking(delta, headers=(PAGES_OF_TWO,))))
        rows += page.value
    assert page.odata_delta_link
    return rows, page.odata_delta_link


def contacts_delta(sdk: Sdk) -> Any:
    return sdk.me.contact_folders.by_contact_folder_id("contacts").contacts.delta


def test_a_round_brings_everything_and_the_next_one_what_changed(
    sdk: Sdk, control: Control
) -> None:
    ids = [control.person({"add": {"givenName": f"P{n}"}})["id"] for n in range(5)]
    delta = contacts_delta(sdk)
    rows, link = round_of(sdk, delta)
    assert {row.id: row.given_name for row in rows} == {id_: f"P{n}" for n, id_ in enumerate(ids)}
    assert round_of(sdk, delta, link)[0] == []
    control.person({"edit": ids[1], "values": {"jobTitle": "Vendor"}})
    control.person({"delete": ids[3]})
    rows, link = round_of(sdk, delta, link)
    by_id = {row.id: row for row in rows}
    assert set(by_id) == {ids[1], ids[3]}
    assert by_id[ids[1]].job_title == "Vendor"
    assert "@removed" not in by_id[ids[1]].additional_data
    assert by_id[ids[3]].additional_data["@removed"] == {"reason": "deleted"}
    assert by_id[ids[3]].given_name is None
    assert round_of(sdk, delta, link)[0] == []


def test_a_delta_selects_its_columns_once_and_for_all(sdk: Sdk, control: Control) -> None:
    control.person({"add": {"givenName": "Mia", "jobTitle": "Buyer"}})
    delta = contacts_delta(sdk)
    page = sdk(delta.get(asking(delta, select=["givenName"])))
    control.person({"add": {"givenName": "Tom", "jobTitle": "Owner"}})
    later = sdk(delta.with_url(page.odata_delta_link).get())
    assert [(row.given_name, row.job_title) for row in (*page.value, *later.value)] == [
        ("Mia", None),
        ("Tom", None),
    ]


def test_folders_have_a_delta_of_their_own(sdk: Sdk, control: Control) -> None:
    delta = sdk.me.contact_folders.delta
    before, link = round_of(sdk, delta)
    made = sdk(sdk.me.contact_folders.post(ContactFolder(display_name="Vendors")))
    rows, link = round_of(sdk, delta, link)
    assert [(row.id, row.display_name) for row in rows] == [(made.id, "Vendors")]
    control.person({"delete_folder": made.id})
    rows, _ = round_of(sdk, delta, link)
    assert [row.additional_data["@removed"] for row in rows] == [{"reason": "deleted"}]
    assert made.id not in {row.id for row in before}


def test_a_forgotten_delta_token_is_an_error_the_sdk_understands(
    sdk: Sdk, control: Control
) -> None:
    delta = contacts_delta(sdk)
    _, link = round_of(sdk, delta)
    control.post("delta", {"upn": JANE, "kill": True})
    with pytest.raises(ODataError) as forgotten:
        sdk(delta.with_url(link).get())
    assert forgotten.value.response_status_code == 410
    assert forgotten.value.error.code.lower() in {"syncstatenotfound", "resyncrequired"}


# BatchRequestItem keeps the absolute address (msgraph-sdk-python-core #1116), which Graph refuses
# (msgraph-sdk-python #1015); the SDK's users cut it off by hand.


def step(id_: str, asked: RequestInformation) -> BatchRequestItem:
    item = BatchRequestItem(asked, id_)
    item.url = item.url.removeprefix(f"{GRAPH}/v1.0")
    return item


def read(control: Control, id_: str, kind: type[Any]) -> Any:
    """The body of one answer to the last batch, in the SDK's model.

    The SDK itself drops bodies that are JSON objects (kiota-python #737), so it is handed the one
    that went over the wire.
    """
    (batch,) = control.get("log?limit=1")["exchanges"]
    answers = {row["id"]: row["body"] for row in batch["response_body"]["responses"]}
    text = json.dumps(answers[id_]).encode()
    node = JsonParseNodeFactory().get_root_parse_node("application/json", text)
    return node.get_object_value(kind)


def post(sdk: Sdk, person: Contact) -> RequestInformation:
    return sdk.me.contacts.to_post_request_information(person, asking(sdk.me.contacts))


def test_a_batch_creates_reads_and_lists(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.contacts.post(Contact(given_name="Tom"), asking(sdk.me.contacts)))
    one = sdk.me.contacts.by_contact_id(made.id)
    content = BatchRequestContent()
    content.add_request("create", step("create", post(sdk, mia())))
    content.add_request("read", step("read", one.to_get_request_information(asking(one))))
    change = one.to_patch_request_information(Contact(job_title="Owner"), asking(one))
    content.add_request(
        "gone",
        step(
            "gone",
            sdk.me.contacts.by_contact_id(made.id[:-8] + "AAAAAAA=").to_get_request_information(),
        ),
    )
    answer = sdk(sdk.client.batch.post(content))
    assert answer.get_response_status_codes() == {"create": 201, "read": 200, "gone": 404}
    assert read(control, "create", Contact).display_name == "Mia Wong"
    assert read(control, "read", Contact).id == made.id
    assert read(control, "gone", ODataError).error.code == "ErrorItemNotFound"
    changes = BatchRequestContent({"change": step("change", change)})
    sdk(sdk.client.batch.post(changes))
    assert read(control, "change", Contact).job_title == "Owner"
    listed = sdk.me.contacts.to_get_request_information(asking(sdk.me.contacts, top=5))
    sdk(sdk.client.batch.post(BatchRequestContent({"list": step("list", listed)})))
    page = read(control, "list", ContactCollectionResponse)
    assert [row.given_name for row in page.value] == ["Tom", "Mia"]
    assert len(control.mailbox()["contacts"]) == 2


def test_forty_five_creates_go_out_in_three_batches(sdk: Sdk, control: Control) -> None:
    content = BatchRequestContentCollection()
    for number in range(45):
        content.add_batch_request_item(
            step(str(number), post(sdk, Contact(given_name=f"P{number:02}")))
        )
    answers = sdk(sdk.client.batch.post(content))
    statuses = [
        s for part in answers.get_responses() for s in part.get_response_status_codes().values()
    ]
    assert statuses == [201] * 45
    assert control.get("stats")["batches"] == 3
    kept = {row["givenName"] for row in control.mailbox()["contacts"]}
    assert kept == {f"P{number:02}" for number in range(45)}


def test_an_item_with_an_absolute_address_is_refused_and_the_others_are_not(
    sdk: Sdk, control: Control
) -> None:
    sdk(sdk.me.contacts.get(asking(sdk.me.contacts)))  # only then it knows the address
    content = BatchRequestContent()
    content.add_request("as is", BatchRequestItem(post(sdk, mia()), "as is"))
    content.add_request("cut", step("cut", post(sdk, Contact(given_name="Tom"))))
    answer = sdk(sdk.client.batch.post(content))
    assert answer.get_response_status_codes() == {"as is": 400, "cut": 201}
    refused = read(control, "as is", ODataError)
    assert refused.error.message == "Resource not found for the segment 'https:'."
    assert [row["givenName"] for row in control.mailbox()["contacts"]] == ["Tom"]
