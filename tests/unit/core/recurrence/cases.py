"""Forty series with the times that a person reads off the clock; each was counted by hand.

Clock changes of 2026: Sydney back on 5 April 03:00 → 02:00, forward on 4 October 02:00 → 03:00;
Berlin forward on 29 March 02:00 → 03:00, back on 25 October 03:00 → 02:00; New York forward on
8 March 02:00 → 03:00, back on 1 November 02:00 → 01:00. Apia left out 30 December 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

SYDNEY, BERLIN, NEW_YORK = "Australia/Sydney", "Europe/Berlin", "America/New_York"
KATHMANDU, APIA = "Asia/Kathmandu", "Pacific/Apia"


@dataclass(frozen=True)
class Case:
    """What is expected is told as ``2026-01-05 09:00-10:00``, on the clocks of ``seen_in``.

    ``moved`` has an original start, and a new start and end, or "" where it is cancelled.
    """

    why: str
    rule: str
    start: str
    end: str
    zone: str
    window: tuple[str, str]
    expected: list[str]
    without: tuple[str, ...] = ()
    moved: tuple[tuple[str, str, str], ...] = ()
    seen_in: str = ""


CASES = [
    # ------------------------------------------------------------------------- clock changes
    Case(
        "The open home stays at 09:00 on Sydney's clocks when summer time ends on Sunday 5 April.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-03-28 09:00",
        "2026-03-28 09:30",
        SYDNEY,
        ("2026-03-28", "2026-04-12"),
        ["2026-03-28 09:00-09:30", "2026-04-04 09:00-09:30", "2026-04-11 09:00-09:30"],
    ),
    Case(
        "The same seen from Berlin: 09:00 AEDT is 23:00 the day before (+11 to +1), from 29 March "
        "midnight (+11 to +2), from 5 April 01:00 (+10 to +2).",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-03-28 09:00",
        "2026-03-28 09:30",
        SYDNEY,
        ("2026-03-28", "2026-04-12"),
        ["2026-03-27 23:00-23:30", "2026-04-04 00:00-00:30", "2026-04-11 01:00-01:30"],
        seen_in=BERLIN,
    ),
    Case(
        "Sydney's clocks leave out 02:30 on 4 October: it is counted from before, so 03:30.",
        "FREQ=DAILY",
        "2026-10-03 02:30",
        "2026-10-03 04:30",
        SYDNEY,
        ("2026-10-03", "2026-10-06"),
        ["2026-10-03 02:30-04:30", "2026-10-04 03:30-04:30", "2026-10-05 02:30-04:30"],
    ),
    Case(
        "02:15-03:00 on 4 October would end before it starts (03:15-03:00): it stays 45 minutes.",
        "FREQ=DAILY",
        "2026-10-03 02:15",
        "2026-10-03 03:00",
        SYDNEY,
        ("2026-10-04", "2026-10-05"),
        ["2026-10-04 03:15-04:00"],
    ),
    Case(
        "Sydney has 02:30 twice on 5 April: the first, still AEDT, is 15:30Z, 17:30 in Berlin.",
        "FREQ=DAILY",
        "2026-04-04 02:30",
        "2026-04-04 02:45",
        SYDNEY,
        ("2026-04-05", "2026-04-06"),
        ["2026-04-04 17:30-17:45"],
        seen_in=BERLIN,
    ),
    Case(
        "Berlin leaves out 02:30 on 29 March: 03:30, and 02:30 again on the day after.",
        "FREQ=DAILY",
        "2026-03-28 02:30",
        "2026-03-28 05:00",
        BERLIN,
        ("2026-03-28", "2026-03-31"),
        ["2026-03-28 02:30-05:00", "2026-03-29 03:30-05:00", "2026-03-30 02:30-05:00"],
    ),
    Case(
        "A night shift in Berlin over 25 October ends at 06:00 by the clock, an hour longer.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-10-24 22:00",
        "2026-10-25 06:00",
        BERLIN,
        ("2026-10-24", "2026-11-01"),
        ["2026-10-24 22:00-2026-10-25 06:00", "2026-10-31 22:00-2026-11-01 06:00"],
    ),
    Case(
        "The same on New York's clocks: it begins in CEST/EDT (+2/-4), then in CET/EDT (+1/-4), "
        "and ends in CET/EDT both times, an hour before New York changes.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-10-24 22:00",
        "2026-10-25 06:00",
        BERLIN,
        ("2026-10-24", "2026-11-01"),
        ["2026-10-24 16:00-2026-10-25 01:00", "2026-10-31 17:00-2026-11-01 01:00"],
        seen_in=NEW_YORK,
    ),
    Case(
        "New York leaves out 02:00 on 8 March: a weekly two o'clock is at three that Sunday.",
        "FREQ=WEEKLY;BYDAY=SU",
        "2026-03-01 02:00",
        "2026-03-01 04:00",
        NEW_YORK,
        ("2026-03-01", "2026-03-16"),
        ["2026-03-01 02:00-04:00", "2026-03-08 03:00-04:00", "2026-03-15 02:00-04:00"],
    ),
    Case(
        "Monthly at 09:00 in New York, seen from Sydney: 1 March EST/AEDT (+16), 1 April "
        "EDT/AEDT (+15), 1 May EDT/AEST (+14).",
        "FREQ=MONTHLY",
        "2026-03-01 09:00",
        "2026-03-01 10:00",
        NEW_YORK,
        ("2026-03-01", "2026-05-02"),
        ["2026-03-02 01:00-02:00", "2026-04-02 00:00-01:00", "2026-05-01 23:00-2026-05-02 00:00"],
        seen_in=SYDNEY,
    ),
    Case(
        "Kathmandu never changes its clocks and is 5:45 ahead: 09:00 there is 14:15 in Sydney "
        "in summer (+11) and 13:15 in winter (+10).",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-04-04 09:00",
        "2026-04-04 09:45",
        KATHMANDU,
        ("2026-04-04", "2026-04-12"),
        ["2026-04-04 14:15-15:00", "2026-04-11 13:15-14:00"],
        seen_in=SYDNEY,
    ),
    Case(
        "Apia had no 30 December 2011: a Friday series skips to the next Friday that there was, "
        "the one in the gap of a whole day is counted from before, on the 31st.",
        "FREQ=WEEKLY;BYDAY=FR",
        "2011-12-23 09:00",
        "2011-12-23 10:00",
        APIA,
        ("2011-12-23", "2012-01-08"),
        ["2011-12-23 09:00-10:00", "2011-12-31 09:00-10:00", "2012-01-06 09:00-10:00"],
    ),
    Case(
        "Whole days are dates: the calendar of Apia shows the Friday that its clocks left out.",
        "FREQ=WEEKLY;BYDAY=FR",
        "2011-12-23",
        "2011-12-24",
        APIA,
        ("2011-12-23", "2012-01-08"),
        ["2011-12-23", "2011-12-30", "2012-01-06"],
    ),
    Case(
        "Every other week counts weeks, not hours: the change of 5 April moves nothing.",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "2026-03-23 08:00",
        "2026-03-23 08:30",
        SYDNEY,
        ("2026-03-23", "2026-04-22"),
        ["2026-03-23 08:00-08:30", "2026-04-06 08:00-08:30", "2026-04-20 08:00-08:30"],
    ),
    # ------------------------------------------------------------------------------ month ends
    Case(
        "RFC 5545: the 31st leaves out February and April.",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "2026-01-31 09:00",
        "2026-01-31 10:00",
        SYDNEY,
        ("2026-01-01", "2026-06-01"),
        ["2026-01-31 09:00-10:00", "2026-03-31 09:00-10:00", "2026-05-31 09:00-10:00"],
    ),
    Case(
        "The last day of each month: what Outlook means by its 31st.",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "2026-01-31 09:00",
        "2026-01-31 10:00",
        SYDNEY,
        ("2026-02-01", "2026-05-01"),
        ["2026-02-28 09:00-10:00", "2026-03-31 09:00-10:00", "2026-04-30 09:00-10:00"],
    ),
    Case(
        "What Outlook means by its 30th: in February the last day, else the 30th.",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "2028-01-30 09:00",
        "2028-01-30 10:00",
        SYDNEY,
        ("2028-01-01", "2028-04-01"),
        ["2028-01-30 09:00-10:00", "2028-02-29 09:00-10:00", "2028-03-30 09:00-10:00"],
    ),
    Case(
        "29 February by RFC 5545: leap years only, and 2100 is none.",
        "FREQ=YEARLY",
        "2092-02-29",
        "2092-03-01",
        SYDNEY,
        ("2092-01-01", "2109-01-01"),
        ["2092-02-29", "2096-02-29", "2104-02-29", "2108-02-29"],
    ),
    Case(
        "The last Friday: 30 January, 27 February, 27 March 2026.",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "2026-01-30 16:00",
        "2026-01-30 17:00",
        SYDNEY,
        ("2026-01-01", "2026-04-01"),
        ["2026-01-30 16:00-17:00", "2026-02-27 16:00-17:00", "2026-03-27 16:00-17:00"],
    ),
    Case(
        "The last working day: 31 January is a Saturday, 28 February one too, 31 March a Tuesday.",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "2026-01-30 16:00",
        "2026-01-30 17:00",
        SYDNEY,
        ("2026-01-01", "2026-04-01"),
        ["2026-01-30 16:00-17:00", "2026-02-27 16:00-17:00", "2026-03-31 16:00-17:00"],
    ),
    Case(
        "The second Tuesday: 13 January, 10 February, 10 March 2026.",
        "FREQ=MONTHLY;BYDAY=2TU",
        "2026-01-13 10:00",
        "2026-01-13 11:00",
        BERLIN,
        ("2026-01-01", "2026-04-01"),
        ["2026-01-13 10:00-11:00", "2026-02-10 10:00-11:00", "2026-03-10 10:00-11:00"],
    ),
    Case(
        "The fifth Monday is there in March and June 2026 (30th and 29th), and not between.",
        "FREQ=MONTHLY;BYDAY=5MO",
        "2026-03-30 10:00",
        "2026-03-30 11:00",
        BERLIN,
        ("2026-03-01", "2026-07-01"),
        ["2026-03-30 10:00-11:00", "2026-06-29 10:00-11:00"],
    ),
    Case(
        "Friday the 13th: February and March 2026 (28 days lie between), then November.",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "2026-01-13 10:00",
        "2026-01-13 11:00",
        BERLIN,
        ("2026-01-01", "2027-01-01"),
        ["2026-02-13 10:00-11:00", "2026-03-13 10:00-11:00", "2026-11-13 10:00-11:00"],
    ),
    Case(
        "The last Sunday of March is the day itself on which Berlin changes: noon stays noon.",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "2025-03-30 12:00",
        "2025-03-30 13:00",
        BERLIN,
        ("2025-01-01", "2028-01-01"),
        ["2025-03-30 12:00-13:00", "2026-03-29 12:00-13:00", "2027-03-28 12:00-13:00"],
    ),
    # ------------------------------------------------------------------------------ whole days
    Case(
        "A whole Saturday is that Saturday, from wherever it is looked at.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-04-04",
        "2026-04-05",
        SYDNEY,
        ("2026-04-04", "2026-04-19"),
        ["2026-04-04", "2026-04-11", "2026-04-18"],
        seen_in=NEW_YORK,
    ),
    Case(
        "A weekend of two days over the change of 5 April has two days before, on and after it.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-03-28",
        "2026-03-30",
        SYDNEY,
        ("2026-03-28", "2026-04-13"),
        ["2026-03-28/2026-03-29", "2026-04-04/2026-04-05", "2026-04-11/2026-04-12"],
    ),
    Case(
        "A weekend that has begun is still shown on its Sunday, one that ended at midnight is not.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-03-28",
        "2026-03-30",
        SYDNEY,
        ("2026-04-05", "2026-04-11"),
        ["2026-04-04/2026-04-05"],
    ),
    Case(
        "A fair of three days, its second year excluded by date.",
        "FREQ=YEARLY",
        "2025-06-06",
        "2025-06-09",
        BERLIN,
        ("2025-01-01", "2028-01-01"),
        ["2025-06-06/2025-06-08", "2027-06-06/2027-06-08"],
        without=("2026-06-06",),
    ),
    Case(
        "The last date of a series of whole days is the one written, Z or not.",
        "FREQ=DAILY;UNTIL=20260107T235959Z",
        "2026-01-05",
        "2026-01-06",
        SYDNEY,
        ("2026-01-01", "2026-02-01"),
        ["2026-01-05", "2026-01-06", "2026-01-07"],
    ),
    # ------------------------------------------------------------------------ series that end
    Case(
        "22:00Z on Tuesday is 09:00 on Wednesday in Sydney: that one still takes place.",
        "FREQ=DAILY;UNTIL=20260106T220000Z",
        "2026-01-05 09:00",
        "2026-01-05 09:30",
        SYDNEY,
        ("2026-01-01", "2026-02-01"),
        ["2026-01-05 09:00-09:30", "2026-01-06 09:00-09:30", "2026-01-07 09:00-09:30"],
    ),
    Case(
        "Three times means three, and an excluded one of them is not made up for.",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=3",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        ["2026-01-10 10:00-10:30", "2026-01-24 10:00-10:30"],
        without=("2026-01-17 10:00",),
    ),
    Case(
        "A series that ended last year shows nothing this year.",
        "FREQ=WEEKLY;BYDAY=SA;UNTIL=20251231",
        "2025-01-04 10:00",
        "2025-01-04 10:30",
        SYDNEY,
        ("2026-01-01", "2027-01-01"),
        [],
    ),
    Case(
        "A start that the rule does not name is no date of it: from Monday on, Saturdays.",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=2",
        "2026-01-05 10:00",
        "2026-01-05 10:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        ["2026-01-10 10:00-10:30", "2026-01-17 10:00-10:30"],
    ),
    # ---------------------------------------------------------------------------- exceptions
    Case(
        "One open home moved to Sunday, one shortened, one cancelled; the others stay.",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=5",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        [
            "2026-01-10 10:00-10:30",
            "2026-01-18 14:00-14:30",
            "2026-01-24 10:00-10:15",
            "2026-02-07 10:00-10:30",
        ],
        moved=(
            ("2026-01-17 10:00", "2026-01-18 14:00", "2026-01-18 14:30"),
            ("2026-01-24 10:00", "2026-01-24 10:00", "2026-01-24 10:15"),
            ("2026-01-31 10:00", "", ""),
        ),
    ),
    Case(
        "Moved out of the window it is not shown, moved into it from afar it is.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        SYDNEY,
        ("2026-02-01", "2026-02-15"),
        ["2026-02-03 17:00-17:30", "2026-02-07 10:00-10:30"],
        moved=(
            ("2026-02-14 10:00", "2026-02-16 10:00", "2026-02-16 10:30"),
            ("2026-05-02 10:00", "2026-02-03 17:00", "2026-02-03 17:30"),
        ),
    ),
    Case(
        "The series went from 10:00 to 10:30: the Saturday excluded at its old time stays out, "
        "the one moved from its old time stays moved.",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        "2026-01-10 10:30",
        "2026-01-10 11:00",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        ["2026-01-10 10:30-11:00", "2026-01-24 15:00-15:30", "2026-01-31 10:30-11:00"],
        without=("2026-01-17 10:00",),
        moved=(("2026-01-24 10:00", "2026-01-24 15:00", "2026-01-24 15:30"),),
    ),
    Case(
        "An occurrence moved onto the first hour of 5 April that comes twice, told by its instant.",
        "FREQ=WEEKLY;BYDAY=SA",
        "2026-03-28 09:00",
        "2026-03-28 09:30",
        SYDNEY,
        ("2026-04-04", "2026-04-06"),
        ["2026-04-05 02:30-03:15"],
        moved=(("2026-04-04 09:00", "2026-04-05 02:30", "2026-04-05 03:15"),),
    ),
    Case(
        "Split, this and following: the old half ends on the Saturday before.",
        "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260123T125959Z",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        ["2026-01-10 10:00-10:30", "2026-01-17 10:00-10:30"],
    ),
    Case(
        "Split, this and following: the new half begins at its own time, and on Sundays.",
        "FREQ=WEEKLY;BYDAY=SU;COUNT=2",
        "2026-01-24 13:00",
        "2026-01-24 13:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        ["2026-01-25 13:00-13:30", "2026-02-01 13:00-13:30"],
    ),
    Case(
        "Dates beside the rule take place, with the time of the series or their own (00:00Z).",
        "RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=2\nRDATE;VALUE=DATE:20260114\nRDATE:20260115T000000Z",
        "2026-01-10 10:00",
        "2026-01-10 10:30",
        SYDNEY,
        ("2026-01-01", "2026-03-01"),
        [
            "2026-01-10 10:00-10:30",
            "2026-01-14 10:00-10:30",
            "2026-01-15 11:00-11:30",
            "2026-01-17 10:00-10:30",
        ],
    ),
    Case(
        "Every six hours over Berlin's change of 29 March: by the clock, at 0, 6, 12 and 18.",
        "FREQ=HOURLY;INTERVAL=6",
        "2026-03-28 12:00",
        "2026-03-28 12:15",
        BERLIN,
        ("2026-03-28", "2026-03-30"),
        [
            "2026-03-28 12:00-12:15",
            "2026-03-28 18:00-18:15",
            "2026-03-29 00:00-00:15",
            "2026-03-29 06:00-06:15",
            "2026-03-29 12:00-12:15",
            "2026-03-29 18:00-18:15",
        ],
    ),
    Case(
        "Every hour through the gap: what would be 02:00 is the same as 03:00, and there once.",
        "FREQ=HOURLY",
        "2026-03-28 23:00",
        "2026-03-28 23:15",
        BERLIN,
        ("2026-03-29", "2026-03-30"),
        [f"2026-03-29 {hour:02}:00-{hour:02}:15" for hour in range(24) if hour != 2],
    ),
]
