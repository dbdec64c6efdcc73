"""Where two texts differ, word by word, for people who look at both side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\S+|\s+")
# Beyond this many words what stands between the same beginning and the same end is marked whole:
# the comparison costs the square of it.
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``differs`` where the other text says something else there."""

    text: str = field(repr=False)
    differs: bool = False


def differing(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces; joined again, the pieces of a side are its text.

    Texts that differ in blanks and line ends alone have no marks.
    """
    here, there = left.split(), right.split()
    mine: list[bool] = []
    theirs: list[bool] = []
    for same, first, second in _blocks(here, there):
        mine += [not same] * first
        theirs += [not same] * second
    return _pieces(left, mine), _pieces(right, theirs)


def _blocks(here: list[str], there: list[str]) -> list[tuple[bool, int, int]]:
    """Return (is the same, how many tokens here, how many there), in order."""
    begin = _shared(here, there)
    end = _shared(here[begin:][::-1], there[begin:][::-1])
    inner_here, inner_there = here[begin : len(here) - end], there[begin : len(there) - end]
    if len(inner_here) + len(inner_there) > MOST_WORDS:
        inside = [(False, len(inner_here), len(inner_there))]
    else:
        matcher = SequenceMatcher(None, inner_here, inner_there, autojunk=False)
        inside = [(tag == "equal", b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes()]
    return [(True, begin, begin), *inside, (True, end, end)]


def _shared(here: list[str], there: list[str]) -> int:
    """Return with how many tokens both begin."""
    pairs = enumerate(zip(here, there, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(here), len(there)))


def _pieces(text: str, marks: list[bool]) -> tuple[Piece, ...]:
    """Join neighbours. A blank is marked between two marked words only: alone nobody sees it."""
    tokens, words = _TOKENS.findall(text), iter(marks)
    marked = [not token.isspace() and next(words) for token in tokens]
    bridged = [
        0 < n < len(marked) - 1 and marked[n - 1] and marked[n + 1] if token.isspace() else mark
        for n, (token, mark) in enumerate(zip(tokens, marked, strict=True))
    ]
    found: list[Piece] = []
    for token, mark in zip(tokens, bridged, strict=True):
        if found and found[-1].differs == mark:
            found[-1] = Piece(found[-1].text + token, mark)
        else:
            found.append(Piece(token, mark))
    return tuple(found)
