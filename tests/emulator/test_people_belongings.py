"""Categories, photos and folders, as the person in the mail program changes them."""

from __future__ import annotations

import struct
from urllib.parse import quote

from .clients import JANE, Client, Control
from .test_people import fields, open_page, send

PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 48, 32) + b"\x08\x02\0\0\0"


def test_categories_are_ticked_added_and_taken_off(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia", categories=["Old", "Blue category"])
    page = open_page(control, contact=made["id"])
    assert page.text.index('name="category:Old"') < page.text.index('name="category:Red category"')
    assert 'class="swatch preset7"' in page.text
    form = {**fields(page), "categories_shown": "1", "category:Blue category": "on"}
    send(control, f"contacts/{quote(made['id'])}", {**form, "new_category": "Auction"})
    assert graph.get(f"/me/contacts/{made['id']}")["categories"] == ["Blue category", "Auction"]


def test_untouched_categories_change_nothing(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia", categories=["Old"])
    form = {**fields(open_page(control, contact=made["id"])), "categories_shown": "1"}
    send(control, f"contacts/{quote(made['id'])}", {**form, "category:Old": "on"})
    assert control.mailbox()["contacts"][0]["changeKey"] == made["changeKey"]


def test_a_photo_is_put_shown_and_removed(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    url = f"{control.url}/mailbox/{JANE}/contacts/{quote(made['id'])}/photo"
    assert "<img" not in open_page(control, contact=made["id"]).text, "initials stand in"
    refused = control.session.post(url, data=b"no picture")
    assert refused.status_code == 422
    assert "choose a JPEG" in refused.json()["error"]
    assert control.session.post(url, data=PICTURE).json() == {"width": 48, "height": 32}
    assert graph.get(f"/me/contacts/{made['id']}/photo")["width"] == 48
    assert open_page(control, contact=made["id"]).text.count('<img class="avatar') == 2
    shown = control.session.get(url)
    assert (shown.content, shown.headers["Content-Type"]) == (PICTURE, "image/png")
    send(control, f"contacts/{quote(made['id'])}/photo/remove", {})
    assert control.session.get(url).status_code == 404


def test_folders_are_made_renamed_and_deleted(graph: Client, control: Control) -> None:
    assert "Vendors" in send(control, "folders", {"name": "Vendors"}).text
    taken = send(control, "folders", {"name": "vendors"})
    assert taken.status_code == 422
    assert "choose another name" in taken.text
    folder = graph.get("/me/contactFolders")["value"][0]
    assert folder["displayName"] == "Vendors"
    send(control, f"folders/{quote(folder['id'])}", {"name": "Sellers"})
    assert graph.get(f"/me/contactFolders/{folder['id']}")["displayName"] == "Sellers"
    send(control, f"folders/{quote(folder['id'])}", {"what": "delete"})
    assert graph.get("/me/contactFolders")["value"] == []


def test_a_contact_moves_to_another_folder(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    send(control, "folders", {"name": "Vendors"})
    folder = graph.get("/me/contactFolders")["value"][0]["id"]
    page = send(control, f"contacts/{quote(made['id'])}/move", {"to": folder})
    assert "Moved." in page.text
    assert control.mailbox()["contacts"][0]["folder"] == "Vendors"
    nowhere = send(control, f"contacts/{quote(made['id'])}/move", {"to": "nowhere"})
    assert nowhere.status_code == 404
