"""What the engine asks of the CRM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from agentbox_sync.core.changes import Absence, LocalItem, LocalKey
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.windows import Window


class LocalStore(Protocol):
    """The CRM's items of one kind for one staff member, as the settings select them."""

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every item in scope, without holding them all in memory.

        ``within``: only what takes place in the window.
        """

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh; a row out of scope is answered with its cause, never left out.

        One that is in scope and takes place outside ``within`` is answered as an item that is
        outside: its moment is no cause.
        """

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write ``atoms`` of ``record`` if the row still reads as ``seen``; return it read back.

        Under a row lock, through the host's own validation and ``save()``. ItemChanged when a
        person saved meanwhile, ItemRefused when the host does not accept a value.
        """

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new row for the staff member; return it read back. ItemRefused as above."""

    def release(self, seen: LocalItem) -> SyncError | None:
        """Follow a removal in Exchange if the row still reads as ``seen``; never delete a contact.

        What that means is the kind's: a contact loses this staff member's access row.
        """
