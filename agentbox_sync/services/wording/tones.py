"""How a message feels, for colour and icon; the words always say the same without either."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """From quiet to urgent."""

    QUIET = "quiet"
    GOOD = "good"
    BUSY = "busy"
    CAREFUL = "careful"
    BAD = "bad"
