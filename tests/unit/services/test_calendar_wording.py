"""How the values of a calendar read to a person, and the sentences about series."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from agentbox_sync.core.kinds.calendar import ATOMS
from agentbox_sync.core.recurrence.problems import Obstacle, SeriesError
from agentbox_sync.services.compare import compare
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import name_of
from agentbox_sync.services.wording.series import obstacle_of, obstacle_sentences
from agentbox_sync.services.wording.values import FIELDS, field_label, field_text, typed

SYDNEY = "Australia/Sydney"
SATURDAY = {"start": "2026-12-05T10:00:00", "end": "2026-12-05T10:45:00", "zone": SYDNEY}
REMEMBERED = {"start": "2026-12-04T23:00:00Z", "end": "2026-12-04T23:45:00Z"}


def said(atom: str, value: Any, zone: str = "") -> str:
    return field_text("calendar", atom, value, zone)


def test_every_field_has_a_name() -> None:
    assert set(FIELDS["calendar"]) == set(ATOMS)
    assert field_label("calendar", "when") == "When"


@pytest.mark.parametrize(
    "when, zone, text",
    [
        (SATURDAY, "", "Sat 5 Dec 2026, 10:00–10:45, Sydney"),
        (REMEMBERED, SYDNEY, "Sat 5 Dec 2026, 10:00–10:45, Sydney"),
        (REMEMBERED, "W. Europe Standard Time", "Sat 5 Dec 2026, 00:00–00:45, Berlin"),
        (
            {**REMEMBERED, "zone": "Asia/Kathmandu"},
            SYDNEY,
            "Sat 5 Dec 2026, 04:45–05:30, Kathmandu",
        ),
        (
            {"start": "2026-12-05T22:00", "end": "2026-12-06T01:00", "zone": "Pacific/Apia"},
            "",
            "Sat 5 Dec 2026, 22:00 – Sun 6 Dec 2026, 01:00, Apia",
        ),
        ({"start": "2026-12-05", "end": "2026-12-06"}, "", "Sat 5 Dec 2026, all day"),
        (
            {"start": "2026-12-05T00:00:00", "end": "2026-12-08T00:00:00", "all_day": True},
            SYDNEY,
            "Sat 5 Dec 2026 – Mon 7 Dec 2026, all day",
        ),
        ({"start": "soon", "end": None}, "", "soon"),
        (None, "", ""),
    ],
)
def test_when_reads_as_people_say_it(when: Any, zone: str, text: str) -> None:
    assert said("when", when, zone) == text


@pytest.mark.parametrize(
    "rule, text",
    [
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130", "every Saturday until 30 Jan 2027"),
        ("FREQ=WEEKLY", "every Saturday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "every 2 weeks on Monday and Wednesday"),
        ("FREQ=DAILY;COUNT=3", "every day, 3 times"),
        ("FREQ=DAILY;INTERVAL=2", "every 2 days"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every month on day 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1SA", "every 3 months on the first Saturday"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1", "every month on the last Tuesday"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=-1FR", "every year in December on the last Friday"),
        # What these words cannot say is never said wrongly.
        ("FREQ=HOURLY", "by the rule FREQ=HOURLY"),
        ("FREQ=MONTHLY;BYDAY=5SA", "by the rule FREQ=MONTHLY;BYDAY=5SA"),
        ("FREQ=WEEKLY;BYMONTH=3", "by the rule FREQ=WEEKLY;BYMONTH=3"),
        ("whenever", "by the rule whenever"),
    ],
)
def test_a_series_is_a_sentence(rule: str, text: str) -> None:
    assert said("recurrence", {"rule": rule, "start": SATURDAY["start"], "zone": SYDNEY}) == text


def test_the_dates_that_differ_stand_on_a_line_each() -> None:
    moved = {"start": "2026-12-26T11:00:00", "end": "2026-12-26T11:45:00", "zone": SYDNEY}
    other = {**SATURDAY, "start": "2027-01-03T10:00:00", "end": "2027-01-03T10:45:00"}
    text = said(
        "exceptions",
        [
            {"original": "2026-12-19", "cancelled": True},
            {"original": "2026-12-26", "when": moved},
            {"original": "2027-01-02", "when": other, "subject": "Auction"},
        ],
    )
    assert text.split("\n") == [
        "19 Dec 2026 cancelled",
        "26 Dec 2026 moved to 11:00–11:45, Sydney",
        "2 Jan 2027 moved to Sun 3 Jan 2027, 10:00–10:45, Sydney, called “Auction”",
    ]


@pytest.mark.parametrize(
    "atom, value, text",
    [
        ("reminder", None, ""),
        ("reminder", 0, "at the start"),
        ("reminder", 15, "15 minutes before"),
        ("reminder", 60, "1 hour before"),
        ("reminder", 2880, "2 days before"),
        ("sensitivity", "private", "Private"),
        ("sensitivity", "normal", ""),
        ("show_as", "workingElsewhere", "Working elsewhere"),
        ("show_as", "something new", "something new"),
    ],
)
def test_reminder_privacy_and_the_rest_read_as_in_outlook(atom: str, value: Any, text: str) -> None:
    assert said(atom, value) == text


def test_what_was_remembered_is_told_on_the_clocks_of_the_side_beside_it() -> None:
    later = {"start": "2026-12-04T23:30:00Z", "end": "2026-12-05T00:15:00Z"}
    (row,) = compare("calendar", {"when": SATURDAY}, {"when": later}).fields
    assert "".join(piece.text for piece in row.left) == "Sat 5 Dec 2026, 10:00–10:45, Sydney"
    assert "".join(piece.text for piece in row.right) == "Sat 5 Dec 2026, 10:30–11:15, Sydney"
    same = compare("calendar", {"when": SATURDAY}, {"when": REMEMBERED})
    assert (same.fields, same.same) == ((), 1)


def test_an_entry_is_listed_under_its_subject_and_its_day() -> None:
    record = {"subject": "Open home", "when": SATURDAY}
    assert name_of("calendar", record) == "Open home · Sat 5 Dec 2026, 10:00"
    assert name_of("calendar", {}) == ""


def test_what_is_put_back_is_typed_as_a_crm_keeps_it() -> None:
    back = typed(
        "calendar",
        {
            "when": {"start": "2026-12-05", "end": "2026-12-06"},
            "recurrence": {
                "rule": "FREQ=WEEKLY",
                "start": "2026-12-05T10:00:00",
                "zone": "AUS Eastern Standard Time",
            },
            "exceptions": [{"original": "2026-12-19", "when": REMEMBERED}],
        },
    )
    assert back["when"] == {"start": "2026-12-05", "end": "2026-12-06", "all_day": True}
    assert back["recurrence"]["zone"] == SYDNEY
    assert back["exceptions"][0]["when"] == {**REMEMBERED, "all_day": False}


def test_dates_and_series_read_as_german() -> None:
    with translation.override("de"):
        assert said("when", SATURDAY) == "Sa, 5. Dez. 2026, 10:00–10:45, Sydney"
        assert said("reminder", 0) == "zu Beginn"
        series = {"rule": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130", "start": SATURDAY["start"]}
        assert said("recurrence", {**series, "zone": SYDNEY}) == "jeden Samstag bis 30. Jan. 2027"


# ------------------------------------------------------------------------------------------ series


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_has_a_sentence_of_its_own(obstacle: Obstacle) -> None:
    sentences = {obstacle_sentences(one)[1] for one in Obstacle}
    assert len(sentences) == len(Obstacle)
    expanded, because = obstacle_sentences(obstacle)
    assert "single entries" in expanded
    assert because.endswith(".")


@pytest.mark.parametrize("error", SeriesError.__subclasses__())
def test_every_series_that_cannot_be_carried_out_has_a_sentence(error: type[SeriesError]) -> None:
    assert "Microsoft’s word for it" in item_sentence("unheard of")  # the control
    assert "Microsoft’s word for it" not in item_sentence(error().code)


@pytest.mark.parametrize(
    "rule, obstacle",
    [
        ("FREQ=HOURLY", Obstacle.FINER_THAN_DAILY),
        ("FREQ=MONTHLY;BYMONTHDAY=31", Obstacle.SHORT_MONTHS),
        ("FREQ=WEEKLY;BYDAY=SA", None),
        ("whenever", None),
        ("", None),
    ],
)
def test_why_a_series_is_taken_apart_is_read_off_its_rule(
    rule: str, obstacle: Obstacle | None
) -> None:
    record = {"recurrence": {"rule": rule, "start": SATURDAY["start"], "zone": SYDNEY}}
    assert obstacle_of(record) is obstacle
