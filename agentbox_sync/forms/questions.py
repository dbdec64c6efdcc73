"""The parts of a settings form as they are drawn: questions, their answers, groups of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: Django's own input, its label, a line that explains it.

    ``heading`` stands above the first of several options that share it, ``unit`` behind a number.
    """

    widget: Any
    label: str
    help: str = ""
    heading: str = ""
    unit: str = ""

    @property
    def is_typed(self) -> bool:
        """Tell whether the answer is typed and not ticked."""
        return str(self.widget.data.get("type")) in ("text", "number")


@dataclass(frozen=True, slots=True)
class Question:
    """One setting as it is drawn; ``chosen`` is what is chosen, in words.

    ``brief`` says it where the question does not stand beside it.
    """

    name: str
    anchor: str
    label: str
    options: tuple[Option, ...]
    chosen: str
    help: str = ""
    note: str = ""
    errors: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; ``status`` names the one under which alone they count."""

    name: str
    title: str
    questions: tuple[Question, ...]
    status: str = ""
    is_open: bool = False

    @property
    def summary(self) -> str:
        """Return what is chosen in this group, on one line."""
        return joined(question.brief or question.chosen for question in self.questions)


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that two people want differently, in words."""

    label: str
    yours: str
    theirs: str


def joined(parts: Iterable[str]) -> str:
    """Return the parts that say something on one line."""
    return " · ".join(part for part in parts if part)
