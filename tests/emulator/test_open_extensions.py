from __future__ import annotations

from typing import Any

import pytest

from .clients import STAMP, Client, Control

NAME = "Com.Contoso.Referral"
ID = f"Microsoft.OutlookServices.OpenTypeExtension.{NAME}"
KIND = "microsoft.graph.openTypeExtension"
REFERRAL = {
    "@odata.type": KIND,
    "extensionName": NAME,
    "companyName": "Wingtip Toys",
    "dealValue": 500050,
    "expirationDate": "2015-12-03T10:00:00.000Z",
    "topPicks": ["A", "B"],
}


@pytest.fixture
def contact(graph: Client) -> str:
    return f"/me/contacts/{graph.create(surname='Wong')['id']}"


def test_an_extension_is_added_read_changed_and_deleted(graph: Client, contact: str) -> None:
    made = graph.create(f"{contact}/extensions", **REFERRAL)
    assert (made["id"], made["extensionName"]) == (ID, NAME)
    assert made["dealValue"] == 500050
    for name in (NAME, ID, f"{KIND}.{NAME}"):
        assert graph.get(f"{contact}/extensions/{name}")["companyName"] == "Wingtip Toys"
    change = {"@odata.type": KIND, "extensionName": NAME, "dealValue": 7, "companyName": None}
    changed = graph("PATCH", f"{contact}/extensions/{NAME}", change).json()
    assert changed["dealValue"] == 7
    assert "companyName" not in changed
    assert changed["topPicks"] == ["A", "B"], "what is not sent stays"
    assert [e["id"] for e in graph.get(f"{contact}/extensions")["value"]] == [ID]
    assert graph("GET", f"{contact}/extensions/$count").text == "1"
    assert graph("DELETE", f"{contact}/extensions/{NAME}").status_code == 204
    assert graph("GET", f"{contact}/extensions/{NAME}").status_code == 404


def test_an_extension_can_come_with_a_new_contact_and_only_then(graph: Client) -> None:
    made = graph.create(surname="Wong", extensions=[REFERRAL])
    path = f"/me/contacts/{made['id']}"
    assert graph.get(f"{path}/extensions/{NAME}")["dealValue"] == 500050
    assert "extensions" not in made
    assert graph("PATCH", path, {"extensions": [REFERRAL]}).status_code == 400


def test_extensions_are_expanded_and_filtered_by(graph: Client, contact: str) -> None:
    graph.create(f"{contact}/extensions", **REFERRAL)
    graph.create(f"{contact}/extensions", extensionName="Other", x=1)
    graph.create(surname="Nobody")
    both = graph.get(f"{contact}?$expand=extensions")["extensions"]
    assert [e["extensionName"] for e in both] == [NAME, "Other"]
    (one,) = graph.get(f"{contact}?$expand=extensions($filter=id eq '{ID}')")["extensions"]
    assert one["dealValue"] == 500050
    mixed = (
        f"singleValueExtendedProperties($filter=id eq '{STAMP}'),extensions($filter=id eq '{NAME}')"
    )
    assert graph.get(f"{contact}?$expand={mixed}")["extensions"] == [one]
    query = f"$filter=Extensions/any(f:f/id eq '{NAME}')&$expand=Extensions($filter=id eq '{NAME}')"
    (found,) = graph.get(f"/me/contacts?{query}")["value"]
    assert found["surname"] == "Wong"
    assert found["extensions"] == [one]


@pytest.mark.parametrize("bumps", [True, False])
def test_delta_does_not_track_extensions(
    graph: Client, control: Control, contact: str, bumps: bool
) -> None:
    control.switch(extension_bumps_key=bumps)
    _, link = graph.all_pages("/me/contacts/delta")
    before = graph.get(contact)["changeKey"]
    graph.create(f"{contact}/extensions", **REFERRAL)
    graph("PATCH", f"{contact}/extensions/{NAME}", {"extensionName": NAME, "dealValue": 1})
    graph("DELETE", f"{contact}/extensions/{NAME}")
    assert graph.all_pages(link)[0] == []
    assert (graph.get(contact)["changeKey"] != before) == bumps
    graph("PATCH", contact, {"jobTitle": "Buyer"})
    assert len(graph.all_pages(link)[0]) == 1, "other changes are"


@pytest.mark.parametrize(
    "body",
    [
        {"companyName": "A"},
        {"extensionName": ""},
        {"extensionName": NAME, "deal": {"value": 1}},
        {"extensionName": NAME, "deals": [[1]]},
        [],
    ],
)
def test_what_an_extension_may_not_be(graph: Client, contact: str, body: Any) -> None:
    assert graph("POST", f"{contact}/extensions", body).status_code == 400
    assert graph.get(f"{contact}/extensions")["value"] == []


def test_a_name_is_taken_once_and_never_changed(graph: Client, contact: str) -> None:
    graph.create(f"{contact}/extensions", **REFERRAL)
    assert graph("POST", f"{contact}/extensions", REFERRAL).status_code == 409
    change = {"extensionName": "Another", "dealValue": 1}
    assert graph("PATCH", f"{contact}/extensions/{NAME}", change).status_code == 400


def test_names_use_up_a_quota_that_deletion_does_not_give_back(
    graph: Client, control: Control, contact: str
) -> None:
    control.switch(max_property_names=2)
    graph.create(surname="A", singleValueExtendedProperties=[{"id": STAMP, "value": "7"}])
    graph.create(f"{contact}/extensions", extensionName="One")
    graph("DELETE", f"{contact}/extensions/One")
    refused = graph("POST", f"{contact}/extensions", {"extensionName": "Two"})
    assert refused.status_code == 507
    other = STAMP.replace("CrmId", "Other")
    body = {"singleValueExtendedProperties": [{"id": other, "value": "7"}]}
    assert graph("PATCH", contact, body).status_code == 507
    graph.create(f"{contact}/extensions", extensionName="One")
    graph.create(surname="B", singleValueExtendedProperties=[{"id": STAMP, "value": "8"}])


def test_an_extension_is_seen_by_control_and_goes_with_its_contact(
    graph: Client, control: Control, contact: str
) -> None:
    graph.create(f"{contact}/extensions", extensionName="One", x=1)
    assert control.mailbox()["contacts"][0]["open"] == {"One": {"x": 1}}
    graph("POST", f"{contact}/permanentDelete")
    assert graph("GET", f"{contact}/extensions/One").status_code == 404


def test_an_expand_shows_twenty_and_no_link_to_the_rest(graph: Client, contact: str) -> None:
    for number in range(21):
        graph.create(f"{contact}/extensions", extensionName=f"Name{number}")
    body = graph.get(f"{contact}?$expand=extensions")
    assert len(body["extensions"]) == 20
    assert "extensions@odata.nextLink" not in body
    assert len(graph.get(f"{contact}/extensions")["value"]) == 21
