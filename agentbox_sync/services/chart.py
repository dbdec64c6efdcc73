"""The last thirty days of a connection: what ran on each day, and where to draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.models import Connection, Run
from agentbox_sync.services.outcomes import CONDITIONS, Ending
from agentbox_sync.services.runs import midnight

DAYS = 30
# Of the drawing, in units of its view box: a column a day, a lane for marks above the bars.
COLUMN, LANE, HEIGHT, GAP = 20, 26, 90, 3
LEAST = 4  # a bar that stands for one change among thousands is still seen


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the reader, and its column. ``troubled``: set aside, or held back by the guard."""

    day: date
    place: int
    runs: int = 0
    changes: int = 0
    failed: int = 0
    troubled: int = 0
    height: int = 0

    @property
    def left(self) -> int:
        """Return where its bar begins."""
        return self.place * COLUMN + GAP

    @property
    def middle(self) -> int:
        """Return the middle of its column."""
        return self.place * COLUMN + COLUMN // 2

    @property
    def top(self) -> int:
        """Return the upper end of its bar."""
        return LANE + HEIGHT - self.height

    @property
    def name(self) -> str:
        """Return the day as it is written."""
        return date_format(self.day, "MONTH_DAY_FORMAT")

    @property
    def sentence(self) -> str:
        """Return the day in words."""
        said = [
            ngettext("%(n)d run", "%(n)d runs", self.runs) % {"n": self.runs},
            ngettext("%(n)d change", "%(n)d changes", self.changes) % {"n": self.changes},
        ]
        if self.failed:
            said.append(ngettext("%(n)d failed", "%(n)d failed", self.failed) % {"n": self.failed})
        if self.troubled:
            text = ngettext(
                "%(n)d with something set aside or held back",
                "%(n)d with something set aside or held back",
                self.troubled,
            )
            said.append(text % {"n": self.troubled})
        return _("%(day)s: %(what)s") % {"day": self.name, "what": ", ".join(said)}


@dataclass(frozen=True, slots=True)
class Chart:
    """Thirty days, oldest first; ``most`` is the number of changes that the highest bar is."""

    days: tuple[Day, ...]
    most: int
    width: int = DAYS * COLUMN
    height: int = LANE + HEIGHT + 6
    baseline: int = LANE + HEIGHT
    bar: int = COLUMN - 2 * GAP

    @property
    def told(self) -> list[Day]:
        """Return the days on which anything ran, newest first."""
        return [day for day in reversed(self.days) if day.runs]

    @property
    def summary(self) -> str:
        """Return the whole in one sentence: what the drawing is for those who do not see it."""
        runs, changes = sum(d.runs for d in self.days), sum(d.changes for d in self.days)
        failed = sum(day.failed for day in self.days)
        said = [
            ngettext("%(n)d run", "%(n)d runs", runs) % {"n": runs},
            ngettext("%(n)d change", "%(n)d changes", changes) % {"n": changes},
            ngettext("%(n)d run failed", "%(n)d runs failed", failed) % {"n": failed},
        ]
        return _("In the last 30 days: %(what)s.") % {"what": ", ".join(said)}


def chart(connection: Connection, now: datetime | None = None) -> Chart | None:
    """Return the days up to today, ``None`` where nothing ran in them; one query, whatever ran.

    A look that found nothing to do has no row, so it is not counted here.
    """
    today = timezone.localtime(now or timezone.now()).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    counted = _counted(connection, days)
    if not counted:
        return None
    most = max(row["changes"] or 0 for row in counted.values())
    return Chart(tuple(_day(day, place, counted, most) for place, day in enumerate(days)), most)


def _counted(connection: Connection, days: Sequence[date]) -> dict[int, Mapping[str, int]]:
    """Return the sums of each day by its place; the days are the reader's, whatever the zone."""
    starts = [(place, midnight(day)) for place, day in enumerate(days)]
    finished = Run.objects.filter(connection=connection, state=Run.State.FINISHED)
    rows = (
        finished.filter(finished_at__gte=starts[0][1])
        .annotate(place=_place(starts))
        .order_by()
        .values("place")
        .annotate(
            runs=Count("connection"),
            changes=Sum(F("count_changes")),
            failed=Count("connection", filter=CONDITIONS[Ending.FAILED]),
            troubled=Count("connection", filter=Q(set_aside__gt=0) | Q(held_back__gt=0)),
        )
    )
    return {row["place"]: row for row in rows}


def _place(starts: Sequence[tuple[int, datetime]]) -> Case | Value:
    """Return the place of the latest beginning that a run is behind, found by halves.

    By beginnings, so that days of 23 and 25 hours are right; by halves, because ten thousand runs
    are asked.
    """
    if len(starts) == 1:
        return Value(starts[0][0])
    half = len(starts) // 2
    return Case(
        When(finished_at__gte=starts[half][1], then=_place(starts[half:])),
        default=_place(starts[:half]),
        output_field=IntegerField(),
    )


def _day(day: date, place: int, counted: Mapping[int, Mapping[str, int]], most: int) -> Day:
    row = counted.get(place)
    if row is None:
        return Day(day, place)
    changes = row["changes"] or 0
    height = max(LEAST, round(HEIGHT * changes / most)) if changes else 0
    return Day(day, place, row["runs"], changes, row["failed"], row["troubled"], height)
