from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .belongings import Belongings
from .calendar.store import Calendars
from .clock import Clock, iso
from .identifiers import Identifiers
from .journal import Journal, Times
from .records import CONTACTS, DELETED, EVERYTHING, Actor, Contact, Folder, Mark
from .todo.store import TaskLists


class Mailbox:
    """The folders, contacts, calendars and tasks of one person. Callers hold the state's lock."""

    def __init__(self, owner: str, ids: Identifiers, clock: Clock) -> None:
        self.owner = owner
        self.ids = ids
        self.clock = clock
        self.sequence = 0
        self.times = Times()
        self.delta_generation = ids.token(6)
        self.delta_tokens = 0  # handed out so far; a cache with room for few forgets old ones
        self.belongings = Belongings.of_new_mailbox(ids)
        self.root = ids.folder_id()
        self.folders: dict[str, Folder] = {}
        self.contacts: dict[str, Contact] = {}
        self.journals: dict[str, Journal] = {}
        self.folder_journal = Journal()
        self.touched: dict[str, dict[str, int]] = {}  # key -> property -> when it last changed
        self.members: dict[str, dict[str, None]] = {}
        self.marks: dict[str, Mark] = {}
        self.former: dict[str, str] = {}  # key -> folder-bound id before the last move or purge
        self.tell: Callable[[str, Contact, str], None] | None = None
        self._by_rest_id: dict[str, str] = {}
        self._by_email: dict[str, set[str]] = {}
        self._by_property: dict[tuple[str, str], set[str]] = {}
        self.add_folder("Contacts", self.root, CONTACTS)
        self.add_folder("Deleted Items", self.root, DELETED)
        self.calendars = Calendars(ids, clock, self._tick)
        self.todo = TaskLists(ids, clock, self._tick)

    # folders ------------------------------------------------------------------------------

    def well_known(self, name: str) -> Folder:
        return next(f for f in self.folders.values() if f.well_known == name)

    def add_folder(
        self,
        name: str,
        parent: str,
        well_known: str = "",
        extended: Mapping[str, str] | None = None,
    ) -> Folder:
        folder = Folder(
            self.ids.folder_id(), name, parent, self._tick(), well_known, extended=extended or {}
        )
        self.change_folder(folder)
        return folder

    def change_folder(self, folder: Folder) -> None:
        self.keep_folder(folder)
        self.folder_journal.note(self._tick(), folder.id)

    def keep_folder(self, folder: Folder) -> None:
        """Put a folder in place; announces nothing to delta."""
        self.folders[folder.id] = folder
        self.journals.setdefault(folder.id, Journal())
        self.members.setdefault(folder.id, {})

    def discard_folder(self, folder: Folder) -> None:
        """Into the recycle bin, with all that lies in it and below it."""
        for child in [f for f in self.folders.values() if f.parent == folder.id]:
            self.discard_folder(child)
        for key in self.members[folder.id]:
            self._note(folder.id, key)
            self._tell("deleted", self.contacts[key])
        bin_id = self.well_known(DELETED).id
        self.change_folder(replace(folder, deleted=True, parent=bin_id))

    def purge_folder(self, folder: Folder, actor: Actor) -> None:
        """A folder is gone for good, with all that lies in it and below it."""
        for child in [f for f in self.folders.values() if f.parent == folder.id]:
            self.purge_folder(child, actor)
        for contact in self.in_folder(folder.id):
            self.purge(contact, actor)
        self.change_folder(replace(folder, deleted=True))
        del self.folders[folder.id], self.members[folder.id], self.journals[folder.id]

    def is_below(self, folder: Folder, other: Folder) -> bool:
        """Whether a folder is the other one, or lies somewhere in it."""
        at: Folder | None = folder
        while at is not None:
            if at.id == other.id:
                return True
            at = self.folders.get(at.parent)
        return False

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
        self,
        folder: str,
        values: Mapping[str, Any],
        extended: Mapping[str, str],
        actor: Actor,
        extensions: Mapping[str, Mapping[str, Any]] | None = None,
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
            open=extensions or {},
        )
        self.keep(contact)
        self._note(folder, contact.key)
        self._mark(contact, actor, frozenset(k for k, v in values.items() if v), "added")
        self._tell("created", contact)
        return contact

    def update(
        self, contact: Contact, values: Mapping[str, Any], extended: Mapping[str, str], actor: Actor
    ) -> Contact:
        fields = frozenset(k for k in values if values[k] != contact.values.get(k))
        changed = self._stamped(replace(contact, values=values, extended=extended))
        self.keep(changed)
        self._note(contact.folder, contact.key)
        touched = self.touched.setdefault(contact.key, {})
        touched |= dict.fromkeys(fields, self.sequence)
        self._mark(changed, actor, fields, "changed")
        self._tell("updated", changed)
        return changed

    def touch(self, contact: Contact, actor: Actor, what: str) -> Contact:
        """Note that something of an item changed which is not among its values."""
        changed = self._stamped(contact)
        self.keep(changed)
        self._note(contact.folder, contact.key)
        self._mark(changed, actor, frozenset({what}), "changed")
        self._tell("updated", changed)
        return changed

    def extend(
        self, contact: Contact, extensions: Mapping[str, Mapping[str, Any]], *, new_key: bool
    ) -> Contact:
        """Set the open extensions of an item, which delta does not track."""
        changed = replace(contact, open=extensions)
        self.keep(self._stamped(changed) if new_key else changed)
        return changed

    def move(self, contact: Contact, folder: str, actor: Actor, home: str = "") -> Contact:
        moved = self._stamped(
            replace(contact, folder=folder, rest_id=self.ids.rest_id(), home=home)
        )
        self.former[contact.key] = contact.rest_id
        self.keep(moved)
        self._note(contact.folder, contact.key)
        self._note(folder, contact.key)
        self.touched[contact.key] = {EVERYTHING: self.sequence}
        self._mark(moved, actor, frozenset(), "removed" if self.is_deleted(moved) else "moved")
        self._tell("deleted", contact)
        self._tell("created", moved)
        return moved

    def discard(self, contact: Contact, actor: Actor) -> Contact:
        """A soft delete, as Outlook does it: into Deleted Items."""
        return self.move(contact, self.well_known(DELETED).id, actor, home=contact.folder)

    def purge(self, contact: Contact, actor: Actor) -> None:
        self._forget(contact)
        self.former.setdefault(contact.key, contact.rest_id)
        del self.contacts[contact.key]
        self.touched.pop(contact.key, None)
        self.belongings.photos.pop(contact.key, None)
        self._note(contact.folder, contact.key)
        self._mark(contact, actor, frozenset(), "removed")
        self._tell("deleted", contact)

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

    def visible(self, lag: float) -> int:
        """The highest sequence number that a listing shows which is so many seconds late."""
        return self.times.until(self.clock.timestamp() - lag) if lag > 0 else self.sequence

    def kill_delta_tokens(self) -> None:
        self.delta_generation = self.ids.token(6)

    def replay(self, folder: str, count: int) -> int:
        """Announce the last changes of a folder, calendar or list once more, as Graph sometimes
        does."""
        kinds = (self.journals, self.calendars.journals, self.todo.journals)
        journal = next(kind[folder] for kind in kinds if folder in kind)
        again = sorted(journal.latest, key=lambda key: journal.latest[key])[-count:]
        for key in again:
            journal.note(self._tick(), key)
        return len(again)

    def former_rest_id(self, key: str) -> str:
        """The folder-bound id that an item had before it left; delta announces that one."""
        return self.former.get(key, key)

    # ------------------------------------------------------------------------------ inside

    def _tick(self) -> int:
        self.sequence += 1
        self.times.note(self.clock.timestamp(), self.sequence)
        return self.sequence

    def _note(self, folder: str, key: str) -> None:
        self.journals[folder].note(self._tick(), key)

    def _stamped(self, contact: Contact) -> Contact:
        return replace(contact, change_key=self.ids.change_key(), modified=iso(self.clock.now()))

    def _tell(self, change: str, contact: Contact) -> None:
        if self.tell is not None:
            self.tell(change, contact, contact.folder)

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
