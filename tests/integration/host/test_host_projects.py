"""The projects that were not built for us, each in a process with its own settings."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT
from tests.projects.manage import SETTINGS, run

pytestmark = [pytest.mark.database, pytest.mark.slow]

PROJECTS = ROOT / "tests/projects"
CASES = {
    project: [
        file
        for file in sorted((PROJECTS / project / "cases").glob("*.py"))
        # A contract that is imported whole is a case, too.
        if re.search(r"def test_|import \*", text := file.read_text()) and "page: Page" not in text
    ]
    for project in ("bare", "foreign_crm")
}
IN_A_BROWSER = "tests/projects/foreign_crm/cases/day.py"


def test_every_case_is_found():
    found = {file.stem for file in CASES["foreign_crm"]}
    assert found >= {"journey", "fields", "reading", "card", "local_events", "local_store"}
    assert [file.stem for file in CASES["bare"]] == ["journey", "plain_sign_in"]
    assert {f"tests.projects.{project}.settings" for project in CASES} < {*SETTINGS.values()}


@pytest.mark.browser
def test_a_two_way_day_on_a_crm_that_was_not_built_for_us(chromium_path: str) -> None:
    environment = {"TEST_CHROMIUM": chromium_path}
    settings = SETTINGS["foreign CRM"]
    arguments = ("-m", "pytest", IN_A_BROWSER, "--ds", settings, "-q")
    done = run(*arguments, settings=settings, environment=environment, patience=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("project", CASES)
def test_a_host_project_passes_its_own_cases(project: str) -> None:
    """All in one process: its start and its database cost more than most of the cases."""
    settings, files = f"tests.projects.{project}.settings", [str(file) for file in CASES[project]]
    written = {
        file.stem: len(re.findall(r"^def test_", file.read_text(), re.MULTILINE))
        for file in CASES[project]
    }
    done = run("-m", "pytest", *files, "--ds", settings, "-v", settings=settings, patience=600)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.findall(r"(\w+)\.py::\S.* PASSED", done.stdout)
    for name, number in written.items():
        assert passed.count(name) >= max(number, 1), name  # none was skipped, none was lost
    assert "skipped" not in done.stdout


def test_the_adapter_of_a_stranger_takes_less_than_sixty_lines_of_code():
    code = [
        line
        for line in (PROJECTS / "foreign_crm/sync.py").read_text().splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(code) < 60
