"""How a host says which of its fields make up an atom of a record.

A plain name stands for one text field, a tuple of names for a list of texts; the classes below
stand for the rest. ``"owner__company"`` follows a relation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from agentbox_sync.core.kinds import Kind, Record


class Source(Protocol):
    """Where the value of one atom comes from in a row of the CRM."""

    def read(self, instance: models.Model) -> Any:
        """Return the raw value, in the form of the atom."""

    def paths(self) -> Iterable[str]:
        """Return the field paths that are read, for the system check."""

    def prefetch(self) -> Iterable[str]:
        """Return the relations to fetch ahead, so that a scan never asks row by row."""


class _Plain:
    def prefetch(self) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Text(_Plain):
    """One text field."""

    path: str

    def read(self, instance: models.Model) -> str:
        """Return the text, empty for none."""
        return _text(_follow(instance, self.path))

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)


@dataclass(frozen=True, slots=True)
class Texts(_Plain):
    """Several text fields that make one ordered list; empty ones are left out."""

    names: tuple[str, ...]

    def read(self, instance: models.Model) -> list[str]:
        """Return the texts that are not empty."""
        values = (_text(_follow(instance, name)) for name in self.names)
        return [value for value in values if value]

    def paths(self) -> Iterable[str]:
        """Return every path."""
        return self.names


class Parts(_Plain):
    """A group of text fields by part: ``Parts(given="first_name", surname="last_name")``."""

    def __init__(self, **parts: str) -> None:
        self.parts = parts

    def read(self, instance: models.Model) -> dict[str, str]:
        """Return the parts that are not empty."""
        values = {part: _text(_follow(instance, path)) for part, path in self.parts.items()}
        return {part: value for part, value in values.items() if value}

    def paths(self) -> Iterable[str]:
        """Return every path."""
        return self.parts.values()


@dataclass(frozen=True, slots=True)
class Day(_Plain):
    """A date field, as ``YYYY-MM-DD``."""

    path: str

    def read(self, instance: models.Model) -> str | None:
        """Return the date as text; ``None`` for none."""
        value = _follow(instance, self.path)
        if isinstance(value, datetime):
            value = value.date()
        return value.isoformat() if isinstance(value, date) else value or None

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)


@dataclass(frozen=True, slots=True)
class Children:
    """Texts that stand in rows of a child table: ``Children("phones", "number", label="home")``.

    ``single`` gives the first one alone, for an atom that is one text. The rows come in the order
    of the child model.
    """

    relation: str
    value: str
    where: Mapping[str, Any] = field(default_factory=dict)
    single: bool = False

    def read(self, instance: models.Model) -> Any:
        """Return the texts of the rows that match."""
        found = [
            text
            for row in getattr(instance, self.relation).all()
            if all(getattr(row, name) == wanted for name, wanted in self.where.items())
            and (text := _text(getattr(row, self.value)))
        ]
        return next(iter(found), "") if self.single else found

    def paths(self) -> Iterable[str]:
        """Return the paths below the relation."""
        return (f"{self.relation}__{name}" for name in (self.value, *self.where))

    def prefetch(self) -> Iterable[str]:
        """Return the relation."""
        return (self.relation,)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that a function of the host makes from the row; ``ahead`` names its relations."""

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


Declared = str | Sequence[str] | Source


class RecordMapping:
    """The declared fields of one kind, ready to read rows."""

    def __init__(self, kind: Kind, declared: Mapping[str, Declared]) -> None:
        self.kind = kind
        self.unknown = tuple(atom for atom in declared if atom not in kind.atoms)
        self.sources: dict[str, Source] = {
            atom: _source(value) for atom, value in declared.items() if atom in kind.atoms
        }

    @property
    def atoms(self) -> tuple[str, ...]:
        """Return the atoms that the host offers; no other atom is ever touched."""
        return tuple(self.sources)

    def read(self, instance: models.Model) -> Record:
        """Return the record of one row."""
        return {atom: source.read(instance) for atom, source in self.sources.items()}

    def prefetch(self) -> tuple[str, ...]:
        """Return the relations to fetch ahead of a scan."""
        return tuple(
            dict.fromkeys(name for source in self.sources.values() for name in source.prefetch())
        )

    def select(self) -> tuple[str, ...]:
        """Return the single-valued relations that the paths follow."""
        followed = (
            path.rpartition("__")[0]
            for source in self.sources.values()
            if not source.prefetch()
            for path in source.paths()
        )
        return tuple(dict.fromkeys(path for path in followed if path))

    def broken_paths(self, model: type[models.Model]) -> list[tuple[str, str]]:
        """Return the (atom, path) pairs that lead nowhere in ``model``."""
        return [
            (atom, path)
            for atom, source in self.sources.items()
            for path in source.paths()
            if not _leads_somewhere(model, path)
        ]


def _source(value: Declared) -> Source:
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, Sequence):
        return Texts(tuple(value))
    return value


def _follow(instance: models.Model, path: str) -> Any:
    value: Any = instance
    for name in path.split("__"):
        if value is None:
            return None
        value = getattr(value, name)
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _leads_somewhere(model: type[models.Model], path: str) -> bool:
    current: Any = model
    for name in path.split("__"):
        if current is None:
            return False
        try:
            found = current._meta.get_field(name)
        except FieldDoesNotExist:
            # A property or a cached attribute of the row is as good as a field; a reverse
            # relation is found under its accessor name only.
            related = {r.get_accessor_name(): r for r in current._meta.related_objects}
            if name in related:
                current = related[name].related_model
                continue
            if hasattr(current, name):
                current = None
                continue
            return False
        current = found.related_model
    return True
