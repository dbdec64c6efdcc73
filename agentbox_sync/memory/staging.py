"""Chains and staged observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import F, Q, QuerySet

from agentbox_sync.core.changes import LinkState, Observation
from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.core.ties import still_tied
from agentbox_sync.core.windows import Window
from agentbox_sync.memory.collections import Collections, as_chain, set_window
from agentbox_sync.models import Collection, Inbox, Link
from agentbox_sync.ports import Chain, Page, Staged


class Staging(Collections):
    """The part of LinkMemory that follows change feeds."""

    def restart_chain(self, chain: Chain, *, window: Window | None = None) -> Chain:
        """Begin a new generation: marks of the abandoned listing must not hide losses (F1)."""
        with self._transaction():
            row = Collection.objects.get(pk=chain.id)
            _drop_staged(row)
            row.link, row.complete, row.census = "", False, False
            row.generation += 1
            if window is not None:
                set_window(row, window)
            row.save()
        return as_chain(row)

    def distrust(self, chain: Chain) -> None:
        """Forget that the whole was listed: what it showed stands, and it is listed once more."""
        with self._transaction():
            Collection.objects.filter(pk=chain.id).update(listed_at=None)

    def stage(self, chain: Chain, page: Page) -> Chain:
        """Store a page and move the cursor, together or not at all."""
        if not page.observations and page.delta_link == chain.link and chain.complete:
            return chain
        if not page.observations and page.delta_link and chain.complete:
            return self._move_on(chain, page.delta_link)
        with self._transaction():
            row = Collection.objects.select_for_update().get(pk=chain.id)
            self._merge(row, page.observations)
            row.link = page.next_link or page.delta_link
            if page.delta_link and not row.complete:
                row.complete = row.census = True
                row.listed_at = self._clock.now()
                self._suspect_unseen(row)
            row.save()
        return as_chain(row)

    def _move_on(self, chain: Chain, link: str) -> Chain:
        """Move the cursor over nothing: what every idle run does, in one statement."""
        here = Collection.objects.filter(self._is_ours(), pk=chain.id)
        if not here.update(link=link):
            raise LeaseLost("another worker has taken over")
        return replace(chain, link=link)

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
            item.ties = _still_tied(seen, item)
            item.etag = seen.etag or item.etag
            item.container = seen.container or item.container
            # Until a read has told, it goes on to speak against the listing that left it out (F2).
            item.swept = item.swept and not item.verified
            item.verified = item.missing = False
            item.generation = row.generation
        for remote_id in known:
            items[remote_id].save()
        fresh = [item for item in items.values() if item.pk is None]
        Inbox.objects.bulk_create(fresh, batch_size=100)

    def _suspect_unseen(self, row: Collection) -> None:
        """Stage every link that a whole listing did not show: a candidate, not a deletion."""
        if not row.generation:
            return
        lie_here = Q(collection=row.remote_id) | Q(collection="")
        unseen = self._current(row.kind).filter(lie_here, generation__lt=row.generation)
        unseen = unseen.exclude(remote_id="")
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
                    row.ties = _still_tied(seen, row)
                    row.etag, row.record, row.container = seen.etag, seen.record, seen.container
                row.save()

    def unstage(self, ids: Sequence[int]) -> None:
        """Forget staged items that were worked."""
        if ids:
            with self._transaction():
                Inbox.objects.filter(id__in=ids).delete()

    def close_census(self, chain: Chain) -> None:
        """Forget every staged item that no row of ours is linked to; what is in doubt stays.

        What waits for a person is nobody's business of ours yet. Where the CRM refused to take
        it in, a person did decide: it is kept, to be tried again.
        """
        waiting = Q(local_pk="", refused="")
        linked = self._current(chain.kind).exclude(remote_id="").exclude(waiting)
        linked = linked.values("remote_id")
        with self._transaction():
            sure = Inbox.objects.filter(Q(verified=True) | Q(removed=False))
            sure.filter(collection_id=chain.id).exclude(remote_id__in=linked).delete()
            Collection.objects.filter(pk=chain.id, census=True).update(census=False)

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


def forget_cursors(connection_id: int) -> None:
    """Begin every feed of a connection anew, as :meth:`Staging.restart_chain` does for one.

    Called in a transaction, by whoever makes sure that no run is on its way.
    """
    open_ = Collection.objects.filter(connection_id=connection_id, is_open=True)
    for row in open_:
        _drop_staged(row)
    open_.update(link="", complete=False, census=False, generation=F("generation") + 1)


def _drop_staged(row: Collection) -> None:
    """Drop what a new listing tells of: of what a person has put elsewhere it tells nothing."""
    links = Link.objects.filter(connection_id=row.connection_id, kind=row.kind, rehomed=True)
    links = links.exclude(state=LinkState.DEAD.value).exclude(collection=row.remote_id)
    elsewhere = links.values("remote_id")
    Inbox.objects.filter(collection=row).exclude(remote_id__in=elsewhere).delete()


def _still_tied(seen: Observation, row: Inbox) -> list[str] | None:
    """Return who is concerned by an item, as a row holds it, before ``seen`` is laid over it."""
    known = None if row.ties is None else frozenset(row.ties)
    ties = still_tied(seen, row.etag, known)
    return None if ties is None else sorted(ties)


def _staged(row: Inbox) -> Staged:
    seen = Observation(
        remote_id=row.remote_id,
        etag=row.etag,
        record=row.record,
        removed=row.removed,
        container=row.container,
        ties=None if row.ties is None else frozenset(row.ties),
    )
    return Staged(
        id=row.pk,
        observation=seen,
        verified=row.verified,
        missing=row.missing,
        swept=row.swept,
    )
