"""The history of a connection's runs: filtered, page by page, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from agentbox_sync.models import Connection, Run
from agentbox_sync.services.history import RunStory, tell
from agentbox_sync.services.outcomes import CONDITIONS, Ending
from agentbox_sync.services.wording.kinds import WORDS

PAGE = 25


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for. ``first`` and ``last`` are days of the reader, both included.

    ``troubles`` are sentences about what could not be understood, by the name of its field.
    """

    kind: str = ""
    ending: Ending | None = None
    with_changes: bool = False
    first: date | None = None
    last: date | None = None
    troubles: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> dict[str, str]:
        """Return the same as it stands in an address."""
        given = {
            "kind": self.kind,
            "ending": self.ending.value if self.ending else "",
            "changes": "yes" if self.with_changes else "",
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the history; ``before`` is where the next one begins, 0 on the last."""

    rows: tuple[RunStory, ...]
    before: int = 0


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Return what an address asks for; what it does not make sense of is left out, and told."""
    troubles = []
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        text = asked.get(name, "").strip()
        days[name] = _day(text)
        if text and days[name] is None:
            said = _("“%(text)s” is not a day, so it was left out.") % {"text": text[:40]}
            troubles.append((name, said))
    first, last = days["from"], days["to"]
    if first and last and first > last:  # nobody means the empty time between them
        first, last = last, first
    kind, ending = asked.get("kind", ""), asked.get("ending", "")
    return Filters(
        kind=kind if kind in WORDS else "",
        ending=Ending(ending) if ending in set(Ending) else None,
        with_changes=asked.get("changes", "") == "yes",
        first=first,
        last=last,
        troubles=tuple(troubles),
    )


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:  # the 31st of February
        return None
    return found if found is not None and 1970 <= found.year <= 9000 else None


def history(connection: Connection, filters: Filters, before: int = 0) -> Leaf:
    """Return a page of finished runs; one query."""
    rows = _filtered(connection, filters).select_related("asked_by").order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return Leaf(
        tuple(tell(run) for run in found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else 0
    )


def _filtered(connection: Connection, filters: Filters) -> QuerySet[Run]:
    rows = Run.objects.filter(connection=connection, state=Run.State.FINISHED)
    if filters.kind:  # one that the schedule began names no kinds; what it counted tells
        rows = rows.annotate(named=Cast("kinds", TextField()))
        named = Q(named__contains=f'"{filters.kind}"')
        rows = rows.filter(named | Q(counts__has_key=filters.kind))
    if filters.ending:
        rows = rows.filter(CONDITIONS[filters.ending])
    if filters.with_changes:
        rows = rows.filter(count_changes__gt=0)
    if filters.first:
        rows = rows.filter(finished_at__gte=midnight(filters.first))
    if filters.last:
        rows = rows.filter(finished_at__lt=midnight(filters.last + timedelta(days=1)))
    return rows


def midnight(day: date) -> datetime:
    """Return when a day begins for the reader."""
    return timezone.make_aware(datetime.combine(day, time.min))
