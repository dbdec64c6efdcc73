"""The tables of the pages that are made from the code, and the places where they stand.

A place is a pair of comments, ``<!-- name -->`` and ``<!-- /name -->``; what stands between them
is written by ``python -m tests.documentation`` and compared by ``tests/test_docs.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils import translation

from agentbox_sync.core import errors as core_errors
from agentbox_sync.core.atoms import ATOM_TABLE, MEETING_TABLE, Verb
from agentbox_sync.core.decisions import RULES
from agentbox_sync.core.rules import Mode
from agentbox_sync.core.situations import Local, Pairing, Remote
from agentbox_sync.core.table import Rule
from agentbox_sync.graph.probes import WORKSHOPS
from agentbox_sync.services.clock import SystemClock
from agentbox_sync.services.wording import errors, landings
from tests.documentation import fields, numbered, slices

VERBS = {
    Verb.KEEP: "nothing",
    Verb.ABSORB: "nothing; remember it",
    Verb.PUSH: "write the CRM's value to Exchange",
    Verb.PULL: "write Exchange's value to the CRM",
    Verb.TRACK: "leave it",
    Verb.LEAVE: "leave it, as the agent's own",
}


class NoPlace(Exception):
    """A page lacks the comments between which a table belongs."""


def decisions() -> str:
    rows = [
        (
            rule.name,
            _words(rule.pairing, Pairing),
            _words(rule.local, Local),
            _words(rule.remote, Remote),
            _born(rule),
            _choices(rule),
            "" if rule.edited is None else _yes(rule.edited),
            rule.order or "",
            f"**{rule.action}**",
            rule.because,
        )
        for rule in RULES
    ]
    head = "name, pair, CRM, Exchange, born in, choice, edited, a person says, does, because"
    return table(head.split(", "), rows)


def atoms() -> str:
    cases = list(ATOM_TABLE[Mode.ONE_WAY])
    rows = [
        (_yes(here), _yes(there), *(VERBS[ATOM_TABLE[mode][here, there]] for mode in Mode))
        for here, there in cases
    ]
    return table(("changed in the CRM", "changed in Exchange", *map(_words_of, Mode)), rows)


def meetings() -> str:
    cases = list(MEETING_TABLE[Mode.ONE_WAY])
    rows = [
        (_yes(here), _yes(there), *(VERBS[MEETING_TABLE[mode][here, there]] for mode in Mode))
        for here, there in cases
    ]
    return table(("empty in the CRM", "empty in Exchange", *map(_words_of, Mode)), rows)


def _words_of(mode: Mode) -> str:
    return mode.value.replace("_", " ")


def _choices(rule: Rule) -> str:
    named = {"removal": rule.removal, "deletion": rule.deletion, "adoption": rule.adoption}
    return "; ".join(
        f"{name}: {' or '.join(sorted(values))}" for name, values in named.items() if values
    )


def sign_in_ends() -> str:
    rows = [
        (
            f"`{code}`" if code else "",
            words.sentence % {"name": "Jane"},
            words.step % {"name": "Jane"},
            (words.for_master or "") % {"name": "Jane"},
        )
        for code, words in landings.LANDINGS.items()
    ]
    return table(("code", "the card says", "and", "to a Master User"), rows)


def connection_errors() -> str:
    return table(("code", "the card says"), _coded(errors.CONNECTION))


def item_errors() -> str:
    return table(("code", "the card says"), _coded(errors.ITEM))


def probes() -> str:
    """Each question of the probe, and what its answer settles."""
    # Nothing is asked before a probe is: the workshops get no mailbox here.
    asked = [
        probe
        for make in WORKSHOPS.values()
        for probe in make(None, SystemClock()).probes()  # type: ignore[arg-type]
    ]
    rows = [(one.question, f"`{one.settles.removeprefix('agentbox_sync.')}`") for one in asked]
    return table(("question", "settles"), rows)


def leaves() -> str:
    """Every error that has a meaning of its own, and what comes next."""
    rows = [
        (f"`{leaf.__name__}`", _first_line(leaf), leaf.next_step)
        for leaf in _leaves(core_errors.SyncError)
    ]
    return table(("error", "means", "what comes next"), rows)


def _leaves(error: type[core_errors.SyncError]) -> list[type[core_errors.SyncError]]:
    below = [one for one in error.__subclasses__() if one.__module__ == core_errors.__name__]
    return [error] if not below else [leaf for one in below for leaf in _leaves(one)]


def _first_line(leaf: type) -> str:
    return (leaf.__doc__ or "").strip().partition("\n")[0]


def checks(root: Path) -> str:
    """Each check's number, sentence and hint, as they stand in the source."""
    found = numbered.rows(root / "agentbox_sync/checks")
    rows = [(number, said, _lines_of_code(hint)) for number, said, hint in found]
    return table(("number", "says", "paste or do"), rows)


def files() -> str:
    """The files that every kind has."""
    rows = [(f"`{path.format(kind='<kind>')}`", what) for path, what in slices.FILES.items()]
    return table(("file", "holds"), rows)


def registers() -> str:
    """The lists that name every kind."""
    rows = []
    for register, what in slices.REGISTERS.items():
        module, _, name = register.partition(":")
        rows.append((f"`{name}`", f"`{module}`", what))
    return table(("list", "module", "what its line does"), rows)


def places(root: Path) -> dict[tuple[str, str], Callable[[], str]]:
    """What belongs where: (page, name of the place) -> the table."""
    return {
        ("docs/decisions.md", "decisions"): decisions,
        ("docs/decisions.md", "atoms"): atoms,
        ("docs/decisions.md", "meetings"): meetings,
        ("docs/microsoft.md", "landings"): sign_in_ends,
        ("docs/microsoft.md", "probes"): probes,
        ("docs/errors.md", "leaves"): leaves,
        ("docs/errors.md", "connection-errors"): connection_errors,
        ("docs/errors.md", "item-errors"): item_errors,
        ("docs/checks.md", "checks"): lambda: checks(root),
        ("docs/adding-a-kind.md", "files"): files,
        ("docs/adding-a-kind.md", "registers"): registers,
        ("docs/fields.md", "contacts"): lambda: table(fields.NAMES, fields.rows("contacts")),
        ("docs/fields.md", "calendar"): lambda: table(fields.NAMES, fields.rows("calendar")),
        ("docs/fields.md", "tasks"): lambda: table(fields.NAMES, fields.rows("tasks")),
    }


def filled(page: str, name: str, content: str) -> str:
    """Return a page with ``content`` in its place; raises NoPlace."""
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not place.search(page):
        raise NoPlace(name)
    return place.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", page, count=1)


def stale(root: Path, made: Mapping[tuple[str, str], Callable[[], str]]) -> list[str]:
    """Return the places whose table is not what the code gives now."""
    with translation.override("en"):
        return [
            f"{path}: {name}"
            for (path, name), make in made.items()
            if filled(text := (root / path).read_text(), name, make()) != text
        ]


def write(root: Path, made: Mapping[tuple[str, str], Callable[[], str]]) -> None:
    """Put every table into its place."""
    with translation.override("en"):
        for (path, name), make in made.items():
            page = root / path
            page.write_text(filled(page.read_text(), name, make()))


def table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = tuple(names)
    lines = [head, ("---",) * len(head), *(tuple(row) for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _coded(sentences: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"`{code}`", str(sentence)) for code, sentence in sorted(sentences.items())]


def _words(chosen: Iterable[StrEnum] | None, order: Iterable[StrEnum]) -> str:
    picked = () if chosen is None else [word for word in order if word in set(chosen)]
    return ", ".join(word.replace("_", " ") for word in picked)


def _born(rule: Rule) -> str:
    names = {"crm": "CRM", "exchange": "Exchange"}
    return ", ".join(names[origin] for origin in sorted(rule.origin or ()))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _lines_of_code(hint: str) -> str:
    """What is to be pasted keeps its lines: the cell of a table has no other way to show them."""
    return "<br>".join(f"`{line}`" for line in hint.splitlines() if line.strip("…"))
