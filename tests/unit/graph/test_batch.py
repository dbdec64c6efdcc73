"""The $batch body and its answers, by the examples of concepts/json-batching.md."""

from __future__ import annotations

import pytest

from agentbox_sync.graph.batch import answers_of, body_of, groups
from agentbox_sync.graph.exchange import Request

READ = Request("GET", "/me/contacts/AAMk%3D")
WRITE = Request("PATCH", "/me/contacts/AAMk%3D", if_match='W/"1"', body={"surname": "Doe"})


def test_every_item_carries_its_own_headers_and_a_relative_url() -> None:
    body = body_of([READ, WRITE])

    assert body == {
        "requests": [
            {
                "id": "1",
                "method": "GET",
                "url": "/me/contacts/AAMk%3D",
                "headers": {"Prefer": 'IdType="ImmutableId"'},
            },
            {
                "id": "2",
                "method": "PATCH",
                "url": "/me/contacts/AAMk%3D",
                "headers": {
                    "Prefer": 'IdType="ImmutableId"',
                    "If-Match": 'W/"1"',
                    "Content-Type": "application/json",
                },
                "body": {"surname": "Doe"},
            },
        ]
    }


def test_several_preferences_stand_in_one_header() -> None:
    request = Request("GET", "/me", prefer=("odata.maxpagesize=500",))

    assert request.headers()["Prefer"] == 'IdType="ImmutableId", odata.maxpagesize=500'


@pytest.mark.parametrize("count", [0, 21])
def test_a_batch_of_a_wrong_size_is_never_built(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 20"):
        body_of([READ] * count)


def test_items_are_grouped_by_twenty() -> None:
    assert [len(group) for group in groups(range(45))] == [20, 20, 5]
    assert list(groups([])) == []


def test_a_path_that_could_name_another_host_is_refused() -> None:
    with pytest.raises(ValueError, match="slash"):
        Request("GET", "https://evil.example/me")


def test_answers_in_any_order_come_back_in_the_order_of_the_questions() -> None:
    body = {
        "responses": [
            {"id": "2", "status": 403, "headers": {"Retry-After": "3"}, "body": {"error": {}}},
            {"id": "1", "status": 200, "body": {"value": []}},
        ]
    }

    first, second = answers_of([READ, WRITE], body)

    assert (first.status, first.body) == (200, {"value": []})
    assert (second.status, second.headers) == (403, {"retry-after": "3"})


def test_an_item_without_an_answer_has_no_known_outcome() -> None:
    body = {"responses": [{"id": "1", "status": 200, "body": {}}]}

    first, second = answers_of([READ, WRITE], body)

    assert first.ok
    assert second.status == 0


@pytest.mark.parametrize(
    "body",
    [
        None,
        "truncated",
        [],
        {},
        {"responses": None},
        {"responses": ["1"]},
        {"responses": [{"id": "1"}]},
        {"responses": [{"id": "1", "status": "200"}]},
        {"responses": [{"id": "1", "status": True}]},
        {"responses": [{"id": "1", "status": 200}, {"id": "1", "status": 500}]},
    ],
    ids=str,
)
def test_a_damaged_answer_is_never_taken_for_a_success(body: object) -> None:
    assert [answer.status for answer in answers_of([WRITE], body)] == [0]
