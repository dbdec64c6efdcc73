"""Microsoft's own examples, replayed; they lie beside the repository and are not ours to copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .clients import JANE, SCOPES, Client, Control

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "graph" / "doc-examples.json"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="Microsoft's examples are not beside the repository (../shared)"
)


def bodies(page: str) -> list[dict[str, Any]]:
    """The request bodies of one page that hold values, not names of types."""
    found = [
        entry["body"]
        for entry in json.loads(EXAMPLES.read_text())
        if entry["page"].endswith(f"/{page}")
        and entry["kind"] == "request"
        and isinstance(entry["body"], dict)
        and "-value" not in json.dumps(entry["body"])
    ]
    assert found, f"{page} has no example any more"
    return found


def test_the_documented_create_and_update_of_a_contact_are_taken(graph: Client) -> None:
    for body in bodies("user-post-contacts.md"):
        made = graph.create(**body)
        assert made["displayName"] == "Pavel Bansky", "as the documented answer says"
        for change in bodies("contact-update.md"):
            answer = graph("PATCH", f"/me/contacts/{made['id']}", change)
            assert answer.status_code == 200
            assert answer.json()["homeAddress"] == change["homeAddress"]
            assert answer.json()["birthday"][:10] == change["birthday"]


def test_the_documented_filter_finds_a_contact(graph: Client) -> None:
    graph.create(emailAddresses=[{"address": "garth@contoso.com"}])
    urls = [
        entry["url"]
        for entry in json.loads(EXAMPLES.read_text())
        if entry["page"].endswith("/user-list-contacts.md") and "$filter" in entry["url"]
    ]
    assert urls
    for url in urls:
        assert len(graph.get(url)["value"]) == 1


def test_what_the_documentation_shows_of_a_contact_is_shown(graph: Client) -> None:
    shown: set[str] = set()
    for entry in json.loads(EXAMPLES.read_text()):
        if entry["page"].endswith("/contact-get.md") and isinstance(entry["body"], dict):
            shown |= set(entry["body"])
    assert len(shown) > 30
    made = graph.create(givenName="Garth")
    # a photo is not part of it, and the page's own children are spelled as they are
    assert {name for name in shown if "@" not in name} <= set(made)


# --------------------------------------------------------------- request and answer, replayed

PAGES = (
    "contact-",
    "contactfolder-",
    "outlookcategory-",
    "outlookuser-",
    "user-get.md",
    "user-get-mailboxsettings.md",
    "user-list-contact",
    "user-post-contact",
    "user-translateexchangeids.md",
    "user-update-mailboxsettings.md",
)
# Of a user's profile, and zones that somebody made up; COVERAGE.md leaves them out.
NOT_EMULATED = ("identities", "msLearnCourses", "customTimeZone")


def pairs() -> list[Any]:
    """Requests of the pages that apply, each with the answer that the page shows for it."""
    found: list[Any] = []
    asked: dict[str, Any] | None = None
    for entry in json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else ():
        page = entry["page"].rpartition("/")[2]
        if not page.startswith(PAGES) or any(word in json.dumps(entry) for word in NOT_EMULATED):
            asked = None
        elif entry["kind"] == "request":
            asked = entry
        elif asked is not None and asked["url"] == entry["url"]:
            name = f"{page}-{entry['method']}-{len(found)}"
            found.append(pytest.param(asked, entry, id=name))
            asked = None
    return found


@pytest.fixture
def owner(control: Control) -> Iterator[Client]:
    """Jane's mailbox with the rights that the pages ask for, and one of each thing in it."""
    token = control.token(JANE, f"{SCOPES} MailboxSettings.ReadWrite")
    with Client(control.url, token, prefer="") as client:
        yield client


@pytest.fixture
def things(owner: Client) -> dict[str, str]:
    """The id of one thing of each collection that a documented path names."""
    folder = owner.create("/me/contactFolders", displayName="Finance")["id"]
    owner.create(f"/me/contactFolders/{folder}/childFolders", displayName="Past")
    full = {"givenName": "Garth", "surname": "Fort", "initials": "G.F.", "fileAs": "Fort, Garth"}
    person = {**full, "birthday": "1974-07-22T00:00:00Z", "imAddresses": ["a"], "children": ["b"]}
    person["emailAddresses"] = [{"address": "g@contoso.com", "name": "Garth"}]
    address = {"street": "1", "city": "2", "state": "3", "postalCode": "4"}
    address |= {"countryOrRegion": "5"}
    person |= {"homeAddress": address, "businessAddress": address, "otherAddress": address}
    person |= {"businessPhones": ["1"], "homePhones": ["2"], "mobilePhone": "3", "categories": []}
    owner.create(f"/me/contactFolders/{folder}/contacts", **full)
    made = owner.create(**person)
    category = owner.create("/me/outlook/masterCategories", displayName="Red", color="preset0")
    return {
        "contacts": made["id"],
        "contactFolders": folder,
        "masterCategories": category["id"],
        "users": str(owner.get("/me")["id"]),
        "home": made["parentFolderId"],
    }


def ours(url: str, things: dict[str, str]) -> str:
    """The documented address with ids that exist."""
    path = url.partition("/v1.0")[2]
    for collection, id_ in things.items():
        path = re.sub(rf"(/{collection}/)(?!delta)[^/?]+", rf"\g<1>{id_}", path)
    return path


def filled(body: Any, things: dict[str, str]) -> Any:
    """The documented body with values where the page says what kind of value belongs."""
    if isinstance(body, dict):
        return {name: filled(value, things) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things) for value in body]
    if body == "datetime-value":
        return "1974-07-22T00:00:00Z"
    if body == "parentFolderId-value" or str(body).startswith("AQMkADIx"):
        return things["home"]
    return things["contacts"] if "rest-formatted-id" in str(body) else body


def missing(documented: Any, shown: Any, where: str = "") -> Iterator[str]:
    """What the page shows and the emulator does not, or in another form."""
    if documented is None or shown is None:
        return
    if type(documented) is not type(shown):
        yield f"{where}: {type(shown).__name__} instead of {type(documented).__name__}"
    elif isinstance(documented, dict):
        for name, value in documented.items():
            if name in shown:
                yield from missing(value, shown[name], f"{where}.{name}")
            elif "@odata" not in name:
                yield f"{where}.{name}"
    elif isinstance(documented, list) and documented:
        if shown:
            yield from missing(documented[0], shown[0], f"{where}[]")
        elif where.endswith(".value"):
            yield f"{where} is empty"


def test_the_comparison_finds_what_is_missing_and_what_is_of_another_form() -> None:
    page = {"value": [{"id": "a", "n": 1, "deep": {"x": "y"}}], "@odata.context": "c"}
    assert list(missing(page, page)) == []
    assert list(missing(page, {"value": []})) == [".value is empty"]
    other = {"value": [{"id": 5, "deep": {}}]}
    assert list(missing(page, other)) == [
        ".value[].id: int instead of str",
        ".value[].n",
        ".value[].deep.x",
    ]
    assert len(pairs()) > 25


@pytest.mark.parametrize("asked,answered", pairs())
def test_a_documented_request_gets_an_answer_of_the_documented_form(
    owner: Client, things: dict[str, str], asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    path = ours(asked["url"], things)
    headers = {name: value for name, value in asked["headers"].items() if name == "Prefer"}
    answer = owner(asked["method"], path, filled(asked["body"], things), **headers)
    # The folder pages say 200 for a create, the list of status codes and every report 201.
    created = asked["method"] == "POST" and answered["status"] == 200
    wanted = {200, 201} if created else {answered["status"]}
    assert answer.status_code in wanted, answer.text
    if isinstance(answered["body"], dict):
        documented = answered["body"]
        if "$select" in path:  # the pages show whole rows all the same
            documented = {name: documented[name] for name in documented if name != "value"}
            assert {n for n in answer.json()["value"][0] if "@" not in n} == {"id", "displayName"}
        if "@odata.nextLink" in documented and "@odata.nextLink" not in answer.json():
            assert "@odata.deltaLink" in answer.json()
        assert list(missing(documented, answer.json())) == []
