"""Every pinned version installs on the oldest Python that the project promises."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.architecture.source import ROOT

OLDEST = "3.11.0"
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==", re.MULTILINE)


def pinned(file: Path) -> list[str]:
    return PIN.findall(file.read_text(encoding="utf-8"))


def too_new(wanted: str | None) -> bool:
    return not SpecifierSet(wanted or "").contains(OLDEST)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_no_pin_asks_for_a_newer_python(name: str) -> None:
    names = pinned(ROOT / name)
    assert len(names) > 10
    assert [one for one in names if too_new(metadata(one).get("Requires-Python"))] == []


def test_a_pin_that_asks_for_a_newer_python_would_be_found() -> None:
    assert too_new(">=3.11.5")
    assert not too_new(">=3.9")
    assert not too_new(None)
