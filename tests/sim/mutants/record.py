"""What a mutant is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Patch:
    """Replace ``old``, which stands once in ``file``, by ``new``."""

    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Change the file below ``root``; raises ValueError where the rule is not found."""
        path = root / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file}: {text.count(self.old)} places for {self.old[:60]!r}")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule that is missing. ``removes`` says which, in the words of sync-engine section 3.5.

    ``directed`` names the test that catches it where sequences do not, or only after very many.
    """

    name: str
    removes: str
    patches: tuple[Patch, ...]
    directed: str = ""
