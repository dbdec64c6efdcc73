"""Notifications of events: that something happened, to which, and to whom it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .calendar_builders import event, saturdays, view
from .clients import JANE, Client, Control
from .endpoint import Endpoint
from .test_calendar_events import path
from .test_subscriptions import refused, subscribe

EVENTS = "/me/events"


@pytest.fixture
def crm(control: Control) -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        control.post("subscriptions", {"address": endpoint.url})
        yield endpoint


def test_an_event_is_told_from_its_making_to_its_end(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control, resource=EVENTS, changeType="created,updated,deleted")
    made = graph.create("/me/events", **event())
    graph("PATCH", path(made), {"subject": "Auction"})
    graph("DELETE", path(made))
    values = {value["changeType"]: value for value in crm.wait(3)}
    assert set(values) == {"created", "updated", "deleted"}
    owner = control.mailbox()["owner"]["oid"]
    told = values["created"]
    assert told["resource"] == f"Users/{owner}/Events/{made['id']}"
    assert told["resourceData"]["@odata.type"] == "#Microsoft.Graph.Event"
    assert told["resourceData"]["@odata.etag"] == made["@odata.etag"]


def test_a_change_of_one_date_is_told_as_one_of_its_series(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    made = graph.create("/me/events", **saturdays())
    subscribe(graph, control, resource=EVENTS, changeType="updated")
    graph("PATCH", path(graph.get(view())["value"][1]), {"subject": "Auction"})
    (value,) = crm.wait(1)
    assert value["resourceData"]["id"] == made["id"]


def test_contacts_and_other_calendars_are_not_told(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control, resource=EVENTS, changeType="created")
    own = graph.create("/me/calendars", name="Agentbox")["id"]
    graph.create(f"/me/calendars/{own}/events", **event())
    graph.create(surname="Wong")
    last = graph.create("/me/events", **event())
    (value,) = crm.wait(1)
    assert value["resourceData"]["id"] == last["id"]


def test_reading_calendars_is_what_it_takes(control: Control, crm: Endpoint) -> None:
    token = control.token(JANE, "User.Read Contacts.ReadWrite")
    with Client(control.url, token) as client:
        assert refused(client, control, resource=EVENTS)[0] == 403
