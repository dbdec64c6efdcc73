"""Pages of the change feed, in the shapes of concepts/delta-query-overview.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import FixConfiguration, ItemMissing, ItemRefused, ServerFault
from agentbox_sync.graph.delta import Feed, completed, feed_of
from agentbox_sync.ports import Page

ROOT = "https://graph.microsoft.com/v1.0"
FEED = f"{ROOT}/me/contactFolders/AAMk/contacts/delta"
NEXT = f"{FEED}?$skiptoken=R0usmcCM996atia_s"
DELTA = f"{FEED}?$deltatoken=R0usmcMDNGg0J1E"


def seen(row: Mapping[str, Any]) -> Observation:
    atoms = {name: value for name, value in row.items() if name not in ("id", "etag", "half")}
    return Observation(row["id"], etag=row.get("etag", ""), record=atoms)


def page(*rows: dict[str, Any], **links: str) -> Page:
    given = links or {"delta": DELTA}
    body = {"value": list(rows), **{f"@odata.{name}Link": url for name, url in given.items()}}
    return feed(body).page


def feed(body: Any) -> Feed:
    return feed_of(body, seen, lambda row: "half" in row, ROOT)


def test_a_page_in_the_middle_leads_on_and_the_last_one_ends_the_round() -> None:
    middle = page({"id": "a"}, next=NEXT)
    last = page(delta=DELTA)

    assert (middle.next_link, middle.delta_link) == (NEXT, "")
    assert (last.next_link, last.delta_link) == ("", DELTA)
    assert last.observations == ()


@pytest.mark.parametrize("reason", ["deleted", "changed"])
def test_a_removed_row_is_reported_as_what_the_feed_said(reason: str) -> None:
    found = page({"id": "a", "@removed": {"reason": reason}, "@odata.type": "#x"}).observations

    assert found == (Observation("a", removed=True),)


def test_repeated_rows_of_an_item_become_one_and_the_last_word_counts() -> None:
    found = page(
        {"id": "a", "etag": "1", "company": "Old", "website": "kept"},
        {"id": "b", "etag": "1", "company": "Other"},
        {"id": "a", "etag": "2", "company": "New"},
    ).observations

    assert found == (
        Observation("a", etag="2", record={"company": "New", "website": "kept"}),
        Observation("b", etag="1", record={"company": "Other"}),
    )


@pytest.mark.parametrize("removed_first", [True, False])
def test_removed_beside_a_living_row_stays_to_be_verified(removed_first: bool) -> None:
    rows = [
        {"id": "a", "@removed": {"reason": "deleted"}},
        {"id": "a", "etag": "2", "company": "x"},
    ]

    (found,) = page(*(rows if removed_first else reversed(rows))).observations

    assert found.removed
    assert (found.etag, found.record) == ("2", {"company": "x"})


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"value": []},
        {"value": [], "@odata.nextLink": NEXT, "@odata.deltaLink": DELTA},
        {"@odata.deltaLink": DELTA},
        {"value": None, "@odata.deltaLink": DELTA},
        {"value": [{"displayName": "no id"}], "@odata.deltaLink": DELTA},
        {"value": ["row"], "@odata.deltaLink": DELTA},
    ],
    ids=str,
)
def test_a_half_page_is_never_a_complete_listing(body: Any) -> None:
    with pytest.raises(ServerFault):
        feed(body)


@pytest.mark.parametrize("kind", ["next", "delta"])
def test_a_page_that_leads_to_another_host_is_refused(kind: str) -> None:
    with pytest.raises(FixConfiguration):
        page(**{kind: "https://evil.example/v1.0/me/contacts/delta?$skiptoken=x"})


def doubtful(*rows: dict[str, Any]) -> tuple[str, ...]:
    return feed({"value": list(rows), "@odata.deltaLink": DELTA}).doubtful


def test_what_is_shown_in_part_or_in_two_versions_has_to_be_read() -> None:
    assert doubtful({"id": "a", "half": 1}, {"id": "b", "etag": "1"}) == ("a",)
    assert doubtful({"id": "a", "etag": "1"}, {"id": "a", "etag": "2"}) == ("a",)
    assert doubtful({"id": "a", "etag": "1"}, {"id": "a", "etag": "1"}) == ()


def test_what_is_said_to_be_removed_is_left_to_the_engine() -> None:
    assert doubtful({"id": "a", "half": 1}, {"id": "a", "@removed": {"reason": "deleted"}}) == ()
    assert doubtful({"id": "a", "@removed": {"reason": "deleted"}}, {"id": "a", "half": 1}) == ()


def test_a_read_replaces_what_was_doubtful() -> None:
    shown = feed({"value": [{"id": "a", "half": 1}, {"id": "b"}], "@odata.deltaLink": DELTA})
    whole = Observation("a", etag="9", record={"name": "whole"})

    page = completed(shown, {"a": whole})

    assert page == Page((whole, Observation("b")), delta_link=DELTA)


def test_a_doubtful_item_that_is_not_found_counts_as_said_to_be_removed() -> None:
    shown = feed({"value": [{"id": "a", "half": 1}], "@odata.deltaLink": DELTA})

    page = completed(shown, {"a": ItemMissing()})

    assert isinstance(page, Page)
    assert page.observations[0].removed


def test_an_item_that_was_only_named_and_cannot_be_read_is_left_to_the_engine() -> None:
    shown = feed({"value": [{"id": "a", "half": 1}], "@odata.deltaLink": DELTA})

    page = completed(shown, {"a": ItemRefused()})

    # Its record says nothing at all: taken as it is, it would be an item without anything in it.
    assert isinstance(page, Page)
    assert page.observations == (Observation("a", removed=True),)


def test_an_unreadable_item_does_not_stop_the_feed_but_a_pause_puts_it_off() -> None:
    row = {"id": "a", "half": 1, "name": "Jane"}
    shown = feed({"value": [row], "@odata.deltaLink": DELTA})
    fault = ServerFault()

    assert completed(shown, {"a": ItemRefused()}) == shown.page
    assert completed(shown, {"a": fault}) is fault
