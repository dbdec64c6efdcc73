"""Starts the demo's own processes on free ports, for tests that need the real thing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT

PATIENCE = 120.0  # seconds


@dataclass(frozen=True)
class RunningDemo:
    """The runner's process, and what it printed when everything was ready."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    environment: dict[str, str]

    @property
    def folder(self) -> Path:
        return Path(self.facts["folder"])

    def now(self) -> dict[str, Any]:
        """The same facts as they are now: a process that was started again has another number."""
        written: dict[str, Any] = json.loads((self.folder / "runner.json").read_text())
        return written

    def group(self, name: str) -> int:
        return int(self.now()["processes"][name]["group"])

    def kill(self, name: str) -> int:
        """Ends the process group of `web`, `worker` or `emulator` at once; returns its number."""
        group = self.group(name)
        os.killpg(group, signal.SIGKILL)
        return group

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a management command beside the demo, as a person would in another terminal."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks the runner to end; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a newcomer's terminal: nothing of this test run's own settings."""
    names = ("PATH", "HOME", "LANG", "M365_EMULATOR_LOG")  # the last: the traffic of a whole run
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "AGENTBOX_DEMO_FOLDER": str(folder),
        **changes,
    }


def launch(folder: Path, *options: str, **changes: str) -> subprocess.Popen[str]:
    """Starts the runner without waiting; what it tells people is in `said_in(folder)`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "agentbox_demo", "--serve", "--json"]
    # A file, not a pipe: nobody reads while the test works, and a full pipe would stop the runner.
    with said_in(folder).open("w") as errors:
        return subprocess.Popen(
            [*command, "--port-web", "0", "--port-emulator", "0", *options],
            cwd=ROOT,
            env=environment(folder, **changes),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def said_in(folder: Path) -> Path:
    return folder / "runner.txt"


@contextmanager
def running_demo(folder: Path, **changes: str) -> Iterator[RunningDemo]:
    """The demo in `folder`, ready; it is ended when the block is left.

    `changes` are environment variables, for example `M365_EMULATOR_LOG=...`.
    """
    process = launch(folder, **changes)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()  # empty when it ended without being ready
        assert line, f"The demo did not start: {said_in(folder).read_text()}"
        yield RunningDemo(process, json.loads(line), environment(folder, **changes))
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=PATIENCE)


def is_alive(group: int) -> bool:
    """Whether a process of the group runs; one that ended and that nobody asked after does not.

    In a container without an init, orphans stay on the list for ever once they were killed.
    """
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    tables = list(_process_tables())
    return not tables or any(
        number == str(group) and state != "Z" for state, _, number, *_ in tables
    )


def _process_tables() -> Iterator[list[str]]:
    """State, parent, group and so on of every process; nothing on systems without /proc."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield file.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile


def eventually(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it becomes so in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
