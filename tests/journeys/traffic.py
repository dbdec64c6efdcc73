"""Holds the walk's exchanges with Graph against Microsoft's own metadata, where that is at hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment.metadata import CHECKER
from tests.environment.requirement import is_ci


def hold(log: Path, *, require: tuple[str, ...], folder: Path) -> str:
    """Return what the checker printed, which must be 0 problems and every route of `require`.

    Without the checker nothing is held, which is what it then says; with CI=true it is a failure.
    """
    if not CHECKER.exists():
        if is_ci():
            pytest.fail(f"{CHECKER} is not there.", pytrace=False)
        return "Microsoft's metadata is not at hand: the exchanges with Graph were not checked."
    routes = folder / "routes.txt"
    routes.write_text("".join(f"{route}\n" for route in require))
    done = subprocess.run(
        [sys.executable, str(CHECKER), str(log), "--strict", "--routes", "--require", str(routes)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
