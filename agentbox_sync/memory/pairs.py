"""Links and the log."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db.models import Q, QuerySet

from agentbox_sync.core import changes
from agentbox_sync.core.actions import Line, Memo
from agentbox_sync.core.changes import (
    LEFT_BEHIND,
    NO_ROW,
    SPENT,
    LinkState,
    LocalKey,
    Origin,
    Rest,
    is_free,
)
from agentbox_sync.core.merge import Pending
from agentbox_sync.memory.columns import write_columns
from agentbox_sync.memory.rows import COLUMNS, pending_rows, read_link
from agentbox_sync.memory.wanderers import Wanderers
from agentbox_sync.models import Change, Intent, Link

_LEFT = Q(state=LinkState.RETAINED.value, reason=Rest.DELETED.value)


class Pairs(Wanderers):
    """The part of LinkMemory that remembers pairs."""

    def links(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, changes.Link]:
        """Return the current link of each key."""
        found: dict[LocalKey, changes.Link] = {}
        wanted = [key for key in keys if key != NO_ROW]
        for model in dict.fromkeys(key.model for key in wanted):
            pks = [key.pk for key in wanted if key.model == model]
            rows = self._current(kind).filter(local_model=model, local_pk__in=pks)
            found |= {link.key: link for link in map(read_link, rows)}
        return found

    def links_by_remote(self, kind: str, remote_ids: Sequence[str]) -> dict[str, changes.Link]:
        """Return the current link of each remote id."""
        wanted = [remote_id for remote_id in remote_ids if remote_id]
        if not wanted:
            return {}
        return {row.remote_id: read_link(row) for row in self._with_items(kind, wanted)}

    def walk(self, kind: str, *, after: int = 0, limit: int = 500) -> list[changes.Link]:
        """Return current links in the order of their ids."""
        rows = self._current(kind).filter(id__gt=after).order_by("id")
        return [read_link(row) for row in rows[:limit]]

    def walk_left(self, kind: str, *, after: int = 0, limit: int = 500) -> list[changes.Link]:
        """Return the links whose row was deleted while their item stays, in the order of ids."""
        rows = self._current(kind).filter(_LEFT, id__gt=after).exclude(remote_id="")
        return [read_link(row) for row in rows.order_by("id")[:limit]]

    def left_behind(self, kind: str) -> list[changes.Link]:
        """Return the ended links whose items were created anew elsewhere and are still to go."""
        rows = Link.objects.filter(
            connection_id=self._connection_id,
            kind=kind,
            state=LinkState.DEAD.value,
            reason=LEFT_BEHIND,
        )
        return [read_link(row) for row in rows.order_by("id")]

    def begin_anew(self, kind: str, keys: Sequence[LocalKey]) -> list[changes.Link]:
        """End links that name an item, and begin new ones, which no item is known of."""
        self.has_changed = True
        with self._transaction():
            rows = self._begun_anew(kind, keys)
        return [read_link(rows[key]) for key in keys]

    def _begun_anew(
        self, kind: str, keys: Sequence[LocalKey], spent: Collection[int] = ()
    ) -> dict[LocalKey, Link]:
        """Return the row of each key; one that names an item ends, and hands on its orders.

        So does one whose stamp is ``spent``.
        """
        old = {LocalKey(r.local_model, r.local_pk): r for r in self._rows(kind, keys)}
        gone = [row for row in old.values() if row.remote_id or row.pk in spent]
        ids = {row.pk for row in gone}
        self.tally.touch(ids)
        Link.objects.filter(pk__in=ids).update(state=LinkState.DEAD.value)
        Link.objects.filter(pk__in=ids.intersection(spent)).update(reason=SPENT)
        items = [row.remote_id for row in gone if row.remote_id]
        self._staged_now(kind).filter(remote_id__in=items).delete()
        fresh = [self._new(kind, key) for key in keys if key not in old or old[key].pk in ids]
        self.tally.add(row.pk for row in Link.objects.bulk_create(fresh))
        self._pass_on_orders(gone, fresh)
        return {**old, **{LocalKey(r.local_model, r.local_pk): r for r in fresh}}

    def announce_updates(
        self, kind: str, updates: Sequence[tuple[changes.Link, Pending]]
    ) -> list[changes.Link]:
        """Remember updates before they are sent, behind those that are pending already."""
        with self._transaction():
            fresh = [self._row(kind, link) for link, _ in updates if not link.id]
            self._take_free(kind, fresh)
            self.tally.add(row.pk for row in Link.objects.bulk_create(fresh))
            stored = Link.objects.in_bulk([link.id for link, _ in updates if link.id])
            new = iter(fresh)
            rows = [stored[link.id] if link.id else next(new) for link, _ in updates]
            met = [row for row in rows if not row.remote_id]
            self.tally.touch(row.pk for row in met)
            for row, (link, pending) in zip(rows, updates, strict=True):
                row.pending = [*row.pending, *pending_rows([pending])]
                if not row.remote_id:
                    row.remote_id, row.origin = link.remote_id, str(link.origin)
                    row.collection, row.rehomed = link.collection, link.rehomed
            self._take_free(kind, met)
            write_columns(rows, ["pending", "remote_id", "origin", "collection", "rehomed"])
        return [read_link(row) for row in rows]

    def remember(self, kind: str, memos: Sequence[Memo]) -> list[changes.Link]:
        """Store how pairs stand, the log's lines, and forget what was staged for them."""
        if not memos:
            return []
        self.has_changed = True
        with self._transaction():
            now = self._clock.now()
            rows = [self._row(kind, memo.link) for memo in memos]
            kept = [row for row, memo in zip(rows, memos, strict=True) if not memo.log_only]
            for row in kept:
                row.updated_at = now
            self.tally.touch(row.pk for row in kept)
            self._take_free(kind, kept)
            # What ends makes room for what begins.
            write_columns([row for row in kept if row.pk], COLUMNS)
            born = Link.objects.bulk_create([row for row in kept if not row.pk])
            self.tally.add(row.pk for row in born)
            self._close_intents(memos)
            self._close_orders(memos, now)
            self._forget_staged(kind, memos)
            if any(m.link.reason == LEFT_BEHIND and not m.link.error for m in memos):
                self._mine(kind).filter(is_open=True, moving=False).update(moving=True)
            lines = [(row, m.line) for row, m in zip(rows, memos, strict=True) if m.line]
            if lines:
                run_id = self._run_id()
                Change.objects.bulk_create(
                    self._change(kind, row, line, run_id, now) for row, line in lines
                )
        return [read_link(row) for row in rows]

    def _take_free(self, kind: str, rows: Sequence[Link]) -> None:
        """End the free link of an item that a pair takes now."""
        taken = [
            row.remote_id
            for row in rows
            if row.local_pk and row.remote_id and row.state != LinkState.DEAD.value
        ]
        mine = {row.pk for row in rows if row.pk}
        # By their remote ids alone: a condition with "or" sends SQLite and PostgreSQL another way,
        # past every pair of the connection.
        there = self._with_items(kind, taken) if taken else ()
        ids = [row.pk for row in there if row.pk not in mine and is_free(read_link(row))]
        if ids:
            self.tally.touch(ids)
            Link.objects.filter(pk__in=ids).update(state=LinkState.DEAD.value)

    def _with_items(self, kind: str, remote_ids: Sequence[str]) -> QuerySet[Link]:
        # Said as the index says it: SQLite takes one with a condition only for that very condition.
        return self._current(kind).filter(remote_id__in=remote_ids).exclude(remote_id="")

    def _forget_staged(self, kind: str, memos: Sequence[Memo]) -> None:
        """Forget what was worked, and keep the news that could not be."""
        done = [m for m in memos if m.news is None and (m.worked or not m.log_only)]
        remote_ids = [memo.worked or memo.link.remote_id for memo in done]
        staged = self._staged_now(kind)
        staged.filter(remote_id__in=[one for one in remote_ids if one]).delete()
        news = [memo.news for memo in memos if memo.news is not None]
        chain = self._open_collection(kind) if news else None
        if chain is not None:
            # Without a mark on the link: what was read is no part of the present listing (F10).
            self._lay_over(chain, news)

    def _close_intents(self, memos: Sequence[Memo]) -> None:
        settled = [memo.link for memo in memos if memo.settled]
        arrived = Intent.objects.filter(link_id__in=[x.id for x in settled if x.remote_id])
        arrived.filter(given_up=False).delete()
        # One that was given up once may land yet: it must be known as ours for good (F7).
        arrived.update(open=False)
        gone = Intent.objects.filter(
            link_id__in=[x.id for x in settled if x.id and not x.remote_id]
        )
        # Whoever announced it may have slept before it went out, and died: it went out by now.
        gone.filter(open=True).update(sent_at=self._clock.now())
        gone.update(open=False, given_up=True)

    def _rows(self, kind: str, keys: Sequence[LocalKey]) -> list[Link]:
        wanted = set(keys)
        rows = self._current(kind).filter(local_pk__in=[key.pk for key in wanted])
        return [row for row in rows if LocalKey(row.local_model, row.local_pk) in wanted]

    def _new(self, kind: str, key: LocalKey) -> Link:
        return Link(
            connection_id=self._connection_id,
            kind=kind,
            local_model=key.model,
            local_pk=key.pk,
            stamp=uuid.uuid4().hex,
            state=LinkState.CREATING.value,
            origin=Origin.CRM.value,
        )

    def _row(self, kind: str, link: changes.Link) -> Link:
        row = self._new(kind, link.key)
        row.pk = link.id or None
        row.stamp = link.stamp or row.stamp
        row.remote_id, row.etag = link.remote_id, link.etag
        row.collection, row.rehomed = link.collection, link.rehomed
        row.state, row.reason, row.origin = str(link.state), str(link.reason), str(link.origin)
        row.base_local, row.base_remote = dict(link.base_local), dict(link.base_remote)
        row.mapping_version = link.version
        row.drift, row.left_out = list(link.drift), list(link.left_out)
        row.frozen = list(link.frozen)
        row.turns = [[turn.atom, turn.reading, turn.at.isoformat()] for turn in link.turns]
        row.pending, row.ties = pending_rows(link.pending), list(link.ties)
        row.refused, row.error, row.attempts = link.refused, link.error, link.attempts
        row.next_attempt = link.next_attempt
        return row

    def _change(
        self, kind: str, row: Link, line: Line, run_id: int | None, now: datetime
    ) -> Change:
        return Change(
            connection_id=self._connection_id,
            run_id=run_id,
            link_id=row.pk,
            kind=kind,
            local_model=row.local_model,
            local_pk=row.local_pk,
            at=now,
            undecided=bool(line.conflicts),
            **asdict(line) | {"atoms": list(line.atoms), "conflicts": list(line.conflicts)},
        )
