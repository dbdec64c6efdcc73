"""The shape of the words of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KEEP = "keep"
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """One choice. ``open`` is what a row says until it is carried out, ``asked`` the question
    before many are decided at once (a plural with ``%(n)d``)."""

    label: Any
    crm: Any
    exchange: Any
    open: Any
    asked: Any
