"""What a person reads before tasks come into the calendar."""

from __future__ import annotations

from django.test import Client

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from tests.builders import crm
from tests.integration.card.pages import text_of, to

from .world import CALENDAR, IN_A_WEEK, Faces, at


def test_the_preview_names_tasks_as_it_names_appointments(connected: Faces) -> None:
    starts, ends = at(IN_A_WEEK, 10), at(IN_A_WEEK, 11)
    crm.an_appointment(connected.staff, title="Visit", starts_at=starts, ends_at=ends)
    connected.task("Call Olivia", notes="About the price")
    connected.kind = CALENDAR
    connected.foresee(tasks=True, categories={"task": "Task"})
    client = Client()
    client.force_login(crm.a_login(None, MASTER_USERS))

    text = text_of(client.get(to("preview", connected.connection.pk, CALENDAR)))

    assert "2 entries will be added" in text
    assert "Visit · " in text
    assert "Call Olivia · " in text
    assert "About the price" in text
    assert "without a name" not in text
