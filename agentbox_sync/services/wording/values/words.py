"""How one field is shown, and the ways of writing that several kinds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agentbox_sync.core.kinds.text import line, paragraph


def line_of(value: Any) -> str:
    """Write a line of text."""
    return line(value) or ""


def paragraph_of(value: Any) -> str:
    """Write a text of several lines."""
    return paragraph(value) or ""


def each(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Write every value of a list on a line of its own."""

    def written(value: Any) -> str:
        return "\n".join(filter(None, (write(one) for one in value or ())))

    return written


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How one atom is shown: its label, and a function from its value to a text with line ends.

    ``typed`` makes the form in which a person would type a remembered value into the CRM.
    ``is_zoned``: ``write`` takes as well the time zone to tell it in where the value names none.
    ``absent`` is what an empty value says beside another one, where it means something itself.
    """

    label: Any
    write: Callable[..., str] = line_of
    typed: Callable[[Any], Any] = lambda value: value
    is_zoned: bool = False
    absent: Any = ""
