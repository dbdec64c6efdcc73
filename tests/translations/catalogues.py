"""What the code says to people, and what the catalogues make of it.

Babel reads and writes them, so that neither a developer nor CI needs GNU gettext; templates are
first put into the form that Django's own ``makemessages`` reads.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.architecture.source import ROOT

LANGUAGES = ("de",)
CONTEXT = (1, "c")
KEYWORDS: dict[str, tuple[Any, ...]] = {
    name + lazy: spec
    for name, spec in (
        ("gettext", (1,)),
        ("ngettext", (1, 2)),
        ("pgettext", (CONTEXT, 2)),
        ("npgettext", (CONTEXT, 2, 3)),
    )
    for lazy in ("", "_lazy")
} | {
    "_": (1,),
    "gettext_noop": (1,),
    # A rule of the decision table knows no gettext: what it says is translated when it is told.
    "Rule": (3,),
}


@dataclass(frozen=True, slots=True)
class Home:
    """One catalogue for each language, and the folders whose strings are in it."""

    locale: str
    sources: tuple[str, ...]
    spared: tuple[str, ...] = ()

    def path(self, language: str, ending: str, root: Path = ROOT) -> Path:
        """Return the file of a language: its text with ``po``, what Django reads with ``mo``."""
        return root / self.locale / language / "LC_MESSAGES" / f"django.{ending}"


HOMES = (
    # The emulator speaks for Microsoft, and to developers: English.
    Home("agentbox_sync/locale", ("agentbox_sync",), ("agentbox_sync/contrib/m365_emulator",)),
    Home("locale", ("config", "templates")),
)


def extracted(home: Home, root: Path = ROOT) -> Catalog:
    """Return everything that the sources of a home say to people, without translations."""
    catalogue = Catalog(fuzzy=False)
    for source in home.sources:
        for path in sorted((root / source).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in (".py", ".html", ".txt") and not name.startswith(home.spared or "?"):
                for context, said, notes in _said(path):
                    catalogue.add(said, context=context, auto_comments=notes, locations=[(name, 0)])
    return catalogue


def stored(home: Home, language: str, root: Path = ROOT) -> Catalog:
    """Return the catalogue of a language as it is kept."""
    with home.path(language, "po", root).open("rb") as file:
        return read_po(file, locale=language)


def up_to_date(home: Home, language: str, root: Path = ROOT) -> Catalog:
    """Return the stored catalogue with what the code says now, and nothing else."""
    catalogue, template = stored(home, language, root), extracted(home, root)
    template.creation_date = catalogue.creation_date  # a date would change with every commit
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def strings(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or one for each plural form; empty ones too."""
    said = message.string or ""  # Babel knows nothing, not an empty text, of what is new
    return (said,) if isinstance(said, str) else tuple(said)


def text(catalogue: Catalog) -> bytes:
    """Return a catalogue as it is kept; line numbers would change with every commit."""
    file = io.BytesIO()
    write_po(file, catalogue, width=96, sort_by_file=True, include_lineno=False)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def key(message: Message) -> tuple[str, Any]:
    """Return what names a message: its context and its text, both of them where it has a plural."""
    return message.context or "", message.id


def _said(path: Path) -> Iterator[tuple[str | None, Any, list[str]]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of the markup is no Python: it may stand at any depth.
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.lstrip() for line in lines)
    found = extract_python(
        io.BytesIO(source.encode()), list(KEYWORDS), ["Translators"], {"encoding": "utf-8"}
    )
    for _line, name, arguments, notes in found:
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        spec = KEYWORDS[name]
        places = [place for place in spec if isinstance(place, int)]
        texts = [given[place - 1] for place in places if place <= len(given)]
        if texts and texts[0]:
            context = given[0] if CONTEXT in spec else None
            yield context, texts[0] if len(texts) == 1 else tuple(texts), notes
