"""What our client sends, held against Microsoft's own metadata.

The checker and the metadata are Microsoft's data and lie beside the repository, not in it. Where
they are not, these tests say that they skip; with CI=true that is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.core.changes import Observation
from agentbox_sync.graph.account import read_profile
from agentbox_sync.ports import Create, Cursor, Delete, Page, Update, Written
from tests.builders.events import an_open_home
from tests.contracts.emulated import EmulatedSide, Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar
from tests.contracts.emulated_tasks import EmulatedTasks
from tests.environment.metadata import CHECKER, HINT

ROUTES = Path(__file__).with_name("required_routes.txt")
KIND = "contacts"


@pytest.fixture(autouse=True)
def checker() -> None:
    if not CHECKER.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(HINT)
        pytest.skip(HINT)


def checked(log: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKER), str(log), "--strict", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of a walk through all that the client can ask."""
    file = tmp_path / "traffic.jsonl"
    with EmulatorServer(log_file=file) as server:
        side = EmulatedSide(Microsoft(server))
        walk(side)
        walk_the_calendar(EmulatedCalendar(side.microsoft))
        walk_the_tasks(EmulatedTasks(side.microsoft))
        side.close()
    return file


def walk(side: EmulatedSide) -> None:
    store, person = side.store, {"name": {"given": "Jane", "surname": "O'Brien"}}
    full: dict[str, Any] = {
        **person,
        "company": "Co",
        "job_title": "Buyer",
        "emails": ["jane@example.com", "j@example.org", "o'brien@example.net", "4@example.com"],
        "mobile_phone": "0491 570 156",
        "home_phones": ["02 5550 1234"],
        "business_phones": ["02 5550 5678", "02 5550 9999", "02 5550 0000"],
        "home_address": {"street": "1 High St", "city": "Bondi", "postcode": "2026"},
        "birthday": "1980-02-29",
        "website": "https://example.com",
        "notes": "Line one\nLine two",
    }
    read_profile(side.client)
    home = store.locate(KIND, "")
    side.microsoft.fault(status=429, path="/contacts$", method="POST", nth=5)
    answers = store.write(
        KIND, home, [Create(f"stamp-{n}", full if n % 2 else person) for n in range(20)]
    )
    done = [answer for answer in answers if isinstance(answer, Written)]
    assert len(done) == 19
    store.find_stamped(KIND, home, ["stamp-1", "o'clock & co"])
    store.find_alike(KIND, home, [full])
    store.fetch(KIND, [answer.remote_id for answer in done])
    (page,) = store.pull([Cursor(KIND, home)])
    assert isinstance(page, Page)
    emptied = {atom: None for atom in full if atom != "name"}
    store.write(
        KIND,
        home,
        [
            Update(done[1].remote_id, done[1].etag, {**person, **emptied}, tuple(full)),
            Update(done[2].remote_id, done[2].etag, full, ("birthday", "home_address")),
            Delete(done[3].remote_id, done[3].etag),
        ],
    )
    store.pull([Cursor(KIND, home, page.delta_link)])


def walk_the_calendar(side: EmulatedCalendar) -> None:
    store, home, kind = side.store, side.store.locate("calendar", ""), "calendar"
    full = side.item(
        "Appraisal",
        note="1 High St",
        body="Line one\nLine two",
        reminder=30,
        sensitivity="private",
        show_as="oof",
        categories=["Appraisals"],
    )
    days = {"start": "2026-12-05", "end": "2026-12-07", "zone": "Asia/Kathmandu", "all_day": True}
    sent = [full, {"subject": "Fair", "when": days}, an_open_home(), an_open_home("Other")]
    answers = store.write(kind, home, [Create(f"e-{n}", one) for n, one in enumerate(sent)])
    one, two, series, _ = [answer for answer in answers if isinstance(answer, Written)]
    (page,) = store.pull([Cursor(kind, home, window=side.window)])
    assert isinstance(page, Page)
    store.find_stamped(kind, home, ["e-1", "o'clock & co"])
    store.find_alike(kind, home, sent)
    store.fetch(kind, [one.remote_id, series.remote_id])
    own = [
        {"original": "2026-12-12", "subject": "Auction"},
        {"original": "2026-12-19", "cancelled": True},
    ]
    dates = an_open_home(exceptions=own)
    store.write(
        kind,
        home,
        [
            Update(one.remote_id, one.etag, {"reminder": None, "location": ""}, ("location",)),
            Update(series.remote_id, series.etag, dates, ("subject", "exceptions")),
            Delete(two.remote_id, two.etag),
        ],
    )
    store.pull([Cursor(kind, home, page.delta_link)])
    ours = store.create_own(kind, "stamp-of-the-calendar")
    assert store.locate(kind, ours) == ours
    assert store.remove_own(kind, ours, "stamp-of-the-calendar")
    side.close()


def walk_the_tasks(side: EmulatedTasks) -> None:
    store, home, kind = side.store, side.store.locate("tasks", ""), "tasks"
    done = {"status": "completed", "completed_at": "2026-12-05T09:30:00+11:00"}
    about = {"name": "Mary Poe", "url": "https://crm.example/contact/7"}
    full = side.item(
        "Call Mary",
        note="Line one\nLine two",
        reminder="2026-12-04T09:00:00+11:00",
        importance="high",
        progress={"status": "inProgress"},
        categories=["Calls"],
        recurrence={"rule": "FREQ=WEEKLY;BYDAY=SA", "start": "2026-12-05"},
        reference=about,
        due="2026-12-05",
    )
    answers = store.write(
        kind, home, [Create(f"t-{n}", one) for n, one in enumerate([full, side.item("Keys")])]
    )
    one, two = [answer for answer in answers if isinstance(answer, Written)]
    (page,) = store.pull([Cursor(kind, home)])
    assert isinstance(page, Page)
    store.find_stamped(kind, home, ["t-1", "o'clock & co"])
    store.find_alike(kind, home, [full])
    emptied = {atom: None for atom in full if atom not in ("title", "reference")}
    less = {**full, **emptied, "reference": {**about, "name": "Bea Moss"}}
    (changed,) = store.write(
        kind, home, [Update(one.remote_id, one.etag, less, (*emptied, "reference"), "t-0")]
    )
    assert isinstance(changed, Written)
    ended = Update(changed.remote_id, changed.etag, {**less, "progress": done}, ("progress",))
    store.write(kind, home, [ended, Delete(two.remote_id, two.etag)])
    side.edit(one.remote_id, linkedResources=[])
    (bare,) = store.fetch(kind, [one.remote_id])
    assert isinstance(bare, Observation)
    store.write(kind, home, [Update(bare.remote_id, bare.etag, less, ("reference",), "t-0")])
    store.pull([Cursor(kind, home, page.delta_link)])
    # A list of our own is not made here: the checker takes its extension for a closed type, and
    # what is held over the whole run (tests.environment.traffic) knows better.
    side.close()


def test_all_that_we_send_is_what_microsofts_metadata_allows(log: Path) -> None:
    report = checked(log, "--require", str(ROUTES))

    assert report.returncode == 0, report.stdout + report.stderr
    assert "(1 scripted faults passed over): 0 problems" in report.stdout


@pytest.mark.parametrize(
    "planted,found",
    [
        ({"url": "/v1.0/me/kontakte", "status": 200}, "not in the v1.0 metadata"),
        ({"method": "PATCH", "request_body": {"nickname": "x"}}, "unknown property"),
        ({"method": "PATCH", "request_headers": {}}, "write without If-Match"),
    ],
)
def test_the_check_finds_what_is_planted(log: Path, planted: dict[str, Any], found: str) -> None:
    line = {
        "method": "GET",
        "url": "/v1.0/me/contacts/AAMk",
        "request_headers": {"If-Match": "x", "Prefer": 'IdType="ImmutableId"'},
        "request_body": None,
        "status": 200,
        "response_body": None,
        **planted,
    }
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")

    report = checked(log)

    assert report.returncode == 1
    assert found in report.stdout
