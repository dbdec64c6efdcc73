"""The whole journey without a browser: a throwaway CRM and emulator, connect, sync, report.

What a person clicks, this does through the same services; the sign-in pages of the emulated
Microsoft are opened and sent as forms.
"""

from __future__ import annotations

import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command

from agentbox_sync.contrib.reference_crm.demo import emulator
from agentbox_sync.contrib.reference_crm.demo.people import JANE, MARGARET
from agentbox_sync.contrib.reference_crm.demo.processes import Child, Program
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.services import connect, sync
from agentbox_sync.services.configure import configure
from agentbox_sync.services.describe import describe
from agentbox_sync.services.execute import execute

READY_WITHIN = 60.0


class WentWrong(Exception):
    """The journey could not be finished; the message says where."""


@dataclass(frozen=True)
class Journey:
    """One staff member's way from nothing to synced contacts."""

    folder: Path
    environment: Mapping[str, str]
    password: str
    redirect_uris: list[str]
    microsoft: str

    def travel(self, *, runs: int) -> list[dict[str, Any]]:
        """Connect the heroine, approve every kind, run so many times; return the reports."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("agentbox_demo", verbosity=0)
        emulator.seed(
            self.microsoft,
            emulator.tenant_seed(self.environment, self.password, self.redirect_uris),
        )
        connection = self._connect()
        user = get_user_model().objects.get(username=MARGARET.login)
        for kind, model in SETTINGS.items():
            version = model.objects.get(connection=connection).version
            configure(user, connection, kind, {"status": "one_way"}, version)
        sync.approve(connection, list(SETTINGS), user)
        return [self._run(connection) for _ in range(runs)]

    def _connect(self) -> Connection:
        staff = Staff.objects.get(email=JANE.email)
        user = get_user_model().objects.get(username=MARGARET.login)
        session: dict[str, Any] = {}
        departure = connect.begin(user, staff, session)
        query = sign_in(departure.authorization_url, JANE.email, self.password)
        landing = connect.finish(user, session, query)
        if landing.connection is None:
            raise WentWrong(f"Connecting ended with “{landing.code}”.")
        return landing.connection

    @staticmethod
    def _run(connection: Connection) -> dict[str, Any]:
        done = execute(connection.pk, forced=True)
        connection.refresh_from_db()
        if done is None or connection.state != Connection.State.CONNECTED or connection.failures:
            raise WentWrong(f"The run ended with “{connection.reason or connection.state}”.")
        return describe(connection, done[0])


@contextmanager
def throwaway_emulator(folder: Path, port: int, command: list[str]) -> Iterator[str]:
    """Run an emulator of one's own; yields its address."""
    address = f"http://127.0.0.1:{port}"
    child = Child(Program("emulator", [*command, "--port", str(port)]), folder, {})
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

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str):  # noqa: ANN201
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
