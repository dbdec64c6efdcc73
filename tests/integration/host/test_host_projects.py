"""The projects that were not built for us, each in a process with its own settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.projects.manage import SETTINGS, run

pytestmark = [pytest.mark.database, pytest.mark.slow]

PROJECTS = ROOT / "tests/projects"
CASES = [
    pytest.param(file, id=f"{file.parent.parent.name}-{file.stem}")
    for file in sorted(PROJECTS.glob("*/cases/*.py"))
    if "def test_" in file.read_text()
]


def test_every_case_is_found():
    assert {case.id for case in CASES} >= {
        "foreign_crm-journey",
        "foreign_crm-reading",
        "foreign_crm-card",
        "bare-journey",
    }


@pytest.mark.parametrize("file", CASES)
def test_a_host_project_passes_its_own_cases(file: Path) -> None:
    settings = f"tests.projects.{file.parent.parent.name}.settings"
    assert settings in SETTINGS.values()
    written = len(re.findall(r"^def test_", file.read_text(), re.MULTILINE))
    done = run("-m", "pytest", str(file), "--ds", settings, "-q", settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= written  # none was skipped, none was lost
    assert "skipped" not in done.stdout


def test_the_adapter_of_a_stranger_takes_less_than_sixty_lines_of_code():
    code = [
        line
        for line in (PROJECTS / "foreign_crm/sync.py").read_text().splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(code) < 60
