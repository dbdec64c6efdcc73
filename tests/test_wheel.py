"""The wheel holds the product, whole, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that was built just now."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("agentbox_sync-*-py3-none-any.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def product(root: Path = ROOT) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in (root / "agentbox_sync").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_app_is_in_the_wheel(wheel: set[str]) -> None:
    assert product() - wheel == set()


@pytest.mark.parametrize(
    "part", ["templates/", "static/", "migrations/0001_", "management/commands/", "py.typed"]
)
def test_each_sort_of_file_is_there(part: str, wheel: set[str]) -> None:
    assert any(name.startswith("agentbox_sync/") and part in name for name in wheel)


def test_nothing_else_is_in_the_wheel(wheel: set[str]) -> None:
    others = {name for name in wheel if ".dist-info/" not in name} - product()
    assert others == set()
    assert not any(name.startswith(("tests/", "config/", "templates/")) for name in wheel)


def test_the_licence_is_in_the_wheel(wheel: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
