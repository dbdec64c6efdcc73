"""How a host says which dates of a series differ from its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from agentbox_sync.core.kinds.calendar import EventException
from agentbox_sync.core.kinds.text import paragraph
from agentbox_sync.host.choices import Choice
from agentbox_sync.host.fields import Later, Source, Writable
from agentbox_sync.host.paths import follow
from agentbox_sync.host.series import Rule, day_of, instants, named_dates, nominal, rule_of
from agentbox_sync.host.times import Span, stored

_ATOMS = ("subject", "location", "body")


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The dates of a series that differ: rows of their own, and dates that are left out.

    ``relation`` leads from the series to those rows, of the same model or of another, and
    ``original`` names their column with the start (or the day) that the rule gives them.
    ``row_fields`` says where a row has its own ``when``, ``subject``, ``location`` and ``body``;
    ``cancelled`` which rows do not take place: ``Choice("status", {"open": False, "off": True})``.
    ``excluded`` names a column of the series with a list of ISO moments or days that are left out.
    ``m2m`` are the many-to-many fields that a new row of the same model takes over.

    What a host leaves out cannot be written: such an edit in Exchange is put back.
    """

    rule: Rule
    relation: str = ""
    original: str = ""
    row_fields: Mapping[str, Source] = field(default_factory=dict)
    cancelled: Choice | None = None
    excluded: str = ""
    m2m: tuple[str, ...] = ()
    shape: ClassVar[Any] = list[EventException]

    def read(self, instance: models.Model) -> list[EventException]:
        """Return what is different, each date once, in their order."""
        span, rule = self.rule.period.span(instance), rule_of(self.rule, instance)
        if span is None or rule is None:
            return []
        found = {day: _off(day) for day in self._left_out(instance, span)}
        for row, day in self._rows(instance, span):
            found[day] = self._told(instance, row, day, span)
        named = named_dates(rule, span, found)
        return [found[day] for day in sorted(named) if len(found[day]) > 1]

    def paths(self) -> Iterable[str]:
        """Return the paths below the relation, and the column of what is left out."""
        below = [self.original] if self.relation else []
        for source in self._sources():
            below += source.paths()
        named = tuple(f"{self.relation}__{path}" for path in below if self.relation)
        return (*named, *((self.excluded,) if self.excluded else ()))

    def prefetch(self) -> Iterable[str]:
        """Return the relation, and those that its rows follow."""
        if not self.relation:
            return ()
        followed = []
        for source in self._sources():
            followed += [path.rpartition("__")[0] for path in source.paths() if "__" in path]
            followed += source.prefetch()
        return (self.relation, *(f"{self.relation}__{name}" for name in dict.fromkeys(followed)))

    def fields(self) -> Iterable[str]:
        """Return the column of what is left out; the rows validate themselves."""
        return (self.excluded,) if self.excluded else ()

    def can_write(self, model: type[models.Model]) -> bool:
        """Tell whether anything of it can be stored at all."""
        return bool(self.relation or self.excluded)

    def write(self, instance: models.Model, value: Any) -> Later:
        """Change, add and delete rows, and set the column of what is left out."""
        wanted = {str(row["original"])[:10]: row for row in value or () if row.get("original")}
        span = self.rule.period.span(instance)
        if span is None:
            raise ValidationError("A series needs a start.")
        rows = {day.isoformat(): row for row, day in self._rows(instance, span)}
        off = {day for day, row in wanted.items() if row.get("cancelled")}
        # A row that can say of itself that it is off keeps what people wrote on it.
        by_row = (rows.keys() if self.excluded else off) if self.cancelled else set()
        if self.excluded:
            self._leave_out(instance, span, off - by_row)

        def store() -> None:
            for day in rows.keys() - (wanted.keys() - (off - by_row)):
                rows[day].delete()
            for day in sorted(wanted.keys() - (off - by_row)):
                if day in rows:
                    self._fill(instance, rows[day], wanted[day], day, span)
                elif self.relation:
                    self._add(instance, wanted[day], day, span)

        return store

    def follows(self, instance: models.Model, atoms: Iterable[str]) -> Later | None:
        """Return what gives the rows that are as their series what is about to be written there.

        To be called before the series is changed, by a host whose rows are copies of it.
        """
        rows = getattr(instance, self.relation).all() if self.relation and instance.pk else ()
        alike = [
            (row, source)
            for row in rows
            if isinstance(row, type(instance))
            for atom, source in self.row_fields.items()
            if atom in atoms and atom in _ATOMS and isinstance(source, Writable)
            if paragraph(source.read(row)) == paragraph(source.read(instance))
        ]

        def store() -> None:
            for row, source in alike:
                source.write(row, source.read(instance))  # type: ignore[attr-defined]
                row.full_clean()
                row.save()

        return store if alike else None

    def _told(self, series: models.Model, row: Any, day: date, span: Span) -> EventException:
        if self.cancelled and self.cancelled.read(row):
            return _off(day)
        found = EventException(original=day.isoformat())
        for atom, source in self.row_fields.items():
            value = source.read(row)
            if atom == "when":
                if value and instants(value) != instants(nominal(day, span)):
                    found["when"] = value
                continue
            # In a table of its own nothing means "as in the series"; in a copy it is nothing.
            is_copy = isinstance(row, type(series))
            base = source.read(series) if is_copy else None
            if paragraph(value) != paragraph(base) and (is_copy or paragraph(value)):
                found[atom] = value  # type: ignore[literal-required]
        return found

    def _fill(self, series: Any, row: Any, wanted: EventException, day: str, span: Span) -> None:
        if self.cancelled and bool(self.cancelled.read(row)) is not bool(wanted.get("cancelled")):
            self.cancelled.write(row, bool(wanted.get("cancelled")))
        if not wanted.get("cancelled"):
            as_series = {"when": nominal(date.fromisoformat(day), span)}
            for atom, source in self.row_fields.items():
                is_copy = isinstance(row, type(series)) and atom != "when"
                base = source.read(series) if is_copy else as_series.get(atom, "")
                if isinstance(source, Writable) and source.can_write(type(row)):
                    source.write(row, wanted.get(atom, base))
        row.full_clean()
        row.save()

    def _add(self, series: Any, wanted: EventException, day: str, span: Span) -> None:
        """Save a new row for a date; of the same model it is a copy of the series."""
        rows = getattr(series, self.relation)
        row = rows.model()
        if isinstance(row, type(series)):
            own = {rows.field.name, self.original, self.rule.path, self.excluded}
            for column in series._meta.concrete_fields:
                if not (column.primary_key or column.unique or column.name in own):
                    setattr(row, column.attname, getattr(series, column.attname))
        setattr(row, rows.field.name, series)
        start = datetime.combine(date.fromisoformat(day), span.start.time())
        column = rows.model._meta.get_field(self.original)
        is_moment = isinstance(column, models.DateTimeField)
        setattr(row, self.original, stored(start, span.zone) if is_moment else start.date())
        self._fill(series, row, wanted, day, span)
        for name in self.m2m if isinstance(row, type(series)) else ():
            getattr(row, name).set(getattr(series, name).all())

    def _rows(self, instance: models.Model, span: Span) -> list[tuple[Any, date]]:
        rows = getattr(instance, self.relation).all() if self.relation and instance.pk else ()
        found = [(row, day_of(getattr(row, self.original), span)) for row in rows]
        return [(row, day) for row, day in found if day is not None]

    def _left_out(self, instance: models.Model, span: Span) -> set[date]:
        listed = [*self._entries(instance), *self.rule.excluded(instance)]
        return {day for entry in listed if (day := day_of(entry, span)) is not None}

    def _entries(self, instance: models.Model) -> list[Any]:
        value = follow(instance, self.excluded) if self.excluded else None
        return value.replace(",", " ").split() if isinstance(value, str) else list(value or ())

    def _leave_out(self, instance: models.Model, span: Span, off: set[str]) -> None:
        kept: list[Any] = []
        there: set[str] = {
            day.isoformat()
            for moment in self.rule.excluded(instance)
            if (day := day_of(moment, span)) is not None
        }
        for entry in self._entries(instance):
            day = day_of(entry, span)
            # What nobody can read is not ours to tidy up.
            if day is None or day.isoformat() in off:
                kept.append(entry)
                there |= {day.isoformat()} if day else set()
        for text in sorted(off - there):
            start = datetime.combine(date.fromisoformat(text), span.start.time())
            kept.append(text if span.all_day else stored(start, span.zone).isoformat())
        is_text = isinstance(follow(instance, self.excluded), str)
        setattr(instance, self.excluded, ",".join(map(str, kept)) if is_text else kept)

    def _sources(self) -> list[Source]:
        return [*self.row_fields.values(), *([self.cancelled] if self.cancelled else [])]


def _off(day: date) -> EventException:
    return EventException(original=day.isoformat(), cancelled=True)
