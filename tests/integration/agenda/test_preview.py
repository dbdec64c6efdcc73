"""What a person reads before the go, of a calendar: in which order, and that it is what happens."""

from __future__ import annotations

import re

from django.test import Client

from agentbox_sync.core.groups import Group
from agentbox_sync.models import Preview
from tests.integration.card.pages import text_of, to

from .world import GUEST, Agenda, invited, starts


def titles(agenda: Agenda, preview: Preview, group: Group) -> list[str]:
    rows = preview.rows.filter(group=group.value).order_by("number")
    wanted = [int(row.local_pk) for row in rows]
    named = dict(agenda.model.objects.values_list("pk", "title"))
    return [named[pk] for pk in wanted]


def test_what_comes_next_is_listed_first_and_what_is_past_last(
    agenda: Agenda, master: Client
) -> None:
    agenda.appointment("Far ahead", 40)
    agenda.appointment("Last week", -7)
    agenda.appointment("Tomorrow", 1)
    agenda.appointment("Yesterday", -1)
    agenda.series("Every week since long ago", -700)  # its next date is today, or in a few days
    agenda.appointment("In three weeks", 21)

    shown = agenda.foresee(strict=True)

    listed = titles(agenda, shown, Group.CREATED)
    assert [one for one in listed if one != "Every week since long ago"] == [
        *("Tomorrow", "In three weeks", "Far ahead"),
        *("Yesterday", "Last week"),
    ]
    assert listed.index("Every week since long ago") < listed.index("In three weeks")
    text = text_of(master.get(to("preview", agenda.connection.pk, "calendar")))
    places = [text.index(title) for title in listed]
    assert places == sorted(places)


def test_what_is_only_in_outlook_is_listed_by_its_time_as_well(agenda: Agenda) -> None:
    later, soon = agenda.add("Later", 9), agenda.add("Soon", 2)
    shown = agenda.foresee(adoption="import")
    rows = shown.rows.filter(group=Group.TAKEN_IN.value).order_by("number")
    assert [row.remote_id for row in rows] == [soon, later]


def test_the_run_after_the_go_does_to_a_calendar_what_the_preview_listed(
    agenda: Agenda, master: Client
) -> None:
    """One of each: new, a series, a whole day, private, removed, edited on either side."""
    agenda.appointment("Stays", 9)
    edited = agenda.appointment("Edited in Outlook", 5)
    called_off = agenda.appointment("Leaves", 6)
    theirs = agenda.appointment("Ours to edit", 7)
    agenda.run_well()
    agenda.edit_item(edited, location={"displayName": "Harry's"})
    agenda.change(theirs, location="Elsewhere")
    agenda.change(called_off, status="completed")
    agenda.series("Open home", 3, excluded_starts=[agenda.on(10).isoformat()])
    agenda.appointment("Fair", starts_at=agenda.on(4, 0), ends_at=agenda.on(5, 0), all_day=True)
    agenda.appointment("Dentist", 8, private=True)
    agenda.add("Coffee", 2)
    agenda.add("Lunch", 2, 12, sensitivity="private")
    before = (agenda.mailbox(), list(agenda.model.objects.order_by("pk").values()))

    shown = agenda.foresee(adoption="import", completed="delete")

    assert (agenda.mailbox(), list(agenda.model.objects.order_by("pk").values())) == before
    text = text_of(master.get(to("preview", agenda.connection.pk, "calendar")))
    for title in ("Open home", "Fair", "Dentist", "Leaves", "Coffee", "every"):
        assert title in text
    assert "Lunch" not in text
    found = re.search(r"(\d+) entr(?:y|ies) will be added", text)
    assert found
    assert int(found[1]) == shown.counts["created_remote"] == 3
    agenda.go(shown)
    agenda.run_well()
    assert agenda.subjects() == sorted(
        [
            *("Stays", "Edited in Outlook", "Ours to edit", "Open home", "Fair", "Dentist"),
            *("Coffee", "Lunch"),
        ]
    )
    assert agenda.now(edited).location == "Harry's"
    assert agenda.event("Ours to edit")["location"]["displayName"] == "Elsewhere"
    assert agenda.event("Dentist")["sensitivity"] == "private"
    assert agenda.event("Fair")["isAllDay"]
    assert len(agenda.event("Open home")["cancelled"]) == 1
    assert agenda.model.objects.get(title="Coffee").starts_at == agenda.on(2, 14)
    agenda.run_well(forced=True)  # the category of what has come in
    agenda.at_rest()


def test_a_meeting_with_guests_is_not_listed_as_something_that_would_be_changed(
    agenda: Agenda,
) -> None:
    item = agenda.appointment("Viewing")
    agenda.run_well()
    agenda.edit_item(item, attendees=invited(GUEST))
    agenda.run_well()
    agenda.change(item, starts_at=agenda.on(6), ends_at=agenda.on(6, 11))
    shown = agenda.foresee(strict=True)
    assert not shown.rows.exists()
    assert starts(agenda.event("Viewing")) == f"{agenda.on(3):%Y-%m-%dT%H:%M}"
