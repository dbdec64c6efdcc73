"""The port LinkMemory on the ORM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agentbox_sync.core.actions import Action, Outcome, Row, Side
from agentbox_sync.core.changes import Cause, LinkState, LocalKey
from agentbox_sync.core.kinds import is_empty
from agentbox_sync.core.safety import Verdict
from agentbox_sync.memory.creates import Creates
from agentbox_sync.models import Change, LocalChange, Review


class OrmMemory(Creates):
    """What we remember of one connection: pairs, chains, orders, notices, the guard's count."""

    def hold(self, kind: str, verdict: Verdict, removals: Sequence[Row]) -> None:
        """Keep the list of removals that the guard has stopped; the same list is kept once."""
        rows = [
            {
                "model": row.key.model,
                "pk": row.key.pk,
                "action": str(row.action),
                "cause": row.cause,
            }
            for row in removals
        ]
        with self._transaction():
            open_stops = Review.objects.filter(
                connection_id=self._connection_id, kind=kind, closed_at=None
            )
            if open_stops.filter(plan_hash=verdict.plan_hash).exists():
                return
            open_stops.update(closed_at=self._clock.now())
            Review.objects.create(
                connection_id=self._connection_id,
                kind=kind,
                plan_hash=verdict.plan_hash,
                rows=rows,
                limit=verdict.limit,
                opened_at=self._clock.now(),
            )

    def release_holds(self, kind: str) -> None:
        """Close the guard's open stops; an approval is used up with them."""
        stops = Review.objects.filter(connection_id=self._connection_id, kind=kind, closed_at=None)
        if stops.exists():
            with self._transaction():
                stops.update(closed_at=self._clock.now())

    def removals_since(self, kind: str, side: Side, moment: datetime) -> int:
        """Count the removals carried out on a side since ``moment``, but for a farewell's."""
        done = Change.objects.filter(
            connection_id=self._connection_id,
            kind=kind,
            side=side.value,
            outcome=Outcome.DONE.value,
            at__gte=moment,
        ).exclude(cause=Cause.DETACHED.value)  # a person confirmed each of those by their number
        updates = done.filter(action=Action.UPDATE.value).values_list("before", "after")
        blanked = sum(_blanks(before, after) for before, after in updates.iterator())
        removed = done.filter(action__in=(Action.DELETE.value, Action.RELEASE.value))
        return removed.count() + blanked

    def count_active(self, kind: str) -> int:
        """Count the active links of a kind."""
        return self._current(kind).filter(state=LinkState.ACTIVE.value).count()

    def noticed(self, kind: str, *, after: int = 0, limit: int = 500) -> list[tuple[int, LocalKey]]:
        """Return local items noticed as changed, by number."""
        rows = LocalChange.objects.filter(
            connection_id=self._connection_id, kind=kind, id__gt=after
        ).order_by("id")
        return [(row.pk, LocalKey(row.local_model, row.local_pk)) for row in rows[:limit]]

    def unnotice(self, ids: Sequence[int]) -> None:
        """Delete worked notices by id, some hundred a transaction."""
        for start in range(0, len(ids), 500):
            with self._transaction():
                LocalChange.objects.filter(id__in=ids[start : start + 500]).delete()


def _blanks(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether an update emptied what was filled: the guard counts it like a removal."""
    return any(is_empty(after.get(atom)) and not is_empty(was) for atom, was in before.items())
