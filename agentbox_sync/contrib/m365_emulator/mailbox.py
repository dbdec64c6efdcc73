from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .clock import Clock, iso
from .identifiers import Identifiers

CONTACTS = "contacts"
DELETED = "deleteditems"
ROOT = "msgfolderroot"
EMAIL_SLOTS = ("primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress")


@dataclass(frozen=True)
class Actor:
    """Who changes something: an app through Graph, or the person in the mail program."""

    name: str
    is_app: bool = False


@dataclass(frozen=True)
class Folder:
    id: str
    name: str
    parent: str
    serial: int
    well_known: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Contact:
    """One item; `key` is its immutable id, `rest_id` the one that a move changes."""

    key: str
    rest_id: str
    serial: int
    folder: str
    values: Mapping[str, Any]
    extended: Mapping[str, str]
    change_key: str
    created: str
    modified: str
    home: str = ""  # where a deleted item came from

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def emails(self) -> list[dict[str, Any]]:
        return [self.values[slot] for slot in EMAIL_SLOTS if self.values.get(slot)]


@dataclass(frozen=True)
class Mark:
    """What an app did to an item lately, for the page that people look at."""

    actor: str
    fields: frozenset[str]
    at: datetime
    verb: str
    label: str


@dataclass
class Journal:
    """The order in which the items of one folder last changed; what delta reads."""

    latest: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[int, str]] = field(default_factory=list)

    def note(self, sequence: int, key: str) -> None:
        self.latest[key] = sequence
        self.entries.append((sequence, key))
        if len(self.entries) > 2 * len(self.latest) + 1000:
            self.entries = sorted((at, name) for name, at in self.latest.items())

    def since(self, sequence: int) -> Iterator[tuple[int, str]]:
        start = bisect_right(self.entries, (sequence, "\U0010ffff"))
        for at, key in self.entries[start:]:
            if self.latest.get(key) == at:
                yield at, key


class Mailbox:
    """The folders and contacts of one person. Callers hold the state's lock."""

    def __init__(self, owner: str, ids: Identifiers, clock: Clock) -> None:
        self.owner = owner
        self.ids = ids
        self.clock = clock
        self.sequence = 0
        self.delta_generation = ids.token(6)
        self.root = ids.folder_id()
        self.folders: dict[str, Folder] = {}
        self.contacts: dict[str, Contact] = {}
        self.journals: dict[str, Journal] = {}
        self.members: dict[str, dict[str, None]] = {}
        self.marks: dict[str, Mark] = {}
        self.former: dict[str, str] = {}  # key -> folder-bound id before the last move or purge
        self._by_rest_id: dict[str, str] = {}
        self._by_email: dict[str, set[str]] = {}
        self._by_property: dict[tuple[str, str], set[str]] = {}
        self.add_folder("Contacts", self.root, CONTACTS)
        self.add_folder("Deleted Items", self.root, DELETED)

    # folders ------------------------------------------------------------------------------

    def well_known(self, name: str) -> Folder:
        return next(f for f in self.folders.values() if f.well_known == name)

    def add_folder(self, name: str, parent: str, well_known: str = "") -> Folder:
        folder = Folder(self.ids.folder_id(), name, parent, self._tick(), well_known)
        self.keep_folder(folder)
        return folder

    def keep_folder(self, folder: Folder) -> None:
        self.folders[folder.id] = folder
        self.journals.setdefault(folder.id, Journal())
        self.members.setdefault(folder.id, {})

    def discard_folder(self, folder: Folder) -> None:
        """Into the recycle bin, with all that lies in it and below it."""
        for child in [f for f in self.folders.values() if f.parent == folder.id]:
            self.discard_folder(child)
        for key in self.members[folder.id]:
            self._note(folder.id, key)
        self.folders[folder.id] = replace(folder, deleted=True, parent=self.well_known(DELETED).id)

    def is_deleted(self, contact: Contact) -> bool:
        folder = self.folders[contact.folder]
        return folder.deleted or folder.well_known == DELETED

    # contacts -----------------------------------------------------------------------------

    def find(self, identifier: str) -> Contact | None:
        """By immutable id or by the present folder-bound id; both are case-sensitive."""
        key = self._by_rest_id.get(identifier, identifier)
        return self.contacts.get(key)

    def in_folder(self, folder_id: str) -> list[Contact]:
        return [self.contacts[key] for key in self.members[folder_id]]

    def with_email(self, address: str) -> set[str]:
        return self._by_email.get(address.lower(), set())

    def with_property(self, name: str, value: str) -> set[str]:
        return self._by_property.get((name, value.lower()), set())

    def add(
        self, folder: str, values: Mapping[str, Any], extended: Mapping[str, str], actor: Actor
    ) -> Contact:
        now = iso(self.clock.now())
        contact = Contact(
            self.ids.immutable_id(),
            self.ids.rest_id(),
            self._tick(),
            folder,
            values,
            extended,
            self.ids.change_key(),
            now,
            now,
        )
        self.keep(contact)
        self._note(folder, contact.key)
        self._mark(contact, actor, frozenset(k for k, v in values.items() if v), "added")
        return contact

    def update(
        self, contact: Contact, values: Mapping[str, Any], extended: Mapping[str, str], actor: Actor
    ) -> Contact:
        fields = frozenset(k for k in values if values[k] != contact.values.get(k))
        changed = self._stamped(replace(contact, values=values, extended=extended))
        self.keep(changed)
        self._note(contact.folder, contact.key)
        self._mark(changed, actor, fields, "changed")
        return changed

    def move(self, contact: Contact, folder: str, actor: Actor, home: str = "") -> Contact:
        moved = self._stamped(
            replace(contact, folder=folder, rest_id=self.ids.rest_id(), home=home)
        )
        self.former[contact.key] = contact.rest_id
        self.keep(moved)
        self._note(contact.folder, contact.key)
        self._note(folder, contact.key)
        self._mark(moved, actor, frozenset(), "removed" if self.is_deleted(moved) else "moved")
        return moved

    def discard(self, contact: Contact, actor: Actor) -> Contact:
        """A soft delete, as Outlook does it: into Deleted Items."""
        return self.move(contact, self.well_known(DELETED).id, actor, home=contact.folder)

    def purge(self, contact: Contact, actor: Actor) -> None:
        self._forget(contact)
        self.former.setdefault(contact.key, contact.rest_id)
        del self.contacts[contact.key]
        self._note(contact.folder, contact.key)
        self._mark(contact, actor, frozenset(), "removed")

    def restore(self, contact: Contact, actor: Actor) -> Contact:
        home = self.folders.get(contact.home)
        target = home.id if home and not home.deleted else self.well_known(CONTACTS).id
        return self.move(contact, target, actor)

    def keep(self, contact: Contact) -> None:
        """Put an item in place with its indexes; announces nothing to delta."""
        previous = self.contacts.get(contact.key)
        if previous is not None:
            self._forget(previous, leave=previous.folder != contact.folder)
        self.contacts[contact.key] = contact
        self.members[contact.folder].setdefault(contact.key)
        self._by_rest_id[contact.rest_id] = contact.key
        for email in contact.emails:
            self._by_email.setdefault(str(email.get("address")).lower(), set()).add(contact.key)
        for name, value in contact.extended.items():
            self._by_property.setdefault((name, value.lower()), set()).add(contact.key)

    # delta --------------------------------------------------------------------------------

    def kill_delta_tokens(self) -> None:
        self.delta_generation = self.ids.token(6)

    def replay(self, folder: str, count: int) -> int:
        """Announce the last changes of a folder once more, as Graph sometimes does."""
        journal = self.journals[folder]
        again = sorted(journal.latest, key=lambda key: journal.latest[key])[-count:]
        for key in again:
            self._note(folder, key)
        return len(again)

    def former_rest_id(self, key: str) -> str:
        """The folder-bound id that an item had before it left; delta announces that one."""
        return self.former.get(key, key)

    # ------------------------------------------------------------------------------ inside

    def _tick(self) -> int:
        self.sequence += 1
        return self.sequence

    def _note(self, folder: str, key: str) -> None:
        self.journals[folder].note(self._tick(), key)

    def _stamped(self, contact: Contact) -> Contact:
        return replace(contact, change_key=self.ids.change_key(), modified=iso(self.clock.now()))

    def _mark(self, contact: Contact, actor: Actor, fields: frozenset[str], verb: str) -> None:
        if not actor.is_app:
            self.marks.pop(contact.key, None)
            return
        label = str(contact.values.get("displayName") or "Unnamed")
        self.marks[contact.key] = Mark(actor.name, fields, self.clock.now(), verb, label)

    def _forget(self, contact: Contact, leave: bool = True) -> None:
        if leave:
            self.members[contact.folder].pop(contact.key, None)
        self._by_rest_id.pop(contact.rest_id, None)
        for email in contact.emails:
            _drop(self._by_email, str(email.get("address")).lower(), contact.key)
        for name, value in contact.extended.items():
            _drop(self._by_property, (name, value.lower()), contact.key)


def _drop(index: dict[Any, set[str]], entry: Any, key: str) -> None:
    keys = index.get(entry)
    if keys is not None:
        keys.discard(key)
        if not keys:
            del index[entry]
