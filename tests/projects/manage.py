"""Runs management commands of a host project in a process of its own, on an empty database."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.architecture.source import ROOT

SETTINGS = {
    "reference CRM": "config.settings.test",
    "foreign CRM": "tests.projects.foreign_crm.settings",
    "bare": "tests.projects.bare.settings",
}
_numbers = itertools.count(1)


def run(
    *arguments: str,
    settings: str,
    database: str = "",
    environment: Mapping[str, str | None] = {},
    patience: float = 180,
) -> subprocess.CompletedProcess[str]:
    """Run `python -W error ...`; a value of None takes the variable out of the environment."""
    changes = {
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
        **({"DATABASE_URL": database} if database else {}),
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env={k: v for k, v in (os.environ | changes).items() if v is not None},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def manage(*arguments: str, **given: object) -> subprocess.CompletedProcess[str]:
    return run("-m", "django", *arguments, **given)


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The URL of a database with nothing in it, on the server of this run or in a file."""
    here = urlsplit(os.environ["DATABASE_URL"])
    if not here.scheme.startswith("postgres"):
        yield f"sqlite:///{folder}/empty{next(_numbers)}.sqlite3"
        return
    name = f"agentbox_empty_{os.getpid()}_{next(_numbers)}"
    server = here._replace(scheme="postgresql", path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield here._replace(path=f"/{name}").geturl()
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            admin.execute(drop)
