"""What contacts leave open about searches and well-known names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentbox_sync.graph import stamp
from agentbox_sync.graph.links import literal, query
from agentbox_sync.graph.probes.answers import Fit, Probe, compared, status_of
from agentbox_sync.graph.probes.bench import Bench, Item, folder_path
from agentbox_sync.graph.stores import contacts as store

_STORE = "agentbox_sync.graph.stores.contacts"


class SearchProbes:
    """Filters on what we look items and folders up by."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        return (
            Probe(
                "Does the main folder answer by its well-known name?",
                f"{_STORE}:CONTACTS_ALIAS_WORKS",
                self._alias,
                "Set it to what was found.",
            ),
            Probe(
                "Is a contact found by its stamp, and in which folders?",
                "agentbox_sync.graph.stamp:filter_of",
                self._by_stamp,
                "Creates of unknown outcome cannot be looked up: do not sync.",
            ),
            Probe(
                "Is a folder found by its stamp?",
                f"{_STORE}:FOLDER_FILTER_WORKS",
                self._folder_by_stamp,
                "Set it to what was found.",
            ),
            Probe(
                "Can the parts of a name be filtered?",
                f"{_STORE}:NAME_FILTER_WORKS",
                self._by_name,
                "Set it to what was found.",
            ),
        )

    def _alias(self) -> tuple[str, Fit]:
        answer = self.bench.get(folder_path("contacts"))
        works = answer.ok and answer.body.get("id") == self.bench.main
        return compared(status_of(answer), supposed=store.CONTACTS_ALIAS_WORKS, found=works)

    def _by_stamp(self) -> tuple[str, Fit]:
        here, other = self.bench.person(), self.bench.subfolder("Beside")
        self.bench.person(other)
        condition = query(filter=stamp.filter_of(self.bench.stamp), top="999", select="id")
        answer = self.bench.get(f"{folder_path(other)}/contacts?{condition}")
        if not answer.ok:
            return compared(f"refused: {status_of(answer)}", supposed=True, found=False)
        beside = _has(answer.body, here)
        answer = self.bench.get(f"{folder_path(self.bench.folder)}/contacts?{condition}")
        where = "in every folder" if beside else "in its own folder"
        found = _has(answer.body, here)
        return compared(where if found else "it is not found", supposed=True, found=found)

    def _folder_by_stamp(self) -> tuple[str, Fit]:
        condition = stamp.filter_of(self.bench.stamp, stamp.FOLDER_PROPERTY_ID)
        answer = self.bench.get(f"/me/contactFolders?{query(filter=condition)}")
        works = answer.ok and _has(answer.body, {"id": self.bench.folder})
        return compared(status_of(answer), supposed=store.FOLDER_FILTER_WORKS, found=works)

    def _by_name(self) -> tuple[str, Fit]:
        item = self.bench.person(givenName="Filtered", surname="Name")
        condition = f"givenName eq {literal('Filtered')} and surname eq {literal('Name')}"
        path = f"{folder_path(self.bench.folder)}/contacts?{query(filter=condition)}"
        answer = self.bench.get(path)
        works = answer.ok and _has(answer.body, item)
        return compared(status_of(answer), supposed=store.NAME_FILTER_WORKS, found=works)


def _has(body: Any, item: Item) -> bool:
    rows = body.get("value") if isinstance(body, Mapping) else None
    return any(row.get("id") == item["id"] for row in rows or ())
