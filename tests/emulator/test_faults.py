from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from .clients import CALLBACK, CLIENT_ID, GRAPH, JANE, SECRET, Client, Control, item


def last(control: Control) -> dict[str, Any]:
    entry: dict[str, Any] = control.get("log?limit=1")["exchanges"][0]
    return entry


def test_a_scripted_status_strikes_as_often_as_it_says(graph: Client, control: Control) -> None:
    control.post(
        "faults",
        {
            "method": "POST",
            "path": "/me/contacts$",
            "status": 503,
            "times": 2,
            "code": "serviceNotAvailable",
            "headers": {"Retry-After": "7"},
        },
    )
    for _ in range(2):
        answer = graph("POST", "/me/contacts", {"surname": "A"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "7"
        assert answer.json()["error"]["code"] == "serviceNotAvailable"
        assert last(control)["synthetic"] is True
    assert graph("GET", "/me/contacts").status_code == 200
    assert graph("POST", "/me/contacts", {"surname": "A"}).status_code == 201
    assert "synthetic" not in last(control)
    assert len(control.mailbox()["contacts"]) == 1
    rule = control.get("faults")["rules"][0]
    assert (rule["matched"], rule["fired"]) == (2, 2)
    assert control.get("stats")["faults"] == 2


def test_rules_can_be_cleared(graph: Client, control: Control) -> None:
    control.post("faults", [{"path": "/me", "status": 500}, {"path": "/x", "status": 500}])
    assert graph("GET", "/me").status_code == 500
    assert control.delete("faults")["rules"] == []
    assert graph("GET", "/me").status_code == 200


def test_a_fault_can_pick_the_nth_match_and_roll_seeded_dice(
    graph: Client, control: Control
) -> None:
    control.post("faults", {"path": "/me$", "status": 500, "nth": 3})
    assert [graph("GET", "/me").status_code for _ in range(4)] == [200, 200, 500, 200]
    control.delete("faults")
    runs = []
    for _ in range(2):
        control.delete("faults")
        control.post("faults", {"path": "/me$", "status": 500, "probability": 0.5, "seed": 4})
        runs.append([graph("GET", "/me").status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert 4 < runs[0].count(500) < 16


def test_a_fault_strikes_one_item_inside_a_batch(graph: Client, control: Control) -> None:
    control.post(
        "faults",
        {
            "method": "POST",
            "path": "/me/contacts",
            "status": 429,
            "times": 1,
            "headers": {"Retry-After": "3"},
            "body_contains": "N2",
        },
    )
    answers = graph.batch(
        *(item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(4))
    )
    assert [answers[str(n)]["status"] for n in range(4)] == [201, 201, 429, 201]
    assert answers["2"]["headers"]["Retry-After"] == "3"
    assert last(control)["synthetic_items"] == ["2"]
    assert len(control.mailbox()["contacts"]) == 3


def test_a_lost_answer_leaves_the_write_behind(graph: Client, control: Control) -> None:
    control.post(
        "faults",
        {
            "method": "POST",
            "path": "/me/contacts$",
            "commit": "after",
            "action": "drop",
            "times": 1,
        },
    )
    with pytest.raises(requests.ConnectionError):
        graph("POST", "/me/contacts", {"surname": "Wong"})
    assert [c["surname"] for c in control.mailbox()["contacts"]] == ["Wong"]
    assert last(control)["synthetic"] is True
    assert last(control)["status"] == 0
    assert graph("GET", "/me").status_code == 200, "the next connection works"


def test_a_lost_answer_of_a_whole_batch(graph: Client, control: Control) -> None:
    control.post("faults", {"path": r"^/\$batch", "commit": "after", "action": "drop", "times": 1})
    items = [item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(5)]
    with pytest.raises(requests.ConnectionError):
        graph.batch(*items)
    assert len(control.mailbox()["contacts"]) == 5
    assert last(control)["synthetic"] is True


def test_a_connection_dropped_before_the_write_changes_nothing(
    graph: Client, control: Control
) -> None:
    control.post(
        "faults", {"method": "POST", "path": "/me/contacts$", "action": "drop", "times": 1}
    )
    with pytest.raises(requests.ConnectionError):
        graph("POST", "/me/contacts", {"surname": "Wong"})
    assert control.mailbox()["contacts"] == []


def test_a_server_error_after_the_write(graph: Client, control: Control) -> None:
    control.post(
        "faults",
        {"method": "POST", "path": "/me/contacts$", "commit": "after", "status": 504, "times": 1},
    )
    assert graph("POST", "/me/contacts", {"surname": "Wong"}).status_code == 504
    assert len(control.mailbox()["contacts"]) == 1


def test_a_truncated_body(graph: Client, control: Control) -> None:
    control.post(
        "faults",
        {"method": "GET", "path": "/me$", "commit": "after", "action": "truncate", "times": 1},
    )
    with pytest.raises(requests.RequestException):
        graph("GET", "/me")


def test_a_delay_alone_only_makes_the_answer_late(graph: Client, control: Control) -> None:
    control.post("faults", {"path": "/me$", "delay": 0.15, "times": 1})
    started = time.monotonic()
    assert graph("GET", "/me").status_code == 200
    assert time.monotonic() - started >= 0.15
    assert "synthetic" not in last(control)


@pytest.mark.parametrize(
    "rule",
    [
        {"path": "("},
        {"path": "/", "status": "many"},
        {"path": "/"},
        {"path": "/", "moon": 1},
        {"path": "/", "status": 500, "commit": "never"},
        {"path": "/", "action": "explode"},
        "all",
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_a_sentence(control: Control, rule: Any) -> None:
    answer = control.session.post(f"{control.url}/_emulator/faults", json=rule)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert control.get("faults")["rules"] == []


def at_once(graph: Client, count: int) -> list[requests.Response]:
    with ThreadPoolExecutor(count) as pool:
        return list(
            pool.map(lambda n: graph("POST", "/me/contacts", {"surname": f"N{n}"}), range(count))
        )


def test_more_than_four_at_once_are_throttled_per_mailbox(graph: Client, control: Control) -> None:
    control.post("latency", {"item_ms": 1000})  # within that all must have been sent
    answers = at_once(graph, 6)
    refused = [a for a in answers if a.status_code == 429]
    assert len(refused) == 2
    for answer in refused:
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["error"]["code"] == "ApplicationThrottled"
    stats = control.get("stats")
    assert stats["max_concurrent"] == {JANE: 4}
    assert stats["throttled"] == 2
    assert len(control.mailbox()["contacts"]) == 4


def test_how_many_may_run_at_once_and_how_long_to_wait_are_switches(
    graph: Client, control: Control
) -> None:
    control.switch(max_concurrent=2, retry_after=5)
    control.post("latency", {"item_ms": 1000})
    refused = [a for a in at_once(graph, 4) if a.status_code == 429]
    assert [a.headers["Retry-After"] for a in refused] == ["5", "5"]


def test_another_mailbox_is_left_alone(graph: Client, control: Control) -> None:
    control.post("seed", {"consent": [{"upn": "admin@harbour.example", "client_id": CLIENT_ID}]})
    token = control.token("admin@harbour.example")
    control.post("latency", {"item_ms": 300})
    with Client(control.url, token) as ada, ThreadPoolExecutor(5) as pool:
        jobs = [pool.submit(graph, "GET", "/me/contacts") for _ in range(4)]
        time.sleep(0.1)
        assert ada("GET", "/me/contacts").status_code == 200
        assert {j.result().status_code for j in jobs} == {200}


def test_a_batch_does_not_throttle_itself_but_two_batches_do(
    graph: Client, control: Control
) -> None:
    control.post("latency", {"item_ms": 300, "round_trip_ms": 20})
    items = [item(n, "GET", "/me/contacts") for n in range(8)]
    started = time.monotonic()
    assert {a["status"] for a in graph.batch(*items).values()} == {200}
    assert 0.62 <= time.monotonic() - started < 2.4, "four at a time, one round trip"
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: graph.batch(*items), range(2)))
    statuses = [a["status"] for answers in both for a in answers.values()]
    assert 429 in statuses
    assert 200 in statuses


def test_the_budget_of_requests_per_window_is_kept(graph: Client, control: Control) -> None:
    control.switch(max_requests=5, request_window=600)
    path = "/me/contacts"
    assert [graph("GET", path).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert graph("GET", "/me").status_code == 200, "the directory has limits of its own"
    answer = graph("GET", path)
    assert answer.json()["error"]["code"] == "TooManyRequests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 601
    control.post("clock", {"advance": 601})
    assert graph("GET", path).status_code == 200


def test_coming_back_too_early_is_counted(graph: Client, control: Control) -> None:
    control.post(
        "faults", {"path": "/me$", "status": 429, "times": 1, "headers": {"Retry-After": "30"}}
    )
    graph("GET", "/me")
    assert control.get("stats")["retry_after_broken"] == 0
    graph("GET", "/me/contacts")
    assert control.get("stats")["retry_after_broken"] == 1
    control.post("clock", {"advance": 31})
    graph("GET", "/me/contacts")
    assert control.get("stats")["retry_after_broken"] == 1


@pytest.mark.parametrize("action", ["drop", "truncate"])
def test_who_was_never_told_to_wait_does_not_come_back_too_early(
    graph: Client, control: Control, action: str
) -> None:
    control.post(
        "faults",
        [
            {"path": "batch", "times": 1, "action": action, "commit": "after"},
            {"path": "/me$", "status": 429, "times": 1, "headers": {"Retry-After": "30"}},
        ],
    )
    with pytest.raises(requests.RequestException):
        graph("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/me"}]}).json()

    graph("GET", "/me/contacts")

    assert control.get("stats")["retry_after_broken"] == 0


def test_who_hung_up_before_the_answer_does_not_come_back_too_early(
    graph: Client, control: Control
) -> None:
    slow = {"path": "/me/contacts", "times": 1, "delay": 1.0}
    crowded = {"path": "/me$", "status": 429, "times": 1, "headers": {"Retry-After": "30"}}
    control.post("faults", [slow, crowded])
    asked = [{"id": "1", "method": "GET", "url": "/me"}]
    asked += [{"id": "2", "method": "GET", "url": "/me/contacts"}]
    with pytest.raises(requests.ReadTimeout):
        graph.session.post(
            f"{GRAPH}/v1.0/$batch", json={"requests": asked}, headers=graph.headers, timeout=0.3
        )
    until = time.monotonic() + 30
    while control.get("log?limit=1")["exchanges"][:1] == [] and time.monotonic() < until:
        time.sleep(0.05)
    assert last(control)["synthetic_items"] == ["1"]

    graph("GET", "/me/contacts")

    assert control.get("stats")["retry_after_broken"] == 0


def test_entra_can_be_out_of_order_too(control: Control) -> None:
    control.post(
        "faults", {"method": "POST", "path": "/oauth2/v2.0/token", "status": 503, "times": 1}
    )
    form = {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "grant_type": "refresh_token",
        "refresh_token": "x",
        "redirect_uri": CALLBACK,
    }
    url = f"{control.url}/organizations/oauth2/v2.0/token"
    assert control.session.post(url, data=form).status_code == 503
    assert control.session.post(url, data=form).status_code == 400
    assert control.get("log?limit=5")["exchanges"] == [], "token exchanges are never logged"


def test_what_is_uploaded_within_five_minutes_is_limited(graph: Client, control: Control) -> None:
    control.switch(max_upload_mb=1)
    notes = {"surname": "A", "personalNotes": "x" * 600_000}
    assert graph("POST", "/me/contacts", notes).status_code == 201
    answer = graph("POST", "/me/contacts", notes)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 301
    assert graph("GET", "/me/contacts").status_code == 200, "reading uploads nothing"
    control.post("clock", {"advance": 301})
    assert graph("POST", "/me/contacts", notes).status_code == 201
