"""Every kind is the same slice: the same files, and in every list that names the kinds."""

from __future__ import annotations

from pathlib import Path

from agentbox_sync.host.registry import KINDS
from tests.architecture.source import ROOT
from tests.documentation import slices


def test_every_kind_has_the_same_files() -> None:
    assert slices.absent(ROOT, KINDS) == []


def test_every_list_of_kinds_names_them_all_in_the_order_of_the_card() -> None:
    named = {register: slices.named_in(register) for register in slices.REGISTERS}
    assert slices.strangers(KINDS, named) == []


def test_a_kind_without_its_files_is_found(tmp_path: Path) -> None:
    for path in list(slices.files_of("notes"))[1:]:
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.touch()
    assert slices.absent(tmp_path, ["notes"]) == ["agentbox_sync/core/kinds/notes.py"]


def test_a_list_that_lacks_a_kind_or_has_another_order_is_found() -> None:
    named = {"whole": ["a", "b"], "short": ["a"], "turned": ["b", "a"]}
    assert slices.strangers(["a", "b"], named) == ["short", "turned"]
