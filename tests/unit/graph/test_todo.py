"""What a write to a task tells of it."""

from __future__ import annotations

from typing import Any

from agentbox_sync.graph.stores.todo import written_over
from agentbox_sync.ports import Update

READ: dict[str, Any] = {
    "id": "7",
    "@odata.etag": 'W/"1"',
    "title": "Call",
    "status": "notStarted",
    "importance": "normal",
    "isReminderOn": False,
    "createdDateTime": "2026-12-01T00:00:00Z",
    "lastModifiedDateTime": "2026-12-01T00:00:00Z",
    "body": {"content": "Before noon", "contentType": "text"},
}


def test_what_a_person_typed_between_our_look_and_our_write_is_not_told_as_written() -> None:
    ours = Update("list|7", 'W/"1"', {"title": "Call Mary"}, ("title",))
    answer = {
        **READ,
        "@odata.etag": 'W/"3"',
        "title": "Call Mary",
        "body": {"content": "At five", "contentType": "text"},
    }

    written = written_over(READ, answer, ours, "UTC")

    assert written.record is not None
    assert written.record["title"] == "Call Mary"
    assert written.record["importance"] == "normal"
    assert "notes" not in written.record
    assert written.etag == 'W/"3"'
    assert written.is_edited


def test_what_we_wrote_ourselves_and_what_an_answer_does_not_show_is_nobodys_edit() -> None:
    linked = [{"displayName": "Mary Poe", "externalId": "s", "webUrl": "https://crm.example/1"}]
    ours = Update("list|7", 'W/"1"', {"title": "Call Mary"}, ("title",))

    answer = {**READ, "@odata.etag": 'W/"2"', "title": "Call Mary"}

    assert not written_over({**READ, "linkedResources": linked}, answer, ours, "UTC").is_edited
