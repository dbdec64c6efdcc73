"""Microsoft's own examples of calendars and events, replayed; they are not ours to copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from .calendar_builders import event, rule, view
from .clients import Client, Control
from .test_documentation_examples import EXAMPLES, missing

pytestmark = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="Microsoft's examples are not beside the repository (../shared)"
)
PAGES = ("calendar-", "event-", "user-list-calendar", "user-list-events", "user-post-calendar")
PAGES += ("user-post-events", "delta-query-events", "outlook-calendar-")
# Of what COVERAGE.md leaves out, and an address that the page prints for a whole calendar.
NOT_EMULATED = ("getSchedule", "getschedule", "/messages", "skiptoken=R0", "deltatoken=R0")
# The page says it deletes the default calendar, which the metadata does not have.
NOT_DONE = ("calendar-delete.md",)


def pairs() -> list[Any]:
    """Requests of the pages that apply, each with the answer that the page shows for it."""
    found: list[Any] = []
    asked: dict[str, Any] | None = None
    for entry in json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else ():
        page = (entry["page"] or "").rpartition("/")[2]
        url = entry["url"] or ""
        if not page.startswith(PAGES) or page in NOT_DONE or any(w in url for w in NOT_EMULATED):
            asked = None
        elif entry["kind"] == "request":
            asked = entry
        elif asked is not None and asked["url"] == url:
            name = f"{page}-{entry['method']}-{len(found)}"
            found.append(pytest.param(asked, entry, id=name))
            asked = None
    return found


def test_enough_of_the_documentation_applies() -> None:
    assert len(pairs()) > 20


@pytest.fixture
def things(graph: Client, control: Control) -> dict[str, str]:
    """A calendar of one's own, a meeting, a series with an exception, an invitation."""
    own = graph.create("/me/calendars", name="Other")
    guests = [{"emailAddress": {"name": "Dana", "address": "dana@x.example"}, "type": "required"}]
    place = {"displayName": "Hall", "address": {"city": "Redmond"}}
    meeting = graph.create(
        "/me/events",
        **{**event("2019-04-09 10:00", "2019-04-09 11:00", "UTC"), "subject": "All company"},
        attendees=guests,
        locations=[place],
        isOnlineMeeting=True,
        transactionId="T",
    )
    series = graph.create(
        "/me/events",
        **event(
            "2019-04-08 20:30",
            "2019-04-08 21:00",
            "UTC",
            recurrence=rule("2019-04-08", daysOfWeek=["monday"]),
        ),
    )
    graph.create("/me/events", **event("2019-04-02 10:00", "2019-04-02 11:00", "UTC"))
    second = graph.get(view("2019-04-14", "2019-04-17"))["value"][0]
    graph("PATCH", f"/me/events/{second['id']}", {"subject": "Moved"})
    invitation = control.person(
        {"meeting": event(), "organizer": {"name": "Ann", "address": "ann@x.example"}}
    )
    return {
        "calendar": own["id"],
        "meeting": meeting["id"],
        "series": series["id"],
        "invitation": invitation["id"],
    }


def ours(url: str, things: dict[str, str]) -> str:
    """The documented address with ids and times that exist."""
    path = url.partition("/v1.0")[2]
    path = re.sub(r"(/calendars/)[^/?]+", rf"\g<1>{things['calendar']}", path)
    verb = path.partition("?")[0].rpartition("/")[2]
    which = "invitation" if verb in ("accept", "decline", "tentativelyAccept") else "meeting"
    which = "series" if verb == "instances" else which
    path = re.sub(r"(/events/)[^/?]+", rf"\g<1>{things[which]}", path)
    path = path.replace("{start_datetime}", "2019-04-01T00:00:00Z")
    path = path.replace("{end_datetime}", "2019-05-01T00:00:00Z")
    return re.sub(r"(datetime=)20(?:16|17|20)-\d\d", r"\g<1>2019-04", path, flags=re.IGNORECASE)


def filled(body: Any) -> Any:
    """The documented body with values where the page says what kind of value belongs."""
    if isinstance(body, dict):
        return {name: filled(value) for name, value in body.items() if name not in SERVER_S}
    if isinstance(body, list):
        return [filled(value) for value in body]
    words = {"dateTime-value": "2019-04-09T09:30:00", "timeZone-value": "UTC"}
    return words.get(body, body) if isinstance(body, str) else body


# The page on updating lists what only the server sets among what is sent.
SERVER_S = ("originalStartTimeZone", "originalEndTimeZone", "responseStatus")
# Shown by a page of 2017 to 2019 in a form that the metadata of today does not have, or values
# that stand for a kind of value.
PASSED_OVER = re.compile(
    r"\.(proposedNewTime|coordinates|address|uniqueId|tollNumber|quickDial|phones|conferenceId"
    r"|tollFreeNumbers|recurrence)\b|instead of str$"
)


@pytest.mark.parametrize("asked,answered", pairs())
def test_a_documented_request_gets_an_answer_of_the_documented_form(
    graph: Client, things: dict[str, str], asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    path = ours(asked["url"], things)
    headers = {name: value for name, value in asked["headers"].items() if name == "Prefer"}
    answer = graph(asked["method"], path, filled(asked["body"]), **{"Prefer": "", **headers})
    assert answer.status_code == answered["status"], answer.text
    documented = answered["body"]
    if not isinstance(documented, dict):
        return
    shown = answer.json()
    if "@odata.nextLink" in documented and "@odata.nextLink" not in shown:
        documented = {**documented, "@odata.nextLink": None}
    if "value" in documented and "delta" in path:
        shown["value"] = [row for row in shown["value"] if row["type"] != "occurrence"]
    found = [line for line in missing(documented, shown) if not PASSED_OVER.search(line)]
    assert found == []


def test_the_documented_series_happens_on_the_documented_days(graph: Client) -> None:
    (body,) = (
        entry["body"]
        for entry in json.loads(EXAMPLES.read_text())
        if (entry["page"] or "").endswith("/user-post-events.md")
        and entry["kind"] == "request"
        and "recurrence" in (entry["body"] or {})
    )
    made = graph.create("/me/events", **body)
    rows = graph.get(f"{view('2017-09-01', '2018-02-01')}&$top=50")["value"]
    assert made["type"] == "seriesMaster"
    assert len(rows) == 17, "the Mondays from 4 September to 25 December 2017"
    assert rows[-1]["start"]["dateTime"][:16] == "2017-12-25T20:00"


def documented_errors() -> Iterator[Any]:
    for entry in json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else ():
        if entry.get("not_from_documentation") and entry["status"] in (409, 412):
            yield pytest.param(entry, id=str(entry["status"]))


@pytest.mark.parametrize("entry", list(documented_errors()))
def test_reported_refusals_have_the_reported_words(graph: Client, entry: dict[str, Any]) -> None:
    made = graph.create("/me/events", **event(transactionId="T"))
    if entry["method"] == "PATCH":
        answer = graph("PATCH", f"/me/events/{made['id']}", {"subject": "x"}, If_Match='W/"old"')
    else:
        answer = graph("POST", "/me/events", {**event(transactionId="T"), "subject": "Other"})
    error = answer.json()["error"]
    assert answer.status_code == entry["status"]
    assert (error["code"], error["message"]) == (
        entry["body"]["error"]["code"],
        entry["body"]["error"]["message"],
    )
