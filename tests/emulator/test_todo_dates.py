"""The day on which a task is due, as four kinds of clients write it and the service keeps it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentbox_sync.contrib.m365_emulator.calendar.moments import local_of
from agentbox_sync.contrib.m365_emulator.todo.dates import (
    CLIENTS,
    day_kept,
    day_of,
    day_written,
    shifted,
)
from agentbox_sync.contrib.m365_emulator.zones import IANA

from .clients import JANE, Client, Control
from .todo_builders import dated, day, task, tasks_of

HONOLULU, KIRITIMATI = "Hawaiian Standard Time", "Line Islands Standard Time"
DAYS = st.dates(date(2000, 1, 2), date(2090, 12, 30))
ZONES = st.sampled_from(IANA)


@pytest.mark.parametrize(
    "policy,kept",
    [
        ("written", "2026-12-05T00:00"),
        ("converted", "2026-12-04T00:00"),
        ("local_midnight", "2026-12-04T13:00"),
    ],
)
def test_what_is_kept_of_a_day_that_names_a_zone(
    graph: Client, control: Control, policy: str, kept: str
) -> None:
    control.switch(todo_dates=policy)
    made = graph.create(tasks_of(graph), **task(dueDateTime=day("2026-12-05", "Australia/Sydney")))
    assert dated(made) == kept


@pytest.mark.parametrize("policy", ["written", "converted", "local_midnight"])
def test_the_hour_of_a_day_in_utc_is_dropped_as_reported(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_dates=policy)
    due = {"dateTime": "2020-07-25T04:10:00", "timeZone": "GMT Standard Time"}
    due = due if policy == "written" else {**due, "timeZone": "UTC"}
    assert dated(graph.create(tasks_of(graph), **task(dueDateTime=due))) == "2020-07-25T00:00"


@pytest.mark.parametrize("zone,kept", [(HONOLULU, "24T10:00"), (KIRITIMATI, "23T10:00")])
def test_to_do_s_own_apps_write_local_midnight_as_reported(
    graph: Client, control: Control, zone: str, kept: str
) -> None:
    with Client(control.url, control.token(JANE, "MailboxSettings.ReadWrite")) as owner:
        assert owner("PATCH", "/me/mailboxSettings", {"timeZone": zone}).status_code == 200
    control.person({"add_task": task(due="2024-10-24", client="local_midnight")})
    (row,) = graph.get(tasks_of(graph))["value"]
    assert dated(row) == f"2024-10-{kept}"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_person_s_client_is_named_with_the_day(
    graph: Client, control: Control, client: str
) -> None:
    made = control.person({"add_task": task(due="2026-12-05", start="2026-12-04", client=client)})
    expected = "2026-12-04T13:00" if client == "local_midnight" else "2026-12-05T00:00"
    assert dated(made) == expected
    control.person({"edit_task": made["id"], "values": {"due": None}})
    assert "dueDateTime" not in graph.get(tasks_of(graph))["value"][0]


BAD: list[dict[str, Any]] = [{"due": "soon"}, {"due": "2026-12-05", "client": "abacus"}]


@pytest.mark.parametrize("values", BAD)
def test_a_day_that_cannot_be_read_is_refused(control: Control, values: dict[str, Any]) -> None:
    body = {"add_task": task(**values)}
    answer = control.session.post(f"{control.url}/_emulator/mailbox/{JANE}", json=body)
    assert answer.status_code == 400


@settings(max_examples=2000, deadline=None)
@given(
    DAYS, ZONES, st.sampled_from(sorted(CLIENTS)), st.sampled_from(["written", "local_midnight"])
)
def test_whichever_client_wrote_it_the_person_sees_the_same_day(
    wanted: date, zone: str, client: str, policy: str
) -> None:
    assert day_of(day_written(wanted, client, zone, policy), zone) == wanted


@settings(max_examples=500, deadline=None)
@given(DAYS, ZONES, st.sampled_from(sorted(CLIENTS)))
def test_a_service_that_converts_loses_a_day_at_most(wanted: date, zone: str, client: str) -> None:
    found = day_of(day_written(wanted, client, zone, "converted"), zone)
    assert abs((found - wanted).days) <= 1
    if client in ("utc_midnight", "local_midnight"):
        assert found == wanted, "neither depends on what the service does"


def test_a_service_that_converts_does_lose_a_day() -> None:
    east = day_written(date(2026, 12, 5), "named_zone", "Australia/Sydney", "converted")
    west = day_written(date(2026, 12, 5), "time_of_day", "Pacific/Honolulu", "converted")
    assert day_of(east, "Australia/Sydney") == date(2026, 12, 4)
    assert day_of(west, "Pacific/Honolulu") == date(2026, 12, 6)


@settings(max_examples=500, deadline=None)
@given(DAYS, ZONES, st.sampled_from(["utc_midnight", "local_midnight"]), st.integers(1, 400))
def test_the_next_of_a_series_is_so_many_days_later(
    wanted: date, zone: str, client: str, days: int
) -> None:
    moment = day_written(wanted, client, zone, "written")
    assert day_of(shifted(moment, days, zone), zone) == wanted + timedelta(days=days)


@settings(max_examples=500, deadline=None)
@given(DAYS, ZONES, st.times())
def test_what_graph_is_sent_is_kept_without_an_hour(wanted: date, zone: str, hour: Any) -> None:
    sent = {"dateTime": f"{wanted}T{hour.isoformat()}", "timeZone": zone}
    for policy in ("written", "converted"):
        kept = day_kept(sent, policy)
        assert (kept["timeZone"], local_of(kept).time().isoformat()) == ("UTC", "00:00:00")
