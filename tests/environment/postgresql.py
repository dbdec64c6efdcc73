"""A PostgreSQL for the tests: a named one, the local one, or a throwaway cluster."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.environment.requirement import Missing

DATABASE = "agentbox"  # tests run in test_agentbox_<process>, which pytest-django makes and drops
HINT = (
    "No PostgreSQL: the database tests run on SQLite only. Install one "
    "(Debian: apt-get install postgresql) or name one in TEST_DATABASE_URL."
)
# Nothing in a throwaway cluster is worth a wait for the disk.
SPEED = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL where we may create databases; raises Missing."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        if trouble := refusal(named):
            raise Missing(f"TEST_DATABASE_URL is of no use: {trouble}")
        yield named
        return
    local = url(int(os.environ.get("PGPORT") or 5432))
    if not refusal(local):
        yield local
        return
    with throwaway() as cluster:
        yield cluster


def url(port: int) -> str:
    return f"postgres://postgres@127.0.0.1:{port}/{DATABASE}"


def describe(address: str) -> str:
    """The address without user and password."""
    parts = urlsplit(address)
    return f"PostgreSQL at {parts.hostname or 'the local socket'}:{parts.port or 5432}"


def refusal(address: str) -> str | None:
    """Why tests cannot use this server, or None when they can."""
    parts = urlsplit(address)
    try:
        with psycopg.connect(
            parts._replace(path="/postgres").geturl(), connect_timeout=3, autocommit=True
        ) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        return str(error).strip()
    return None if row and row[0] else "its user may not create databases."


@contextmanager
def throwaway() -> Iterator[str]:
    """A cluster in a temporary folder, gone afterwards; raises Missing."""
    binaries = find_binaries()
    if not binaries:
        raise Missing(HINT)
    folder = Path(tempfile.mkdtemp(prefix="agentbox-pg-"))
    prefix = ordinary_user(folder)
    try:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        run([*prefix, binaries / "initdb", "-D", folder / "data", "--no-sync", *options], folder)
        yield start(prefix, binaries, folder)
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run([*prefix, binaries / "pg_ctl", "stop", "-D", folder / "data", "-mfast"], folder)
        shutil.rmtree(folder)


def start(prefix: list[str], binaries: Path, folder: Path, tries: int = 3) -> str:
    """Start the cluster on a free port; its URL. Someone may take the port first: try again."""
    port = free_port()
    options = " ".join(("-c listen_addresses=127.0.0.1", f"-p {port} -k {folder}", *SPEED))
    command = [*prefix, binaries / "pg_ctl", "start", "-w", "-t60", "-D", folder / "data"]
    try:
        run([*command, "-l", folder / "log", "-o", options], folder)
    except Missing:
        if tries <= 1:
            raise
        return start(prefix, binaries, folder, tries - 1)
    return url(port)


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda path: path.parent.name.zfill(4), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def ordinary_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to another user and become it."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        shutil.chown(folder, account.pw_uid, account.pw_gid)
        if setpriv := shutil.which("setpriv"):
            ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
            return [setpriv, *ids, "--clear-groups"]
        if runuser := shutil.which("runuser"):
            return [runuser, "-u", name, "--"]
    raise Missing("PostgreSQL does not run as root, and there is no user to run it as.")


def run(command: list[str | Path], folder: Path) -> None:
    """Run one of PostgreSQL's programs; raises Missing with what it said."""
    output = folder.with_name(folder.name + ".out")
    # Not a pipe: the server keeps it open, and reading it to the end would wait for ever.
    with output.open("w+") as stream:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    said = output.read_text()
    output.unlink()
    if done.returncode:
        raise Missing(f"PostgreSQL could not be started: {said.strip()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
