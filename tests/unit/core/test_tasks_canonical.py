"""The laws of a task's canonical form, and the day that a due date means."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.due import day_of
from agentbox_sync.core.kinds.tasks import ATOMS, KIND, is_completed
from agentbox_sync.core.recurrence.clocks import instant_of
from agentbox_sync.core.recurrence.zones import zone_of
from tests.builders.records import SYDNEY
from tests.unit.core.recurrence.strategies import LAW, rule_texts
from tests.unit.core.test_canonical import maybe, texts

# 10,000 once: AGENTBOX_DUE_EXAMPLES=10000.
DUE_LAW = settings(max_examples=int(os.environ.get("AGENTBOX_DUE_EXAMPLES", "200")), deadline=None)

# From -12 to +14, both hemispheres, off the hour, and with a midnight that is left out.
FIXED = [f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}" for hours in range(-12, 15)]
MOVING = ["Australia/Sydney", "America/New_York", "Pacific/Apia", "Pacific/Kiritimati"]
OFTEN = ["Asia/Kathmandu", "America/Santiago", "Africa/Cairo", "Europe/Berlin"]
MAILBOXES = st.sampled_from([*FIXED, *MOVING, *OFTEN])
DAYS = st.dates(date(2012, 1, 2), date(2035, 12, 30))

moments = st.one_of(
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.just(ZoneInfo("Asia/Kathmandu"))).map(datetime.isoformat),
    st.sampled_from(["2026-12-05T09:00:00.0000000", "0001-01-01T00:00:00+14:00", "tomorrow"]),
    maybe,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": maybe,
    "notes": maybe,
    "due": st.one_of(DAYS.map(date.isoformat), maybe),
    "reminder": moments,
    "importance": st.one_of(st.sampled_from(["low", "Normal", "high"]), maybe),
    "progress": st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {},
            optional={
                "status": st.sampled_from(["notStarted", "inProgress", "Completed", "deferred"]),
                "completed_at": moments,
            },
        ),
    ),
    "categories": st.one_of(st.none(), st.lists(texts, max_size=3)),
    "recurrence": st.one_of(
        st.none(),
        st.fixed_dictionaries({}, optional={"rule": rule_texts(), "start": moments}),
    ),
    "reference": st.one_of(
        st.none(), st.fixed_dictionaries({}, optional={"name": maybe, "url": maybe})
    ),
}
records = st.fixed_dictionaries({}, optional=VALUES)


def test_there_are_values_for_every_atom() -> None:
    assert set(VALUES) == set(ATOMS)


@LAW
@given(records)
@example({"importance": "\xdf\u0301", "progress": {"status": "\xdf\u0301"}})
@example({"due": "  2026-12-05T00:00"})
def test_the_canonical_form_can_be_stored_and_is_its_own(record: dict[str, Any]) -> None:
    once = KIND.canonical(record, SYDNEY)

    assert set(once) == set(record)
    assert json.loads(json.dumps(once)) == once
    assert KIND.canonical(once, SYDNEY) == once
    assert isinstance(KIND.strong_keys(once), tuple)


@pytest.mark.parametrize(
    "atom, one, other",
    [
        ("title", " Call  Mary ", "Call Mary"),
        ("due", "2026-12-05T00:00:00.0000000", "2026-12-05"),
        ("reminder", "2026-12-05T09:00:00+11:00", "2026-12-04T22:00:00.0000000"),
        ("importance", "Normal", ""),
        ("progress", {"status": "notStarted", "completed_at": "2026-12-05T09:00:00Z"}, None),
        (
            "progress",
            {"status": "Completed", "completed_at": "2026-12-05T09:00:00.1234567Z"},
            {"status": "completed", "completed_at": "2026-12-05T10:00:00+01:00"},
        ),
        (
            "recurrence",
            {"rule": "FREQ=WEEKLY", "start": "2026-12-05"},
            {"rule": "FREQ=WEEKLY;BYDAY=SA;WKST=SU", "start": "2026-12-05T00:00:00"},
        ),
    ],
)
def test_what_means_the_same_is_the_same(atom: str, one: Any, other: Any) -> None:
    assert KIND.canonical({atom: one}, SYDNEY) == KIND.canonical({atom: other}, SYDNEY)


@pytest.mark.parametrize(
    "atom, one, other",
    [
        ("due", "2026-12-05", "2026-12-06"),
        ("due", "2026-12-05", None),
        ("progress", {"status": "inProgress"}, {"status": "waitingOnOthers"}),
        ("progress", {"status": "inProgress"}, None),
        ("recurrence", {"rule": "FREQ=WEEKLY", "start": "2026-12-05"}, None),
        ("reminder", "2026-12-05T09:00:00Z", "2026-12-05T09:01:00Z"),
    ],
)
def test_what_differs_stays_different(atom: str, one: Any, other: Any) -> None:
    assert KIND.canonical({atom: one}, SYDNEY) != KIND.canonical({atom: other}, SYDNEY)


def test_two_tasks_are_one_by_title_and_due_date_together() -> None:
    canonical = KIND.canonical({"title": "Call  Mary", "due": "2026-12-05"}, SYDNEY)

    assert KIND.strong_keys(canonical) == (("task:2026-12-05:call mary",),)
    assert KIND.strong_keys({**canonical, "due": None}) == ((),)
    assert KIND.strong_keys({"due": "2026-12-05"}) == ((),)


def test_a_task_is_done_when_its_status_says_so() -> None:
    assert is_completed({"progress": {"status": "Completed"}})
    assert not is_completed({"progress": {"status": "deferred"}})
    assert not is_completed({})


# ------------------------------------------------------------- the day, whichever client wrote it


def _named_midnight(day: date, mailbox: str) -> tuple[datetime, str]:
    """As Outlook and we write it: midnight on the clocks of the mailbox, which are named."""
    return datetime.combine(day, time()), mailbox


def _utc_midnight(day: date, mailbox: str) -> tuple[datetime, str]:
    """As To Do's own clients write it, and as Graph truncates what has a time of day in UTC."""
    del mailbox
    return datetime.combine(day, time()), "UTC"


def _local_midnight_in_utc(day: date, mailbox: str) -> tuple[datetime, str]:
    """As clients write it that know only instants: the zone is lost."""
    begins = instant_of(datetime.combine(day, time()), zone_of(mailbox).info)
    return begins.replace(tzinfo=None), "UTC"


def _local_midnight_with_offset(day: date, mailbox: str) -> tuple[datetime, str]:
    """As clients write it that put the offset into the time."""
    begins = instant_of(datetime.combine(day, time()), zone_of(mailbox).info)
    return begins.astimezone(zone_of(mailbox).info), "UTC"


STYLES = [_named_midnight, _utc_midnight, _local_midnight_in_utc, _local_midnight_with_offset]


@pytest.mark.parametrize("style", STYLES)
@DUE_LAW
@given(DAYS, MAILBOXES)
@example(date(2011, 12, 31), "Pacific/Apia")  # the day before was left out there
@example(date(2024, 4, 26), "Africa/Cairo")  # begins at one in the morning
def test_a_due_date_is_the_day_that_the_client_meant(style: Any, day: date, mailbox: str) -> None:
    wall, zone = style(day, mailbox)

    assert day_of(wall, zone, mailbox) == day


def test_the_last_day_of_all_is_a_day() -> None:
    last = datetime.combine(date.max, time(23))
    assert day_of(last, "UTC", "Etc/GMT-14") == date.max


def test_a_due_date_needs_no_locality() -> None:
    elsewhere = Locality(zone="Etc/GMT+12")
    assert KIND.canonical({"due": "2026-12-05"}, elsewhere) == {"due": "2026-12-05"}
