"""Runs the demo: web, worker and Microsoft 365 emulator, each kept running until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import close_old_connections
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.demo import earlier, emulator, ports
from agentbox_sync.contrib.reference_crm.demo.earlier import CannotStart
from agentbox_sync.contrib.reference_crm.demo.processes import (
    Child,
    Program,
    kill_group,
    open_lock,
)
from agentbox_sync.services import heartbeat
from agentbox_sync.services.schedule import JUST_NOW

SILENCE = 180.0  # seconds without a finished job; one is due every minute
READY_WITHIN = 90.0  # seconds; a slow machine imports for long


class _Stopped(Exception):
    """A person or the system asked the demo to end."""


@dataclass
class Site:
    """What a demo is made of: where it lies, what it runs with, and how to call Django there."""

    folder: Path
    project: Path
    settings: str
    wsgi: str
    password: str
    callbacks: list[str]  # paths that Microsoft may send people back to


@dataclass
class Runner:
    """One run of the demo; `tell` is given each line meant for a person."""

    site: Site
    web: ports.Port
    emulator: ports.Port
    tell: Callable[[str], None]
    numbers: dict[str, int] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    stopping: bool = False
    asked_for_beat: float = 0.0

    def serve(self, ready: Callable[[dict[str, Any]], None]) -> None:
        """Starts everything, calls `ready` with what there is, and keeps it running.

        Returns after SIGINT, SIGTERM or SIGHUP. Raises CannotStart before anything was started,
        or after everything was ended again.
        """
        folder = self.site.folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = open_lock(folder, "runner")
        except BlockingIOError as other:
            raise CannotStart(earlier.already_running(folder)) from other
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            earlier.end_leftovers(folder)
            self._choose_ports()
            self._start_all()
            ready(self.describe())
            self._supervise()
        except _Stopped:
            pass  # asked to end while it was still starting
        finally:
            self._end_all()
            os.close(lock)

    @property
    def crm(self) -> str:
        return f"http://localhost:{self.numbers['web']}"

    @property
    def microsoft(self) -> str:
        return f"http://127.0.0.1:{self.numbers['emulator']}"

    def describe(self) -> dict[str, Any]:
        """Addresses, process numbers and logs, as JSON values."""
        return {
            "pid": os.getpid(),
            "folder": str(self.site.folder),
            "web": self.crm,
            "emulator": self.microsoft,
            "ports": self.numbers,
            "processes": {
                name: {"pid": child.group, "group": child.group, "log": str(child.log)}
                for name, child in self.children.items()
                if child.group
            },
        }

    def _choose_ports(self) -> None:
        try:
            self.numbers = {"web": self.web.choose(), "emulator": self.emulator.choose()}
        except ports.PortTaken as taken:
            raise CannotStart(str(taken)) from taken
        if self.numbers["web"] == self.numbers["emulator"]:
            raise CannotStart("The CRM and the emulator need a port each: choose different ones.")
        self._write_down()

    def _start_all(self) -> None:
        for program in self._programs():
            child = Child(program, self.site.folder, self._environment())
            child.log.unlink(missing_ok=True)
            self.children[program.name] = child
        self._start("emulator")
        self.tell("Preparing the database …")
        self._manage("migrate", "--no-input", "--verbosity", "0")
        self._manage("agentbox_demo")
        self._wait("emulator", lambda: emulator.answers(f"{self.microsoft}/_emulator/stats"))
        redirects = [f"{self.crm}{path}" for path in self.site.callbacks]
        seed = emulator.tenant_seed(self._environment(), self.site.password, redirects)
        emulator.seed(self.microsoft, seed)
        self.tell("Starting the CRM and its worker …")
        self._start("web")
        started = timezone.now()
        self._start("worker")
        self._wait("web", lambda: emulator.answers(f"{self.crm}/accounts/login/"))
        # A job that ran end to end, not a line in a log: that is what the card will look at, too.
        # A worker that starts so soon after the last tick leaves the next one to the scheduler.
        self._wait("worker", lambda: _beats_since(started - JUST_NOW))

    def _programs(self) -> list[Program]:
        folder, port = self.site.folder, str(self.numbers["emulator"])
        django = [sys.executable, "-m", "django"]
        snapshot = str(folder / "mailboxes.json")
        module, _, name = self.site.wsgi.rpartition(".")
        web = [sys.executable, "-m", "gunicorn", f"{module}:{name}", "--no-control-socket"]
        web += ["--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "3"]
        for host in ports.hosts():
            address = f"[{host}]" if ":" in host else host
            web += ["--bind", f"{address}:{self.numbers['web']}"]
        return [
            Program("emulator", [*django, "m365_emulator", "--port", port, "--snapshot", snapshot]),
            Program("web", web),
            # It finishes what it works on; a run cut off is picked up at the next start.
            Program("worker", [*django, "qcluster"], grace=20.0),
        ]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.site.settings,
            "AGENTBOX_DEMO_FOLDER": str(self.site.folder),
            "BASE_URL": self.crm,
            "MS365_LOGIN_URL": self.microsoft,
            "MS365_GRAPH_URL": self.microsoft,
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(self.site.project), os.environ.get("PYTHONPATH")])
            ),
            "PYTHONUNBUFFERED": "1",
        }

    def _start(self, name: str) -> None:
        self._stop_if_asked()
        self.children[name].start()
        self._write_down()

    def _manage(self, *arguments: str) -> None:
        """Runs one management command to its end; raises CannotStart with what it said."""
        self._stop_if_asked()
        done = subprocess.run(  # noqa: S603  our own command, no shell
            [sys.executable, "-m", "django", *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for the runner: a migration runs to its end
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise CannotStart(f"“{' '.join(arguments)}” failed:\n{said}")

    def _wait(self, name: str, is_ready: Callable[[], bool]) -> None:
        child = self.children[name]
        deadline = time.monotonic() + READY_WITHIN
        while not is_ready():
            self._stop_if_asked()
            if not child.is_running() or time.monotonic() > deadline:
                problem = "ended" if not child.is_running() else "does not answer"
                raise CannotStart(
                    f"The {name} {problem}. Its log {child.log} ends with:\n{_tail(child.log)}"
                )
            time.sleep(0.1)

    def _supervise(self) -> None:
        while not self.stopping:
            self._end_a_silent_worker()
            for child in self.children.values():
                if child.watch():
                    self.tell(f"The {child.name} had ended and was started again.")
                    self._write_down()
            time.sleep(0.2)

    def _end_a_silent_worker(self) -> None:
        """Kill a worker that lives and does no job: its queue is locked for good (django-q2 #23).

        What the cluster says of itself is not to be trusted, so the sign of life is a job's own.
        """
        worker = self.children["worker"]
        if not worker.is_running() or time.monotonic() - worker.started < SILENCE:
            return
        if time.monotonic() - self.asked_for_beat < 10.0:
            return
        self.asked_for_beat = time.monotonic()
        close_old_connections()
        if not _beats_since(timezone.now() - timedelta(seconds=SILENCE)):
            self.tell("The worker is silent and is started again.")
            kill_group(worker.group)

    def _end_all(self) -> None:
        """The worker first, while the emulator still answers what it is in the middle of."""
        self.stopping = False  # a second Ctrl-C sets it again, and ends the patience
        for names in (("worker", "web"), ("emulator",)):
            children = [self.children[name] for name in names if name in self.children]
            for child in children:
                child.ask_to_end()
            asked = time.monotonic()
            while any(child.is_running() for child in children) and not self.stopping:
                waited = time.monotonic() - asked
                if all(waited > child.program.grace for child in children if child.is_running()):
                    break
                time.sleep(0.05)
            for child in children:
                child.end(time.monotonic())

    def _write_down(self) -> None:
        """For the next runner, for commands in another terminal, and for tests."""
        draft = self.site.folder / ".runner.json.new"
        draft.write_text(json.dumps(self.describe(), indent=2) + "\n")
        draft.replace(self.site.folder / "runner.json")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _stop_if_asked(self) -> None:
        if self.stopping:
            raise _Stopped


def _beats_since(moment: datetime) -> bool:
    beaten = heartbeat.last_beat()
    return beaten is not None and beaten >= moment


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
