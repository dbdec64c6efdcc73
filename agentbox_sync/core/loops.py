"""The ping-pong detector: two sides that rewrite an atom in reaction to each other.

What a side makes of a value while it is written is in its base, and ends there. A side that
rewrites later looks like a person who edits; where both do, each write provokes the next one.
The third write for the same pair of values within a day is the last one (sync-engine section
2.3): the atom is frozen until either side shows something else, or a person asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agentbox_sync.core.fingerprints import fingerprint

WINDOW = timedelta(hours=24)
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One write of an atom, on whichever side: what both sides said before it, and when."""

    atom: str
    reading: str
    at: datetime


def reading_of(local: object, remote: object) -> str:
    """Return a name for what both sides say of one atom."""
    return fingerprint({"local": local, "remote": remote})


def is_going_round(turns: Iterable[Turn], atom: str, reading: str) -> bool:
    """Tell whether an atom was written so often for the same reading that it is not again."""
    moments = sorted(turn.at for turn in turns if (turn.atom, turn.reading) == (atom, reading))
    starts = moments[: len(moments) - ROUNDS + 1] if len(moments) >= ROUNDS else []
    ends = moments[ROUNDS - 1 :]
    return any(end - start <= WINDOW for start, end in zip(starts, ends, strict=True))


def after_writing(
    turns: Iterable[Turn], written: Mapping[str, str], now: datetime, frozen: Collection[str]
) -> tuple[Turn, ...]:
    """Return the turns with those of ``written`` (atom -> reading), without what is too old.

    Those of a frozen atom stay: they tell that what it says is nothing new.
    """
    kept = (turn for turn in turns if turn.atom in frozen or now - turn.at <= WINDOW)
    return (*kept, *(Turn(atom, reading, now) for atom, reading in written.items()))
