"""The history of runs with its filters, the chart of thirty days, and when the next run comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Run
from agentbox_sync.services.chart import DAYS, chart
from agentbox_sync.services.outcomes import CONDITIONS, Ending
from agentbox_sync.services.runs import PAGE, midnight
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return make.a_syncing_connection(jane)


def ran(connection: Connection, **fields: object) -> Run:
    counts = {"contacts": {name: fields.pop(name) for name in NUMBERS if name in fields}}
    return make.a_run(connection, counts=counts, **fields)


NUMBERS = ("created", "updated", "set_aside", "held_back")
LONG_AGO = {"started_at": datetime(2026, 3, 1, 12, tzinfo=UTC)}
FITTING = {
    "everything": ({}, {"well", "changed", "aside", "guard", "failed", "continued", "paused"}),
    "all well": ({"ending": "well"}, {"well", "changed", "paused"}),
    "set aside": ({"ending": "aside"}, {"aside"}),
    "stopped by the guard": ({"ending": "guard"}, {"guard"}),
    "failed": ({"ending": "failed"}, {"failed"}),
    "to be continued": ({"ending": "unfinished"}, {"continued"}),
    "with changes": ({"changes": "yes"}, {"changed", "aside"}),
    "two filters": ({"changes": "yes", "ending": "aside"}, {"aside"}),
    "a kind": ({"kind": "contacts"}, {"well", "changed", "aside", "guard", "continued", "paused"}),
    "nonsense": ({"ending": "x", "kind": "'--", "changes": "no", "before": "-7"}, None),
}


@pytest.mark.parametrize("case", FITTING)
def test_filters_find_what_they_name(
    case: str, connection: Connection, janes_browser: Client
) -> None:
    runs = {
        "well": ran(connection),
        "changed": ran(connection, created=3, kinds=[]),
        "aside": ran(connection, updated=1, set_aside=1),
        "guard": ran(connection, held_back=12),
        "failed": make.a_run(connection, error="Unreachable", kinds=["calendar"]),
        "continued": ran(connection, unfinished=True),
        "paused": ran(connection, error="paused"),
    }
    make.a_run(connection, "running")
    make.a_run(make.a_connection(None))
    query, expected = FITTING[case]

    page = janes_browser.get(to("runs", connection.pk), query).content.decode()

    shown = {name for name, run in runs.items() if to("changes", run.pk) in page}
    assert shown == (runs.keys() if expected is None else expected)


def test_every_ending_has_a_condition() -> None:
    assert CONDITIONS.keys() == set(Ending)


def test_days_are_those_of_the_reader_and_both_are_included(
    connection: Connection, master: Client, settings: Settings
) -> None:
    settings.TIME_ZONE = "Australia/Sydney"
    zone = ZoneInfo("Australia/Sydney")
    at = {
        name: make.a_run(connection, started_at=moment, finished_at=moment)
        for name, moment in {
            "the evening before": datetime(2026, 3, 1, 23, 59, tzinfo=zone),
            "just after midnight": datetime(2026, 3, 2, 0, 0, tzinfo=zone),
            "the last minute": datetime(2026, 3, 3, 23, 59, tzinfo=zone),
            "the day after": datetime(2026, 3, 4, 0, 0, tzinfo=zone),
        }.items()
    }
    for days in (
        {"from": "2026-03-02", "to": "2026-03-03"},
        {"from": "2026-03-03", "to": "2026-03-02"},
    ):
        page = master.get(to("runs", connection.pk), days).content.decode()
        shown = {name for name, run in at.items() if to("changes", run.pk) in page}
        assert shown == {"just after midnight", "the last minute"}
        assert 'value="2026-03-02"' in page, "what was asked for stays in the form"


@pytest.mark.parametrize("day", ["31-02-2026", "2026-02-31", "yesterday", "<script>", "0001-01-01"])
def test_a_day_that_is_none_is_left_out_and_said(
    day: str, connection: Connection, master: Client
) -> None:
    run = make.a_run(connection)
    page = master.get(to("runs", connection.pk), {"from": day})
    assert page.status_code == 200
    assert "is not a day, so it was left out." in text_of(page)
    assert to("changes", run.pk) in page.content.decode()
    assert "<script>”" not in page.content.decode()


def test_empty_histories_say_what_to_do(connection: Connection, master: Client) -> None:
    address = to("runs", connection.pk)
    assert "Nothing has run yet" in text_of(master.get(address))
    make.a_run(connection)
    assert "No run fits what you look for. Show everything" in text_of(
        master.get(address, {"ending": "failed"})
    )
    assert "There are no earlier runs. To the newest" in text_of(
        master.get(address, {"before": "1"})
    )


def test_pages_keep_the_filters_and_cost_few_statements(
    connection: Connection, master: Client
) -> None:
    runs = [ran(connection, created=1) for _ in range(PAGE + 3)]
    query = {"changes": "yes", "kind": "contacts"}
    with CaptureQueriesContext(database) as asked:
        page = master.get(to("runs", connection.pk), query)
    assert len(asked) <= 12
    (address,) = re.findall(r'href="([^"]*before=[^"]*)"', page.content.decode())
    assert "changes=yes" in address
    assert "kind=contacts" in address
    second = master.get(address.replace("&amp;", "&")).content.decode()
    assert [to("changes", run.pk) in second for run in runs[:3]] == [True] * 3
    assert to("changes", runs[3].pk) not in second


def test_the_card_leads_to_the_history(connection: Connection, jane: Staff, master: Client) -> None:
    make.a_run(connection)
    assert to("runs", connection.pk) in master.get(card_of(jane)).content.decode()


# --------------------------------------------------------------------------------- the chart

NOON = datetime(2026, 6, 15, 2, tzinfo=UTC)  # in Sydney


def on(connection: Connection, day: date, hour: int = 12, **fields: object) -> Run:
    moment = midnight(day) + timedelta(hours=hour)
    return ran(connection, started_at=moment, finished_at=moment, **fields)


def test_a_day_sums_up_its_runs(connection: Connection) -> None:
    day = date(2026, 6, 10)
    on(connection, day, created=2, updated=1)
    on(connection, day, 0, set_aside=2)
    on(connection, day, 23, held_back=1)
    on(connection, day, error="Unreachable")
    on(connection, day, error="paused")
    on(connection, day, unfinished=True, error="DeadlineReached")
    on(connection, day - timedelta(days=1), created=6)
    make.a_run(make.a_connection(None), started_at=NOON)

    drawn = chart(connection, NOON)

    assert drawn is not None
    assert [d.day for d in drawn.days] == [
        date(2026, 6, 15) - timedelta(n) for n in range(29, -1, -1)
    ]
    (before, that) = (d for d in drawn.days if d.runs)
    assert (that.day, that.runs, that.changes, that.failed, that.troubled) == (day, 6, 3, 1, 2)
    assert (before.changes, before.height, that.height) == (6, 90, 45)
    assert that.sentence == (
        "10 June: 6 runs, 3 changes, 1 failed, 2 with something set aside or held back"
    )
    assert drawn.summary == "In the last 30 days: 7 runs, 9 changes, 1 run failed."
    assert drawn.told == [that, before]


def test_the_last_thirty_days_are_neither_more_nor_less(connection: Connection) -> None:
    today = date(2026, 6, 15)
    on(connection, today - timedelta(days=DAYS), created=9)
    assert chart(connection, NOON) is None
    on(connection, today - timedelta(days=DAYS - 1), 0, created=1)
    on(connection, today, 0, created=1)
    drawn = chart(connection, NOON)
    assert drawn is not None
    assert [d.place for d in drawn.days if d.runs] == [0, DAYS - 1]


@pytest.mark.parametrize("day", [date(2026, 4, 5), date(2026, 10, 4)])  # 25 hours, 23 hours
def test_a_day_on_which_the_clock_is_put_is_one_day(connection: Connection, day: date) -> None:
    for hour in (0, 23):
        on(connection, day, hour, created=1)
    on(connection, day + timedelta(days=1), 0, created=5)
    drawn = chart(connection, midnight(day + timedelta(days=2)))
    assert drawn is not None
    assert [(d.day, d.changes) for d in drawn.days if d.runs] == [
        (day, 2),
        (day + timedelta(days=1), 5),
    ]


def test_one_change_among_thousands_is_seen(connection: Connection) -> None:
    on(connection, date(2026, 6, 10), created=50_000)
    on(connection, date(2026, 6, 11), created=1)
    drawn = chart(connection, NOON)
    assert drawn is not None
    assert [d.height for d in drawn.days if d.runs] == [90, 4]


def test_it_is_one_statement_whatever_ran(
    connection: Connection, django_assert_num_queries: object
) -> None:
    for n in range(40):
        make.a_run(connection, started_at=timezone.now() - timedelta(hours=n))
    with django_assert_num_queries(1):  # type: ignore[operator]
        chart(connection)


def test_it_is_drawn_in_shapes_with_words_and_a_table(
    connection: Connection, jane: Staff, master: Client, settings: Settings
) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    ran(connection, created=1200, set_aside=1)
    make.a_run(connection, error="Unreachable", started_at=timezone.now() - timedelta(days=2))
    page = master.get(card_of(jane)).content.decode()
    figure = page.split("<figure")[1]
    drawing = re.findall(r"<svg.*?</svg>", figure, re.DOTALL)[0]
    assert 'viewBox="0 0 600 122"' in drawing
    assert "agentbox-chart-failed" in drawing
    assert "agentbox-chart-troubled" in drawing
    assert not re.search(r'"\d+,\d+"', drawing)
    said = text_of(master.get(card_of(jane)))
    assert "In the last 30 days: 2 runs, 1,200 changes, 1 run failed." in said or (
        "In the last 30 days: 2 runs, 1200 changes, 1 run failed." in said
    )
    assert "The same as a table" in said


# ------------------------------------------------------------------------------ the next run

# Moments are made when they are asked for: the file may have been read minutes before.
NEXT: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "in order": (lambda: {"polled_at": make.ago(minutes=1)}, "Next run At"),
    "late": (lambda: {"polled_at": make.ago(hours=1)}, "Next run Within a minute"),
    "woken": (
        lambda: {"polled_at": make.ago(minutes=1), "wake": True},
        "Next run Within a minute",
    ),
    "paused": (lambda: {"state": "paused"}, "Next run None while it is paused"),
    "needs sign-in": (
        lambda: {"state": "needs_sign_in"},
        "Next run None before somebody signs in again",
    ),
    "throttled": (
        lambda: {
            "failures": 1,
            "reason": "TooManyRequests",
            "not_before": make.later(hours=1),
        },
        "Next run After Microsoft allows it,",
    ),
    "away": (
        lambda: {"failures": 1, "reason": "Unreachable", "not_before": make.later(hours=1)},
        "Next run At",
    ),
}


@pytest.mark.usefixtures("midday")
@pytest.mark.parametrize("case", NEXT)
def test_the_card_says_when_the_next_run_comes(case: str, jane: Staff, master: Client) -> None:
    fields, expected = NEXT[case]
    connection = make.a_syncing_connection(jane)
    Connection.objects.filter(pk=connection.pk).update(**fields())
    assert expected.casefold() in text_of(master.get(card_of(jane))).casefold()


@pytest.mark.parametrize(
    "state, expected", [("running", "Next run Running now"), ("queued", "Next run About to begin")]
)
def test_the_card_says_that_a_run_is_here(
    state: str, expected: str, jane: Staff, master: Client
) -> None:
    make.a_run(make.a_syncing_connection(jane), state)
    assert expected in text_of(master.get(card_of(jane)))


def test_nothing_comes_before_somebody_decides(jane: Staff, master: Client) -> None:
    settings = make.settings_of(make.a_connection(jane), approved=False)
    assert "Next run None before somebody says go" in text_of(master.get(card_of(jane)))
    settings.status = "disabled"
    settings.save()
    page = text_of(master.get(card_of(jane)))
    assert "Next run None while every Sync Status is Disabled" in page
