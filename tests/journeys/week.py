"""An agent's week on both sides: who takes part, what stands in the CRM, and by which clocks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from agentbox_sync import conf, jobs
from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Appointment, Listing, Staff
from agentbox_sync.models import Connection
from agentbox_sync.services import connect, microsoft, sync
from agentbox_sync.services.configure import configure
from tests.builders import crm
from tests.builders.worker import work
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.environment import traffic
from tests.integration.oauth.visitor import Visitor

from .crm_calendar import AppointmentAdmin, KindSection
from .crm_pages import Card
from .outlook_week import OutlookWeek

BRUNO = "bruno@agency.example"
SYDNEY, BERLIN = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Berlin")
ADDRESS = "12 Ocean Street, Mosman NSW 2088"
VENDOR, PHONE = "Olivia Rutherford", "0491 570 156"
OPEN_HOME, FAIR, STAFF_MEETING = "Open home Ocean Street", "Property fair", "Sales meeting"
DENTIST, SIGNING = "Dentist", "Contract signing"
INSPECTION, VENDOR_MEETING = "Private inspection", "Vendor meeting"


@dataclass
class Week:
    """Everybody and everything of one week, which begins on a Monday after the present one."""

    page: Page
    outlook: Page
    at: Microsoft
    url: str
    user: Any
    jane: Staff
    bruno: Staff
    monday: date
    kinds: ClassVar[Sequence[str]] = ("calendar",)

    @classmethod
    def begin(cls, page: Page, at: Microsoft, url: str) -> Self:
        jane = crm.a_staff_member("Jane Ashcroft", email=JANE)
        bruno = crm.a_staff_member("Bruno Weber", email=BRUNO)
        user = crm.a_login(
            None, MASTER_USERS, first_name="Mia", last_name="Stone", is_superuser=True
        )
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        jobs.tick()  # the worker is alive
        today = datetime.now(SYDNEY).date()
        monday = today + timedelta(days=14 - today.weekday())
        week = cls(page, page.context.new_page(), at, url, user, jane, bruno, monday)
        week.fill()
        return week

    # ------------------------------------------------------------------------- what people use

    @property
    def card(self) -> Card:
        return Card(self.page)

    @property
    def section(self) -> KindSection:
        return KindSection(self.page)

    @property
    def appointments(self) -> AppointmentAdmin:
        return AppointmentAdmin(self.page, self.url)

    @property
    def janes(self) -> OutlookWeek:
        return OutlookWeek(self.outlook, self.at.url, JANE)

    @property
    def brunos(self) -> OutlookWeek:
        return OutlookWeek(self.outlook, self.at.url, BRUNO)

    def open_card(self) -> Card:
        path = reverse("admin:agentbox_crm_staff_connections", args=[self.jane.pk])
        self.page.goto(self.url + path)
        expect(self.card.headline).to_be_visible()
        return self.card

    def sync(self) -> None:
        """Let the worker sync both agents, as the minute's tick would, which says that it lives."""
        jobs.tick()
        for connection in Connection.objects.filter(state="connected"):
            sync.ask(connection, self.kinds, user=self.user)
        work()

    # --------------------------------------------------------------------------- days and hours

    def on(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time of the week by Sydney's clocks, so many days after its Monday."""
        day = self.monday + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), SYDNEY)

    def saturday(self, number: int) -> datetime:
        """When the open home begins by its rule: 0 is the first one."""
        return self.on(5 + 7 * number, 17)

    # ------------------------------------------------------------------------ what stands there

    def fill(self) -> None:
        """What is in the CRM before anybody connects."""
        listing = Listing.objects.create(address=ADDRESS)
        crm.a_contact(VENDOR, access={self.jane: crm.OWNER}, mobile=PHONE)
        both = (self.jane, self.bruno)
        Kind = Appointment.Kind  # noqa: N806  a class
        self._put(
            OPEN_HOME,
            self.saturday(0),
            30,
            self.jane,
            kind=Kind.INSPECTION,
            listing=listing,
            recurrence="FREQ=WEEKLY;BYDAY=SA",
        )
        self._put(FAIR, self.on(3, 0), 24 * 60, *both, all_day=True)
        self._put(STAFF_MEETING, self.on(1, 17), 45, *both)
        self._put(DENTIST, self.on(2, 8), 45, self.jane, private=True)
        self._put(INSPECTION, self.on(4, 10), 30, self.jane, kind=Kind.INSPECTION)
        self._put(VENDOR_MEETING, self.on(4, 11), 45, self.jane)
        self._put(SIGNING, self.on(0, 16, 30), 60, *both)

    def _put(self, title: str, starts: datetime, minutes: int, *staff: Staff, **more: Any) -> None:
        ends = starts + timedelta(minutes=minutes)
        if more.get("all_day"):
            ends = datetime.combine(starts.date() + timedelta(days=1), time(), SYDNEY)
        crm.an_appointment(*staff, title=title, starts_at=starts, ends_at=ends, **more)


def hours(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """How a calendar shows two times to somebody who lives by the clocks of a zone."""
    told = [moment.astimezone(zone) for moment in (starts, ends)]
    return " – ".join(f"{moment.hour}:{moment.minute:02}" for moment in told)


@contextmanager
def outlook(log: Path) -> Iterator[Microsoft]:
    """Microsoft with a traffic log of its own, handed on to the log of the whole run."""
    with EmulatorServer(log_file=log) as server:
        yield Microsoft(server)
    whole_run = Path(os.environ.get(traffic.VARIABLE, os.devnull))
    if whole_run.is_dir():
        shutil.copy(log, whole_run / f"{uuid4().hex}.jsonl")


def prepare(at: Microsoft, settings: Any, url: str) -> None:
    """Jane in Sydney and Bruno in Berlin, and a registration that leads back to this server."""
    at.prepare(time_zone="AUS Eastern Standard Time")
    person = {"upn": BRUNO, "display_name": "Bruno Weber", "password": PASSWORD}
    person["time_zone"] = "W. Europe Standard Time"
    at.control("seed", {"tenants": [{"domain": "agency.example", "users": [person]}]})
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = at.url
    settings.MS365_TENANT = at.look(f"mailbox/{JANE}")["owner"]["tenant"]
    options = {"HTTP_TIMEOUT": 20, "LEASE_TIME": 60, "SETTLE_DELAY": 0, "BASE_URL": url}
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, **options}
    registered = {
        "client_id": conf.required("MS365_CLIENT_ID"),
        "client_secret": conf.required("MS365_CLIENT_SECRET"),
        "redirect_uris": [microsoft.callback_url()],
    }
    consent = [{"upn": upn, "client_id": registered["client_id"]} for upn in (JANE, BRUNO)]
    at.control("seed", {"apps": [registered], "consent": consent})


def signed_in(week: Week, staff: Staff, upn: str) -> Connection:
    """Connect a mailbox through the services that the pages call."""
    session: dict[str, Any] = {}
    departure = connect.begin(week.user, staff, session)
    visitor = Visitor(microsoft.callback_url())
    visitor.sign_in(departure.authorization_url, upn, PASSWORD)
    visitor.session.close()
    landing = connect.finish(week.user, session, visitor.came_back())
    assert landing.connection is not None, landing.code
    return landing.connection


def let_sync(week: Week, connection: Connection, kind: str = "calendar", **values: Any) -> None:
    """Choose for a kind, say go, and let the worker do it."""
    configure(week.user, connection, kind, {"status": "two_way", **values}, 1)
    sync.approve(connection, [kind], week.user)
    sync.ask(connection, [kind], user=week.user)
    work()
