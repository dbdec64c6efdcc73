from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "agentbox_sync" / "contrib" / "m365_emulator"
OWN = "agentbox_sync.contrib.m365_emulator"
DJANGO_FILES = {"apps.py", "management/commands/m365_emulator.py"}


def imported(file: Path, text: str) -> set[str]:
    """Absolute names of all modules that a file of the package imports."""
    parts = [OWN, *file.relative_to(PACKAGE).parent.parts]
    package = ".".join(parts).rstrip(".")
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")
            base = base[: len(base) - node.level + 1] if node.level else []
            names.add(".".join([*base, *([node.module] if node.module else [])]))
    return names


def foreign(names: set[str]) -> set[str]:
    ours = {n for n in names if n.split(".")[0] in ("agentbox_sync", "config", "tests")}
    return {n for n in ours if n != OWN and not n.startswith(f"{OWN}.")}


def test_the_emulator_imports_nothing_of_ours() -> None:
    files = list(PACKAGE.rglob("*.py"))
    assert len(files) > 30
    for file in files:
        names = imported(file, file.read_text())
        assert foreign(names) == set(), file
        if file.relative_to(PACKAGE).as_posix() not in DJANGO_FILES:
            assert not {n for n in names if n.split(".")[0] == "django"}, file


def test_the_check_sees_an_import_of_ours() -> None:
    file = PACKAGE / "graph" / "planted.py"
    for line in (
        "import agentbox_sync.core",
        "from agentbox_sync.graph import errors",
        "from ....core import errors",
        "from .... import ports",
    ):
        assert foreign(imported(file, line)), line
    assert foreign(imported(file, "from ..mailbox import Mailbox\nfrom . import errors")) == set()


def test_it_runs_without_django_and_without_the_product() -> None:
    code = (
        "import sys\n"
        f"import {OWN}.server\n"
        "loaded = {m.split('.')[0] for m in sys.modules}\n"
        "ours = [m for m in sys.modules if m.startswith('agentbox_sync.')]\n"
        f"stray = [m for m in ours if not m.startswith('{OWN}') and m != 'agentbox_sync.contrib']\n"
        "assert not stray, stray\n"
        "assert not loaded & {'django', 'msal', 'requests'}, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
