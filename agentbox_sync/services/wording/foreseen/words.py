"""The shape of what a preview says of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class ForeseenWords:
    """The words of a kind; plural sentences with ``%(n)d``, ``%(whose)s`` and ``%(name)s``.

    ``clauses`` begin small and have no full stop, ``deeds`` go on after "Go: "; both are keyed by
    what is counted, in the order in which people read them, removals first.
    """

    clauses: Mapping[str, Any]
    deeds: Mapping[str, Any]
    read: Any
