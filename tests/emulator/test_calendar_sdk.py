"""Microsoft's own SDK makes and reads events and series; what it cannot read is our mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.calendar import Calendar
from msgraph.generated.models.calendar_color import CalendarColor
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.sensitivity import Sensitivity
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph.generated.models.week_index import WeekIndex
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)

from .calendar_builders import SYDNEY
from .clients import STAMP, Control
from .sdk import Sdk, asking, person, sdk_for

WINDOW = {"start_date_time": "2026-12-01T00:00:00Z", "end_date_time": "2027-01-01T00:00:00Z"}


@pytest.fixture
def sdk(control: Control) -> Iterator[Sdk]:
    with person(control.url) as credential, sdk_for(control.url, credential) as sdk:
        yield sdk


def moment(text: str) -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=text, time_zone=SYDNEY)


def inspection(**more: Any) -> Event:
    """An event as the SDK describes one."""
    return Event(
        subject="Inspection",
        body=ItemBody(content_type=BodyType.Text, content="Bring the keys"),
        start=moment("2026-12-05T10:00:00"),
        end=moment("2026-12-05T10:30:00"),
        location=Location(display_name="1 Sea Rd"),
        show_as=FreeBusyStatus.Oof,
        sensitivity=Sensitivity.Private,
        categories=["VIP"],
        single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=STAMP, value="7")],
        **more,
    )


def series(pattern: RecurrencePattern, **span: Any) -> PatternedRecurrence:
    given = {"type": RecurrenceRangeType.NoEnd, "start_date": date(2026, 12, 5), **span}
    return PatternedRecurrence(pattern=pattern, range=RecurrenceRange(**given))


def views(sdk: Sdk) -> list[Event]:
    builder = sdk.me.calendar_view
    found: list[Event] = sdk(builder.get(asking(builder, **WINDOW))).value
    return found


def test_an_event_is_made_read_changed_and_deleted(sdk: Sdk, control: Control) -> None:
    made = sdk(sdk.me.events.post(inspection(transaction_id="T-1"), asking(sdk.me.events)))
    assert (made.type, made.show_as) == (EventType.SingleInstance, FreeBusyStatus.Oof)
    assert made.transaction_id == "T-1"
    assert made.start.date_time == "2026-12-04T23:00:00.0000000"
    assert made.additional_data.keys() == {"@odata.context", "@odata.etag"}
    one = sdk.me.events.by_event_id(made.id)
    changed = sdk(one.patch(Event(subject="Auction"), asking(one)))
    assert (changed.subject, changed.location.display_name) == ("Auction", "1 Sea Rd")
    local = ("Prefer", f'outlook.timezone="{SYDNEY}", outlook.body-content-type="text"')
    read = sdk(one.get(asking(one, headers=(local,))))
    assert read.start.date_time == "2026-12-05T10:00:00.0000000"
    assert read.body.content == "Bring the keys"
    (kept,) = control.mailbox()["events"]
    assert (kept["sensitivity"], kept["extended"]) == ("private", {STAMP: "7"})
    sdk(one.delete(asking(one)))
    with pytest.raises(ODataError) as caught:
        sdk(one.get(asking(one)))
    assert caught.value.error is not None
    assert caught.value.error.code == "ErrorItemNotFound"


PATTERNS = {
    "every third day": (
        RecurrencePattern(type=RecurrencePatternType.Daily, interval=3),
        ["05", "08", "11", "14", "17", "20", "23", "26", "29", "01"],  # 10:00 is 23:00 UTC
    ),
    "Tuesdays and Saturdays": (
        RecurrencePattern(
            type=RecurrencePatternType.Weekly,
            interval=1,
            days_of_week=[DayOfWeek.Tuesday, DayOfWeek.Saturday],
            first_day_of_week=DayOfWeek.Monday,
        ),
        ["05", "08", "12", "15", "19", "22", "26", "29"],
    ),
    "the last working day": (
        RecurrencePattern(
            type=RecurrencePatternType.RelativeMonthly,
            interval=1,
            days_of_week=[
                DayOfWeek.Monday,
                DayOfWeek.Tuesday,
                DayOfWeek.Wednesday,
                DayOfWeek.Thursday,
                DayOfWeek.Friday,
            ],
            index=WeekIndex.Last,
        ),
        ["31"],
    ),
    "the 31st": (
        RecurrencePattern(type=RecurrencePatternType.AbsoluteMonthly, interval=1, day_of_month=31),
        ["31"],
    ),
    "the first Saturday of December": (
        RecurrencePattern(
            type=RecurrencePatternType.RelativeYearly,
            interval=1,
            days_of_week=[DayOfWeek.Saturday],
            index=WeekIndex.First,
            month=12,
        ),
        ["05"],
    ),
    "Christmas": (
        RecurrencePattern(
            type=RecurrencePatternType.AbsoluteYearly, interval=1, day_of_month=25, month=12
        ),
        ["25"],
    ),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_each_type_of_pattern_is_made_and_read_back(sdk: Sdk, name: str) -> None:
    pattern, days = PATTERNS[name]
    body = inspection(recurrence=series(pattern))
    made = sdk(sdk.me.events.post(body, asking(sdk.me.events)))
    one = sdk.me.events.by_event_id(made.id)
    read = sdk(one.get(asking(one)))
    assert read.recurrence.pattern.type == pattern.type
    assert read.recurrence.pattern.interval == pattern.interval
    assert set(read.recurrence.pattern.days_of_week or []) == set(pattern.days_of_week or [])
    assert read.recurrence.range.start_date == date(2026, 12, 5)
    local = ("Prefer", f'outlook.timezone="{SYDNEY}"')
    instances = one.instances
    rows = sdk(instances.get(asking(instances, headers=(local,), **WINDOW))).value
    assert [row.start.date_time[8:10] for row in rows] == days
    assert {row.series_master_id for row in rows} == {made.id}


@pytest.mark.parametrize(
    "span,count",
    [
        ({"type": RecurrenceRangeType.Numbered, "number_of_occurrences": 3}, 3),
        ({"type": RecurrenceRangeType.EndDate, "end_date": date(2026, 12, 8)}, 4),
    ],
)
def test_each_type_of_range_ends_where_it_should(
    sdk: Sdk, span: dict[str, Any], count: int
) -> None:
    daily = RecurrencePattern(type=RecurrencePatternType.Daily, interval=1)
    made = sdk(sdk.me.events.post(inspection(recurrence=series(daily, **span))))
    assert made.recurrence.range.type == span["type"]
    assert len(views(sdk)) == count


def test_one_date_is_changed_and_one_cancelled(sdk: Sdk) -> None:
    daily = RecurrencePattern(type=RecurrencePatternType.Daily, interval=7)
    made = sdk(sdk.me.events.post(inspection(recurrence=series(daily)), asking(sdk.me.events)))
    rows = views(sdk)
    second = sdk.me.events.by_event_id(rows[1].id)
    changed = sdk(second.patch(Event(subject="Auction"), asking(second)))
    assert changed.type == EventType.Exception
    assert changed.original_start is not None
    third = sdk.me.events.by_event_id(rows[2].id)
    sdk(third.cancel.post(CancelPostRequestBody(comment="rain"), asking(third)))
    assert [row.subject for row in views(sdk)] == ["Inspection", "Auction", "Inspection"]
    one = sdk.me.events.by_event_id(made.id)
    wanted = asking(
        one,
        select=["subject", "cancelledOccurrences", "exceptionOccurrences"],
        expand=["exceptionOccurrences"],
    )
    details = sdk(one.get(wanted))
    assert [e.subject for e in details.exception_occurrences] == ["Auction"]
    assert details.cancelled_occurrences == [f"OID.{made.id}.2026-12-19"]


def test_a_round_of_changes_is_followed(sdk: Sdk) -> None:
    delta = sdk.me.calendar_view.delta
    page = sdk(delta.get(asking(delta, **WINDOW)))
    assert page.value == []
    made = sdk(sdk.me.events.post(inspection(), asking(sdk.me.events)))
    again = sdk(delta.with_url(page.odata_delta_link).get(asking(delta)))
    assert [row.id for row in again.value] == [made.id]
    one = sdk.me.events.by_event_id(made.id)
    sdk(one.delete(asking(one)))
    gone = sdk(delta.with_url(again.odata_delta_link).get(asking(delta)))
    assert gone.value[0].additional_data["@removed"] == {"reason": "deleted"}


def test_calendars_are_made_and_filled(sdk: Sdk) -> None:
    wanted = Calendar(name="Agentbox", color=CalendarColor.LightTeal)
    made = sdk(sdk.me.calendars.post(wanted))
    assert (made.color, made.is_default_calendar) == (CalendarColor.LightTeal, False)
    own = sdk.me.calendars.by_calendar_id(made.id)
    sdk(own.events.post(inspection()))
    builder = own.calendar_view
    assert len(sdk(builder.get(asking(builder, **WINDOW))).value) == 1
    names = [calendar.name for calendar in sdk(sdk.me.calendars.get()).value]
    assert names == ["Calendar", "Agentbox"]
