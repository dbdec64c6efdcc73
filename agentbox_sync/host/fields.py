"""How a host says where the value of one atom stands in its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone

from agentbox_sync.host.paths import follow


@runtime_checkable
class Source(Protocol):
    """Where the value of one atom comes from in a row of the CRM."""

    def read(self, instance: models.Model) -> Any:
        """Return the raw value, in the form of the atom."""

    def paths(self) -> Iterable[str]:
        """Return the field paths that are read, for the system check."""

    def prefetch(self) -> Iterable[str]:
        """Return the relations to fetch ahead, so that a scan never asks row by row."""


Declared = str | Sequence[str] | Source
# What can be done only when the row itself is stored: the rows of a child table.
Later = Callable[[], None]


@runtime_checkable
class Writable(Protocol):
    """A source that can take a value as well; one that cannot stays as the CRM has it."""

    def write(self, instance: models.Model, value: Any) -> Later | None:
        """Put a value into the unsaved row; return what is left to do once it is saved."""

    def fields(self) -> Iterable[str]:
        """Return the model's fields that ``write`` sets, for the host's validation."""

    def can_write(self, model: type[models.Model]) -> bool:
        """Tell whether every place that ``write`` sets is a column of its own."""


class Plain:
    """A source whose values stand in columns of the row itself."""

    def paths(self) -> Iterable[str]:
        """Return the field paths that are read."""
        raise NotImplementedError

    def prefetch(self) -> Iterable[str]:
        """Return nothing: a column comes with its row."""
        return ()

    def fields(self) -> Iterable[str]:
        """Return every path."""
        return self.paths()

    def can_write(self, model: type[models.Model]) -> bool:
        """Tell whether every path is a column."""
        return all(_is_column(model, path) for path in self.fields())


@dataclass(frozen=True, slots=True)
class Text(Plain):
    """One text field."""

    path: str

    def read(self, instance: models.Model) -> str:
        """Return the text, empty for none."""
        return _text(follow(instance, self.path))

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the field."""
        _set(instance, self.path, _text(value))


@dataclass(frozen=True, slots=True)
class Texts(Plain):
    """Several text fields that make one ordered list; empty ones are left out."""

    names: tuple[str, ...]

    def read(self, instance: models.Model) -> list[str]:
        """Return the texts that are not empty."""
        values = (_text(follow(instance, name)) for name in self.names)
        return [value for value in values if value]

    def paths(self) -> Iterable[str]:
        """Return every path."""
        return self.names

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the fields in order; what is more than they hold stays in Exchange alone."""
        values = list(value or ())
        for place, name in enumerate(self.names):
            _set(instance, name, values[place] if place < len(values) else "")


class Parts(Plain):
    """A group of text fields by part: ``Parts(given="first_name", surname="last_name")``."""

    def __init__(self, **parts: str) -> None:
        self.parts = parts

    def read(self, instance: models.Model) -> dict[str, str]:
        """Return the parts that are not empty."""
        values = {part: _text(follow(instance, path)) for part, path in self.parts.items()}
        return {part: value for part, value in values.items() if value}

    def paths(self) -> Iterable[str]:
        """Return every path."""
        return self.parts.values()

    def write(self, instance: models.Model, value: Any) -> None:
        """Set every part; a part that is not there is emptied."""
        for part, path in self.parts.items():
            _set(instance, path, _text((value or {}).get(part)))


@dataclass(frozen=True, slots=True)
class Day(Plain):
    """A date field, as ``YYYY-MM-DD``."""

    path: str

    def read(self, instance: models.Model) -> str | None:
        """Return the date as text; ``None`` for none."""
        value = follow(instance, self.path)
        if isinstance(value, datetime):
            # The day on which the CRM shows it: midnight in Sydney is the day before in UTC.
            value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        return value.isoformat() if isinstance(value, date) else _text(value) or None

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the date; on a field with a time of day, midnight as the CRM shows it."""
        day = date.fromisoformat(str(value)[:10]) if value else None
        column = instance._meta.get_field(self.path)
        if day is not None and isinstance(column, models.DateTimeField):
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  made aware below
            setattr(instance, self.path, timezone.make_aware(midnight))
        else:
            setattr(instance, self.path, day)


@dataclass(frozen=True, slots=True)
class Children:
    """Texts that stand in rows of a child table.

    ``Children("phones", "number", where={"label": "home"})``; ``single`` gives the first one
    alone, for an atom that is one text. The rows come in the order of the child model; ``value``
    and the names of ``where`` may follow relations of the child. A row that is added belongs to
    the related rows that ``where`` describes, which must be there.
    """

    relation: str
    value: str
    where: Mapping[str, Any] = field(default_factory=dict)
    single: bool = False

    def read(self, instance: models.Model) -> Any:
        """Return the texts of the rows that match."""
        rows = follow(instance, self.relation)
        found = [
            text
            for row in (rows.all() if rows is not None else ())
            if all(follow(row, name) == wanted for name, wanted in self.where.items())
            and (text := _text(follow(row, self.value)))
        ]
        return next(iter(found), "") if self.single else found

    def paths(self) -> Iterable[str]:
        """Return the paths below the relation."""
        return tuple(f"{self.relation}__{name}" for name in (self.value, *self.where))

    def prefetch(self) -> Iterable[str]:
        """Return the relation, and those of the child that are followed."""
        followed = (path.rpartition("__")[0] for path in self.paths())
        return tuple(dict.fromkeys((self.relation, *followed)))

    def write(self, instance: models.Model, value: Any) -> Later:
        """Change the rows in order, add what is missing, delete what is too many."""
        texts = [text for text in ([value] if self.single else value or ()) if text]

        def store() -> None:
            rows = getattr(instance, self.relation)
            there = [
                row
                for row in rows.all()
                if all(follow(row, name) == wanted for name, wanted in self.where.items())
            ]
            if self.single:
                there = there[:1]  # further rows were never read as this atom
            for row, text in zip(there, texts, strict=False):
                if _text(getattr(row, self.value)) != text:
                    setattr(row, self.value, text)
                    row.full_clean()
                    row.save()
            for text in texts[len(there) :]:
                row = rows.model(**{rows.field.name: instance, self.value: text})
                for name, wanted in self._placed(rows.model).items():
                    setattr(row, name, wanted)
                row.full_clean()
                row.save()
            for row in there[len(texts) :]:
                row.delete()

        return store

    def _placed(self, child: type[models.Model]) -> dict[str, Any]:
        """Return what a new row needs so that ``where`` finds it again."""
        plain = {name: wanted for name, wanted in self.where.items() if "__" not in name}
        related: dict[str, dict[str, Any]] = {}
        for path, wanted in self.where.items():
            name, _, rest = path.partition("__")
            if rest:
                related.setdefault(name, {})[rest] = wanted
        for name, described in related.items():
            rows = child._meta.get_field(name).related_model._base_manager
            if (found := rows.filter(**described).first()) is None:
                raise ValidationError({name: "There is no such row."})
            plain[name] = found
        return plain

    def fields(self) -> Iterable[str]:
        """Return nothing: the rows are those of another table."""
        return ()

    def can_write(self, model: type[models.Model]) -> bool:
        """Tell whether the rows are those of a child table with the text in a column."""
        found = [r for r in model._meta.related_objects if r.get_accessor_name() == self.relation]
        return any(r.one_to_many and _is_column(r.related_model, self.value) for r in found)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that a function of the host makes from the row; ``ahead`` names its relations.

    It is never written: an edit in Exchange is put back.
    """

    make: Callable[[Any], Any]
    ahead: tuple[str, ...] = ()

    def read(self, instance: models.Model) -> Any:
        """Return what the function makes."""
        return self.make(instance)

    def paths(self) -> Iterable[str]:
        """Return nothing: the function is the host's own."""
        return ()

    def prefetch(self) -> Iterable[str]:
        """Return the relations that the function reads."""
        return self.ahead


def _is_column(model: type[models.Model], name: str) -> bool:
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(column.concrete and not column.is_relation)


def _set(instance: models.Model, path: str, value: str) -> None:
    column = instance._meta.get_field(path)
    setattr(instance, path, None if not value and column.null else value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
