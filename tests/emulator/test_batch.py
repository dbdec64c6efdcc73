from __future__ import annotations

from typing import Any

import pytest

from .clients import Client, Control, item


def test_twenty_creates_in_one_batch_land_and_answer_each(graph: Client, control: Control) -> None:
    answers = graph.batch(
        *(item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(20))
    )
    assert {a["status"] for a in answers.values()} == {201}
    assert {answers[str(n)]["body"]["surname"] for n in range(20)} == {f"N{n}" for n in range(20)}
    assert answers["3"]["headers"]["ETag"]
    assert len(control.mailbox()["contacts"]) == 20
    stats = control.get("stats")
    assert (stats["requests"], stats["batches"], stats["items"], stats["writes"]) == (1, 1, 20, 20)


def test_answers_come_in_any_order(graph: Client) -> None:
    orders = set()
    for _ in range(4):
        answer = graph(
            "POST", "/$batch", {"requests": [item(n, "GET", "/me") for n in range(12)]}
        ).json()
        orders.add(tuple(a["id"] for a in answer["responses"]))
    assert len(orders) > 1


def test_each_item_has_a_status_headers_and_body_of_its_own(graph: Client) -> None:
    made = graph.create(surname="Wong")
    answers = graph.batch(
        item(1, "GET", "/me/contacts?$filter=surname eq 'Wong'&$select=surname"),
        item(2, "GET", "me/contacts/AAMkAGI2THk0AAAAAAAAAAAAAAAAAAAAAA="),
        item("x", "DELETE", f"/me/contacts/{made['id']}", headers={"If-Match": 'W/"old"'}),
        item("Y", "POST", "/me/contacts", {"colour": "red"}),
        item(5, "GET", "/v1.0/me"),
    )
    assert answers["1"]["body"]["value"][0]["surname"] == "Wong"
    assert "application/json" in answers["1"]["headers"]["Content-Type"]
    assert answers["2"]["body"]["error"]["code"] == "ErrorItemNotFound"
    assert answers["x"]["status"] == 412
    assert answers["Y"]["status"] == 400
    assert answers["5"]["status"] == 400, "an item's url is relative to the version"
    assert graph.batch(item(1, "DELETE", f"/me/contacts/{made['id']}"))["1"].get("body") is None


def test_the_prefer_header_of_an_item_counts_and_not_the_batch_s(graph: Client) -> None:
    made = graph.create(surname="Wong")
    answers = graph.batch(
        item(1, "GET", "/me/contacts"), {"id": "2", "method": "GET", "url": "/me/contacts"}
    )
    assert answers["1"]["body"]["value"][0]["id"] == made["id"]
    assert answers["2"]["body"]["value"][0]["id"] != made["id"]


BAD: list[dict[str, Any]] = [
    {},
    {"requests": []},
    {"requests": "all"},
    {"requests": [{"id": "1", "method": "GET"}]},
    {"requests": [{"id": 1, "method": "GET", "url": "/me"}]},
    {"requests": [item(n, "GET", "/me") for n in range(21)]},
    {"requests": [item("a", "GET", "/me"), item("A", "GET", "/me")]},
    {"requests": [item(1, "POST", "/$batch", {"requests": []})]},
    {"requests": [item(1, "FETCH", "/me")]},
    {"requests": [{"id": "1", "method": "POST", "url": "/me/contacts", "body": {"surname": "A"}}]},
    {"requests": [item(1, "GET", "/me", dependsOn=["9"])]},
    {"requests": [item(1, "GET", "/me", dependsOn=["1"])]},
    {
        "requests": [
            item(1, "GET", "/me"),
            item(2, "GET", "/me"),
            item(3, "GET", "/me", dependsOn=["1"]),
        ]
    },
    {
        "requests": [
            item(1, "GET", "/me"),
            item(2, "GET", "/me", dependsOn=["1"]),
            item(3, "GET", "/me", dependsOn=["1", "2"]),
        ]
    },
]


@pytest.mark.parametrize("body", BAD)
def test_a_malformed_batch_is_refused_as_a_whole(
    graph: Client, control: Control, body: dict[str, Any]
) -> None:
    answer = graph("POST", "/$batch", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["innerError"]["request-id"]
    assert control.mailbox()["contacts"] == []


@pytest.mark.parametrize("shape", [{"2": ["1"], "3": ["2"]}, {"2": ["1"], "3": ["1"]}])
def test_what_depends_on_a_failure_fails_with_424(
    graph: Client, control: Control, shape: dict[str, list[str]]
) -> None:
    bodies: list[dict[str, Any]] = [{"colour": "red"}, {"surname": "B"}, {"surname": "C"}]
    items = [
        item(
            n + 1,
            "POST",
            "/me/contacts",
            body,
            **({"dependsOn": shape[str(n + 1)]} if str(n + 1) in shape else {}),
        )
        for n, body in enumerate(bodies)
    ]
    answers = graph.batch(*items)
    assert [answers[n]["status"] for n in "123"] == [400, 424, 424]
    assert control.mailbox()["contacts"] == []
    items[0]["body"] = {"surname": "A"}
    assert {a["status"] for a in graph.batch(*items).values()} == {201}


def test_a_serial_batch_may_be_listed_in_any_order(graph: Client, control: Control) -> None:
    graph.batch(
        item(3, "POST", "/me/contacts", {"surname": "C"}, dependsOn=["2"]),
        item(1, "POST", "/me/contacts", {"surname": "A"}),
        item(2, "POST", "/me/contacts", {"surname": "B"}, dependsOn=["1"]),
    )
    assert [c["surname"] for c in control.mailbox()["contacts"]] == ["A", "B", "C"]


def test_a_batch_without_a_token_is_refused(graph: Client) -> None:
    answer = graph("POST", "/$batch", {"requests": [item(1, "GET", "/me")]}, Authorization="")
    assert answer.status_code == 401


def test_an_absolute_address_is_refused_for_its_own_item(graph: Client) -> None:
    answers = graph.batch(
        item(1, "GET", "https://graph.microsoft.com/v1.0/me"), item(2, "GET", "/me")
    )
    assert (answers["1"]["status"], answers["2"]["status"]) == (400, 200)
    assert "segment 'https:'" in answers["1"]["body"]["error"]["message"]
