"""Columns of a few values, each of which is a word in Exchange, and the minutes of a reminder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from agentbox_sync.host.fields import Plain
from agentbox_sync.host.paths import follow


@dataclass(frozen=True, slots=True)
class Minutes(Plain):
    """A number of minutes before the start, for the reminder; ``None`` for none."""

    path: str
    shape: ClassVar[Any] = int

    def read(self, instance: models.Model) -> int | None:
        """Return the minutes."""
        value = follow(instance, self.path)
        if isinstance(value, timedelta):
            return round(value / timedelta(minutes=1))
        return None if value is None else int(value)

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the column; where it must hold something, none is nought."""
        column = instance._meta.get_field(self.path)
        number = None if value is None and column.null else int(value or 0)
        is_length = isinstance(column, models.DurationField)
        length = timedelta(minutes=number) if is_length and number is not None else number
        setattr(instance, self.path, length)


@dataclass(frozen=True, slots=True)
class Choice(Plain):
    """A column of a few values, each of which is a word in Exchange.

    ``Choice("private", {False: "normal", True: "private"}, unlisted=True)``: ``unlisted`` is what
    a word that is not among them becomes in the CRM. ``other`` is the word for values that are not
    listed; with it several values are one word, and the column is never written.
    """

    path: str
    words: Mapping[Any, Any]
    unlisted: Any = None
    other: Any = None
    shape: ClassVar[Any] = str

    def read(self, instance: models.Model) -> Any:
        """Return the word."""
        return self.words.get(follow(instance, self.path), self.other)

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def can_write(self, model: type[models.Model]) -> bool:
        """Tell whether each word is one value of a column."""
        # Not super(): a dataclass with slots is another class than the one that was written.
        return self.other is None and Plain.can_write(self, model)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the value that the word stands for."""
        if value == self.read(instance):
            return
        found = [known for known, word in self.words.items() if word == (value or "normal")]
        chosen = found[0] if found else self.unlisted
        if chosen is not None:
            setattr(instance, self.path, chosen)
