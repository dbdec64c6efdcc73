"""Texts that the CRM makes of more than one place: a body with a block, a place with a fallback."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models

from agentbox_sync.core.kinds.bodies import MARK, above, joined
from agentbox_sync.core.kinds.text import paragraph
from agentbox_sync.host.fields import Plain, Text
from agentbox_sync.host.paths import follow


@dataclass(frozen=True, slots=True)
class Composed(Plain):
    """Notes, and below a mark what ``block`` makes of the row: names, phones, the way back.

    Only what stands above the mark comes back; ``ahead`` names the relations that ``block`` reads.
    """

    path: str
    block: Callable[[Any], str]
    ahead: tuple[str, ...] = ()
    mark: str = MARK
    shape: ClassVar[Any] = str

    def read(self, instance: models.Model) -> str:
        """Return the notes with the block below them."""
        return joined(self._own(follow(instance, self.path)), self.block(instance), self.mark)

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def prefetch(self) -> Iterable[str]:
        """Return the relations that the block reads."""
        return self.ahead

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the notes, unless they say the same in other white space."""
        notes = self._own(value)
        if paragraph(notes) != paragraph(self._own(follow(instance, self.path))):
            Text(self.path).write(instance, notes)

    def _own(self, text: Any) -> str:
        return above(str(text or ""), mark=self.mark)


@dataclass(frozen=True, slots=True)
class Fallback(Plain):
    """The text of ``own``, and of ``other`` where there is none: a place, else the listing's.

    For rows of which ``other_first`` says so it is the other way about; such a text is fixed.
    """

    own: str
    other: str
    other_first: Callable[[Any], bool] = lambda row: False
    shape: ClassVar[Any] = str

    def read(self, instance: models.Model) -> str:
        """Return the first text that is not empty."""
        own, other = (str(follow(instance, path) or "") for path in (self.own, self.other))
        return (other or own) if self.other_first(instance) else (own or other)

    def paths(self) -> Iterable[str]:
        """Return both paths."""
        return (self.own, self.other)

    def fields(self) -> Iterable[str]:
        """Return the text of its own, which alone is written."""
        return (self.own,)

    def holds(self, instance: models.Model) -> bool:
        """Tell whether this row cannot take a text: another one goes first."""
        return self.other_first(instance) and bool(follow(instance, self.other))

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the text of its own, unless it is what the other says anyway."""
        text = str(value or "")
        if not (text == str(follow(instance, self.other) or "") and not follow(instance, self.own)):
            Text(self.own).write(instance, text)
