"""The probe of a calendar, on the emulator under both settings of the switches that it meets."""

from __future__ import annotations

from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

import pytest

from agentbox_sync.graph.probes import WORKSHOPS, Answer
from agentbox_sync.graph.probes.answers import Fit, ask_all
from agentbox_sync.graph.stores import calendar, events, series
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar

SETTINGS: list[dict[str, Any]] = [
    {},
    {"expand_calendar": "ignore"},
    {"transaction_status": "400"},
    {"transaction_replay": "refuse"},
    {"rescheduled_days": "kept"},
    {"all_day_answer": "shifted"},
    {"delta_cancelled": "removed"},
    {"delta_exceptions": "skeleton"},
    {"calendar_delta": False},
    {"deleted_get": "200"},
    {"delta_lag": 12},
]


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedCalendar]:
    side = EmulatedCalendar(microsoft)
    side.add("Jane")
    side.add_folder("Private")
    yield side
    side.close()


def probed(side: EmulatedCalendar) -> tuple[dict[str, Answer], list[str]]:
    workshop = WORKSHOPS["calendar"](side.client, side.clock)
    answers: dict[str, Answer] = {}
    workshop.open()
    ask_all(workshop.probes(), lambda answer: answers.update({answer.question: answer}))
    return answers, workshop.close()


def differing(answers: dict[str, Answer]) -> set[str]:
    return {one.settles.partition(":")[2] for one in answers.values() if one.fit is Fit.DIFFERS}


@pytest.mark.parametrize("switches", SETTINGS, ids=str)
def test_every_question_is_answered_and_the_mailbox_left_as_it_was(
    side: EmulatedCalendar, switches: dict[str, Any]
) -> None:
    side.microsoft.control("switches", switches)
    before = side.items(), side.calendars()

    answers, left = probed(side)

    assert left == []
    assert (side.items(), side.calendars()) == before
    assert side.mails() == []
    assert len(answers) == 9
    unanswered = {one.settles for one in answers.values() if one.fit is Fit.OPEN}
    # Without a feed three questions about it stay open.
    assert len(unanswered) == (3 if "calendar_delta" in switches else 0), unanswered
    assert differing(answers) == (
        {"EXPAND_CALENDAR_WORKS"} if "expand_calendar" in switches else set()
    )


def test_a_constant_that_is_set_the_other_way_is_told(
    side: EmulatedCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "CALENDAR_FILTER_WORKS", False)
    monkeypatch.setattr(events, "EXPAND_CALENDAR_WORKS", False)
    monkeypatch.setattr(series, "DATES_SHARE_ETAG", False)

    answers, _ = probed(side)

    wrong = {"CALENDAR_FILTER_WORKS", "EXPAND_CALENDAR_WORKS", "DATES_SHARE_ETAG"}
    assert differing(answers) == wrong
    assert all(one.advice for one in answers.values() if one.fit is Fit.DIFFERS)


def test_every_answer_names_something_that_exists(side: EmulatedCalendar) -> None:
    for probe in WORKSHOPS["calendar"](side.client, side.clock).probes():
        resolve_name(probe.settles)
