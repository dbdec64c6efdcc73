"""Creates: announced before they are sent, resolved, and known when they land late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from agentbox_sync.core import changes
from agentbox_sync.core.changes import SPENT, LinkState, LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.memory.columns import write_columns
from agentbox_sync.memory.pairs import Pairs
from agentbox_sync.memory.rows import read_link
from agentbox_sync.models import Intent
from agentbox_sync.ports import Intent as OpenIntent


class Creates(Pairs):
    """The part of LinkMemory that remembers creates."""

    def unresolved(self, kind: str) -> list[OpenIntent]:
        """Return the creates whose outcome is not known, oldest first."""
        rows = Intent.objects.filter(
            open=True, link__connection_id=self._connection_id, link__kind=kind
        )
        found = [
            OpenIntent(read_link(row.link), tuple(row.payloads), row.sent_at)
            for row in rows.select_related("link").order_by("sent_at", "id")
        ]
        self.tally.is_sure &= not found  # whoever announced them may have died before it counted
        return found

    def announce(
        self, kind: str, creates: Sequence[tuple[LocalKey, Record]], *, anew: bool = False
    ) -> list[changes.Link]:
        """Issue a stamp and remember the payload before it is sent."""
        self.has_changed = True
        with self._transaction():
            keys = [key for key, _ in creates]
            before = self._given_up(kind, keys) if anew else {}
            rows = self._begun_anew(kind, keys, [x.link_id for x in before.values()])
            tried = Intent.objects.in_bulk(
                [rows[key].pk for key, _ in creates], field_name="link_id"
            )
            now = self._clock.now()
            intents = [
                Intent(
                    id=tried[rows[key].pk].pk if rows[key].pk in tried else None,
                    link=rows[key],
                    payloads=[*_payloads(tried.get(rows[key].pk) or before.get(key)), r],
                    sent_at=now,
                    fence=self._lease.fence,
                    open=True,
                    # Of what was sent under the stamp before something may land yet.
                    given_up=key in before,
                )
                for key, r in creates
            ]
            Intent.objects.bulk_create([i for i in intents if i.pk is None])
            again = [i for i in intents if i.link_id in tried]
            write_columns(again, ["payloads", "sent_at", "fence", "open"])
        return [read_link(rows[key]) for key, _ in creates]

    def date_creates(self, kind: str, links: Sequence[changes.Link]) -> None:
        """Let open creates count from now on: they went out later than they were announced."""
        with self._transaction():
            found = self._ghosts(kind).filter(link_id__in=[link.id for link in links], open=True)
            found.update(sent_at=self._clock.now())

    def has_ghosts(self, kind: str) -> bool:
        """Tell whether a create is unresolved or was ever given up."""
        return self._ghosts(kind).exists()

    def ghosts(self, kind: str, stamps: Sequence[str]) -> dict[str, OpenIntent]:
        """Return the creates that are unresolved or were given up, by stamp."""
        rows = self._ghosts(kind).filter(link__stamp__in=stamps).select_related("link")
        found = [OpenIntent(read_link(row.link), tuple(row.payloads), row.sent_at) for row in rows]
        spent = [one.link.key for one in found if one.link.reason == SPENT]
        heirs = self.links(kind, spent) if spent else {}
        return {
            one.link.stamp: replace(one, link=heirs.get(one.link.key, one.link))
            if one.link.reason == SPENT
            else one
            for one in found
        }

    def given_up_at(self, kind: str) -> datetime | None:
        """Return when the last create went out of which something may land yet."""
        # One that was found may have been the first of two that were sent.
        may_land = Q(link__remote_id="") | Q(payloads__1__isnull=False)
        rows = self._ghosts(kind).filter(may_land, given_up=True)
        return rows.aggregate(last=Max("sent_at"))["last"]

    def _ghosts(self, kind: str) -> QuerySet[Intent]:
        return Intent.objects.filter(
            Q(open=True) | Q(given_up=True),
            link__connection_id=self._connection_id,
            link__kind=kind,
        )

    def _given_up(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, Intent]:
        """Return the creates of rows that were given up, and that nobody refused."""
        rows = {row.pk: row for row in self._rows(kind, keys) if not row.remote_id}
        found = Intent.objects.filter(link_id__in=rows, open=False, given_up=True)
        intents = found.filter(link__state=LinkState.CREATING.value)
        return {LocalKey(rows[x.link_id].local_model, rows[x.link_id].local_pk): x for x in intents}


def _payloads(intent: Intent | None) -> list[Any]:
    return list(intent.payloads) if intent else []
