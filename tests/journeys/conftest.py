"""The demo as `make demo` runs it: its own processes, a file database, free ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from .walking import console, demo, graph_log

__all__ = ["console", "demo", "graph_log"]

PROJECT = Path(__file__).resolve().parents[2]
# Long enough for a loaded machine, and never reached when things go well.
PATIENCE = 120.0


@dataclass
class Demo:
    """A running demo, and the hands of those who act on it from outside."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    environment: dict[str, str]

    @property
    def web(self) -> str:
        return str(self.facts["web"])

    @property
    def microsoft(self) -> str:
        return str(self.facts["emulator"])

    @property
    def folder(self) -> Path:
        return Path(self.facts["folder"])

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command in the demo's environment, as in another terminal."""
        return self._python("-m", "django", *arguments, check=check)

    def script(self, name: str, *arguments: str) -> str:
        """Run a script of this folder with the demo's settings; return what it printed."""
        return self._python("-m", f"tests.journeys.{name}", *arguments).stdout

    def control(self, what: str, body: Any) -> Any:
        return self._ask("POST", f"_emulator/{what}", body)

    def mailbox(self, upn: str) -> list[dict[str, Any]]:
        """Return the contacts of a mailbox as the person would count them."""
        found: list[dict[str, Any]] = self._ask("GET", f"_emulator/mailbox/{upn}")["contacts"]
        return found

    def worker_group(self) -> int:
        written = json.loads((self.folder / "runner.json").read_text())
        return int(written["processes"].get("worker", {}).get("group", 0))

    def kill_worker(self) -> int:
        """Kill the worker's whole process group as a crashing machine would."""
        group = self.worker_group()
        os.killpg(group, signal.SIGKILL)
        return group

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.microsoft}/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def _python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"Waited in vain until {what}."
        time.sleep(0.05)


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Return a function that starts the demo with more environment variables."""
    running: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> Demo:
        # Only what a login shell has: the settings of the tests stand in our own environment.
        names = ("PATH", "HOME", "LANG", "M365_EMULATOR_LOG")  # the last: a run's traffic
        kept = {name: os.environ[name] for name in names if name in os.environ}
        kept |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "AGENTBOX_DEMO_FOLDER": str(tmp_path / "demo"),
            **environment,
        }
        command = [sys.executable, "-m", "django", "agentbox_demo", "--serve", "--json"]
        command += ["--port-web", "0", "--port-emulator", "0"]
        process = subprocess.Popen(
            command, env=kept, cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            running.remove(process)
            process.stdout.close()
            pytest.fail(f"The demo did not start (status {process.wait()}).")
        return Demo(process, json.loads(line), kept)

    yield start
    for process in running:
        process.send_signal(signal.SIGINT)
        status = process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()
        assert status == 0, "The demo did not end cleanly on Ctrl-C."
