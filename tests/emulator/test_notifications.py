"""Notifications: what is told, how often, when it is late, lost or asleep; lifecycle events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import JANE, Client, Control, seed
from .endpoint import PATIENCE, Endpoint
from .test_subscriptions import LIFE, body, subscribe


@pytest.fixture
def crm(control: Control) -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        control.post("subscriptions", {"address": endpoint.url})
        yield endpoint


def quiet(control: Control, seconds: float = PATIENCE) -> dict[str, Any]:
    """What the emulator sent, once nothing is on its way."""
    end = time.monotonic() + seconds
    while (found := control.get("subscriptions"))["pending"] and time.monotonic() < end:
        time.sleep(0.01)
    assert found["pending"] == 0, found
    answer: dict[str, Any] = found
    return answer


def waits(control: Control, count: int) -> None:
    """Until so many attempts have failed and what they carried waits for its next one."""
    end = time.monotonic() + PATIENCE
    while control.get("subscriptions")["failed"] < count and time.monotonic() < end:
        time.sleep(0.01)
    assert control.get("subscriptions")["failed"] == count


def changes(endpoint: Endpoint) -> list[str]:
    return sorted(value["changeType"] for value in endpoint.values)


def events(endpoint: Endpoint) -> list[str]:
    return [value["lifecycleEvent"] for value in endpoint.values if "lifecycleEvent" in value]


def test_a_notification_says_that_and_not_what(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    made = subscribe(graph, control)
    contact = graph.create(surname="Wong")
    (value,) = crm.wait(1)
    owner = control.mailbox()["owner"]
    path = f"Users/{owner['oid']}/Contacts/{contact['id']}"
    assert value == {
        "subscriptionId": made["id"],
        "subscriptionExpirationDateTime": made["expirationDateTime"],
        "changeType": "created",
        "resource": path,
        "clientState": "s3cret",
        "tenantId": owner["tenant"],
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Contact",
            "@odata.id": path,
            "@odata.etag": contact["@odata.etag"],
            "id": contact["id"],
        },
    }
    assert crm.received[0]["host"] == "crm.example"


def test_own_writes_and_the_person_s_are_told_alike(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control)
    contact = graph.create(surname="Wong")["id"]
    graph("PATCH", f"/me/contacts/{contact}", {"jobTitle": "Buyer"})
    control.person({"edit": contact, "values": {"jobTitle": "Vendor"}})
    graph("DELETE", f"/me/contacts/{contact}")
    crm.wait(4)
    assert changes(crm) == ["created", "deleted", "updated", "updated"]


def test_only_what_was_asked_for_is_told(graph: Client, control: Control, crm: Endpoint) -> None:
    subscribe(graph, control, changeType="deleted")
    contact = graph.create(surname="Wong")["id"]
    graph("DELETE", f"/me/contacts/{contact}")
    quiet(control)
    assert changes(crm) == ["deleted"]


@pytest.mark.parametrize("scope,expected", [("folder", ["deleted"]), ("mailbox", None)])
def test_a_move_leaves_one_folder_and_arrives_in_another(
    graph: Client, control: Control, crm: Endpoint, scope: str, expected: list[str] | None
) -> None:
    control.switch(subscription_scope=scope)
    control.person({"add_folder": "Old"})
    contact = graph.create(surname="Wong")["id"]
    subscribe(graph, control)
    control.person({"move": contact, "folder": "Old"})
    quiet(control)
    assert changes(crm) == (expected or ["created", "deleted"])


def test_the_form_of_the_ids_is_that_of_the_subscription(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    with Client(control.url, control.token(JANE), prefer="") as plain:
        subscribe(plain, control)
        contact = graph.create(surname="Wong")
        (value,) = crm.wait(1)
        told = value["resourceData"]["id"]
        assert told != contact["id"]
        assert plain("GET", f"/me/contacts/{told}").json()["id"] == told


def test_several_notifications_share_a_request_unless_switched_off(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control)
    control.switch(notify_delay_ms=60_000)
    for number in range(3):
        graph.create(surname=f"N{number}")
    control.post("clock", {"advance": 61})
    crm.wait(3)
    assert len(crm.received) == 1
    control.switch(notify_together=False, notify_order="shuffled")
    for number in range(3):
        graph.create(surname=f"N{number}")
    control.post("clock", {"advance": 61})
    crm.wait(6)
    assert len(crm.received) == 4


def test_everything_may_be_said_twice(graph: Client, control: Control, crm: Endpoint) -> None:
    made = subscribe(graph, control)
    control.switch(notify_copies=2)
    contact = graph.create(surname="Wong")["id"]
    values = crm.wait(2)
    assert values[0] == values[1]
    quiet(control)  # what has not been answered yet was not sent
    control.post("subscriptions", {"id": made["id"], "repeat": 1})
    values = crm.wait(4)
    assert {v["resourceData"]["id"] for v in values} == {contact}


def test_a_notification_may_come_late_or_never(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control)
    control.switch(notify_delay_ms=60_000)
    graph.create(surname="Wong")
    time.sleep(0.2)
    assert crm.values == []
    control.post("clock", {"advance": 61})
    crm.wait(1)
    control.switch(notify_lose=True, notify_delay_ms=0)
    graph.create(surname="Wong")
    assert quiet(control)["lost"] == 1
    assert len(crm.values) == 1


def test_what_was_refused_is_sent_again_with_growing_pauses(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control)
    crm.status = 503
    graph.create(surname="Wong")
    for attempt, pause in enumerate((10, 20, 40), start=1):
        waits(control, attempt)
        control.post("clock", {"advance": pause - 5})
        time.sleep(0.15)
        assert control.get("subscriptions")["failed"] == attempt, "not before its time"
        control.post("clock", {"advance": 6})
    waits(control, 4)
    crm.status = 202
    control.post("clock", {"advance": 100})
    assert quiet(control)["delivered"] == 1


def test_after_four_hours_it_is_lost_and_the_app_is_told_so(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    control.switch(subscription_lapse=False)
    subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    crm.status = 500
    graph.create(surname="Wong")
    waits(control, 1)
    crm.status = 202
    crm.received.clear()
    control.post("clock", {"advance": 4 * 3600 + 60})
    assert quiet(control)["lost"] == 1
    assert events(crm) == ["missed"]
    assert crm.received[0]["path"] == "/hooks/life"


def test_an_endpoint_that_is_slow_is_served_late(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    control.switch(webhook_slow=1, webhook_timeout=5)
    subscribe(graph, control)
    crm.delay = 1.1
    graph.create(surname="A")
    crm.wait(1)
    crm.delay = 0
    quiet(control)
    graph.create(surname="B")
    time.sleep(0.2)
    assert len(crm.values) == 1
    control.post("clock", {"advance": 601})
    crm.wait(2)


def test_an_endpoint_that_does_not_answer_is_dropped_for_a_while(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    subscribe(graph, control)
    control.switch(webhook_timeout=1)
    crm.delay = 1.3
    graph.create(surname="A")
    waits(control, 1)
    crm.delay = 0
    graph.create(surname="B")
    control.post("clock", {"advance": 11})
    assert quiet(control)["lost"] == 2
    control.post("clock", {"advance": 601})
    crm.received.clear()
    graph.create(surname="C")
    assert len(crm.wait(1)) == 1


def test_once_the_creator_s_token_is_dead_notifications_wait(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    made = subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    control.post("clock", {"advance": 91 * 60})
    control.person({"add": {"surname": "Wong"}})
    crm.wait(1)
    assert events(crm) == ["reauthorizationRequired"]
    time.sleep(0.2)
    assert len(crm.values) == 1
    with Client(control.url, control.token(JANE)) as fresh:
        path = f"/subscriptions/{made['id']}/reauthorize"
        assert fresh("POST", path).status_code == 204
    crm.wait(2)
    assert [v["changeType"] for v in crm.values if "changeType" in v] == ["created"]
    quiet(control)
    assert len(events(crm)) == 1


def test_a_renewal_authorizes_as_well(graph: Client, control: Control, crm: Endpoint) -> None:
    made = subscribe(graph, control)
    control.post("clock", {"advance": 91 * 60})
    control.person({"add": {"surname": "Wong"}})
    with Client(control.url, control.token(JANE)) as fresh:
        until = {"expirationDateTime": body(control)["expirationDateTime"]}
        assert fresh("PATCH", f"/subscriptions/{made['id']}", until).status_code == 200
    crm.wait(1)


def test_a_switch_lets_subscriptions_outlive_their_token(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    control.switch(subscription_lapse=False)
    subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    control.post("clock", {"advance": 91 * 60})
    control.person({"add": {"surname": "Wong"}})
    crm.wait(1)
    assert events(crm) == []


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
def test_control_announces_a_lifecycle_event(
    graph: Client, control: Control, crm: Endpoint, event: str
) -> None:
    made = subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    control.post("subscriptions", {"id": made["id"], "lifecycle": event})
    (value,) = crm.wait(1)
    assert value == {
        "subscriptionId": made["id"],
        "subscriptionExpirationDateTime": made["expirationDateTime"],
        "tenantId": control.mailbox()["owner"]["tenant"],
        "clientState": "s3cret",
        "lifecycleEvent": event,
    }
    left = graph.get("/subscriptions")["value"]
    assert (left == []) == (event == "subscriptionRemoved")


@pytest.mark.parametrize("change", [{}, {"enabled": False}])
def test_revoked_sessions_remove_the_subscriptions_they_made(
    graph: Client, control: Control, crm: Endpoint, change: dict[str, Any]
) -> None:
    subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    control.post("revoke", {"upn": JANE, **change})
    crm.wait(1)
    assert events(crm) == ["subscriptionRemoved"]
    assert control.get("subscriptions")["subscriptions"] == []


def test_one_may_vanish_without_a_word(graph: Client, control: Control, crm: Endpoint) -> None:
    made = subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    control.post("subscriptions", {"id": made["id"], "remove": True})
    graph.create(surname="Wong")
    quiet(control)
    assert crm.values == []


def test_a_deleted_folder_takes_its_contacts_along(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    folder = graph.create("/me/contactFolders", displayName="Old")["id"]
    path = f"/me/contactFolders/{folder}/contacts"
    graph.create(path, surname="Wong")
    subscribe(graph, control, resource=path)
    graph("DELETE", f"/me/contactFolders/{folder}")
    crm.wait(1)
    assert changes(crm) == ["deleted"]


def test_subscriptions_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    with Endpoint() as endpoint, requests.Session() as session:
        session.trust_env = False
        with EmulatorServer(snapshot=file, seed=seed()) as server:
            control = Control(server.url, session)
            control.post("subscriptions", {"address": endpoint.url})
            with Client(server.url, control.token(JANE)) as graph:
                made = subscribe(graph, control)
        with EmulatorServer(snapshot=file) as server:
            control = Control(server.url, session)
            assert [s["id"] for s in control.get("subscriptions")["subscriptions"]] == [made["id"]]
            control.person({"add": {"surname": "Wong"}})
            assert endpoint.wait(1)[0]["subscriptionId"] == made["id"]
