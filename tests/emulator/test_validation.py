from __future__ import annotations

from typing import Any

import pytest

from .clients import STAMP, Client, Control

TOO_MANY = [
    (
        {"emailAddresses": [{"address": f"{n}@x.example"} for n in range(4)]},
        "EmailAddresses has 4 entries, that exceeds the max allowed value of 3",
    ),
    (
        {"businessPhones": ["1", "2", "3"]},
        "The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value "
        "of 2",
    ),
    ({"homePhones": ["1", "2", "3"]}, "HomePhones has 3 entries"),
    ({"imAddresses": ["1", "2", "3", "4"]}, "ImAddresses has 4 entries"),
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"favouriteColour": "red"}, "RequestBodyRead"),
    ({"id": "x"}, "ErrorInvalidProperty"),
    ({"changeKey": "x"}, "ErrorInvalidProperty"),
    ({"createdDateTime": "2020-01-01T00:00:00Z"}, "ErrorInvalidProperty"),
    ({"givenName": 5}, "RequestBodyRead"),
    ({"givenName": ["Mia"]}, "RequestBodyRead"),
    ({"businessPhones": "1"}, "RequestBodyRead"),
    ({"businessPhones": [1]}, "RequestBodyRead"),
    ({"businessPhones": None}, "BadRequest"),
    ({"emailAddresses": None}, "BadRequest"),
    ({"emailAddresses": ["a@x.example"]}, "RequestBodyRead"),
    ({"emailAddresses": [{"address": "a@x.example", "type": "work"}]}, "RequestBodyRead"),
    ({"emailAddresses": [], "primaryEmailAddress": None}, "ErrorInvalidProperty"),
    ({"homeAddress": "1 Sea Rd"}, "RequestBodyRead"),
    ({"homeAddress": {"suburb": "Manly"}}, "RequestBodyRead"),
    ({"homeAddress": {"city": 7}}, "RequestBodyRead"),
    ({"birthday": "22.07.1974"}, "RequestBodyRead"),
    ({"birthday": "1974-02-30"}, "RequestBodyRead"),
    ({"birthday": "1974-07-22T00:00:00"}, "RequestBodyRead"),
    ({"birthday": 19740722}, "RequestBodyRead"),
    ({"singleValueExtendedProperties": {"id": STAMP}}, "RequestBodyRead"),
    ({"singleValueExtendedProperties": [{"value": "7"}]}, "RequestBodyRead"),
    ({"singleValueExtendedProperties": [{"id": "CrmId", "value": "7"}]}, "ErrorInvalidProperty"),
    ({"singleValueExtendedProperties": [{"id": STAMP, "value": 7}]}, "RequestBodyRead"),
]


@pytest.mark.parametrize("body,message", TOO_MANY)
def test_more_entries_than_exchange_has_room_for_are_refused(
    graph: Client, body: dict[str, Any], message: str
) -> None:
    answer = graph("POST", "/me/contacts", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "ErrorInvalidProperty"
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("body,code", WRONG)
def test_a_body_that_does_not_fit_the_type_is_refused_and_changes_nothing(
    graph: Client, control: Control, body: dict[str, Any], code: str
) -> None:
    made = graph.create(givenName="Mia")
    for method, path in (("POST", "/me/contacts"), ("PATCH", f"/me/contacts/{made['id']}")):
        answer = graph(method, path, body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["code"] == code
    assert [c["changeKey"] for c in control.mailbox()["contacts"]] == [made["changeKey"]]


def test_as_many_entries_as_exchange_has_room_for_are_taken(graph: Client) -> None:
    made = graph.create(
        emailAddresses=[{"address": f"{n}@x.example"} for n in range(3)],
        businessPhones=["1", "2"],
        homePhones=["3", "4"],
        imAddresses=["5", "6", "7"],
        categories=["a", "b", "c", "d"],
    )
    assert len(made["emailAddresses"]) == 3
    assert made["categories"] == ["a", "b", "c", "d"]


def test_an_annotation_is_not_a_property(graph: Client) -> None:
    assert graph.create(**{"@odata.type": "#microsoft.graph.contact", "givenName": "Mia"})


@pytest.mark.parametrize(
    "text,kind",
    [
        (b"{not json", "application/json"),
        (b'{"givenName": "Mia"}', "text/plain"),
        (b"", "application/json"),
        (b'["Mia"]', "application/json"),
    ],
)
def test_what_is_not_one_json_object_is_refused(graph: Client, text: bytes, kind: str) -> None:
    answer = graph.session.post(
        "https://graph.microsoft.com/v1.0/me/contacts",
        data=text,
        headers={**graph.headers, "Content-Type": kind},
    )
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message", "innerError"}


def test_what_the_emulator_does_not_cover_is_said_and_not_faked(graph: Client) -> None:
    for path in ("/me/events/delta", "/me/calendarGroups", "/me/messages"):
        answer = graph("GET", path)
        assert answer.status_code == 501
        assert "COVERAGE.md" in answer.json()["error"]["message"]


def test_unknown_paths_methods_and_versions_are_refused(graph: Client) -> None:
    assert graph("GET", "/me/contaxts").status_code == 400
    assert graph("GET", "/nobody").status_code == 400
    assert graph("PUT", "/me/contacts", {}).status_code == 405
    beta = graph("GET", "https://graph.microsoft.com/beta/me")
    assert beta.status_code == 501
