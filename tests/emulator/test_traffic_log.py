from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from tests.environment.metadata import CHECKER, HINT

from .clients import JANE, STAMP, Client, Control, item, seed

needs_checker = pytest.mark.skipif(not CHECKER.exists(), reason=HINT)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def judge(log: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(CHECKER), str(log), "--strict", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def walk(url: str, token: str) -> None:
    """An ordinary day of a well-behaved client."""
    with Client(url, token) as graph:
        graph.get("/me?$select=id,displayName,userPrincipalName,mail")
        graph.get("/me/mailboxSettings")
        graph.get("/me/contactFolders")
        folder = graph.create("/me/contactFolders", displayName="Vendors")["id"]
        full: dict[str, Any] = {
            "givenName": "Mia",
            "surname": "Wong",
            "birthday": "1980-02-29T00:00:00Z",
            "emailAddresses": [{"address": "m@x.example", "name": "Mia"}],
            "homeAddress": {"street": "1 Sea Rd", "city": "Manly"},
            "businessPhones": ["1", "2"],
            "homePhones": ["3"],
            "mobilePhone": "4",
            "categories": ["VIP"],
            "personalNotes": "Notes",
            "companyName": "Acme",
            "jobTitle": "Buyer",
            "singleValueExtendedProperties": [{"id": STAMP, "value": "7"}],
        }
        made = graph.create(**full)
        path = f"/me/contacts/{made['id']}"
        expand = f"$expand=singleValueExtendedProperties($filter=id eq '{STAMP}')"
        graph.get(f"{path}?{expand}")
        graph.get("/me/contacts?$top=1&$select=parentFolderId")
        graph.get("/me/contacts?$filter=emailAddresses/any(a:a/address eq 'm@x.example')")
        graph.get(
            "/me/contacts?$filter=singleValueExtendedProperties/Any(ep: ep/id eq "
            f"'{STAMP}' and ep/value eq '7')&{expand}&$count=true"
        )
        _, link = graph.all_pages(
            "/me/contactFolders/contacts/contacts/delta",
            Prefer='IdType="ImmutableId", odata.maxpagesize=2',
        )
        graph.batch(
            *(
                item(n, "POST", f"/me/contactFolders/{folder}/contacts", {"surname": f"N{n}"})
                for n in range(20)
            )
        )
        changed = graph("PATCH", path, {"jobTitle": "Vendor"}, If_Match=made["@odata.etag"])
        graph("PATCH", path, {"jobTitle": "Owner"}, If_Match=made["@odata.etag"])
        graph.batch(
            item(1, "DELETE", path, headers={"If-Match": changed.json()["@odata.etag"]}),
            item(2, "GET", link.split("/v1.0")[1]),
        )
        graph("GET", path)
        rows, _ = graph.all_pages(link)
        assert "@removed" in rows[-1]
        graph("GET", "/me", Authorization="Bearer nonsense")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of one walk with two scripted faults."""
    file = tmp_path / "traffic.jsonl"
    with EmulatorServer(log_file=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        control.post(
            "faults",
            [
                {"method": "POST", "path": "Folders/.+/contacts", "status": 503, "nth": 4},
                {"path": "mailboxSettings", "status": 500, "times": 1},
            ],
        )
        token = control.token(JANE)
        with Client(server.url, token) as graph:
            assert graph("GET", "/me/mailboxSettings").status_code == 500
        walk(server.url, token)
        assert control.get("stats")["faults"] == 2
    return file


def test_every_graph_exchange_is_logged_without_secrets(log: Path) -> None:
    entries = lines(log)
    assert len(entries) > 15
    for entry in entries:
        assert not {"authorization", "cookie"} & {k.lower() for k in entry["request_headers"]}
    assert "eyJ" not in log.read_text(), "the beginning of every JWT"
    assert all(e["url"].startswith("/v1.0/") for e in entries), "no tokens, no pages for people"
    assert {
        "method",
        "url",
        "request_headers",
        "request_body",
        "status",
        "response_headers",
        "response_body",
    } <= set(entries[0])


def test_scripted_faults_are_marked_one_by_one(log: Path) -> None:
    entries = lines(log)
    assert sum(bool(e.get("synthetic")) for e in entries) == 1
    assert sum(len(e.get("synthetic_items", [])) for e in entries) == 1


@needs_checker
def test_the_walk_fits_microsoft_s_own_metadata(log: Path) -> None:
    code, words = judge(log)
    assert code == 0, words
    assert "(2 scripted faults passed over): 0 problems" in words


@needs_checker
@pytest.mark.parametrize("plant", ["property", "path", "if-match", "answer"])
def test_the_check_finds_what_is_planted(log: Path, plant: str) -> None:
    entries = lines(log)
    created = next(
        e
        for e in entries
        if e["method"] == "POST" and e["status"] == 201 and e["url"].endswith("/me/contacts")
    )
    patched = next(e for e in entries if e["method"] == "PATCH")
    if plant == "property":
        created["request_body"]["favouriteColour"] = "red"
    elif plant == "answer":
        created["response_body"]["favouriteColour"] = "red"
    elif plant == "path":
        created["url"] = "/v1.0/me/contaxts"
    else:
        patched["request_headers"] = {
            k: v for k, v in patched["request_headers"].items() if k.lower() != "if-match"
        }
    log.write_text("\n".join(json.dumps(e) for e in entries))
    code, words = judge(log)
    assert code == 1
    assert "0 problems" not in words


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "named" / "log.jsonl"
    monkeypatch.setenv("M365_EMULATOR_LOG", str(file))
    with EmulatorServer(seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        session.get(f"{server.url}/v1.0/me")
        session.get(f"{server.url}/")
    assert [e["status"] for e in lines(file)] == [401]


def test_the_latest_exchanges_can_be_asked_for(graph: Client, control: Control) -> None:
    for _ in range(3):
        graph("GET", "/me")
    answer = control.get("log?limit=2")
    assert [e["url"] for e in answer["exchanges"]] == ["/v1.0/me"] * 2
    last = answer["total"]
    graph("GET", "/me/contacts")
    assert [e["url"] for e in control.get(f"log?after={last}")["exchanges"]] == [
        "/v1.0/me/contacts"
    ]


def test_emulators_that_share_a_folder_write_a_file_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("M365_EMULATOR_LOG", str(tmp_path))
    for _ in range(2):
        with EmulatorServer(seed=seed()) as server, requests.Session() as session:
            session.trust_env = False
            session.get(f"{server.url}/v1.0/me")
    files = list(tmp_path.iterdir())
    assert [[entry["status"] for entry in lines(file)] for file in files] == [[401], [401]]


def test_the_count_of_faults_in_the_log_outlives_a_reset(graph: Client, control: Control) -> None:
    control.post("faults", {"path": "/me$", "status": 503, "times": 2})
    graph("GET", "/me")
    before = control.get("log?limit=1")["exchanges"][0]["faults"]
    control.post("reset", {})
    control.post("seed", seed())
    with Client(control.url, control.token(JANE)) as again:
        again("GET", "/me")
    after = control.get("log?limit=1")["exchanges"][0]
    assert (after["status"], after["faults"]) == (200, before)
    assert control.get("stats")["faults"] == 0
