from __future__ import annotations

from typing import Any

import pytest

from .clients import JANE, Client, Control

PATH = "/me/translateExchangeIds"


def translate(graph: Client, ids: list[str], source: str, target: str) -> list[dict[str, Any]]:
    body = {"inputIds": ids, "sourceIdType": source, "targetIdType": target}
    answer = graph("POST", PATH, body)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["value"]
    return rows


def test_ids_are_translated_both_ways(graph: Client, control: Control) -> None:
    immutable = graph.create(surname="Wong")["id"]
    with Client(control.url, control.token(JANE), prefer="") as plain:
        bound = plain.get("/me/contacts")["value"][0]["id"]
    there = translate(graph, [bound], "restId", "restImmutableEntryId")
    assert there == [{"sourceId": bound, "targetId": immutable}]
    back = translate(graph, [immutable], "restImmutableEntryId", "restId")
    assert back == [{"sourceId": immutable, "targetId": bound}]


def test_a_folder_has_one_id_only(graph: Client) -> None:
    folder = graph.create("/me/contactFolders", displayName="Old")["id"]
    (row,) = translate(graph, [folder], "restId", "restImmutableEntryId")
    assert row["targetId"] == folder


def test_an_unknown_id_is_told_in_its_own_row(graph: Client) -> None:
    immutable = graph.create(surname="Wong")["id"]
    bad, good = translate(graph, ["x", immutable], "restImmutableEntryId", "restId")
    assert bad["targetId"] is None
    assert bad["errorDetails"]["code"]
    assert good["targetId"]
    (wrong,) = translate(graph, [immutable], "restId", "restImmutableEntryId")
    assert wrong["targetId"] is None, "it is not of the form that was named"


@pytest.mark.parametrize(
    "body,status",
    [
        ({"inputIds": ["x"], "sourceIdType": "restId", "targetIdType": "ewsId"}, 501),
        ({"inputIds": ["x"], "sourceIdType": "restId", "targetIdType": "moon"}, 400),
        ({"inputIds": "x", "sourceIdType": "restId", "targetIdType": "restId"}, 400),
        ({"inputIds": ["x"] * 1001, "sourceIdType": "restId", "targetIdType": "restId"}, 400),
        ({"inputIds": ["x"], "sourceIdType": "restId", "moon": 1}, 400),
    ],
)
def test_what_cannot_be_translated(graph: Client, body: dict[str, Any], status: int) -> None:
    assert graph("POST", PATH, body).status_code == status
