"""The collections that are followed, and those of our own."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.db.models import Exists, QuerySet

from agentbox_sync.core.windows import Window
from agentbox_sync.memory.fence import Fenced
from agentbox_sync.models import Collection, Decision, Inbox, Intent
from agentbox_sync.ports import Chain, Own


class Collections(Fenced):
    """The part of LinkMemory that knows which collections there are."""

    def chain(self, kind: str) -> Chain | None:
        """Return the open chain of a kind, and whether anything waits to be dealt with."""
        orders = Decision.objects.filter(
            connection_id=self._connection_id, kind=kind, closed_at=None
        )
        creates = Intent.objects.filter(
            open=True, link__connection_id=self._connection_id, link__kind=kind
        )
        waiting = {"asked": Exists(orders), "unsettled": Exists(creates)}
        row = self._mine(kind).filter(is_open=True).annotate(**waiting).first()
        return replace(as_chain(row), asked=row.asked, unsettled=row.unsettled) if row else None

    def open_chain(
        self, kind: str, collection: str, *, stamp: str = "", window: Window | None = None
    ) -> Chain:
        """Begin a chain; one on another collection of the kind is closed, its staged rows go."""
        with self._transaction():
            before = self._open_collection(kind)
            if before is not None:
                Inbox.objects.filter(collection=before).delete()
                self._mine(kind).filter(pk=before.pk, stamp="").delete()
                self._mine(kind).filter(pk=before.pk).update(is_open=False, moving=False)
            row = self._own_row(kind) if stamp else None
            row = row or Collection(connection_id=self._connection_id, kind=kind, stamp=stamp)
            row.remote_id, row.link, row.is_open = collection, "", True
            row.complete = row.census = False
            set_window(row, window)
            row.moving = before is not None or (not stamp and self._own_row(kind) is not None)
            row.generation = before.generation + 1 if before else 0
            row.save()
        return as_chain(row)

    def close_move(self, chain: Chain) -> None:
        """Remember that nothing of ours lies in another collection any more."""
        with self._transaction():
            Collection.objects.filter(pk=chain.id).update(moving=False)

    def own(self, kind: str) -> Own | None:
        """Return our own collection of a kind."""
        row = self._own_row(kind)
        return _own(row) if row else None

    def announce_own(self, kind: str) -> Own:
        """Remember a collection before it is created, under the stamp it has or a new one."""
        with self._transaction():
            row = self._own_row(kind) or Collection(
                connection_id=self._connection_id,
                kind=kind,
                stamp=uuid.uuid4().hex,
                is_open=False,
            )
            row.announced_at = self._clock.now()
            row.save()
            # If it is not chosen any more by then, somebody has to clear it away.
            self._mine(kind).filter(is_open=True).update(moving=True)
        return _own(row)

    def forget_own(self, kind: str) -> None:
        """Forget our own collection; for people it stays known when it went."""
        self.tally.is_sure = False  # its pairs are told of in another way from now on
        with self._transaction():
            self._mine(kind).filter(removed_at=None).exclude(stamp="").update(
                removed_at=self._clock.now(), is_open=False, moving=False
            )

    def _mine(self, kind: str) -> QuerySet[Collection]:
        return Collection.objects.filter(connection_id=self._connection_id, kind=kind)

    def _own_row(self, kind: str) -> Collection | None:
        return self._mine(kind).exclude(stamp="").filter(removed_at=None).order_by("-pk").first()

    def _open_collection(self, kind: str) -> Collection | None:
        return self._mine(kind).filter(is_open=True).first()


def set_window(row: Collection, window: Window | None) -> None:
    """Let a chain list what takes place in a window."""
    row.window_start = window.start if window else None
    row.window_end = window.end if window else None


def as_chain(row: Collection) -> Chain:
    """Return a row as the engine sees it."""
    bounds = row.window_start, row.window_end
    return Chain(
        id=row.pk,
        kind=row.kind,
        collection=row.remote_id,
        link=row.link,
        complete=row.complete,
        census=row.census,
        generation=row.generation,
        listed_at=row.listed_at,
        stamp=row.stamp,
        moving=row.moving,
        window=Window(*bounds) if bounds[0] and bounds[1] else None,
    )


def _own(row: Collection) -> Own:
    if row.announced_at is None:
        raise AssertionError("a collection of our own that was never announced")
    return Own(row.stamp, row.remote_id, row.announced_at)
