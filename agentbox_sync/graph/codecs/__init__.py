"""Translation between Graph's JSON and our records, one module per kind, with the same names.

``decode`` and ``half_shown`` read, ``encode`` writes. A record holds texts as people typed them:
comparing is the canonical form's business, not the codec's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Encoded:
    """A payload for Graph, and the atoms of which only a part fitted into it."""

    payload: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
