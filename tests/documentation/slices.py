"""What one kind is made of: the files that every kind has, and the lists that name each kind.

``docs/adding-a-kind.md`` prints both, ``tests/integration/test_slices.py`` holds the kinds to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

# What stands behind "{kind}" in each; in the order in which a kind is built.
FILES: Mapping[str, str] = {
    "agentbox_sync/core/kinds/{kind}.py": "the record, its atoms, their canonical form, `KIND`",
    "agentbox_sync/graph/codecs/{kind}.py": "the record in Graph's words, both ways",
    "agentbox_sync/graph/stores/{kind}.py": "what is asked of Graph for it: one `Slice`",
    "agentbox_sync/graph/probes/{kind}.py": "what a real mailbox is asked about it, once",
    "agentbox_sync/models/settings/{kind}.py": "what a person chooses: one model, one migration",
    "agentbox_sync/forms/{kind}.py": "the questions on the card, with their help",
    "agentbox_sync/services/wording/kinds/{kind}.py": "what it is called, with its plural forms",
    "agentbox_sync/services/wording/values/{kind}.py": "its fields and their values in words",
    "agentbox_sync/services/wording/foreseen/{kind}.py": "what a preview says of it",
    "agentbox_sync/services/wording/choices/{kind}.py": "what a decision does with it",
}

REGISTERS: Mapping[str, str] = {
    "agentbox_sync.host.registry:KINDS": "makes it known to engine and pages",
    "agentbox_sync.host.mapping:RECORDS": "gives a host's declarations their atoms",
    "agentbox_sync.graph.mailbox:slices": "lets a mailbox be asked for it",
    "agentbox_sync.graph.probes:WORKSHOPS": "lets `agentbox_probe` ask about it",
    "agentbox_sync.models.settings:SETTINGS": "gives it a table of settings",
    "agentbox_sync.forms:FORMS": "puts its form on the card",
    "agentbox_sync.services.wording.kinds:WORDS": "names it on every page",
    "agentbox_sync.services.wording.values:FIELDS": "names its fields",
    "agentbox_sync.services.wording.values:RECOGNISED_BY": "says by what people know an item",
    "agentbox_sync.services.wording.foreseen:FORESEEN": "lets it be previewed",
    "agentbox_sync.services.wording.choices:CHOICES": "lets people decide about it",
    "agentbox_sync.services.wording.selections:SELECTIONS": "says what its settings select",
    "tests.sim.campaign:JOBS": "plays it against the engine",
}


def files_of(kind: str) -> Iterator[str]:
    """Yield the files of a kind."""
    return (path.format(kind=kind) for path in FILES)


def absent(root: Path, kinds: Iterable[str]) -> list[str]:
    """Return the files that a kind should have, and has not."""
    wanted = (path for kind in kinds for path in files_of(kind))
    return [path for path in wanted if not (root / path).is_file()]


def named_in(register: str) -> list[str]:
    """Return the kinds that a list names, in its order."""
    module, _, name = register.partition(":")
    found = getattr(import_module(module), name)
    return list(found("UTC") if callable(found) else found)


def strangers(kinds: Iterable[str], named: Mapping[str, list[str]]) -> list[str]:
    """Return the lists that name other kinds than these, or in another order."""
    expected = list(kinds)
    return [register for register, found in named.items() if found != expected]
