"""Subscriptions: the handshake, what is refused, how long they live, how they are renewed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from .clients import CLIENT_ID, JANE, Client, Control, item
from .endpoint import Endpoint

ADMIN = "admin@harbour.example"
HOOK = "https://crm.example/hooks/graph?tenant=1"
LIFE = "https://crm.example/hooks/life"


@pytest.fixture
def crm(control: Control) -> Iterator[Endpoint]:
    """The application's server, reached under its public name."""
    with Endpoint() as endpoint:
        control.post("subscriptions", {"address": endpoint.url})
        yield endpoint


def moment(control: Control, minutes: float) -> str:
    now = datetime.fromisoformat(control.get("clock")["now"])
    return (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def body(control: Control, minutes: float = 2 * 24 * 60, **more: Any) -> dict[str, Any]:
    return {
        "changeType": "created,updated,deleted",
        "notificationUrl": HOOK,
        "resource": "/me/contacts",
        "expirationDateTime": moment(control, minutes),
        "clientState": "s3cret",
        **more,
    }


def subscribe(graph: Client, control: Control, **more: Any) -> dict[str, Any]:
    return graph.create("/subscriptions", **body(control, **more))


def refused(graph: Client, control: Control, **more: Any) -> tuple[int, str]:
    answer = graph("POST", "/subscriptions", body(control, **more))
    error = answer.json()["error"]
    return answer.status_code, f"{error['code']} {error['message']}"


def ends(subscription: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(subscription["expirationDateTime"])


def in_minutes(control: Control, subscription: dict[str, Any]) -> float:
    now = datetime.fromisoformat(control.get("clock")["now"])
    return (ends(subscription) - now.astimezone(UTC)).total_seconds() / 60


def test_both_addresses_shake_hands_before_there_is_a_subscription(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    made = subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    first, second = crm.handshakes
    assert (first["host"], first["path"]) == ("crm.example", "/hooks/graph")
    assert first["query"]["tenant"] == "1", "a query of its own is kept"
    assert second["path"] == "/hooks/life"
    assert " " in first["query"]["validationToken"], "only decoding makes it whole"
    assert first["type"] == "text/plain; charset=utf-8"
    assert made["resource"] == "/me/contacts"
    assert made["applicationId"] == CLIENT_ID
    assert made["creatorId"] == control.mailbox()["owner"]["oid"]
    assert made["clientState"] == "s3cret"
    assert graph.get(f"/subscriptions/{made['id']}")["id"] == made["id"]
    assert [s["id"] for s in graph.get("/subscriptions")["value"]] == [made["id"]]


@pytest.mark.parametrize(
    "ways",
    [
        {"answer_with": "something else"},
        {"answer_with": "<b>{token}</b>"},
        {"handshake_kind": "text/html"},
        {"handshake_status": 202},
        {"handshake_status": 500},
    ],
)
@pytest.mark.parametrize("which", [1, 2])
def test_a_handshake_that_fails_leaves_no_subscription(
    graph: Client, control: Control, crm: Endpoint, ways: dict[str, Any], which: int
) -> None:
    with Endpoint() as broken:
        vars(broken if which == 2 else crm).update(ways)
        control.switch(http_webhooks=True)
        life = f"{broken.url}/life"
        if which == 1:
            assert refused(graph, control)[0] == 400
        else:
            control.post("subscriptions", {"address": ""})
            answer = refused(
                graph, control, notificationUrl=f"{crm.url}/x", lifecycleNotificationUrl=life
            )
            assert answer[0] == 400
            assert crm.handshakes, "the first address was right"
    assert graph.get("/subscriptions")["value"] == []


def test_an_endpoint_that_is_too_slow_is_refused(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    control.switch(webhook_timeout=1)
    crm.delay = 1.3
    status, words = refused(graph, control)
    assert status == 400
    assert "timed out" in words


def test_an_endpoint_that_is_not_there_is_refused(graph: Client, control: Control) -> None:
    with Endpoint() as gone:
        url = gone.url
    control.post("subscriptions", {"address": url})
    assert refused(graph, control)[0] == 400


def test_the_endpoint_may_call_graph_while_it_is_asked(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    crm.gate.clear()
    done: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: done.append(subscribe(graph, control)))
    thread.start()
    with Client(control.url, control.token(JANE)) as other:
        assert other("GET", "/me/contacts").status_code == 200
    assert not done, "the endpoint has not answered yet"
    crm.gate.set()
    thread.join()
    assert done


def test_without_an_address_to_stand_in_nothing_leaves_the_machine(
    graph: Client, control: Control
) -> None:
    status, words = refused(graph, control)
    assert status == 400
    assert "/_emulator/subscriptions" in words
    answer = control.session.post(
        f"{control.url}/_emulator/subscriptions", json={"address": "http://crm.example"}
    )
    assert answer.status_code == 400


def test_plain_http_is_taken_by_a_switch_only(graph: Client, control: Control) -> None:
    with Endpoint() as endpoint:
        url = f"{endpoint.url}/hook"
        assert "https" in refused(graph, control, notificationUrl=url)[1]
        control.switch(http_webhooks=True)
        assert subscribe(graph, control, notificationUrl=url)["notificationUrl"] == url


@pytest.mark.parametrize(
    "more,words",
    [
        ({"changeType": "created,moved"}, "changeType"),
        ({"changeType": ""}, "changeType"),
        ({"notificationUrl": "crm"}, "absolute"),
        ({"notificationUrl": "ftp://crm.example/"}, "https"),
        ({"lifecycleNotificationUrl": "http://crm.example/"}, "https"),
        ({"clientState": "x" * 129}, "128"),
        ({"latestSupportedTlsVersion": "v2"}, "v1_0"),
        ({"expirationDateTime": "soon"}, "soon"),
        ({"resource": "/me/contactFolders"}, "cannot be subscribed"),
        ({"resource": "/groups/1/contacts"}, "cannot be subscribed"),
        ({"resource": "/me/contactFolders/none/contacts"}, "folder"),
        ({"moon": 1}, "moon"),
        ({"id": "1"}, "read-only"),
    ],
)
def test_what_a_subscription_may_not_be(
    graph: Client, control: Control, crm: Endpoint, more: dict[str, Any], words: str
) -> None:
    status, said = refused(graph, control, **more)
    assert status in (400, 404)
    assert words in said
    assert crm.handshakes == [], "it is refused before anybody is asked"


def test_a_client_state_of_128_characters_is_taken(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    assert subscribe(graph, control, clientState="x" * 128)["clientState"] == "x" * 128


@pytest.mark.parametrize(
    "more",
    [{"includeResourceData": True}, {"resource": "/me/messages"}, {"resource": "/me/x?$top"}],
)
def test_what_the_emulator_does_not_cover_it_says(
    graph: Client, control: Control, more: dict[str, Any]
) -> None:
    assert refused(graph, control, **more)[0] == 501


def test_a_second_one_of_the_same_is_409(graph: Client, control: Control, crm: Endpoint) -> None:
    subscribe(graph, control)
    assert refused(graph, control, changeType="deleted,created,updated")[0] == 409
    alias = "/me/contactFolders/contacts/contacts"
    assert refused(graph, control, resource=alias)[0] == 409, "the same folder"
    subscribe(graph, control, changeType="created")
    assert len(graph.get("/subscriptions")["value"]) == 2


def test_a_mailbox_has_room_for_so_many(graph: Client, control: Control, crm: Endpoint) -> None:
    control.switch(max_subscriptions=2)
    subscribe(graph, control, changeType="created")
    first = subscribe(graph, control, changeType="deleted")
    status, words = refused(graph, control, changeType="updated")
    assert status == 403
    assert "limit of 2" in words
    assert graph("DELETE", f"/subscriptions/{first['id']}").status_code == 204
    subscribe(graph, control, changeType="updated")


def test_it_lives_at_least_45_minutes_and_under_seven_days(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    short = subscribe(graph, control, minutes=5, changeType="created")
    assert 44 < in_minutes(control, short) <= 45.1
    long = subscribe(graph, control, minutes=10_079, changeType="deleted")
    assert 10_078 < in_minutes(control, long) < 10_080
    status, words = refused(graph, control, minutes=10_090, changeType="updated")
    assert status == 400
    assert "10080 minutes" in words
    control.switch(subscription_beyond="cap")
    capped = subscribe(graph, control, minutes=20_000, changeType="updated")
    assert 10_079 < in_minutes(control, capped) <= 10_080.1


def test_it_ends_when_it_is_not_renewed(graph: Client, control: Control, crm: Endpoint) -> None:
    control.switch(token_life=200_000)
    with Client(control.url, control.token(JANE)) as lasting:
        made = subscribe(lasting, control, minutes=60)
        control.post("clock", {"advance": 50 * 60})
        until = moment(control, 3 * 24 * 60)
        renewed = lasting("PATCH", f"/subscriptions/{made['id']}", {"expirationDateTime": until})
        assert renewed.status_code == 200
        assert ends(renewed.json()) == datetime.fromisoformat(until)
        control.post("clock", {"advance": 20 * 60})
        assert lasting("GET", f"/subscriptions/{made['id']}").status_code == 200
    control.post("clock", {"advance": 3 * 24 * 3600})
    with Client(control.url, control.token(JANE)) as later:
        answer = later(
            "PATCH", f"/subscriptions/{made['id']}", {"expirationDateTime": moment(control, 60)}
        )
        assert answer.status_code == 404
        assert later.get("/subscriptions")["value"] == []


@pytest.mark.parametrize(
    "change",
    [{"lifecycleNotificationUrl": LIFE}, {"resource": "/me/events"}, {"moon": 1}, {}],
)
def test_nothing_but_its_end_can_be_changed(
    graph: Client, control: Control, crm: Endpoint, change: dict[str, Any]
) -> None:
    path = f"/subscriptions/{subscribe(graph, control)['id']}"
    before = graph.get(path)
    assert graph("PATCH", path, change).status_code == 400
    assert graph.get(path) == before


def test_a_new_address_must_answer_too_and_may_be_refused_at_all(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    path = f"/subscriptions/{subscribe(graph, control)['id']}"
    change = {"notificationUrl": "https://crm.example/elsewhere"}
    crm.handshake_status = 500
    assert graph("PATCH", path, change).status_code == 400
    crm.handshake_status = 200
    asked = len(crm.handshakes)
    assert graph("PATCH", path, change).json()["notificationUrl"] == change["notificationUrl"]
    assert len(crm.handshakes) == asked + 1
    graph("PATCH", path, {"expirationDateTime": moment(control, 600)})
    assert len(crm.handshakes) == asked + 1, "an old address is not asked again"
    control.switch(patch_notification_url=False)
    assert graph("PATCH", path, {"notificationUrl": HOOK}).status_code == 400


def test_it_belongs_to_the_app_and_the_person_that_made_it(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    made = subscribe(graph, control)
    control.post("seed", {"consent": [{"upn": ADMIN, "client_id": CLIENT_ID}]})
    with Client(control.url, control.token(ADMIN)) as ada:
        assert ada.get("/subscriptions")["value"] == []
        for method in ("GET", "DELETE"):
            assert ada(method, f"/subscriptions/{made['id']}").status_code == 404
        assert refused(ada, control, resource=f"/users/{JANE}/contacts")[0] == 403


def test_reading_is_permission_enough_and_needed(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    with Client(control.url, control.token(JANE, scope="openid User.Read")) as nobody:
        assert refused(nobody, control)[0] == 403
    with Client(control.url, control.token(JANE, scope="openid Contacts.Read")) as reader:
        subscribe(reader, control)


def test_an_app_on_its_own_subscribes_to_people_s_mailboxes(
    control: Control, crm: Endpoint
) -> None:
    entry = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": ["Contacts.Read"]}
    control.post("seed", {"consent": [entry]})
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    with Client(control.url, answer.json()["access_token"]) as app:
        for upn in (JANE, ADMIN):
            subscribe(app, control, resource=f"users/{upn}/contacts")
        assert len(app.get("/subscriptions")["value"]) == 2
        assert refused(app, control)[0] == 400, "nobody is me"
        no_mailbox = "users/onprem@harbour.example/contacts"
        assert refused(app, control, resource=no_mailbox)[0] == 404


def test_it_can_be_made_inside_a_batch(graph: Client, control: Control, crm: Endpoint) -> None:
    answers = graph.batch(
        item(1, "POST", "/subscriptions", body(control)), item(2, "GET", "/me/contacts")
    )
    assert answers["1"]["status"] == 201
    assert crm.handshakes


def test_an_unknown_address_at_the_subscriptions_is_said(graph: Client) -> None:
    assert graph("GET", "/subscriptions/42").status_code == 404
    assert graph("PUT", "/subscriptions", {}).status_code == 405
    assert graph("GET", "/subscriptions/42/notes").status_code == 400


def test_control_needs_to_know_which(control: Control) -> None:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{control.url}/_emulator/subscriptions"
        assert session.post(url, json={"id": "42", "remove": True}).status_code == 400
