"""What people have decided, as the memory keeps it: closed with what came of it, or open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.orders import Ending, Ordered
from agentbox_sync.core.rules import Order
from agentbox_sync.memory.rows import read_link
from agentbox_sync.memory.staging import Staging
from agentbox_sync.models import Decision, Link


class Orders(Staging):
    """The part of LinkMemory that keeps the orders of people."""

    def orders(self, kind: str, *, among: Sequence[int] = ()) -> list[Ordered]:
        """Return the open orders of people, oldest first."""
        rows = self._open().filter(kind=kind, verb__in=list(Order)).exclude(link=None)
        if among:
            rows = rows.filter(pk__in=among)
        return [_ordered(row) for row in rows.select_related("link").order_by("pk")]

    def _open(self) -> QuerySet[Decision]:
        return Decision.objects.filter(connection_id=self._connection_id, closed_at=None)

    def _close_orders(self, memos: Sequence[Memo], now: datetime) -> None:
        over: dict[Ending, list[int]] = defaultdict(list)
        for memo in memos:
            if memo.order:
                over[memo.ending].append(memo.order)
        for ending, numbers in over.items():
            self._open().filter(pk__in=numbers).update(closed_at=now, outcome=ending.value)

    def _pass_on_orders(self, gone: Sequence[Link], fresh: Sequence[Link]) -> None:
        begun = {(row.local_model, row.local_pk): row for row in fresh}
        for row in self._open().filter(link__in=[one.pk for one in gone]).select_related("link"):
            row.link = begun[row.link.local_model, row.link.local_pk]
            row.save(update_fields=["link"])


def _ordered(row: Decision) -> Ordered:
    given = row.parameters
    return Ordered(
        id=row.pk,
        order=Order(row.verb),
        link=read_link(row.link),
        key=LocalKey(str(given.get("model", "")), str(given.get("pk", ""))),
        remote_id=str(given.get("remote_id", "")),
        double=given.get("double") is True,
    )
