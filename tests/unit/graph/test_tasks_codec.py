"""Tasks in Graph's JSON, by the examples of api/todotask-get.md and resources/todotask.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.tasks import ATOMS, canonical
from agentbox_sync.core.recurrence.problems import RuleUnreadable, SeriesError
from agentbox_sync.graph.codecs.tasks import (
    SPARE,
    decode,
    encode,
    half_shown,
    reference_of,
    stamp_of,
)
from tests.unit.core.recurrence.strategies import LAW, ZONES, days, rule_texts
from tests.unit.core.test_canonical import texts

SYDNEY = "Australia/Sydney"
HERE = Locality(zone=SYDNEY, managed=("Task",))
STAMP = "0b5e"


def a_row(**facts: Any) -> dict[str, Any]:
    """A task as Graph answers it, nothing set beyond its title."""
    return {
        "@odata.etag": 'W/"xzyPKP0BiUGgld+lMKXwbQAAgdhkVw=="',
        "importance": "low",
        "isReminderOn": False,
        "status": "notStarted",
        "title": "Linked entity new task 1",
        "createdDateTime": "2020-07-08T11:15:19.9359889Z",
        "lastModifiedDateTime": "2020-07-08T11:15:20.0614375Z",
        "categories": [],
        "id": "AQMkADAwATM0MDAAMS0yMDkyLWVjMzYtM",
        "body": {"content": "", "contentType": "text"},
        **facts,
    }


def at(date_time: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": f"{date_time}.0000000", "timeZone": zone}


def told(record: Any) -> dict[str, Any]:
    return canonical(record, HERE)


def answered(payload: Any) -> dict[str, Any]:
    """What is left when Graph shows what it was sent: nothing that is null."""
    sent = {name: value for name, value in payload.items() if value is not None}
    return a_row(**{"title": "", "importance": "normal", **sent})


def test_the_documented_task_is_read() -> None:
    assert decode(a_row(), SYDNEY) == {
        "title": "Linked entity new task 1",
        "notes": "",
        "due": None,
        "reminder": None,
        "importance": "low",
        "progress": {"status": "notStarted"},
        "categories": [],
        "recurrence": None,
    }


def test_a_row_that_shows_a_part_leaves_the_other_atoms_out() -> None:
    changed = {"id": "x", "title": "New"}

    assert decode(changed, SYDNEY) == {"title": "New"}
    assert half_shown(changed)
    assert half_shown(a_row()), "what is linked is not told"
    assert not half_shown({**a_row(), "linkedResources": []})


def test_what_a_whole_task_does_not_show_is_empty_and_what_is_linked_is_unknown() -> None:
    bare = {name: value for name, value in a_row().items() if name not in SPARE}

    assert decode(bare, SYDNEY)["due"] is None
    assert "reference" not in decode(bare, SYDNEY)
    assert decode({**bare, "linkedResources": []}, SYDNEY)["reference"] is None


@pytest.mark.parametrize(
    "shown",
    [
        at("2026-12-05T00:00:00"),
        at("2026-12-05T00:00:00", "AUS Eastern Standard Time"),
        at("2026-12-04T13:00:00"),
        {"dateTime": "2026-12-05T00:00:00", "timeZone": "UTC"},
    ],
    ids=["midnight in UTC", "the zone named", "local midnight in UTC", "without fractions"],
)
def test_a_due_date_is_the_day_that_was_meant(shown: Any) -> None:
    assert decode(a_row(dueDateTime=shown), SYDNEY)["due"] == "2026-12-05"


def test_a_reminder_counts_while_it_is_on() -> None:
    time = at("2026-12-04T22:00:00")

    assert decode(a_row(reminderDateTime=time, isReminderOn=False), SYDNEY)["reminder"] is None
    shown = decode(a_row(reminderDateTime=time, isReminderOn=True), SYDNEY)
    assert told(shown)["reminder"] == "2026-12-04T22:00:00Z"


def test_notes_in_html_come_as_words() -> None:
    html = "<html><body><p>Call <b>Mary</b></p><script>alert(1)</script></body></html>"

    assert decode(a_row(body={"content": html, "contentType": "html"}), SYDNEY)["notes"] == (
        "Call Mary"
    )


def test_a_series_that_nobody_can_read_is_kept_as_it_came() -> None:
    odd = {"pattern": {"type": "lunar", "interval": 1}, "range": {"type": "noEnd"}}
    record = decode(a_row(recurrence=odd), SYDNEY)

    assert record["recurrence"] is not None
    with pytest.raises((RuleUnreadable, ItemRefused)):
        encode(record, ["recurrence"], zone=SYDNEY)


# ------------------------------------------------------------------------------ what is ours of it


def test_a_task_leads_back_to_its_record() -> None:
    record = {"title": "Call", "reference": {"name": "Mary Poe", "url": "https://crm.example/7"}}
    linked = reference_of(record, STAMP)

    assert linked == {
        "applicationName": "Agentbox",
        "displayName": "Mary Poe",
        "externalId": STAMP,
        "webUrl": "https://crm.example/7",
    }
    shown = a_row(linkedResources=[{"applicationName": "Mail", "externalId": "7"}, linked])
    assert stamp_of(shown) == STAMP
    assert decode(shown, SYDNEY)["reference"] == record["reference"]


def test_what_another_program_has_linked_is_not_ours() -> None:
    assert stamp_of(a_row(linkedResources=[{"applicationName": "Mail", "externalId": "7"}])) == ""
    assert stamp_of(a_row()) == ""


def test_a_task_without_a_contact_is_shown_by_its_title() -> None:
    assert reference_of({"title": "Call"}, STAMP)["displayName"] == "Call"


# ----------------------------------------------------------------------------------------- writing


def test_a_create_does_not_mention_what_is_empty() -> None:
    record = {"title": "Call", "notes": "", "due": None, "recurrence": None, "categories": []}

    assert encode(record, ATOMS, zone=SYDNEY, creating=True).payload == {"title": "Call"}


def test_an_update_clears_what_was_emptied_and_touches_nothing_else() -> None:
    record = {"title": "Call", "notes": "", "due": None, "reminder": None, "recurrence": None}

    assert encode(record, ["due", "reminder"], zone=SYDNEY).payload == {
        "dueDateTime": None,
        "isReminderOn": False,
    }


def test_done_is_written_with_its_time_and_undone_without() -> None:
    done = {"status": "completed", "completed_at": "2026-12-05T09:30:00+11:00"}

    assert encode({"progress": done}, ["progress"], zone=SYDNEY).payload == {
        "status": "completed",
        "completedDateTime": {"dateTime": "2026-12-04T22:30:00", "timeZone": "UTC"},
    }
    assert encode({"progress": None}, ["progress"], zone=SYDNEY).payload == {"status": "notStarted"}


@pytest.mark.parametrize("atom, value", [("due", "soon"), ("reminder", "soon")])
def test_what_is_no_date_sets_the_task_aside(atom: str, value: str) -> None:
    with pytest.raises(ItemRefused):
        encode({atom: value}, [atom], zone=SYDNEY)


def test_a_series_that_graph_has_no_words_for_sets_the_task_aside() -> None:
    series = {"rule": "FREQ=HOURLY", "start": "2026-12-05"}
    with pytest.raises(SeriesError):
        encode({"recurrence": series}, ["recurrence"], zone=SYDNEY)


random_tasks = st.fixed_dictionaries(
    {
        "title": texts,
        "notes": texts,
        "due": st.one_of(st.none(), days.map(lambda day: day.isoformat())),
        "reminder": st.one_of(
            st.none(), st.datetimes(timezones=st.just(None)).map(lambda t: f"{t.isoformat()}Z")
        ),
        "importance": st.sampled_from(["low", "normal", "high", ""]),
        "progress": st.sampled_from(
            [
                None,
                {"status": "inProgress"},
                {"status": "waitingOnOthers"},
                {"status": "deferred"},
                {"status": "completed", "completed_at": "2026-12-05T09:30:00+11:00"},
            ]
        ),
        "categories": st.lists(st.sampled_from(["Task", "Golf"]), max_size=2, unique=True),
        "recurrence": st.one_of(
            st.none(),
            st.builds(
                lambda rule, start: {"rule": f"{rule};COUNT=9", "start": start.isoformat()},
                rule_texts(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")),
                days,
            ),
        ),
    }
)


@LAW
@given(random_tasks, st.sampled_from(ZONES))
def test_what_is_written_reads_as_it_was(record: dict[str, Any], zone: str) -> None:
    try:
        sent = encode(record, ATOMS, zone=zone, creating=True).payload
    except SeriesError:
        return
    shown = decode(answered(sent), zone)

    assert told(shown) == told(record)
    # A second time round nothing changes any more.
    again = answered(encode(shown, ATOMS, zone=zone, creating=True).payload)
    assert told(decode(again, zone)) == told(shown)
