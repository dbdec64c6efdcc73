"""Notes of a person with a block of ours below them, and a mark between the two."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.kinds.text import line

MARK = "---- From the CRM, please write above this line ----"


def joined(notes: str, block: str, mark: str = MARK) -> str:
    """Return the notes with the block below the mark; either of them may be empty."""
    parts = (notes, f"{mark}\n{block.strip()}" if block.strip() else "")
    return "\n\n".join(part for part in parts if part)


def parted(text: str, mark: str = MARK) -> tuple[str, str | None]:
    """Return what stands above the mark and what below it, ``None`` where there is no mark."""
    rows = text.replace("\r\n", "\n").split("\n")
    wanted = line(mark)
    for number, row in enumerate(rows):
        if line(row) == wanted:
            return "\n".join(rows[:number]).rstrip(), "\n".join(rows[number + 1 :])
    return "\n".join(rows).rstrip(), None


def above(text: str, block: Sequence[str] = (), mark: str = MARK) -> str:
    """Return what a person wrote above the mark.

    Who takes the mark away and leaves the lines of the block below it has not written those.
    """
    own, below = parted(text, mark)
    if below is not None:
        return own
    rows = own.split("\n")
    for told in reversed(block):
        while rows and not rows[-1].strip():
            rows.pop()
        if rows and _tells(rows[-1], told):
            rows.pop()
    return "\n".join(rows).rstrip()


def _tells(row: str, told: str) -> bool:
    # Outlook writes an address twice where it has made a link of it: "https://...<https://...>".
    return line(row) == line(told) or ("://" in told and told in row)
