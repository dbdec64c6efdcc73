"""Faults that do more than answer: half a batch, a withdrawn consent, a clock that jumps."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

from .clients import JANE, SCOPES, Browser, Client, Control, item, seed

BATCH = {"method": "POST", "path": r"^/\$batch"}


def contacts(count: int) -> list[dict[str, Any]]:
    return [item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(count)]


def names(control: Control) -> list[str]:
    return sorted(c["surname"] for c in control.mailbox()["contacts"])


def test_half_a_batch_is_done_and_the_rest_is_told(graph: Client, control: Control) -> None:
    rule = {**BATCH, "after_items": 2, "status": 429, "headers": {"Retry-After": "9"}, "times": 1}
    control.post("faults", rule)
    answers = graph.batch(*contacts(5))
    statuses = [answers[str(n)]["status"] for n in range(5)]
    assert statuses == [201, 201, 429, 429, 429]
    assert answers["4"]["headers"]["Retry-After"] == "9"
    assert names(control) == ["N0", "N1"]
    entry = control.get("log?limit=1")["exchanges"][0]
    assert sorted(entry["synthetic_items"]) == ["2", "3", "4"]
    assert control.get("stats")["faults"] == 3
    assert {a["status"] for a in graph.batch(*contacts(3)).values()} == {201}


def test_half_a_batch_is_done_and_the_connection_is_cut(graph: Client, control: Control) -> None:
    control.post("faults", {**BATCH, "after_items": 3, "action": "drop", "times": 1})
    with pytest.raises(requests.ConnectionError):
        graph.batch(*contacts(5))
    assert names(control) == ["N0", "N1", "N2"]
    assert control.get("log?limit=1")["exchanges"][0]["synthetic"] is True
    assert control.get("stats")["faults"] == 1


def test_a_serial_batch_stops_where_the_script_says(graph: Client, control: Control) -> None:
    control.post("faults", {**BATCH, "after_items": 1, "status": 503, "times": 1})
    items = contacts(3)
    for before, after in pairwise(items):
        after["dependsOn"] = [before["id"]]
    answers = graph.batch(*items)
    assert [answers[str(n)]["status"] for n in range(3)] == [201, 503, 503]


def test_a_410_names_where_to_start_over(graph: Client, control: Control) -> None:
    path = "/me/contactFolders/contacts/contacts/delta"
    _, link = graph.all_pages(path)
    control.post("faults", {"path": "deltatoken", "status": 410, "times": 1})
    answer = graph("GET", link)
    assert answer.status_code == 410
    assert answer.json()["error"]["code"] == "syncStateNotFound"
    assert answer.headers["Location"].endswith(f"{path}?$deltatoken=")
    assert graph("GET", answer.headers["Location"]).status_code == 200


def test_tokens_die_in_the_middle_of_a_round(graph: Client, control: Control) -> None:
    graph.batch(*contacts(6))
    control.post("faults", {"path": "skiptoken", "nth": 2, "effect": "kill_delta"})
    small = {"Prefer": "odata.maxpagesize=2"}
    first = graph.get("/me/contacts/delta", **small)
    second = graph.get(first["@odata.nextLink"], **small)
    assert graph("GET", second["@odata.nextLink"], **small).status_code == 410
    assert control.get("stats")["faults"] == 0, "the answer was a true one"


def test_a_consent_is_withdrawn_while_the_app_is_at_work(control: Control) -> None:
    tokens = control.redeem(Browser(control.url).sign_in(JANE, "correct horse")["code"])
    rule = {"path": "/me/contacts", "nth": 2, "effect": "revoke_consent", "commit": "after"}
    control.post("faults", rule)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    with Client(control.url, tokens["access_token"]) as graph:
        graph.create(surname="A")
        assert control.token_request(**form, scope=SCOPES).status_code == 200
        graph.create(surname="B")
    assert names(control) == ["A", "B"]
    assert control.token_request(**form, scope=SCOPES).json()["error"] == "invalid_grant"
    page = Browser(control.url).authorize(login_hint=JANE)
    page = Browser(control.url).step(page, "password", password="correct horse")
    assert "Permissions requested" in page.text


@pytest.mark.parametrize("effect,status", [("revoke_sessions", 200), ("disable_account", 401)])
def test_an_account_is_called_in_by_the_script(
    graph: Client, control: Control, effect: str, status: int
) -> None:
    control.post("faults", {"path": "/me/contacts", "effect": effect, "times": 1})
    graph("GET", "/me/contacts")
    assert graph("GET", "/me/contacts").status_code == status
    refresh = control.get("stats")["tokens"]
    assert refresh, "there had been tokens"


def test_a_script_challenges_a_token(control: Control) -> None:
    claims = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
    code = Browser(control.url).sign_in(JANE, "correct horse")["code"]
    control.post("faults", {"path": "/me/contacts", "effect": "challenge", "times": 1})
    with Client(control.url, control.redeem(code, claims=claims)["access_token"]) as graph:
        assert graph("GET", "/me/contacts").status_code == 200
        assert "insufficient_claims" in graph("GET", "/me").headers["WWW-Authenticate"]


def test_the_clock_jumps_at_the_nth_request(graph: Client, control: Control) -> None:
    control.post("faults", {"path": "/me/contacts", "nth": 2, "clock": -3600})
    for expected in (0, -3600, -3600):
        graph("GET", "/me/contacts")
        assert abs(control.get("clock")["offset"] - expected) < 1


@pytest.mark.parametrize(
    "rule", [{"path": "/", "effect": "earthquake"}, {"path": "/", "clock": "late"}]
)
def test_an_effect_that_does_not_exist_is_refused(control: Control, rule: Any) -> None:
    answer = control.session.post(f"{control.url}/_emulator/faults", json=rule)
    assert answer.status_code == 400
    assert control.get("faults")["rules"] == []


def test_faults_are_counted_as_the_log_marks_them(tmp_path: Path) -> None:
    """One for every synthetic line, one for every synthetic item, whatever struck inside."""
    file = tmp_path / "traffic.jsonl"
    with EmulatorServer(log_file=file, seed=seed()) as server, requests.Session() as session:
        session.trust_env = False
        control = Control(server.url, session)
        dice = {"path": "/me/contacts", "probability": 0.4}
        control.post(
            "faults",
            [
                {**BATCH, "action": "drop", "commit": "after", "nth": 4},
                {**BATCH, "after_items": 4, "nth": 3},
                {**dice, "seed": 1, "status": 503},
                {**dice, "seed": 2, "action": "drop", "nth": 30},
                {**dice, "seed": 3, "action": "truncate", "nth": 5},
            ],
        )
        with Client(server.url, control.token(JANE)) as graph:
            for _ in range(8):
                for call in (
                    lambda: graph("POST", "/$batch", {"requests": contacts(6)}),
                    lambda: graph("GET", "/me/contacts"),
                ):
                    try:
                        call()
                    except requests.RequestException:
                        continue
        counted = control.get("stats")["faults"]
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    marked = sum(1 if e.get("synthetic") else len(e.get("synthetic_items", ())) for e in entries)
    assert counted == marked > 10
    assert sum(bool(e.get("synthetic")) for e in entries) > 2
