"""Run all tests on SQLite, then those that use the database again on PostgreSQL.

One process more than there are cores shares the work; the simulation, which takes all cores by
itself, comes between the two. What all of them exchanged with the emulated Graph is judged in the
end, see traffic.py. Arguments go to pytest. With CI=true a missing PostgreSQL or browser is a
failure.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.environment import browser, postgresql, sharing, traffic
from tests.environment.requirement import Missing, is_ci

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> int:
    """Run the tests and judge what they exchanged with Graph; the exit status."""
    with traffic.recorded() as folder:
        status = run_all(arguments)
        if status:
            return status
        return int(not traffic.hold(folder, whole=not arguments))


def run_all(arguments: list[str]) -> int:
    try:
        browser.ensure()
    except Missing as missing:
        print(missing, file=sys.stderr)
        if is_ci():
            return 1
    try:
        with postgresql.server() as url:
            return run_on_both(url, arguments)
    except Missing as missing:
        print(missing, file=sys.stderr)
        # A server that was named is wanted, on whatever machine.
        wanted = is_ci() or "TEST_DATABASE_URL" in os.environ
        return 1 if wanted else run_on_sqlite(arguments)


def run_on_both(url: str, arguments: list[str]) -> int:
    status = run_on_sqlite(arguments)
    if not may_go_on(status, arguments):
        return status
    print(f"The database tests on {postgresql.describe(url)}:", flush=True)
    return together(status, run(url, [*sharing.OPTIONS, "--database-only", *arguments]), arguments)


def run_on_sqlite(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="agentbox-tests-") as folder:
        url = f"sqlite:///{folder}/crm.sqlite3"
        print("All tests on SQLite:", flush=True)
        status = run(url, [*sharing.OPTIONS, "--cores=shared", *arguments])
        if not may_go_on(status, arguments):
            return status
        print("What takes all cores by itself:", flush=True)
        return together(status, run(url, ["--cores=own", *arguments]), arguments)


def may_go_on(status: int, arguments: list[str]) -> bool:
    """Whether nothing failed; a developer may choose tests that only some of the runs have."""
    return not status or (bool(arguments) and status == pytest.ExitCode.NO_TESTS_COLLECTED)


def together(before: int, status: int, arguments: list[str]) -> int:
    """The status of two runs, of which one may have had none of the chosen tests."""
    return before if status and may_go_on(status, arguments) else status


def run(database_url: str, arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    with subprocess.Popen(command, cwd=ROOT, env=environment) as tests:
        try:
            return tests.wait()
        except SystemExit:
            tests.send_signal(signal.SIGINT)  # as Ctrl-C does for both of us
            raise
        finally:
            tests.wait()  # until pytest has dropped its databases


if __name__ == "__main__":
    # SIGTERM unwinds like Ctrl-C, so that a throwaway PostgreSQL does not outlive the run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
