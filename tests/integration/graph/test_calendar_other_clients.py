"""What we write into a calendar, as clients that we did not write see it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.sensitivity import Sensitivity

from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.graph.transport import build_session, redirected_hosts
from agentbox_sync.ports import Create, Update, Written
from tests.builders.events import an_appointment, an_open_home
from tests.emulator.clients import JANE, Control
from tests.emulator.conftest import control, server
from tests.emulator.o365 import o365_account
from tests.emulator.sdk import asking, person, sdk_for

__all__ = ["control", "server"]

SYDNEY = ZoneInfo("Australia/Sydney")
WINDOW = {"start_date_time": "2026-12-01T00:00:00Z", "end_date_time": "2027-01-01T00:00:00Z"}


class Held:
    """A token that was fetched once, and a clock that nobody waits for."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self, *, claims: str = "") -> str:
        return self._token

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here is slow enough to wait {seconds} s")


@pytest.fixture
def written(control: Control) -> None:
    """An appraisal, a private lunch, a fair of two days, and an open home with a date moved."""
    hosts = redirected_hosts({"MS365_GRAPH_URL": ("graph.microsoft.com", control.url)})
    session = build_session(redirects=hosts, timeout=(10.0, 30.0))
    held = Held(control.token(JANE))
    store = GraphMailbox(GraphClient(session, held, held, timeout=(10.0, 30.0)), "UTC")
    home = store.locate("calendar", "")
    fair = {"start": "2026-12-07", "end": "2026-12-09", "zone": "Australia/Sydney", "all_day": True}
    records = [
        an_appointment("Appraisal", location="1 Sea Rd", body="Keys\nat the office", reminder=45),
        an_appointment("Lunch", "2026-12-08", sensitivity="private", show_as="oof"),
        {"subject": "Fair", "when": fair},
        an_open_home(),
    ]
    answers = store.write("calendar", home, [Create(f"s-{n}", r) for n, r in enumerate(records)])
    series = answers[3]
    assert isinstance(series, Written)
    moved = {"start": "2026-12-12T12:00:00", "end": "2026-12-12T12:30:00", "zone": SYDNEY.key}
    own = [
        {"original": "2026-12-12", "when": moved},
        {"original": "2026-12-19", "cancelled": True},
    ]
    change = Update(series.remote_id, series.etag, an_open_home(exceptions=own), ("exceptions",))
    (answer,) = store.write("calendar", home, [change])
    assert isinstance(answer, Written), answer
    session.close()


@pytest.mark.usefixtures("written")
def test_python_o365_shows_the_week_that_we_wrote(control: Control) -> None:
    with o365_account(control.url, scopes=("basic", "calendar_all")) as account:
        calendar = account.schedule().get_default_calendar()
        first, last = (dt.datetime(2026, 12, day, tzinfo=SYDNEY) for day in (1, 29))
        shown = sorted(
            calendar.get_events(start_recurring=first, end_recurring=last, limit=50),
            key=lambda event: (event.start, event.subject),
        )

    timed = [event for event in shown if not event.is_all_day]
    assert [(event.subject, f"{event.start:%d %H:%M}") for event in timed] == [
        ("Appraisal", "05 10:00"),
        ("Open home", "05 10:00"),
        ("Lunch", "08 10:00"),
        ("Open home", "12 12:00"),
        ("Open home", "26 10:00"),
    ]
    (fair,) = [event for event in shown if event.is_all_day]
    assert (fair.start.date(), fair.end.date()) == (dt.date(2026, 12, 7), dt.date(2026, 12, 9))
    assert timed[0].location["displayName"] == "1 Sea Rd"
    assert timed[0].remind_before_minutes == 45


@pytest.mark.usefixtures("written")
def test_msgraph_sdk_shows_the_week_that_we_wrote(control: Control) -> None:
    with person(control.url) as credential, sdk_for(control.url, credential) as sdk:
        view = sdk.me.calendar_view
        prefer = ("Prefer", 'outlook.timezone="AUS Eastern Standard Time"')
        shown = sdk(view.get(asking(view, headers=(prefer,), top=50, **WINDOW))).value

    by_name = {(event.subject, event.start.date_time[8:16]): event for event in shown}
    assert sorted(by_name) == [
        ("Appraisal", "05T10:00"),
        ("Fair", "07T00:00"),
        ("Lunch", "08T10:00"),
        ("Open home", "05T10:00"),
        ("Open home", "12T12:00"),
        ("Open home", "26T10:00"),
    ]
    lunch = by_name["Lunch", "08T10:00"]
    assert (lunch.sensitivity, lunch.show_as) == (Sensitivity.Private, FreeBusyStatus.Oof)
    assert by_name["Fair", "07T00:00"].is_all_day
    assert by_name["Open home", "12T12:00"].type == EventType.Exception
    assert by_name["Appraisal", "05T10:00"].body_preview.splitlines() == ["Keys", "at the office"]
