from __future__ import annotations

import pytest

from .clients import Client, Control


def test_the_main_folder_is_not_listed_but_its_id_can_be_learned(graph: Client) -> None:
    assert graph.get("/me/contactFolders")["value"] == []
    assert graph.get("/me/contacts?$top=1&$select=parentFolderId")["value"] == []
    made = graph.create(givenName="Mia")
    page = graph.get("/me/contacts?$top=1&$select=parentFolderId")["value"][0]
    assert set(page) == {"@odata.etag", "id", "parentFolderId"}
    folder = graph.get(f"/me/contactFolders/{made['parentFolderId']}")
    assert folder["displayName"] == "Contacts"
    assert graph.get("/me/contactFolders/contacts")["id"] == folder["id"]
    assert len(graph.get("/me/contactFolders/Contacts/contacts")["value"]) == 1


def test_the_undocumented_alias_can_be_switched_off(graph: Client, control: Control) -> None:
    control.switch(contacts_alias=False)
    answer = graph("GET", "/me/contactFolders/contacts/contacts")
    assert answer.json()["error"]["code"] == "ErrorInvalidIdMalformed"


def test_a_folder_is_made_named_filled_and_deleted(graph: Client, control: Control) -> None:
    folder = graph.create("/me/contactFolders", displayName="Vendors")
    base = f"/me/contactFolders/{folder['id']}"
    assert [f["displayName"] for f in graph.get("/me/contactFolders")["value"]] == ["Vendors"]
    assert graph("POST", "/me/contactFolders", {"displayName": "vendors"}).status_code == 409
    inside = graph.create(f"{base}/contacts", givenName="Mia")
    assert inside["parentFolderId"] == folder["id"]
    assert graph.get("/me/contacts")["value"] == [], "the default list shows one folder only"
    assert graph.get(f"{base}/contacts/{inside['id']}")["givenName"] == "Mia"
    assert graph.get(f"/me/contacts/{inside['id']}")["givenName"] == "Mia"
    assert graph("PATCH", base, {"displayName": "Sellers"}).json()["displayName"] == "Sellers"
    assert graph("DELETE", base).status_code == 204
    assert graph("GET", base).json()["error"]["code"] == "ErrorFolderNotFound"
    assert graph("GET", f"/me/contacts/{inside['id']}").status_code == 404
    assert control.mailbox()["contacts"] == []


def test_a_contact_is_not_found_through_a_folder_it_does_not_lie_in(graph: Client) -> None:
    folder = graph.create("/me/contactFolders", displayName="Vendors")
    made = graph.create(givenName="Mia")
    answer = graph("GET", f"/me/contactFolders/{folder['id']}/contacts/{made['id']}")
    assert answer.status_code == 404


def test_child_folders_have_lists_of_their_own(graph: Client) -> None:
    folder = graph.create("/me/contactFolders", displayName="Vendors")
    base = f"/me/contactFolders/{folder['id']}/childFolders"
    child = graph.create(base, displayName="Hot")
    assert child["parentFolderId"] == folder["id"]
    assert [f["id"] for f in graph.get(base)["value"]] == [child["id"]]
    assert [f["id"] for f in graph.get("/me/contactFolders")["value"]] == [folder["id"]]
    assert graph("GET", base.replace("childFolders", "childFolders/delta")).status_code == 501


def test_default_folders_cannot_be_deleted_or_renamed(graph: Client) -> None:
    assert graph("DELETE", "/me/contactFolders/contacts").status_code == 403
    answer = graph("PATCH", "/me/contactFolders/contacts", {"displayName": "People"})
    assert answer.status_code == 400


def test_a_deleted_folder_may_keep_taking_writes(graph: Client, control: Control) -> None:
    control.switch(deleted_folder="recycled")
    folder = graph.create("/me/contactFolders", displayName="Vendors")
    graph("DELETE", f"/me/contactFolders/{folder['id']}")
    after = graph.get(f"/me/contactFolders/{folder['id']}")
    assert after["parentFolderId"] != folder["parentFolderId"], "the only sign of it"
    assert graph.create(f"/me/contactFolders/{folder['id']}/contacts", givenName="Mia")


def test_deleted_items_answers_among_the_contact_folders_or_hides(
    graph: Client, control: Control
) -> None:
    control.switch(deleted_get="200")
    made = graph.create(givenName="Mia")
    graph("DELETE", f"/me/contacts/{made['id']}")
    place = graph.get(f"/me/contacts/{made['id']}")["parentFolderId"]
    assert graph.get("/me/contactFolders/deleteditems")["id"] == place
    assert graph.get(f"/me/contactFolders/{place}")["displayName"] == "Deleted Items"
    listed = graph.get("/me/contactFolders/deleteditems/contacts")["value"]
    assert [row["id"] for row in listed] == [made["id"]]
    control.switch(deleted_items="hide")
    for name in ("deleteditems", place):
        assert graph("GET", f"/me/contactFolders/{name}").status_code in (400, 404)


def test_a_folder_body_is_held_against_its_type(graph: Client) -> None:
    for body in ({"displayName": 5}, {"id": "x", "displayName": "A"}, {"colour": "red"}, {}):
        assert graph("POST", "/me/contactFolders", body).status_code == 400


def test_a_folder_is_found_by_its_name_and_by_no_field_of_a_contact(graph: Client) -> None:
    for name in ("Vendors", "Buyers"):
        graph.create("/me/contactFolders", displayName=name)

    def found(text: str) -> list[str]:
        rows = graph.get(f"/me/contactFolders?$filter={text}")["value"]
        return [row["displayName"] for row in rows]

    assert found("displayName eq 'vendors'") == ["Vendors"]
    assert found("startswith(displayName,'B')") == ["Buyers"]
    for text in ("surname eq 'Wong'", "displayName eq 'Buyers' and jobTitle eq 'Owner'"):
        assert graph("GET", f"/me/contactFolders?$filter={text}").status_code == 400


def test_folders_are_counted_and_reached_below_their_parent(graph: Client) -> None:
    folder = graph.create("/me/contactFolders", displayName="Vendors")["id"]
    base = f"/me/contactFolders/{folder}/childFolders"
    child = graph.create(base, displayName="Hot")["id"]
    assert graph("GET", "/me/contactFolders/$count").text == "1"
    assert graph("GET", f"{base}/$count").text == "1"
    assert graph.get(f"{base}/{child}")["displayName"] == "Hot"
    graph.create(f"{base}/{child}/contacts", surname="Wong")
    assert len(graph.get(f"/me/contactFolders/{child}/contacts")["value"]) == 1
    assert len(graph.all_pages(f"{base}/{child}/contacts/delta")[0]) == 1
    other = graph.create("/me/contactFolders", displayName="Other")["id"]
    assert graph("GET", f"{base}/{other}").status_code == 404, "not its child"


def test_a_folder_is_purged_with_what_lies_in_it(graph: Client, control: Control) -> None:
    folder = graph.create("/me/contactFolders", displayName="Old")["id"]
    child = graph.create(f"/me/contactFolders/{folder}/childFolders", displayName="Older")["id"]
    lost = graph.create(f"/me/contactFolders/{child}/contacts", surname="Wong")["id"]
    _, link = graph.all_pages("/me/contactFolders/delta")
    assert graph("POST", f"/me/contactFolders/{folder}/permanentDelete").status_code == 204
    assert graph("GET", f"/me/contacts/{lost}").status_code == 404
    assert control.mailbox()["deleted"] == []
    rows = {r["id"]: r for r in graph.all_pages(link)[0]}
    assert {k: "@removed" in r for k, r in rows.items()} == {folder: True, child: True}
    assert graph("POST", "/me/contactFolders/contacts/permanentDelete").status_code == 403


@pytest.mark.parametrize("policy", ["ignore", "move"])
def test_whether_a_new_parent_moves_a_folder_is_a_switch(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(parent_folder_patch=policy)
    first = graph.create("/me/contactFolders", displayName="First")["id"]
    second = graph.create("/me/contactFolders", displayName="Second")["id"]
    path = f"/me/contactFolders/{second}"
    before = graph.get(path)["parentFolderId"]
    answer = graph("PATCH", path, {"parentFolderId": first})
    assert answer.status_code == 200
    assert (graph.get(path)["parentFolderId"] == first) == (policy == "move")
    assert (graph.get(path)["parentFolderId"] == before) == (policy == "ignore")


def test_a_folder_cannot_lie_in_itself_nor_nowhere(graph: Client, control: Control) -> None:
    control.switch(parent_folder_patch="move")
    folder = graph.create("/me/contactFolders", displayName="First")["id"]
    child = graph.create(f"/me/contactFolders/{folder}/childFolders", displayName="Child")["id"]
    path = f"/me/contactFolders/{folder}"
    assert graph("PATCH", path, {"parentFolderId": child}).status_code == 400
    assert graph("PATCH", path, {"parentFolderId": "nowhere"}).status_code == 400
    graph.create("/me/contactFolders", displayName="Twin")
    assert graph("PATCH", path, {"displayName": "twin"}).status_code == 409


def test_a_person_moves_a_folder(graph: Client, control: Control) -> None:
    first = graph.create("/me/contactFolders", displayName="First")["id"]
    second = graph.create("/me/contactFolders", displayName="Second")["id"]
    control.person({"move_folder": "Second", "to": "First"})
    assert graph.get(f"/me/contactFolders/{second}")["parentFolderId"] == first
    url = f"{control.url}/_emulator/mailbox/jane@harbour.example"
    refused = control.session.post(url, json={"move_folder": "First", "to": "Second"})
    assert refused.status_code == 400
