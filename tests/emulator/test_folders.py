from __future__ import annotations

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


def test_a_folder_body_is_held_against_its_type(graph: Client) -> None:
    for body in ({"displayName": 5}, {"id": "x", "displayName": "A"}, {"colour": "red"}, {}):
        assert graph("POST", "/me/contactFolders", body).status_code == 400
