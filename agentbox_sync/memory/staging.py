"""Chains and staged observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from agentbox_sync.core.changes import LinkState, Observation
from agentbox_sync.memory.fence import Fenced
from agentbox_sync.models import Collection, Inbox, Link
from agentbox_sync.ports import Chain, Page, Staged


class Staging(Fenced):
    """The part of LinkMemory that follows change feeds."""

    def chain(self, kind: str) -> Chain | None:
        """Return the open chain of a kind."""
        row = self._open_collection(kind)
        return _chain(row) if row else None

    def open_chain(self, kind: str, collection: str) -> Chain:
        """Begin a chain; one on another collection of the kind is closed."""
        mine = Collection.objects.filter(connection_id=self._connection_id, kind=kind)
        with self._transaction():
            mine.filter(is_open=True).update(is_open=False)
            row = Collection.objects.create(
                connection_id=self._connection_id, kind=kind, remote_id=collection
            )
        return _chain(row)

    def restart_chain(self, chain: Chain) -> Chain:
        """Begin a new generation: marks of the abandoned listing must not hide losses (F1)."""
        with self._transaction():
            Inbox.objects.filter(collection_id=chain.id).delete()
            row = Collection.objects.get(pk=chain.id)
            row.link, row.complete, row.census = "", False, False
            row.generation += 1
            row.save()
        return _chain(row)

    def stage(self, chain: Chain, page: Page) -> Chain:
        """Store a page and move the cursor, together or not at all."""
        if not page.observations and page.delta_link == chain.link and chain.complete:
            return chain
        with self._transaction():
            row = Collection.objects.select_for_update().get(pk=chain.id)
            self._merge(row, page.observations)
            row.link = page.next_link or page.delta_link
            if page.delta_link and not row.complete:
                row.complete = row.census = True
                row.listed_at = self._clock.now()
                self._suspect_unseen(row)
            row.save()
        return _chain(row)

    def _merge(self, row: Collection, observations: Sequence[Observation]) -> None:
        self._lay_over(row, observations)
        if row.generation:
            Link.objects.filter(
                connection_id=self._connection_id,
                kind=row.kind,
                remote_id__in={seen.remote_id for seen in observations},
            ).update(generation=row.generation)

    def _lay_over(self, row: Collection, observations: Sequence[Observation]) -> None:
        """Lay what was seen over what is staged of the same items."""
        shown = {seen.remote_id for seen in observations}
        waiting = Inbox.objects.filter(collection=row, remote_id__in=shown)
        items = {item.remote_id: item for item in waiting}
        known = list(items)
        for seen in observations:
            remote_id = seen.remote_id
            item = items.setdefault(remote_id, Inbox(collection=row, remote_id=remote_id))
            # Two entries that disagree are in no known order: a read will tell (F4).
            item.removed = seen.removed or item.removed
            item.record = {**item.record, **seen.record}
            item.etag = seen.etag or item.etag
            item.container = seen.container or item.container
            item.verified = item.missing = item.swept = False
            item.generation = row.generation
        for remote_id in known:
            items[remote_id].save()
        fresh = [item for item in items.values() if item.pk is None]
        Inbox.objects.bulk_create(fresh, batch_size=100)

    def _suspect_unseen(self, row: Collection) -> None:
        """Stage every link that a whole listing did not show: a candidate, not a deletion."""
        if not row.generation:
            return
        unseen = self._current(row.kind).filter(generation__lt=row.generation).exclude(remote_id="")
        for link in unseen.iterator():
            Inbox.objects.update_or_create(
                collection=row,
                remote_id=link.remote_id,
                defaults={
                    "removed": True,
                    "verified": False,
                    "missing": False,
                    "swept": True,
                    "generation": row.generation,
                },
            )

    def staged(self, chain: Chain, *, after: int = 0, limit: int = 500) -> list[Staged]:
        """Return staged items in the order of their ids."""
        rows = Inbox.objects.filter(collection_id=chain.id, id__gt=after).order_by("id")
        return [_staged(row) for row in rows[:limit]]

    def staged_for(self, chain: Chain, remote_ids: Sequence[str]) -> dict[str, Staged]:
        """Return the staged item of each remote id that has one."""
        if not remote_ids:
            return {}
        rows = Inbox.objects.filter(collection_id=chain.id, remote_id__in=remote_ids)
        return {row.remote_id: _staged(row) for row in rows}

    def suspect(self, chain: Chain, remote_ids: Sequence[str]) -> None:
        """Stage items as removed that a write did not find."""
        with self._transaction():
            row = Collection.objects.get(pk=chain.id)
            self._merge(row, [Observation(remote_id, removed=True) for remote_id in remote_ids])

    def confirm(self, answers: Mapping[int, Observation | None]) -> None:
        """Store what a verifying read found; ``None`` is a proven absence."""
        if not answers:
            return
        with self._transaction():
            for row in Inbox.objects.filter(id__in=answers):
                seen = answers[row.id]
                row.verified, row.missing, row.removed = True, seen is None, seen is None
                if seen is not None:
                    row.etag, row.record, row.container = seen.etag, seen.record, seen.container
                row.save()

    def unstage(self, ids: Sequence[int]) -> None:
        """Forget staged items that were worked."""
        if ids:
            with self._transaction():
                Inbox.objects.filter(id__in=ids).delete()

    def close_census(self, chain: Chain) -> None:
        """Forget every staged item that nobody is linked to; what is in doubt stays."""
        linked = self._current(chain.kind).exclude(remote_id="").values("remote_id")
        with self._transaction():
            sure = Inbox.objects.filter(Q(verified=True) | Q(removed=False))
            sure.filter(collection_id=chain.id).exclude(remote_id__in=linked).delete()
            Collection.objects.filter(pk=chain.id, census=True).update(census=False)

    def _open_collection(self, kind: str) -> Collection | None:
        return Collection.objects.filter(
            connection_id=self._connection_id, kind=kind, is_open=True
        ).first()

    def _staged_now(self, kind: str) -> QuerySet[Inbox]:
        return Inbox.objects.filter(
            collection__connection_id=self._connection_id,
            collection__kind=kind,
            collection__is_open=True,
        )

    def _current(self, kind: str) -> QuerySet[Link]:
        return Link.objects.filter(connection_id=self._connection_id, kind=kind).exclude(
            state=LinkState.DEAD.value
        )


def _chain(row: Collection) -> Chain:
    return Chain(
        id=row.pk,
        kind=row.kind,
        collection=row.remote_id,
        link=row.link,
        complete=row.complete,
        census=row.census,
        generation=row.generation,
        listed_at=row.listed_at,
    )


def _staged(row: Inbox) -> Staged:
    seen = Observation(
        remote_id=row.remote_id,
        etag=row.etag,
        record=row.record,
        removed=row.removed,
        container=row.container,
    )
    return Staged(
        id=row.pk,
        observation=seen,
        verified=row.verified,
        missing=row.missing,
        swept=row.swept,
    )
