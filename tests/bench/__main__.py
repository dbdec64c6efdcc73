"""``python -m tests.bench``: measure on SQLite and on PostgreSQL, print JSON lines.

Each database is made for the measurement and dropped after it. Exit 0 whatever was measured: a
figure is looked at, not asserted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from tests.bench import page
from tests.environment import postgresql
from tests.environment.requirement import Missing
from tests.projects.manage import empty_database, manage

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = "config.settings.test"
# Module of tests/bench: the names of what it measures.
SUBJECTS = {
    "first_push": ("first_push", "first_push_o365"),
    "idle": (
        "idle_requests",
        "idle_sql",
        "idle_cpu",
        "all_kinds_idle_requests",
        "all_kinds_idle_sql",
    ),
    "growth": ("growth_time", "growth_sql"),
    "calendars": (
        "calendar_first_push",
        "calendar_idle_requests",
        "calendar_idle_sql",
        "calendar_growth_time",
        "calendar_growth_sql",
    ),
    "tasks": (
        "tasks_first_push",
        "tasks_idle_requests",
        "tasks_idle_sql",
        "tasks_growth_time",
        "tasks_growth_sql",
    ),
    "memory": ("memory",),
    "fleet": ("many_mailboxes", "many_mailboxes_beside_first_push"),
    "organisation": (
        "many_mailboxes_by_organisation",
        "many_mailboxes_by_organisation_requests",
    ),
    "pages": ("page",),
    "overview": ("overview",),
}
DATABASES = ("sqlite", "postgresql")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="a measurement, a subject")
    parser.add_argument("--database", choices=DATABASES, help="one of the two")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every size")
    parser.add_argument("--publish", type=Path, metavar="FILE", help="write docs/benchmarks.md")
    parser.add_argument("--measure", metavar="SUBJECT", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        return measure(options.measure, options.scale)
    if options.publish:
        page.publish(page.read(options.publish), ROOT)
        return 0
    subjects = [subject for subject in SUBJECTS if is_wanted(subject, options.only)]
    if not subjects:
        print(f"There is no {options.only}; there are {', '.join(SUBJECTS)}.", file=sys.stderr)
        return 2
    status = 0
    for name in DATABASES if options.database is None else (options.database,):
        try:
            with server(name) as url:
                for subject in subjects:
                    status |= on_a_database_of_its_own(url, subject, options.scale)
        except Missing as missing:
            print(missing, file=sys.stderr)
            status = 1
    return status


def is_wanted(subject: str, only: list[str] | None) -> bool:
    """Tell whether a subject is asked for, by its own name or by that of a measurement."""
    return not only or any(name in (subject, *SUBJECTS[subject]) for name in only)


@contextmanager
def server(name: str) -> Iterator[str]:
    """The URL where databases of a kind are made; raises Missing."""
    if name == "postgresql":
        with postgresql.server() as url:
            yield url
    else:
        yield "sqlite://"


def on_a_database_of_its_own(url: str, subject: str, scale: float) -> int:
    os.environ["DATABASE_URL"] = url
    with tempfile.TemporaryDirectory() as folder, empty_database(Path(folder)) as address:
        manage("migrate", "--no-input", settings=SETTINGS, database=address).check_returncode()
        environment = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": SETTINGS}
        command = [sys.executable, "-m", "tests.bench", "--measure", subject, "--scale", str(scale)]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, check=False
        ).returncode


def measure(subject: str, scale: float) -> int:
    # Only the process that measures has settings: the one that made its database has none.
    import django

    django.setup()
    # Models can be imported once Django is set up.
    subject_of = import_module(f"tests.bench.{subject}")
    database = "sqlite" if os.environ["DATABASE_URL"].startswith("sqlite") else "postgresql"
    for found in subject_of.measure(scale):
        print(found.line(database), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
