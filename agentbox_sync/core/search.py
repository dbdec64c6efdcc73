"""Finds people by any part of their name, as a person types it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("'’‘`ʼ-‐‑–.", "")  # obrien finds O'Brien, annemarie finds Anne-Marie
)


def fold(text: str) -> str:
    """The text without case, accents, apostrophes and hyphens."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.translate(_PLAIN)


def tokens(query: str) -> list[str]:
    """What has to be found, longest first; white space separates."""
    return sorted(
        {fold(word) for word in query.split()} - {""}, key=lambda word: (-len(word), word)
    )


def matches(name: str, wanted: Sequence[str]) -> bool:
    """Whether every token occurs somewhere in the name."""
    folded = fold(name)
    return all(token in folded for token in wanted)


def is_start(name: str, wanted: Sequence[str]) -> bool:
    """Whether every token begins a word of the name, which is what people mean most often."""
    words = [fold(word) for word in name.split()]
    return all(any(word.startswith(token) for word in words) for token in wanted)


def highlight(name: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The name cut into pieces, each with whether it was asked for; joined they are the name."""
    folded, origin = "", []
    for position, letter in enumerate(name):
        plain = fold(letter)
        folded += plain
        origin += [position] * len(plain)
    marked = [False] * len(name)
    for token in wanted:
        start = folded.find(token)
        while start >= 0:
            first, last = origin[start], origin[start + len(token) - 1]
            marked[first : last + 1] = [True] * (last + 1 - first)
            start = folded.find(token, start + 1)
    pieces: list[tuple[str, bool]] = []
    for letter, mark in zip(name, marked, strict=True):
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + letter, mark)
        else:
            pieces.append((letter, mark))
    return pieces
