"""The database of a host project: that of this run of the tests, under a name of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import environ

SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;",
}


def database(project: str) -> dict[str, Any]:
    """What stands under "default" in DATABASES; DATABASE_URL names the server or the file."""
    address = os.environ.get("DATABASE_URL") or f"sqlite:///var/test/{project}.sqlite3"
    found: dict[str, Any] = environ.Env.db_url_config(address)
    if found["ENGINE"] != "django.db.backends.sqlite3":
        return found
    file = Path(found["NAME"])
    file.parent.mkdir(parents=True, exist_ok=True)
    # A file, because threads of a test share it.
    return {**found, "OPTIONS": SQLITE, "TEST": {"NAME": str(file.with_name(f"test_{project}"))}}
