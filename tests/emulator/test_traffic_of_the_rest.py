"""Everything beside contacts, held against Microsoft's metadata as the contacts are."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import CLIENT_ID, JANE, Client, Control, item, seed
from .endpoint import Endpoint
from .test_photos import jpeg, put
from .test_traffic_log import judge, lines, needs_checker

SCOPES = (
    "User.Read User.ReadWrite Contacts.ReadWrite MailboxSettings.ReadWrite offline_access openid"
)


def settings_and_categories(graph: Client) -> None:
    graph.get("/me/mailboxSettings")
    graph("PATCH", "/me/mailboxSettings", {"timeZone": "UTC", "dateFormat": "d"})
    graph("PATCH", "/me/mailboxSettings", {"workingHours": {"startTime": "09:00:00.0000000"}})
    graph.get("/me/outlook/supportedTimeZones")
    graph.get("/me/outlook/supportedTimeZones(TimeZoneStandard='Iana')")
    made = graph.create("/me/outlook/masterCategories", displayName="A", color="preset9")
    path = f"/me/outlook/masterCategories/{made['id']}"
    graph("PATCH", path, {"color": "preset1"})
    graph.get(path)
    graph.get("/me/outlook/masterCategories")
    graph("GET", "/me/outlook/masterCategories/$count")
    graph("DELETE", path)


def photos(graph: Client) -> None:
    made = graph.create(surname="Wong")
    path = f"/me/contacts/{made['id']}"
    graph("GET", f"{path}/photo")
    put(graph, path, jpeg())
    put(graph, "/me", jpeg())
    graph.get(f"{path}/photo")
    graph("GET", f"{path}/photo/$value")
    graph.get("/me/photo")
    graph.batch(
        {
            "id": "1",
            "method": "PUT",
            "url": f"{path}/photo/$value",
            "headers": {"Content-Type": "image/jpeg", "Prefer": 'IdType="ImmutableId"'},
            "body": base64.urlsafe_b64encode(jpeg()).decode(),
        },
        item(2, "GET", f"{path}/photo/$value"),
    )
    # Extensions are left out: the checker takes their type for a closed one, which it is not.
    ids = {"inputIds": [made["id"], "x"], "targetIdType": "restId"}
    graph("POST", "/me/translateExchangeIds", {**ids, "sourceIdType": "restImmutableEntryId"})


def folders(graph: Client) -> None:
    made = graph.create("/me/contactFolders", displayName="Old")["id"]
    child = graph.create(f"/me/contactFolders/{made}/childFolders", displayName="Older")["id"]
    _, link = graph.all_pages("/me/contactFolders/delta")
    graph.get(f"/me/contactFolders/{made}/childFolders/{child}")
    graph("POST", f"/me/contactFolders/{child}/permanentDelete")
    graph("DELETE", f"/me/contactFolders/{made}")
    rows, _ = graph.all_pages(link)
    assert len(rows) == 2


def subscriptions(graph: Client) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    made = graph.create(
        "/subscriptions",
        changeType="created",
        notificationUrl="https://crm.example/hook",
        lifecycleNotificationUrl="https://crm.example/life",
        resource="/me/contacts",
        expirationDateTime=until,
        clientState="s3cret",
    )
    path = f"/subscriptions/{made['id']}"
    graph.get("/subscriptions")
    graph.get(path)
    graph("PATCH", path, {"expirationDateTime": until})
    graph("POST", f"{path}/reauthorize")
    graph("DELETE", path)
    graph("GET", path)


def on_its_own(control: Control) -> None:
    answer = control.token_request(
        "harbour.example",
        grant_type="client_credentials",
        scope="https://graph.microsoft.com/.default",
    )
    with Client(control.url, answer.json()["access_token"]) as app:
        app.get(f"/users/{JANE}")
        made = app.create(f"/users/{JANE}/contacts", surname="A")
        app("DELETE", f"/users/{JANE}/contacts/{made['id']}", If_Match=made["@odata.etag"])
        app.all_pages(f"/users/{JANE}/contacts/delta")
        app.get(f"/users/{JANE}/mailboxSettings")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "traffic.jsonl"
    roles = ["Contacts.ReadWrite", "User.Read.All", "MailboxSettings.Read"]
    grant = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": roles}
    with (
        EmulatorServer(log_file=file, seed=seed()) as server,
        Endpoint() as crm,
        requests.Session() as session,
    ):
        session.trust_env = False
        control = Control(server.url, session)
        control.post("subscriptions", {"address": crm.url})
        control.post("seed", {"consent": [grant]})
        with Client(server.url, control.token(JANE, scope=SCOPES)) as graph:
            settings_and_categories(graph)
            photos(graph)
            folders(graph)
            subscriptions(graph)
        on_its_own(control)
    return file


@needs_checker
def test_the_rest_fits_microsoft_s_own_metadata(log: Path) -> None:
    assert len(lines(log)) > 35
    code, words = judge(log)
    assert code == 0, words


@needs_checker
@pytest.mark.parametrize(
    "part", ["subscriptions", "masterCategories", "photo", "mailboxSettings", "TimeZones", "delta"]
)
def test_the_check_finds_what_is_planted_there(log: Path, part: str) -> None:
    entries = lines(log)
    found = next(
        e
        for e in entries
        if part in e["url"] and e["status"] in (200, 201) and isinstance(e["response_body"], dict)
    )
    body = found["response_body"]
    rows = body.get("value")
    (rows[0] if isinstance(rows, list) else body)["favouriteColour"] = "red"
    log.write_text("\n".join(json.dumps(e) for e in entries))
    code, words = judge(log)
    assert code == 1
    assert "favouriteColour" in words
