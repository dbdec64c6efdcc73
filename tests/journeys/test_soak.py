"""A worker that is killed in the middle of two-way runs; ``make soak`` does it fifty times."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT
from tests.journeys.soak import MUST_BE_NOTHING


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_double_nothing() -> None:
    names = ("PATH", "HOME", "LANG", "M365_EMULATOR_LOG")  # the last: a run's traffic
    kept = {name: os.environ[name] for name in names if name in os.environ}
    command = [sys.executable, "-m", "tests.journeys.soak", "--contacts", "80", "--kills", "3"]

    done = subprocess.run(
        command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=240, check=False
    )

    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert {name: found[name] for name in MUST_BE_NOTHING if found[name]} == {}
    # There was something to lose, and something was interrupted.
    assert found["kills"]["in the middle of a run"] >= 1
    assert found["kills"]["after it had written"] >= 1
    assert found["edits"]["edited in Exchange"] > 3
    assert found["pairs"] == found["contacts"] == found["items"] >= 88
    assert done.returncode == 0
