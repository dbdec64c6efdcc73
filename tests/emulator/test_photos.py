from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

import pytest
import requests

from .clients import GRAPH, JANE, Client, Control, item


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\7" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 240, height: int = 160, filling: int = 0) -> bytes:
    """The parts of a JPEG that tell its size; nobody looks at the picture."""
    head = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return head + frame + b"\0" * filling + b"\xff\xd9"


@pytest.fixture
def contact(graph: Client) -> str:
    return f"/me/contacts/{graph.create(surname='Wong')['id']}"


def put(
    graph: Client, path: str, content: bytes, kind: str = "image/jpeg", method: str = "PUT"
) -> requests.Response:
    headers = {**graph.headers, "Content-Type": kind}
    url = f"{GRAPH}/v1.0{path}/photo/$value"
    return graph.session.request(method, url, data=content, headers=headers, timeout=20)


def test_a_contact_has_no_photo_until_one_is_put(graph: Client, contact: str) -> None:
    for path in (f"{contact}/photo", f"{contact}/photo/$value"):
        answer = graph("GET", path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ErrorItemNotFound")
    assert put(graph, contact, jpeg()).status_code == 200
    about = graph.get(f"{contact}/photo")
    assert (about["width"], about["height"], about["id"]) == (240, 160, "240x160")
    assert about["@odata.mediaContentType"] == "image/jpeg"
    picture = graph("GET", f"{contact}/photo/$value")
    assert picture.content == jpeg()
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["ETag"] == about["@odata.mediaEtag"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_photo_is_replaced(graph: Client, contact: str, method: str) -> None:
    put(graph, contact, jpeg())
    before = graph.get(f"{contact}/photo")["@odata.mediaEtag"]
    assert put(graph, contact, png(), "image/png", method).status_code == 200
    after = graph.get(f"{contact}/photo")
    assert (after["width"], after["height"]) == (3, 2)
    assert after["@odata.mediaEtag"] != before
    assert graph("GET", f"{contact}/photo/$value").headers["Content-Type"] == "image/png"


def test_a_photo_cannot_be_deleted(graph: Client, contact: str) -> None:
    put(graph, contact, jpeg())
    for path in (f"{contact}/photo", f"{contact}/photo/$value"):
        assert graph("DELETE", path).status_code == 405
    assert graph("GET", f"{contact}/photo").status_code == 200


def test_four_megabytes_are_the_most(graph: Client, contact: str) -> None:
    room = 4 * 1024 * 1024 - len(jpeg())
    assert put(graph, contact, jpeg(filling=room)).status_code == 200
    assert put(graph, contact, jpeg(filling=room + 1)).status_code == 413
    assert len(graph("GET", f"{contact}/photo/$value").content) == 4 * 1024 * 1024


@pytest.mark.parametrize(
    "content,kind",
    [
        (b"not a picture", "image/jpeg"),
        (jpeg()[:20], "image/jpeg"),
        (b"", "image/jpeg"),
        (jpeg(), "text/plain"),
        (jpeg(), "application/json"),
    ],
)
def test_what_is_no_picture_is_refused(
    graph: Client, contact: str, content: bytes, kind: str
) -> None:
    assert put(graph, contact, content, kind).status_code == 400
    assert graph("GET", f"{contact}/photo").status_code == 404


@pytest.mark.parametrize("taken,status", [(True, 200), (False, 400)])
def test_whether_a_stream_of_octets_may_be_a_photo(
    graph: Client, control: Control, contact: str, taken: bool, status: int
) -> None:
    control.switch(photo_octets=taken)
    assert put(graph, contact, jpeg(), "application/octet-stream").status_code == status
    assert put(graph, contact, jpeg(), "image/jpeg").status_code == 200


@pytest.mark.parametrize("tracked", [True, False])
def test_a_photo_is_a_change_of_its_contact_or_not(
    graph: Client, control: Control, contact: str, tracked: bool
) -> None:
    control.switch(photo_tracked=tracked)
    _, link = graph.all_pages("/me/contacts/delta")
    before = graph.get(contact)["changeKey"]
    put(graph, contact, jpeg())
    assert (graph.get(contact)["changeKey"] != before) == tracked
    assert bool(graph.all_pages(link)[0]) == tracked


def test_photos_travel_in_a_batch_as_base64url(graph: Client, contact: str) -> None:
    text = base64.urlsafe_b64encode(jpeg()).decode().rstrip("=")
    entry = {
        "id": "1",
        "method": "PUT",
        "url": f"{contact}/photo/$value",
        "headers": {"Content-Type": "image/jpeg"},
        "body": text,
    }
    assert graph.batch(entry)["1"]["status"] == 200
    answer = graph.batch(item(1, "GET", f"{contact}/photo/$value"))["1"]
    assert answer["body"] == text
    assert answer["headers"]["Content-Type"] == "image/jpeg"
    assert graph.batch({**entry, "body": "%%"})["1"]["status"] == 400


def test_the_person_has_a_photo_too(control: Control) -> None:
    scope = "openid User.Read User.ReadWrite"
    with Client(control.url, control.token(JANE, scope=scope)) as jane:
        answer = jane("GET", "/me/photo")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ImageNotFound")
        assert put(jane, "/me", jpeg(48, 48)).status_code == 200
        assert jane.get("/me/photo?$select=width")["width"] == 48
        assert jane("GET", "/me/photos/48x48/$value").status_code == 501


def test_without_a_mailbox_there_is_no_place_for_a_photo(control: Control) -> None:
    with Client(control.url, control.token("onprem@harbour.example")) as otto:
        answer = otto("GET", "/me/photo")
        assert (answer.status_code, answer.json()["error"]["code"]) == (
            404,
            "ErrorNonExistentMailbox",
        )


def test_a_photo_needs_the_contact_s_permission(control: Control, contact: str) -> None:
    with Client(control.url, control.token(JANE, scope="openid Contacts.Read")) as reader:
        assert put(reader, contact, jpeg()).status_code == 403
        assert reader("GET", f"{contact}/photo").status_code == 404


@pytest.fixture(autouse=True)
def pictures_are_not_logged(control: Control) -> Iterator[None]:
    yield
    for entry in control.get("log?limit=200")["exchanges"]:
        if entry["url"].endswith("/photo/$value") and entry["status"] == 200:
            assert entry["response_body"] is None
            assert entry["request_body"] is None
