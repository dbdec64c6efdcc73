"""The whole journey without a browser: a throwaway CRM and emulator, connect, sync, report.

What a person clicks, this does through the same services; the sign-in pages of the emulated
Microsoft are opened and sent as forms.
"""

from __future__ import annotations

import http.cookiejar
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.demo import emulator, ports
from agentbox_sync.contrib.reference_crm.demo.people import JANE, MARGARET
from agentbox_sync.contrib.reference_crm.demo.processes import Child, Program
from agentbox_sync.contrib.reference_crm.demo.seed import seed_crm
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.host.registry import offered
from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.services import connect, sync
from agentbox_sync.services.configure import configure
from agentbox_sync.services.describe import describe
from agentbox_sync.services.execute import execute

THROWAWAY = "AGENTBOX_DEMO_THROWAWAY"
READY_WITHIN = 60.0


class WentWrong(Exception):
    """The journey could not be finished; the message says where."""


def in_a_throwaway_folder(project: Path, folder_bound: Collection[str]) -> int:
    """Run this very command again with a folder of its own, gone afterwards; return its status.

    ``folder_bound`` are the environment variables that belong to the present folder.
    """
    with tempfile.TemporaryDirectory(prefix="agentbox-demo-") as folder:
        kept = {name: value for name, value in os.environ.items() if name not in folder_bound}
        kept |= {
            THROWAWAY: "1",
            "AGENTBOX_DEMO_FOLDER": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        }
        command = [sys.executable, "-m", "django", *sys.argv[1:]]
        return subprocess.run(command, env=kept, cwd=project, check=False).returncode  # noqa: S603


def travel(
    folder: Path, password: str, redirect_uris: list[str], *, runs: int
) -> list[dict[str, Any]]:
    """Connect the heroine, approve every kind, run so many times; return the reports."""
    call_command("migrate", interactive=False, verbosity=0)
    seed_crm(timezone.localdate(), password)
    with _own_emulator(folder) as address:
        os.environ |= {"MS365_LOGIN_URL": address, "MS365_GRAPH_URL": address}
        content = emulator.tenant_seed(os.environ, password, redirect_uris)
        emulator.seed(address, content)
        user = get_user_model().objects.get(username=MARGARET.login)
        connection = _connect(user, password)
        for kind in offered():
            version = SETTINGS[kind].objects.get(connection=connection).version
            configure(user, connection, kind, {"status": "one_way"}, version)
        sync.approve(connection, offered(), user)
        return [_run(connection) for _ in range(runs)]


def sentence(report: Mapping[str, Any]) -> str:
    """Return a report as one line for people."""
    counts = ", ".join(
        f"{kind}: {c['created']} created, {c['updated']} updated, {c['set_aside']} set aside"
        for kind, c in report["kinds"].items()
    )
    return f"{counts} (requests: {report['requests']}, {report['seconds']:.1f} s)."


def _connect(user: Any, password: str) -> Connection:
    staff = Staff.objects.get(email=JANE.email)
    session: dict[str, Any] = {}
    departure = connect.begin(user, staff, session)
    query = sign_in(departure.authorization_url, JANE.email, password)
    landing = connect.finish(user, session, query)
    if landing.connection is None:
        raise WentWrong(f"Connecting ended with “{landing.code}”.")
    return landing.connection


def _run(connection: Connection) -> dict[str, Any]:
    done = execute(connection.pk, forced=True)
    connection.refresh_from_db()
    if done is None or done[0].error or done[0].unfinished:
        raise WentWrong(f"The run ended with “{connection.reason or connection.state}”.")
    return describe(connection, done[0])


@contextmanager
def _own_emulator(folder: Path) -> Iterator[str]:
    port = ports.free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "django", "m365_emulator", "--port", str(port)]
    child = Child(Program("emulator", command), folder, os.environ)
    child.start()
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not emulator.answers(f"{address}/_emulator/stats"):
            if not child.is_running() or time.monotonic() > deadline:
                raise WentWrong(f"The emulator did not start:\n{child.log.read_text()}")
            time.sleep(0.1)
        yield address
    finally:
        child.ask_to_end()
        child.end(time.monotonic())


class _ComesBack(urllib.request.HTTPRedirectHandler):
    """Stops at the way back to the CRM, which nobody serves here."""

    def __init__(self) -> None:
        self.answer: dict[str, str] = {}

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(newurl).query))
        if "state" in query and ("code" in query or "error" in query) and "client_id" not in query:
            self.answer = query
            raise urllib.error.HTTPError(newurl, code, "back at the CRM", headers, None)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def sign_in(url: str, account: str, password: str) -> dict[str, str]:
    """Sign in at the emulated Microsoft and accept; return the query that comes back."""
    back = _ComesBack()
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        back,
    )
    page = browser.open(url, timeout=30)
    base = page.url.rstrip("/")
    steps = (("email", {"email": account}), ("password", {"password": password}), ("accept", {}))
    for step, values in steps:
        try:
            browser.open(f"{base}/{step}", urllib.parse.urlencode(values).encode(), timeout=30)
        except urllib.error.HTTPError as stop:
            if not back.answer:
                raise WentWrong(f"Microsoft's page “{step}” answered {stop.code}.") from stop
            return back.answer
    raise WentWrong("Microsoft's pages did not lead back to the CRM.")
