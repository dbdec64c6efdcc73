"""How a host says how an appointment or a task comes again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models

from agentbox_sync.core.kinds import Locality, schedule
from agentbox_sync.core.kinds.calendar import Recurrence, Times
from agentbox_sync.core.kinds.tasks import TaskRecurrence
from agentbox_sync.core.recurrence.clocks import DAY, midnight, wall_of
from agentbox_sync.core.recurrence.problems import Obstacle, SeriesError
from agentbox_sync.core.recurrence.rule import Rule as RuleValue
from agentbox_sync.core.recurrence.rule import in_zone
from agentbox_sync.core.recurrence.rule_text import Moment, read_rule, read_schedule
from agentbox_sync.core.recurrence.starts import starts
from agentbox_sync.core.recurrence.to_graph import expressed
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.host.fields import Day, Plain, Text
from agentbox_sync.host.paths import follow
from agentbox_sync.host.times import Period, Span


@dataclass(frozen=True, slots=True)
class Rule(Plain):
    """A column with a rule of RFC 5545 (``FREQ=WEEKLY;BYDAY=SA``), for what ``period`` times.

    It may hold lines RRULE, EXDATE and RDATE; a single rule may stand without its name.
    """

    path: str
    period: Period
    shape: ClassVar[Any] = Recurrence

    def read(self, instance: models.Model) -> Recurrence | None:
        """Return the rule and the clock on which it runs; ``None`` for a single appointment.

        What cannot be read is told as it stands: whoever is to carry it out says so.
        """
        text, span = self._text(instance), self.period.span(instance)
        if not text or span is None:
            return None
        start = span.start.date().isoformat() if span.all_day else span.start.isoformat()
        return Recurrence(rule=_rule_line(text), start=start, zone=span.zone)

    def beside(self, instance: models.Model) -> tuple[Moment, ...]:
        """Return what takes place beside the rule."""
        return self._listed(instance, "extra")

    def excluded(self, instance: models.Model) -> tuple[Moment, ...]:
        """Return what the lines of the column leave out."""
        return self._listed(instance, "excluded")

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the rule; dates beside it and dates left out stay."""
        _put_rule(instance, self.path, value)

    def _text(self, instance: models.Model) -> str:
        return _text_of(instance, self.path)

    def _listed(self, instance: models.Model, name: str) -> tuple[Moment, ...]:
        text = self._text(instance)
        if "DATE" not in text.upper():
            return ()
        try:
            return getattr(read_schedule(text), name)  # type: ignore[no-any-return]
        except SeriesError:
            return ()  # the rule itself is told as it stands, and refused with its reason


@dataclass(frozen=True, slots=True)
class DayRule(Plain):
    """A column with a rule of RFC 5545 for a task that comes again from the day ``due`` on.

    A series that Exchange has no words for is a single task there each time: the CRM goes on with
    it, and no edit of it comes back. So it is without a day, of which no series can be told.
    """

    path: str
    due: Day
    shape: ClassVar[Any] = TaskRecurrence

    def read(self, instance: models.Model) -> TaskRecurrence | None:
        """Return the rule and its first day; ``None`` for a task that is single in Exchange.

        What cannot be read is told as it stands: whoever is to carry it out says so.
        """
        text, day = _text_of(instance, self.path), self.due.read(instance)
        if not text or not day:
            return None
        rule = _rule_line(text)
        return None if _is_inexpressible(rule, day) else TaskRecurrence(rule=rule, start=day)

    def holds(self, instance: models.Model) -> bool:
        """Tell whether this row cannot take a rule: it has one that Exchange does not show."""
        return bool(_text_of(instance, self.path)) and self.read(instance) is None

    def paths(self) -> Iterable[str]:
        """Return the column of the rule, and that of the day."""
        return (self.path, *self.due.paths())

    def fields(self) -> Iterable[str]:
        """Return the column of the rule, which alone is written."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the rule; the day is an atom of its own."""
        _put_rule(instance, self.path, value)


def _is_inexpressible(rule: str, day: str) -> bool:
    try:
        start = midnight(date.fromisoformat(day))
        return isinstance(expressed(read_rule(rule), start, None), Obstacle)
    except (ValueError, SeriesError):
        return False


def nominal(day: date, span: Span) -> Times:
    """Return when the rule lets a date take place: as long as the others, by the clock."""
    start = datetime.combine(day, span.start.time())
    end = start + (span.end - span.start)
    if span.all_day:
        return Times(
            start=day.isoformat(), end=end.date().isoformat(), zone=span.zone, all_day=True
        )
    return Times(start=start.isoformat(), end=end.isoformat(), zone=span.zone, all_day=False)


def instants(times: Any) -> Any:
    """Return what two times are compared by: whatever the zone they are told in."""
    return schedule.when(times, Locality())


def day_of(value: Any, span: Span) -> date | None:
    """Return the date of an original start by the clocks of its series; ``None`` for rubbish."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        zone = zone_of(span.zone).info
        return (value if value.tzinfo is None else wall_of(value, zone)).date()
    return value if isinstance(value, date) else None


def rule_of(rule: Rule, instance: models.Model) -> RuleValue | None:
    """Return the rule of a row, ``None`` where there is none that can be read."""
    told = rule.read(instance)
    try:
        return read_rule(told["rule"]) if told else None
    except SeriesError:
        return None


def named_dates(rule: RuleValue, span: Span, days: Iterable[date]) -> list[date]:
    """Return those of ``days`` that the rule names: no other can be told of the series."""
    asked = sorted(days)
    if not asked:
        return []
    zone = None if span.all_day else zone_of(span.zone).info
    try:
        named = starts(
            in_zone(rule, zone), span.start, midnight(asked[0]), midnight(asked[-1]) + DAY
        )
        there = {moment.date() for moment in named}
    except SeriesError:
        return asked
    return [day for day in asked if day in there]


def _text_of(instance: models.Model, path: str) -> str:
    return str(follow(instance, path) or "").strip()


def _put_rule(instance: models.Model, path: str, value: Any) -> None:
    """Set the rule; dates beside it and dates left out stay."""
    rule = str((value or {}).get("rule") or "")
    others = [row for row in _text_of(instance, path).splitlines() if not _is_rule(row)]
    Text(path).write(instance, "\n".join((rule, *others)) if rule else "")


def _rule_line(text: str) -> str:
    """Return the value of the rule alone; a text without one as it is."""
    for row in text.splitlines():
        if _is_rule(row):
            return row.strip().rpartition(":")[2]
    return text


def _is_rule(row: str) -> bool:
    head = row.strip().upper().partition(":")[0].partition(";")[0]
    return head == "RRULE" or (bool(row.strip()) and ":" not in row)
