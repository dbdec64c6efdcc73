"""The calendar of a CRM that has tasks as well: appointments, and the entries of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from agentbox_sync.core.changes import Absence, LocalItem, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.windows import Window
from agentbox_sync.host.entries import EntryStore
from agentbox_sync.host.store import HostStore
from agentbox_sync.ports import LocalStore


class CRMStore(LocalStore, Protocol):
    """What people ask of the CRM's items beside what a run does."""

    def search(self, text: str, limit: int) -> list[LocalItem]:
        """Return items in scope that a person may mean by ``text``, at most ``limit``."""

    def grant(self, key: LocalKey) -> SyncError | None:
        """Give the staff member back what a release took."""

    def is_lost(self, key: LocalKey) -> bool:
        """Tell whether an item is as a release leaves it."""


class JoinedStore:
    """Two stores as one: whose an item is its key tells. What is new is an appointment."""

    def __init__(self, appointments: HostStore, entries: EntryStore) -> None:
        self._appointments = appointments
        self._entries = entries

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every appointment, then every entry."""
        return chain(self._appointments.scan(within), self._entries.scan(within))

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read each key where it belongs, and answer in the order that was asked."""
        of_tasks = [key for key in keys if self._is_entry(key)]
        others = [key for key in keys if not self._is_entry(key)]
        found = self._appointments.read(others, within) if others else {}
        found |= self._entries.read(of_tasks, within) if of_tasks else {}
        return {key: found[key] for key in keys}

    def search(self, text: str, limit: int) -> list[LocalItem]:
        """Return appointments first, as many entries as there is room for behind them."""
        found = self._appointments.search(text, limit)
        room = limit - len(found)
        return [*found, *(self._entries.search(text, room) if room else ())]

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write where it belongs."""
        return self._of(seen.key).update(seen, record, atoms)

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new appointment."""
        return self._appointments.create(record)

    def release(self, seen: LocalItem) -> SyncError | None:
        """Follow a removal as the item's own kind does."""
        return self._of(seen.key).release(seen)

    def grant(self, key: LocalKey) -> SyncError | None:
        """Give back what a release took, as the item's own kind does."""
        return self._of(key).grant(key)

    def is_lost(self, key: LocalKey) -> bool:
        """Tell whether an item is as a release of its own kind leaves it."""
        return self._of(key).is_lost(key)

    def _is_entry(self, key: LocalKey) -> bool:
        return key.model == self._entries.model

    def _of(self, key: LocalKey) -> HostStore | EntryStore:
        return self._entries if self._is_entry(key) else self._appointments
