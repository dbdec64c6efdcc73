"""Taking leave of a mailbox: the CRM side of a run that removes what we put there.

The removal is a plan like any other. Only what the CRM answers is different: no item is in scope
any more, and the decision table says what that means for a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemRefused, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.core.windows import Window
from agentbox_sync.engine.context import Depth, Part


def leaving(part: Part, confirmed: int) -> Part:
    """Return the part that takes leave of what ``part`` would sync; ``confirmed`` may go.

    What a preview has shown of the settings does not speak for it: its number was confirmed.
    """
    policy = replace(part.policy, status=Status.ONE_WAY, removal=Removal.DELETE, strict=False)
    return replace(
        part,
        policy=policy,
        local=NothingInScope(),
        depth=Depth.FULL,
        confirmed=confirmed,
        foreseen=lambda: None,
        stays=True,
    )


class NothingInScope:
    """The port LocalStore of a mailbox that is being disconnected: every row is detached."""

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield nothing."""
        del within
        return iter(())

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Answer that every row is detached, whether it is there or not, and whenever it is."""
        del within
        return {key: Absence(key, Cause.DETACHED) for key in keys}

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Refuse: there is no row in scope that could be written."""
        del seen, record, atoms
        return _refused()

    def create(self, record: Record) -> LocalItem | SyncError:
        """Refuse: nothing comes in any more."""
        del record
        return _refused()

    def release(self, seen: LocalItem) -> SyncError | None:
        """Refuse: there is no row in scope that could be released."""
        del seen
        return _refused()


def _refused() -> ItemRefused:
    return ItemRefused("The mailbox is being disconnected.", code="Detached")
