"""Microsoft's examples for what lies beside contacts; they are read from beside the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .clients import CLIENT_ID, JANE, Client, Control, seed
from .endpoint import Endpoint
from .test_documentation_examples import EXAMPLES, pytestmark  # noqa: F401 - skips here as well
from .test_subscriptions import LIFE, subscribe

SCOPES = "User.Read Contacts.ReadWrite MailboxSettings.ReadWrite offline_access openid"


def examples(page: str, kind: str) -> list[dict[str, Any]]:
    found = [
        entry
        for entry in json.loads(EXAMPLES.read_text())
        if entry["page"].endswith(f"/{page}") and entry["kind"] == kind
    ]
    assert found, f"{page} has no {kind} any more"
    return found


def names(body: dict[str, Any]) -> set[str]:
    return {name for name in body if "@odata." not in name}


@pytest.fixture
def outlook(control: Control) -> Iterator[Client]:
    with Client(control.url, control.token(JANE, scope=SCOPES)) as client:
        yield client


def test_the_documented_categories_are_made_and_coloured(outlook: Client) -> None:
    listed = examples("outlookuser-list-mastercategories.md", "response")[0]["body"]["value"]
    found = outlook.get("/me/outlook/masterCategories")["value"]
    assert [(c["displayName"], c["color"]) for c in found] == [
        (c["displayName"], c["color"]) for c in listed
    ]
    body = examples("outlookuser-post-mastercategories.md", "request")[0]["body"]
    made = outlook.create("/me/outlook/masterCategories", **body)
    assert names(made) == names(examples("outlookcategory-get.md", "response")[0]["body"])
    change = examples("outlookcategory-update.md", "request")[0]["body"]
    answer = outlook("PATCH", f"/me/outlook/masterCategories/{made['id']}", change)
    assert answer.json()["color"] == change["color"]


def test_the_documented_settings_are_taken(outlook: Client) -> None:
    bodies = [e["body"] for e in examples("user-update-mailboxsettings.md", "request")]
    plain = [b for b in bodies if "customTimeZone" not in json.dumps(b)]
    assert plain
    for body in plain:
        answer = outlook("PATCH", "/me/mailboxSettings", body)
        assert answer.status_code == 200, answer.text
        assert names(answer.json()) == names(body)
    shown = examples("user-get-mailboxsettings.md", "response")[0]["body"]
    assert names(shown) <= set(outlook.get("/me/mailboxSettings"))


def test_the_documented_zones_are_among_the_supported_ones(outlook: Client) -> None:
    windows, iana = examples("outlookuser-supportedtimezones.md", "request")
    shown, _ = examples("outlookuser-supportedtimezones.md", "response")
    found = outlook.get(windows["url"])["value"]
    for zone in shown["body"]["value"]:
        assert zone in found
    assert {"alias": "Etc/GMT+12", "displayName": "Etc/GMT+12"} in outlook.get(iana["url"])["value"]


def test_notifications_have_the_documented_shape(graph: Client, control: Control) -> None:
    change = examples("outlook-change-notifications-overview.md", "request")[0]["body"]["value"][0]
    life = examples("change-notifications-lifecycle-events.md", "request")[0]["body"]["value"][0]
    with Endpoint() as crm:
        control.post("subscriptions", {"address": crm.url})
        made = subscribe(graph, control, lifecycleNotificationUrl=LIFE)
        graph.create(surname="Wong")
        (told,) = crm.wait(1)
        assert set(told) == set(change)
        assert set(told["resourceData"]) == set(change["resourceData"])
        control.post("subscriptions", {"id": made["id"], "lifecycle": "missed"})
        assert set(crm.wait(2)[1]) == set(life)


def test_the_documented_fields_of_a_subscription_are_shown(graph: Client, control: Control) -> None:
    shown = examples("subscription-post-subscriptions.md", "response")[0]["body"]
    with Endpoint() as crm:
        control.post("subscriptions", {"address": crm.url})
        made = subscribe(graph, control)
    # notificationContentType is in the examples and not in the metadata
    assert names(shown) - {"notificationContentType"} <= set(made)


def test_an_access_policy_denies_in_the_documented_words(control: Control) -> None:
    shown = examples("auth-limit-mailbox-access.md", "response")[0]["body"]["error"]
    policy = {"client_id": CLIENT_ID, "members": []}
    control.post("seed", seed(access_policies=[policy]))
    grant = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": ["Contacts.Read"]}
    control.post("seed", {"consent": [grant]})
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    with Client(control.url, answer.json()["access_token"]) as app:
        error = app("GET", f"/users/{JANE}/contacts").json()["error"]
    assert (error["code"], error["message"]) == (shown["code"], shown["message"])


def test_a_claims_challenge_has_the_documented_parts(control: Control) -> None:
    page = "app-resilience-continuous-access-evaluation.md"
    header = examples(page, "response")[0]["headers"]["WWW-Authenticate"]
    claims = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
    form = {"claims": claims, "grant_type": "refresh_token"}
    token = control.tokens(JANE)["refresh_token"]
    cae = control.token_request(**form, refresh_token=token, scope="User.Read").json()
    control.post("revoke", {"upn": JANE, "challenge": True})
    with Client(control.url, cae["access_token"]) as graph:
        ours = graph("GET", "/me").headers["WWW-Authenticate"]
    for part in ("Bearer ", "authorization_uri=", 'error="insufficient_claims"', 'claims="ey'):
        assert part in header
        assert part in ours
