"""Microsoft's own examples, replayed; they lie beside the repository and are not ours to copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .clients import Client

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
