from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ..journal import Journal
from ..mailbox import Mailbox
from ..records import DELETED, EVERYTHING, Contact, Folder
from . import folders
from .cursor import Cursor
from .messages import Call
from .properties import as_json

NOTED_ALWAYS = ("id", "@odata.etag", "@odata.type")
REFUSED = ("$orderby", "$filter", "$expand", "$search", "$top", "$skip", "$count")


class Feed(Protocol):
    """One collection that delta can follow: what is in it, and how a row of it looks."""

    id: str  # what its tokens are bound to
    resource: str  # as the refusals name it
    context: str
    journal: Journal

    refused: tuple[str, ...]  # query options that it does not have

    def begin(self, cursor: Cursor) -> Cursor:
        """What the first request of a chain fixes for all that follow; raises GraphError."""

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        """Sequence of birth and key of everything that is there now."""

    def rows(self, key: str, cursor: Cursor) -> list[dict[str, Any]] | None:
        """The item as delta shows it, or None where it is no longer there."""

    def removed(self, key: str, cursor: Cursor) -> list[dict[str, Any]]:
        """The rows that say that an item has left."""


def removed_row(kind: str, name: str, reason: str = "deleted") -> dict[str, Any]:
    return {
        "@odata.type": f"#microsoft.graph.{kind}",
        "id": name,
        "@removed": {"reason": reason},
    }


class ContactFeed:
    resource = "Contacts"
    refused: tuple[str, ...] = REFUSED

    def __init__(self, call: Call) -> None:
        self.call = call
        self.box: Mailbox = call.mailbox
        self.folder: Folder = folders.target(call)
        self.id = self.folder.id
        self.journal = self.box.journals[self.id]
        path = f"/contactFolders('{self.id}')" if "folder" in call.args else ""
        self.context = call.context(f"{path}/contacts/$delta")

    def begin(self, cursor: Cursor) -> Cursor:
        return cursor

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        return ((c.serial, c.key) for c in self.box.in_folder(self.id))

    def rows(self, key: str, cursor: Cursor) -> list[dict[str, Any]] | None:
        contact = self.box.contacts.get(key)
        if contact is None or contact.folder != self.id or self.folder.deleted:
            return None
        immutable = self.call.prefer.immutable_ids
        shown = as_json(contact, immutable, cursor.select, cursor.properties)
        if self.call.state.switches.delta_partial and not cursor.initial:
            shown = self._changed(contact, shown, cursor.since)
        return [{"@odata.type": "#microsoft.graph.contact", **shown}]

    def _changed(self, contact: Contact, shown: dict[str, Any], since: int) -> dict[str, Any]:
        """All that delta promises of an updated item: its id and what changed."""
        touched = self.box.touched.get(contact.key, {})
        if contact.serial > since or touched.get(EVERYTHING, 0) > since:
            return shown
        fields = {name for name, at in touched.items() if at > since}
        if any(name.endswith("EmailAddress") for name in fields):
            fields.add("emailAddresses")
        return {k: v for k, v in shown.items() if k in fields or k in NOTED_ALWAYS}

    def removed(self, key: str, cursor: Cursor) -> list[dict[str, Any]]:
        contact = self.box.contacts.get(key)
        moved = contact is not None and not self.box.is_deleted(contact)
        reason = self.call.state.switches.delta_moved_reason if moved else "deleted"
        immutable = self.call.prefer.immutable_ids
        name = key if immutable else self.box.former_rest_id(key)
        return [removed_row("contact", name, reason)]


class FolderFeed:
    """All contact folders of a mailbox; whether the main one is among them, a switch says."""

    resource = "ContactFolders"
    refused: tuple[str, ...] = REFUSED
    id = "contactFolders"

    def __init__(self, call: Call) -> None:
        self.call = call
        self.box: Mailbox = call.mailbox
        self.journal = self.box.folder_journal
        self.context = call.context("/contactFolders/$delta")

    def begin(self, cursor: Cursor) -> Cursor:
        return cursor

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        return ((f.serial, f.id) for f in self.box.folders.values() if self._shown(f))

    def rows(self, key: str, cursor: Cursor) -> list[dict[str, Any]] | None:
        folder = self.box.folders.get(key)
        if folder is None or not self._shown(folder):
            return None
        shown = folders.as_json(folder, cursor.select)
        return [{"@odata.type": "#microsoft.graph.contactFolder", **shown}]

    def removed(self, key: str, cursor: Cursor) -> list[dict[str, Any]]:
        return [removed_row("contactFolder", key)]

    def _shown(self, folder: Folder) -> bool:
        if folder.deleted or folder.well_known == DELETED:
            return False
        return not folder.well_known or self.call.state.switches.folder_delta_root
