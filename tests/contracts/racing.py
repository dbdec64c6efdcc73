"""Processes that race each other: they begin together, however long each takes to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.architecture.source import ROOT

PATIENCE = 45.0  # seconds


def race(module: str, arguments: Sequence[str], processes: int = 2) -> list[Any]:
    """Run a module in several processes at once; return the JSON that each has printed."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.communicate(timeout=3 * PATIENCE)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * processes
    return [json.loads(text) for text in told]


def wait_for_the_others() -> None:
    """Wait, in a racer, until all of them are ready."""
    print("ready", flush=True)
    sys.stdin.readline()


def goes_on(begun: float, seconds: float, *, enough: bool) -> bool:
    """Tell a racer whether to go on: for so long, and until it has done enough to be judged.

    ``begun`` is on the monotonic clock. On a busy machine enough takes longer; never for ever.
    """
    passed = time.monotonic() - begun
    return passed < seconds or (not enough and passed < PATIENCE)
