"""What a measurement stands on: the emulator in a process of its own, and connected agents."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import requests
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess, Staff
from agentbox_sync.core.report import Report
from agentbox_sync.models import Connection, Organisation, StaffSettings
from agentbox_sync.services import connect, microsoft
from agentbox_sync.services.execute import execute
from agentbox_sync.services.organisation import admit, approve, match
from tests.builders.connections import contact_settings
from tests.builders.crm import OWNER, a_login, a_staff_member
from tests.environment.postgresql import free_port
from tests.integration.oauth.visitor import Visitor

DOMAIN = "agency.example"
PASSWORD = "correct horse"
PATIENCE = 20.0  # seconds until the emulator must answer
MOST_RUNS = 200
ROWS = 2000  # of one bulk_create


class Microsoft:
    """The emulator of this measurement, driven by HTTP alone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def control(self, what: str, body: Any = None, method: str = "POST") -> Any:
        answer = self._session.request(
            method, f"{self.url}/_emulator/{what}", json=body, timeout=60
        )
        if not answer.ok:
            raise SystemExit(f"The emulator refused {what}: {answer.text}")
        return answer.json()

    def look(self, what: str) -> Any:
        return self.control(what, method="GET")

    def slow_down(self, *, item: float = 0.0, round_trip: float = 0.0) -> None:
        """Let every item take ``item`` and every request ``round_trip`` seconds."""
        self.control("latency", {"item_ms": item * 1000, "round_trip_ms": round_trip * 1000})

    def begin_again(self) -> None:
        """Forget everything but the tenant and our app."""
        self.control("reset", {})
        app = {
            "client_id": conf.required("MS365_CLIENT_ID"),
            "client_secret": conf.required("MS365_CLIENT_SECRET"),
            "redirect_uris": [microsoft.callback_url()],
        }
        tenant = {"domain": DOMAIN, "id": conf.required("MS365_TENANT")}
        self.control("seed", {"tenants": [tenant], "apps": [app]})
        self.control("switches", {"max_requests": 1_000_000})

    def add_user(self, name: str, contacts: list[dict[str, Any]] | None = None) -> str:
        """Add somebody who has said yes to our app; returns the address."""
        upn = f"{name}@{DOMAIN}"
        user = {"upn": upn, "password": PASSWORD, "contacts": contacts or []}
        tenant = {"domain": DOMAIN, "id": conf.required("MS365_TENANT"), "users": [user]}
        consent = {"upn": upn, "client_id": conf.required("MS365_CLIENT_ID")}
        self.control("seed", {"tenants": [tenant], "consent": [consent]})
        return upn


@contextmanager
def emulator() -> Iterator[Microsoft]:
    """The emulator in a process of its own, so that its work is not counted as ours."""
    port = free_port()
    command = [sys.executable, "-m", "agentbox_sync.contrib.m365_emulator", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    os.environ["MS365_LOGIN_URL"] = os.environ["MS365_GRAPH_URL"] = url
    at = Microsoft(url)
    try:
        _wait_for(at, process)
        at.begin_again()
        yield at
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(at: Microsoft, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            at.look("stats")
            return
        except requests.ConnectionError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The emulator did not start: nothing was measured.") from None
            time.sleep(0.05)


def an_agent(at: Microsoft, name: str, contacts: int, **settings: Any) -> Connection:
    """Somebody with so many contacts of their own in the CRM, connected; nothing has run."""
    upn = at.add_user(name)
    staff = a_staff_member(f"{name.title()} Ashcroft", email=upn)
    connection = _signed_in(staff, upn)
    contact_settings(connection, **settings)
    some_contacts(staff, contacts)
    return connection


def an_organisation(at: Microsoft, count: int, contacts: int) -> list[Connection]:
    """So many as :func:`an_agent` makes, let in by the approval of their administrator."""
    tenant, client_id = conf.required("MS365_TENANT"), conf.required("MS365_CLIENT_ID")
    names = [at.add_user(f"member{number}") for number in range(count)]
    consent = {"tenant": DOMAIN, "client_id": client_id, "roles": list(approve.ROLES)}
    at.control("seed", {"consent": [consent]})
    master = a_login()
    if approve.connect(master, tenant) != approve.CONNECTED:
        raise SystemExit("The organisation did not let us in: nothing was measured.")
    organisation = Organisation.objects.get()
    for upn in names:
        some_contacts(a_staff_member(f"{upn.partition('@')[0].title()}", email=upn), contacts)
    match.look_up(master, organisation)
    admit.admit(master, organisation, admit.everybody(organisation))
    made = list(Connection.objects.filter(organisation=organisation))
    if len(made) != count:
        raise SystemExit(f"{len(made)} of {count} were let in: nothing was measured.")
    for connection in made:
        contact_settings(connection)
    return made


def _signed_in(staff: Staff, upn: str) -> Connection:
    user = a_login(staff)
    StaffSettings.objects.create(staff=staff, self_managed=True)
    session: dict[str, Any] = {}
    departure = connect.begin(user, staff, session)
    visitor = Visitor(microsoft.callback_url())
    visitor.sign_in(departure.authorization_url, upn, PASSWORD)
    visitor.session.close()
    landing = connect.finish(user, session, visitor.came_back())
    if landing.connection is None:
        raise SystemExit(f"Nobody could sign in ({landing.code}): nothing was measured.")
    return landing.connection


def some_contacts(staff: Staff, count: int, *, first: int = 0) -> list[Contact]:
    """So many contacts that the staff member owns, numbered from ``first``."""
    made: list[Contact] = []
    for start in range(first, first + count, ROWS):
        rows = [a_contact(staff, n) for n in range(start, min(start + ROWS, first + count))]
        made += Contact.objects.bulk_create(rows)
        ContactAccess.objects.bulk_create(
            ContactAccess(contact=row, staff=staff, level=OWNER) for row in rows
        )
    return made


def a_contact(staff: Staff, number: int) -> Contact:
    """An ordinary contact: a name, a company, two addresses, three phones, a street, notes."""
    return Contact(
        first_name="Olivia",
        last_name=f"Rutherford {number}",
        company="Harbour Vale",
        job_title="Vendor",
        email=f"o{number}@{staff.pk}.example",
        email_2=f"olivia{number}@home{staff.pk}.example",
        mobile=f"04{10_000_000 + number:08}",
        phone_home=f"02 9{1_000_000 + number:07}",
        phone_work=f"02 8{1_000_000 + number:07}",
        street=f"{number % 300 + 1} Ocean Street",
        suburb="Mosman",
        state="NSW",
        postcode="2088",
        country="Australia",
        notes="Met at the inspection; wants three bedrooms and a garden.",
    )


def run(connection: Connection, *, forced: bool = False) -> Report:
    """Run once, now; a run that could not begin is no measurement."""
    done = execute(connection.pk, forced=forced)
    if done is None or done[0].error:
        why = done[0].error if done else "nothing was run"
        raise SystemExit(f"Connection {connection.pk}: {why}. Nothing was measured.")
    return done[0]


def run_until_quiet(connection: Connection, *, forced: bool = True) -> None:
    """Run until nothing is left to do; waits that a run asks for are not sat out."""
    for _ in range(MOST_RUNS):
        report = run(connection, forced=forced)
        forced = False
        if not report.unfinished and report.is_idle:
            return
        Connection.objects.filter(pk=connection.pk).update(not_before=None)
    raise SystemExit("The connection does not come to rest: nothing was measured.")


def make_due(connections: list[Connection]) -> None:
    """Let the interval between two polls be over for these."""
    past = timezone.now() - timedelta(hours=1)
    Connection.objects.filter(pk__in=[one.pk for one in connections]).update(
        polled_at=past, not_before=None, queued_at=None
    )
