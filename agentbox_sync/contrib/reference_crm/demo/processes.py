"""Child processes of the demo: each is a process group that is started, watched and ended whole."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE = 0.5  # seconds before a dead child is started again; doubles up to the longest
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds after which a child that lived counts as well again


@dataclass(frozen=True)
class Program:
    """What to run: `grace` is how long it may take to end by itself, in seconds."""

    name: str
    command: list[str]
    grace: float = 10.0


@dataclass
class Child:
    """One program, kept running; its output goes to `<folder>/<name>.log`.

    The child holds a lock on `<folder>/<name>.lock` for as long as any process of its group lives.
    That is how a later runner knows whether a group written down by a crashed one is still ours:
    process numbers are used again, locks are not.
    """

    program: Program
    folder: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float | None = field(default=None)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def group(self) -> int:
        """The number of the process group, which is also that of its first process; 0 for none."""
        return self.process.pid if self.process else 0

    def start(self) -> None:
        lock = open_lock(self.folder, self.name)
        try:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(  # noqa: S603  our own command, no shell
                    self.program.command,
                    env=dict(self.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[lock],
                )
        finally:
            os.close(lock)
        self.started, self.due = time.monotonic(), None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> bool:
        """Starts a dead child again once its pause is over; True when it was started."""
        if self.is_running():
            return False
        now = time.monotonic()
        if self.due is None:
            if now - self.started > STEADY:
                self.pause = FIRST_PAUSE
            self.due = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if now < self.due:
            return False
        if is_locked(self.folder, self.name):
            # A cluster that lost its first process leaves workers without a supervisor behind.
            kill_group(self.group)
            return False
        self.start()
        return True

    def ask_to_end(self) -> None:
        """Asks the first process alone: it ends its own, after they finished what they do."""
        if self.process is not None and self.is_running():
            self.process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Waits until `deadline` (monotonic seconds), then ends whatever of the group is left."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass  # it had its time
        if is_locked(self.folder, self.name):
            kill_group(self.group)
        self.process.wait()


def open_lock(folder: Path, name: str) -> int:
    """Takes the lock of one child and returns its descriptor; raises BlockingIOError if held."""
    lock = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def is_locked(folder: Path, name: str) -> bool:
    """Whether a process of that child is alive."""
    try:
        os.close(open_lock(folder, name))
    except BlockingIOError:
        return True
    return False


def kill_group(group: int) -> None:
    if group > 0:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # nothing of it is left (macOS says so by refusing)


def wait_until_unlocked(folder: Path, name: str, seconds: float = 5.0) -> bool:
    """Waits until the last process of that child is gone."""
    deadline = time.monotonic() + seconds
    while is_locked(folder, name):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
