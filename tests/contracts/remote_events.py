"""What the RemoteStore contract says of single events alone: times, other people, lookalikes."""

from __future__ import annotations

import pytest

from agentbox_sync.core.errors import ItemRefused, OutcomeUnknown
from agentbox_sync.core.recurrence.problems import EndsBeforeStart
from agentbox_sync.ports import Create, Update, Written
from tests.builders.events import an_appointment
from tests.contracts.calendar_side import (
    ONE,
    TWO,
    Side,
    at,
)
from tests.contracts.emulated_calendar import OF_WINDOWS
from tests.contracts.remote_side import fetched, folder, write

# --------------------------------------------------------------------------------- single events


def test_a_create_carries_its_stamp_in_both_places(side: Side) -> None:
    (answer,) = write(side, Create("stamp-of-jane", side.item("Jane")))

    assert isinstance(answer, Written)
    (item,) = side.items().values()
    assert (item["stamp"], item["transactionId"]) == ("stamp-of-jane", "stamp-of-jane")
    assert item["start"] == {"dateTime": item["start"]["dateTime"], "timeZone": OF_WINDOWS}


@pytest.mark.parametrize("status", ["400", "409"])
def test_an_id_that_is_used_up_is_an_unknown_outcome_that_the_stamp_settles(
    side: Side, status: str
) -> None:
    side.microsoft.control("switches", {"transaction_status": status})
    first, again = side.item("Jane"), side.item("Jane", note="Now with a place")

    write(side, Create("stamp-of-jane", first))
    (answer,) = write(side, Create("stamp-of-jane", again))

    assert isinstance(answer, OutcomeUnknown)
    (found,) = side.store.find_stamped(side.kind, folder(side), ["stamp-of-jane"])
    assert isinstance(found, list)
    assert [item.record["subject"] for item in found] == ["Jane"]


def test_a_create_that_is_repeated_to_the_letter_makes_one_event(side: Side) -> None:
    sent = Create("stamp-of-jane", side.item("Jane"))

    first, again = write(side, sent)[0], write(side, sent)[0]

    assert isinstance(first, Written)
    assert first == again
    assert len(side.items()) == 1


def test_what_cannot_be_carried_out_is_set_aside_and_the_others_are_written(side: Side) -> None:
    backwards = {"start": "2026-12-05T10:00", "end": "2026-12-05T09:00", "zone": "UTC"}
    rule = {"rule": "every other Saturday", "start": "2026-12-05T10:00", "zone": "UTC"}

    answers = write(
        side,
        Create("a", side.item("Good")),
        Create("b", {"subject": "Backwards", "when": backwards}),
        Create("c", an_appointment("No rule", recurrence=rule)),
        Create("d", side.item("Zone", when={**at(ONE), "zone": "Middle Earth"})),
        Create("e", side.item("x" * 10_000)),
    )

    kinds = [type(one) for one in answers]
    assert kinds[:2] == [Written, EndsBeforeStart]
    assert isinstance(answers[2], ItemRefused)
    assert kinds[3:] == [Written, Written]
    assert answers[4].left_out == ("subject",)  # type: ignore[union-attr]
    assert sorted(len(item["subject"]) for item in side.items().values()) == [4, 4, 255]


def test_an_update_of_ours_leaves_guests_and_their_meeting_alone(side: Side) -> None:
    guest = {"emailAddress": {"address": "vendor@example.com"}, "type": "required"}
    remote_id = side.add("Auction", attendees=[guest], isOnlineMeeting=True)
    before = side.items()[remote_id]
    seen = fetched(side, remote_id)

    (answer,) = write(
        side,
        Update(
            remote_id,
            seen.etag,
            {"categories": ["Listing"], "reminder": 60, "show_as": "oof"},
            ("categories", "reminder", "show_as"),
        ),
    )

    assert isinstance(answer, Written)
    assert seen.ties == {"guests", "online"}
    after = side.items()[remote_id]
    assert (after["categories"], after["showAs"]) == (["Listing"], "oof")
    for name in ("attendees", "body", "onlineMeeting", "subject", "start"):
        assert after[name] == before[name]
    assert [mail["app"] for mail in side.mails()] == [""]  # the invitation is the person's own


def test_a_meeting_that_somebody_else_has_called_is_known_as_such(side: Side) -> None:
    made = side.microsoft.person(
        meeting=side.event("Strata meeting"), organizer={"address": "chair@example.com"}
    )

    assert fetched(side, made["id"]).ties == {"foreign"}


@pytest.mark.parametrize("answer", ["midnight", "shifted"])
@pytest.mark.parametrize("zone", ["Australia/Sydney", "Pacific/Apia", "America/New_York"])
def test_whole_days_stay_the_days_they_are(side: Side, answer: str, zone: str) -> None:
    side.microsoft.control("switches", {"all_day_answer": answer})
    when = {"start": "2026-12-05", "end": "2026-12-07", "zone": zone, "all_day": True}

    (done,) = write(side, Create("stamp-of-fair", {"subject": "Fair", "when": when}))

    assert isinstance(done, Written)
    assert done.record is not None
    assert done.record["when"] == when
    assert fetched(side, done.remote_id).record["when"] == when


def test_lookalikes_have_the_title_the_start_and_the_end(side: Side) -> None:
    same, later = side.add("Jane"), side.add("Jane")
    side.edit(later, end={"dateTime": "2027-12-05T23:00:00", "timeZone": OF_WINDOWS})
    side.add("O'Brien & Co")
    fair = side.add(
        "Fair",
        isAllDay=True,
        start={"dateTime": f"{ONE}T00:00:00", "timeZone": OF_WINDOWS},
        end={"dateTime": f"{TWO}T00:00:00", "timeZone": OF_WINDOWS},
    )
    days = {"start": ONE, "end": TWO, "zone": "Pacific/Apia", "all_day": True}

    found = side.store.find_alike(
        side.kind,
        folder(side),
        [
            side.item("Jane", subject="  JANE "),
            side.item("Jane", subject="Other"),
            side.item("O'Brien & Co"),
            {"subject": "Fair", "when": days},
            {"subject": "No time"},
        ],
    )

    ids = [[one.remote_id for one in answer] for answer in found if isinstance(answer, list)]
    assert [len(some) for some in ids] == [1, 0, 1, 1, 0]
    assert (ids[0], ids[3]) == ([same], [fair])
