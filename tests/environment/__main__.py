"""Run all tests on SQLite, then those that use the database again on PostgreSQL.

Arguments go to pytest. With CI=true a missing PostgreSQL or browser is a failure.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.environment import browser, postgresql
from tests.environment.requirement import Missing, is_ci

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> int:
    try:
        browser.ensure()
    except Missing as missing:
        print(missing, file=sys.stderr)
        if is_ci():
            return 1
    try:
        with postgresql.server() as url:
            return run_on_sqlite(arguments) or run_on_postgresql(url, arguments)
    except Missing as missing:
        print(missing, file=sys.stderr)
        # A server that was named is wanted, on whatever machine.
        wanted = is_ci() or "TEST_DATABASE_URL" in os.environ
        return 1 if wanted else run_on_sqlite(arguments)


def run_on_sqlite(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="agentbox-tests-") as folder:
        print("All tests on SQLite:", flush=True)
        return run(f"sqlite:///{folder}/crm.sqlite3", arguments)


def run_on_postgresql(url: str, arguments: list[str]) -> int:
    print(f"The database tests on {postgresql.describe(url)}:", flush=True)
    status = run(url, ["--database-only", *arguments])
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and arguments:
        return 0  # the developer chose tests that need no database
    return status


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
