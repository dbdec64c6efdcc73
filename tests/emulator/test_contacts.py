from __future__ import annotations

import pytest

from .clients import GRAPH, JANE, STAMP, Client, Control


def test_a_contact_is_created_read_changed_and_deleted(graph: Client, control: Control) -> None:
    made = graph.create(
        givenName="Pavel",
        surname="Bansky",
        businessPhones=["+1 732 555 0102"],
        emailAddresses=[{"address": "pavelb@fabrikam.example", "name": "Pavel"}],
    )
    path = f"/me/contacts/{made['id']}"
    assert graph.get(path)["businessPhones"] == ["+1 732 555 0102"]
    changed = graph("PATCH", path, {"jobTitle": "Vendor"})
    assert changed.status_code == 200
    assert changed.json()["jobTitle"] == "Vendor"
    assert changed.json()["surname"] == "Bansky", "what is not sent keeps its value"
    gone = graph("DELETE", path)
    assert gone.status_code == 204
    assert gone.content == b""
    assert graph("GET", path).json()["error"]["code"] == "ErrorItemNotFound"
    box = control.mailbox()
    assert box["contacts"] == []
    assert [c["folder"] for c in box["deleted"]] == ["Deleted Items"]


def test_an_answer_to_a_create_holds_etag_context_and_location(graph: Client) -> None:
    answer = graph("POST", "/me/contacts", {"givenName": "Mia"})
    body = answer.json()
    assert body["@odata.etag"] == answer.headers["ETag"] == f'W/"{body["changeKey"]}"'
    assert body["@odata.context"].startswith(f"{GRAPH}/v1.0/$metadata#users(")
    assert answer.headers["Location"].endswith(body["id"])
    assert answer.headers["Preference-Applied"] == 'IdType="ImmutableId"'


def test_the_name_that_people_see_is_made_from_its_parts_unless_it_is_sent(graph: Client) -> None:
    made = graph.create(givenName="Anna", surname="Muster")
    path = f"/me/contacts/{made['id']}"
    assert made["displayName"] == "Anna Muster"
    assert made["fileAs"] == "Muster, Anna"
    assert graph("PATCH", path, {"surname": "Beispiel"}).json()["displayName"] == "Anna Beispiel"
    kept = graph("PATCH", path, {"surname": "Muster", "displayName": "Anni"}).json()
    assert kept["displayName"] == "Anni"
    assert graph("PATCH", path, {"jobTitle": "Buyer"}).json()["displayName"] == "Anni"
    assert graph("PATCH", path, {"givenName": "Ann"}).json()["displayName"] == "Ann Muster"


def test_a_contact_without_a_name_is_called_by_company_or_email(graph: Client) -> None:
    assert graph.create(companyName="Acme")["displayName"] == "Acme"
    mail = graph.create(emailAddresses=[{"address": "x@acme.example"}])
    assert mail["displayName"] == "x@acme.example"


def test_an_address_is_replaced_whole(graph: Client) -> None:
    made = graph.create(homeAddress={"street": "1 Sea Rd", "city": "Manly", "postalCode": "2095"})
    path = f"/me/contacts/{made['id']}"
    changed = graph("PATCH", path, {"homeAddress": {"city": "Bondi"}}).json()
    assert changed["homeAddress"] == {"city": "Bondi"}
    assert graph("PATCH", path, {"homeAddress": None}).json()["homeAddress"] == {}


def test_null_and_empty_lists_clear_what_they_name(graph: Client) -> None:
    made = graph.create(
        givenName="Mia",
        jobTitle="Buyer",
        mobilePhone="1",
        businessPhones=["2"],
        birthday="1980-02-29T00:00:00Z",
        emailAddresses=[{"address": "m@x.example"}],
    )
    answer = graph(
        "PATCH",
        f"/me/contacts/{made['id']}",
        {
            "jobTitle": None,
            "mobilePhone": "",
            "businessPhones": [],
            "emailAddresses": [],
            "birthday": None,
        },
    )
    body = answer.json()
    assert (body["jobTitle"], body["mobilePhone"], body["birthday"]) == (None, None, None)
    assert (body["businessPhones"], body["emailAddresses"]) == ([], [])


def test_the_three_single_email_properties_mirror_the_list(graph: Client) -> None:
    made = graph.create(
        emailAddresses=[
            {"name": "A", "address": "a@x.example"},
            {"name": "B", "address": "b@x.example"},
        ]
    )
    assert made["primaryEmailAddress"] == {"name": "A", "address": "a@x.example"}
    assert made["secondaryEmailAddress"]["address"] == "b@x.example"
    assert made["tertiaryEmailAddress"] is None
    path = f"/me/contacts/{made['id']}"
    changed = graph("PATCH", path, {"primaryEmailAddress": {"address": "c@x.example"}}).json()
    assert [e["address"] for e in changed["emailAddresses"]] == ["c@x.example", "b@x.example"]
    cleared = graph("PATCH", path, {"primaryEmailAddress": None}).json()
    assert [e["address"] for e in cleared["emailAddresses"]] == ["b@x.example"]


@pytest.mark.parametrize(
    "sent,kept",
    [
        ("1974-07-22", "1974-07-22T00:00:00Z"),
        ("1974-07-22T11:59:00Z", "1974-07-22T11:59:00Z"),
        ("1974-07-22T08:00:00+10:00", "1974-07-21T22:00:00Z"),
        ("1974-07-22T00:00:00.0000000Z", "1974-07-22T00:00:00Z"),
    ],
)
def test_a_birthday_is_taken_as_date_and_as_timestamp(graph: Client, sent: str, kept: str) -> None:
    assert graph.create(givenName="Mia", birthday=sent)["birthday"] == kept


def test_a_switch_keeps_every_birthday_at_the_hour_that_outlook_is_said_to_write(
    graph: Client, control: Control
) -> None:
    control.switch(birthday_time="outlook")
    made = graph.create(givenName="Mia", birthday="1974-07-22T00:00:00Z")
    assert made["birthday"] == "1974-07-22T11:59:00Z"


def test_every_change_makes_a_new_change_key_and_time(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    control.post("clock", {"advance": 90})
    changed = graph("PATCH", f"/me/contacts/{made['id']}", {"surname": "Wong"}).json()
    assert changed["changeKey"] != made["changeKey"]
    assert changed["lastModifiedDateTime"] > made["lastModifiedDateTime"]
    assert changed["createdDateTime"] == made["createdDateTime"]


def test_a_stale_if_match_is_refused_and_nothing_is_written(graph: Client) -> None:
    made = graph.create(givenName="Mia")
    path = f"/me/contacts/{made['id']}"
    fresh = graph("PATCH", path, {"surname": "Wong"}, If_Match=made["@odata.etag"])
    assert fresh.status_code == 200
    for method, body in (("PATCH", {"surname": "Lost"}), ("DELETE", None)):
        stale = graph(method, path, body, If_Match=made["@odata.etag"])
        assert stale.status_code == 412
        assert stale.json()["error"]["code"] == "ErrorIrresolvableConflict"
    assert graph.get(path)["surname"] == "Wong"
    assert graph("PATCH", path, {"surname": "Star"}, If_Match="*").status_code == 200
    assert graph("PATCH", path, {"surname": "Without"}).status_code == 200


def test_extended_properties_are_kept_but_only_shown_when_expanded(
    graph: Client, control: Control
) -> None:
    made = graph.create(
        givenName="Mia", singleValueExtendedProperties=[{"id": STAMP, "value": "crm-7"}]
    )
    assert "singleValueExtendedProperties" not in made
    path = f"/me/contacts/{made['id']}"
    assert "singleValueExtendedProperties" not in graph.get(path)
    expand = f"?$expand=singleValueExtendedProperties($filter=id eq '{STAMP}')"
    shown = graph.get(path + expand)
    assert shown["singleValueExtendedProperties"] == [{"id": STAMP, "value": "crm-7"}]
    other = STAMP.replace("CrmId", "crmid")
    nothing = graph.get(path + f"?$expand=singleValueExtendedProperties($filter=id eq '{other}')")
    assert "singleValueExtendedProperties" not in nothing, "a name is compared with its case"
    graph("PATCH", path, {"singleValueExtendedProperties": [{"id": other, "value": "8"}]})
    both = f"?$expand=singleValueExtendedProperties($filter=id eq '{STAMP}' or id eq '{other}')"
    assert len(graph.get(path + both)["singleValueExtendedProperties"]) == 2
    assert control.mailbox()["contacts"][0]["extended"] == {STAMP: "crm-7", other: "8"}


def test_a_purged_contact_leaves_nothing_behind(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    answer = graph("POST", f"/me/contacts/{made['id']}/permanentDelete")
    assert answer.status_code == 204
    assert control.mailbox()["contacts"] == control.mailbox()["deleted"] == []


def test_a_deleted_contact_may_still_answer_from_deleted_items(
    graph: Client, control: Control
) -> None:
    made = graph.create(givenName="Mia")
    path = f"/me/contacts/{made['id']}"
    graph("DELETE", path)
    assert graph("GET", path).status_code == 404
    control.switch(deleted_get="200")
    assert graph.get(path)["parentFolderId"] != made["parentFolderId"]
    again = graph("DELETE", path)
    assert again.status_code == 403
    assert again.json()["error"]["code"] == "ErrorCannotDeleteObject"


def test_ids_are_case_sensitive_and_may_be_malformed(graph: Client) -> None:
    made = graph.create(givenName="Mia")
    swapped = graph("GET", f"/me/contacts/{made['id'][:40] + made['id'][40:].swapcase()}")
    assert swapped.json()["error"]["code"] == "ErrorItemNotFound"
    broken = graph("GET", "/me/contacts/42")
    assert broken.status_code == 400
    assert broken.json()["error"]["code"] == "ErrorInvalidIdMalformed"


def test_a_folder_bound_id_changes_on_a_move_and_an_immutable_one_does_not(
    graph: Client, control: Control
) -> None:
    made = graph.create(givenName="Mia")
    plain = Client(control.url, control.token(JANE), prefer="")
    bound = plain.get("/me/contacts")["value"][0]["id"]
    assert bound != made["id"]
    assert plain.get(f"/me/contacts/{made['id']}")["id"] == bound, "both resolve"
    control.person({"add_folder": "Old"})
    control.person({"move": made["id"], "folder": "Old"})
    assert plain("GET", f"/me/contacts/{bound}").status_code == 404
    assert graph.get(f"/me/contacts/{made['id']}")["id"] == made["id"]
    assert plain.get(f"/me/contacts/{made['id']}")["id"] not in (bound, made["id"])


def test_ids_work_percent_encoded_in_parentheses_and_under_users(graph: Client) -> None:
    made = graph.create(givenName="Mia")
    encoded = made["id"].replace("=", "%3D")
    for path in (
        f"/me/contacts/{encoded}",
        f"/me/contacts('{encoded}')",
        f"/users/{JANE}/contacts/{encoded}",
    ):
        assert graph.get(path)["id"] == made["id"]


def test_patching_the_parent_folder_moves_or_does_not(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    target = control.person({"add_folder": "Clients"})["id"]
    path = f"/me/contacts/{made['id']}"
    assert graph("PATCH", path, {"parentFolderId": target}).json()["parentFolderId"] != target
    control.switch(parent_folder_patch="move")
    assert graph("PATCH", path, {"parentFolderId": target}).json()["parentFolderId"] == target
