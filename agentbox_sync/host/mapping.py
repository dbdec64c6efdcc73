"""The fields that a host declares for one kind, ready to read and write rows.

A plain name stands for one text field, a tuple of names for a list of texts; the classes of
``host/fields.py`` stand for the rest. ``"owner__company"`` follows a relation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_type_hints

from django.core.exceptions import FieldError
from django.db import models

from agentbox_sync.core.kinds import Kind, Record
from agentbox_sync.core.kinds import calendar as calendar_kind
from agentbox_sync.core.kinds import contacts as contacts_kind
from agentbox_sync.core.kinds import tasks as tasks_kind
from agentbox_sync.core.recurrence import rule_text
from agentbox_sync.host.choices import Choice, Minutes
from agentbox_sync.host.composed import Composed, Fallback
from agentbox_sync.host.exceptions import Exceptions
from agentbox_sync.host.fields import (
    Children,
    Computed,
    Day,
    Declared,
    Later,
    Parts,
    Source,
    Text,
    Texts,
    Writable,
)
from agentbox_sync.host.paths import walk
from agentbox_sync.host.progress import Moment, Progress
from agentbox_sync.host.series import DayRule, Rule
from agentbox_sync.host.shapes import wanted_declaration
from agentbox_sync.host.times import Period

__all__ = [
    "Children",
    "Choice",
    "Composed",
    "Computed",
    "Day",
    "DayRule",
    "Declared",
    "Exceptions",
    "Fallback",
    "Minutes",
    "Moment",
    "Parts",
    "Period",
    "Progress",
    "RecordMapping",
    "Rule",
    "Source",
    "Text",
    "Texts",
]

RECORDS: dict[str, type] = {
    module.KIND.name: module.RECORD for module in (contacts_kind, calendar_kind, tasks_kind)
}


class RecordMapping:
    """The declared fields of one kind.

    ``unknown``: atoms that the kind does not have. ``malformed``: atoms whose declaration is no
    name, no tuple of names and no source. Neither is ever read.
    """

    def __init__(self, kind: Kind, declared: Mapping[str, Declared]) -> None:
        self.kind = kind
        # What is shared is made of classes and settings; no field stands for it.
        known = set(kind.atoms) - kind.shared
        self.unknown = tuple(atom for atom in declared if atom not in known)
        self._shapes = get_type_hints(RECORDS[kind.name])
        made = {
            atom: _source(value, is_list=self._shapes[atom] == list[str])
            for atom, value in declared.items()
            if atom in known
        }
        self.malformed = tuple(atom for atom, source in made.items() if source is None)
        self.sources = {atom: source for atom, source in made.items() if source is not None}

    @property
    def atoms(self) -> tuple[str, ...]:
        """Return the atoms that the host offers; no other atom is ever touched."""
        return tuple(self.sources)

    def read(self, instance: models.Model) -> Record:
        """Return the record of one row."""
        return {atom: source.read(instance) for atom, source in self.sources.items()}

    def fixed(self, model: type[models.Model]) -> frozenset[str]:
        """Return the atoms that rows of ``model`` cannot take.

        Those that a function or a property makes, and those that stand behind a relation.
        """
        return frozenset(
            atom
            for atom, source in self.sources.items()
            if not (isinstance(source, Writable) and source.can_write(model))
        )

    def beside(self, instance: models.Model) -> tuple[rule_text.Moment, ...]:
        """Return what takes place beside the rule of a series."""
        source = self.sources.get("recurrence")
        return source.beside(instance) if isinstance(source, Rule) else ()

    def held(self, instance: models.Model) -> frozenset[str]:
        """Return the atoms that this one row cannot take."""
        return frozenset(
            atom
            for atom, source in self.sources.items()
            if isinstance(source, Fallback | DayRule) and source.holds(instance)
        )

    def write(self, instance: models.Model, record: Record) -> tuple[list[str], list[Later]]:
        """Put a record into the unsaved row; return the fields set, and what is left to do."""
        names: list[str] = []
        later: list[Later] = []
        exceptions = self.sources.get("exceptions")
        if isinstance(exceptions, Exceptions) and (rest := exceptions.follows(instance, record)):
            later.append(rest)
        for atom, value in record.items():
            source = self.sources[atom]
            if not isinstance(source, Writable):
                raise TypeError(f"{atom} cannot be written")
            rest = source.write(instance, value)
            names += source.fields()
            later += [rest] if rest else []
        return names, later

    def children(self, atoms: Iterable[str]) -> tuple[str, ...]:
        """Return the child tables whose rows are written with ``atoms``."""
        sources = [self.sources[atom] for atom in atoms]
        found = (getattr(source, "relation", "") for source in sources)
        return tuple(dict.fromkeys(relation for relation in found if relation))

    def searchable(self, model: type[models.Model], atoms: Iterable[str]) -> tuple[str, ...]:
        """Return the columns behind ``atoms`` by which a database can look; properties are none."""
        return tuple(
            path
            for atom in atoms
            if atom in self.sources
            for path in self.sources[atom].paths()
            if _is_searchable(model, path)
        )

    def prefetch(self) -> tuple[str, ...]:
        """Return the relations to fetch ahead of a scan."""
        return tuple(
            dict.fromkeys(name for source in self.sources.values() for name in source.prefetch())
        )

    def select(self, model: type[models.Model]) -> tuple[str, ...]:
        """Return the single-valued relations of ``model`` that the paths follow."""
        ahead = (
            walk(model, path).ahead
            for source in self.sources.values()
            if not source.prefetch()
            for path in source.paths()
        )
        return tuple(dict.fromkeys(path for path in ahead if path))

    def broken_paths(self, model: type[models.Model]) -> list[tuple[str, str]]:
        """Return the (atom, path) pairs that lead nowhere in ``model``."""
        return [
            (atom, path)
            for atom, source in self.sources.items()
            for path in source.paths()
            if not _can_be_read(model, source, path)
        ]

    def misshapen(self) -> list[tuple[str, str]]:
        """Return the (atom, what it wants) pairs whose declaration makes something else."""
        found = (
            (atom, wanted_declaration(source, self._shapes[atom], atom))
            for atom, source in self.sources.items()
        )
        return [(atom, wanted) for atom, wanted in found if wanted]


def _source(value: Any, *, is_list: bool) -> Source | None:
    if isinstance(value, str):
        return Texts((value,)) if is_list else Text(value)
    if isinstance(value, Sequence):
        names = tuple(value)
        return Texts(names) if all(isinstance(name, str) for name in names) else None
    return value if isinstance(value, Source) else None


def _is_searchable(model: type[models.Model], path: str) -> bool:
    try:
        model._base_manager.filter(**{f"{path}__icontains": ""})
    except FieldError:
        return False
    return True


def _can_be_read(model: type[models.Model], source: Source, path: str) -> bool:
    relation = getattr(source, "relation", "")
    if not relation or not path.startswith(f"{relation}__"):
        way = walk(model, path)
        return way.found and not way.many
    rows = walk(model, relation)
    if not (rows.found and rows.many and rows.end):
        return False
    below = walk(rows.end, path.removeprefix(f"{relation}__"))
    return below.found and not below.many
