"""Change feeds as Graph may serve them: in circles, in disorder, with tokens that die midway."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import CursorExpired, FixConfiguration, SuspendConnection, SyncError
from agentbox_sync.ports import Cursor, Page
from tests.contracts.emulated import EmulatedSide

KIND = "contacts"
FEED = "https://graph.microsoft.com/v1.0/me/contactFolders/AAMk/contacts/delta"


def home(side: EmulatedSide) -> str:
    return side.store.locate(KIND, "")


def pull(side: EmulatedSide, link: str = "") -> Page | SyncError:
    (page,) = side.store.pull([Cursor(KIND, home(side), link)])
    return page


def pages(side: EmulatedSide, link: str = "") -> list[Page | SyncError]:
    """All pages from a link to the end of the round, or to an error."""
    found = [pull(side, link)]
    while isinstance(last := found[-1], Page) and last.next_link:
        found.append(pull(side, last.next_link))
    return found


def serve(side: EmulatedSide, at: str, *rows: dict[str, Any], to: str) -> None:
    """Answer the feed at a token with a page that leads on to another one."""
    kind, name = ("delta", "$deltatoken") if to == "end" else ("next", "$skiptoken")
    body = {"value": list(rows), f"@odata.{kind}Link": f"{FEED}?{name}={to}"}
    side.microsoft.fault(status=200, path=f"token={at}$" if at else "delta$", body=body)


def row(remote_id: str, etag: str, company: str) -> dict[str, Any]:
    return {"id": remote_id, "@odata.etag": f'W/"{etag}"', "companyName": company}


def test_a_round_that_leads_in_a_circle_is_given_up(emulated: EmulatedSide) -> None:
    serve(emulated, "", to="a")
    serve(emulated, "a", to="b")
    serve(emulated, "b", to="a")

    *before, last = pages(emulated)

    assert len(before) == 2
    assert isinstance(last, CursorExpired)
    assert last.code == "EndlessRound"


def test_pages_in_disorder_leave_what_stands_in_the_mailbox(emulated: EmulatedSide) -> None:
    remote_id = emulated.add("Jane")
    emulated.change_note(remote_id, "Now")
    serve(emulated, "", row(remote_id, "2", "Now"), to="a")
    serve(emulated, "a", row(remote_id, "1", "Before"), to="end")

    *_, last = pages(emulated)

    assert isinstance(last, Page)
    (seen,) = last.observations
    assert seen.record["company"] == "Now"
    assert seen == emulated.store.fetch(KIND, [remote_id])[0]


@pytest.mark.parametrize(
    "status,code",
    [
        (410, "resyncRequired"),
        (410, ""),
        (404, "SyncStateNotFound"),
        (400, "syncstatenotfound"),
        (400, "resyncApplyDifferences"),
        (400, "NeverHeardOf"),
        (409, "ResyncUploadDifferences"),
        (422, "NeverHeardOf"),
    ],
)
def test_a_token_that_dies_in_the_middle_of_a_round_is_known_in_any_dress(
    emulated: EmulatedSide, status: int, code: str
) -> None:
    emulated.microsoft.control("switches", {"delta_trailing_page": True})
    emulated.add("Jane")
    emulated.microsoft.fault(status=status, code=code or "x", path="skiptoken")

    first, second = pages(emulated)

    assert isinstance(first, Page)
    assert isinstance(second, CursorExpired)


def test_a_question_that_is_refused_without_any_token_is_wrong_itself(
    emulated: EmulatedSide,
) -> None:
    emulated.microsoft.fault(status=400, code="NeverHeardOf", path="/delta")

    with pytest.raises(FixConfiguration):
        pull(emulated)


def test_a_link_into_a_folder_that_is_gone_is_no_dead_token(emulated: EmulatedSide) -> None:
    page = pull(emulated)
    assert isinstance(page, Page)
    emulated.microsoft.fault(status=404, code="ErrorItemNotFound", path="deltatoken")

    with pytest.raises(SuspendConnection):
        pull(emulated, page.delta_link)


def test_feeds_that_a_batch_refuses_are_asked_alone_from_then_on(
    emulated: EmulatedSide, caplog: pytest.LogCaptureFixture
) -> None:
    folders = [home(emulated), emulated.microsoft.person(add_folder="B")["id"]]
    emulated.microsoft.control("switches", {"delta_in_batch": False})
    remote_id = emulated.add("Jane", folder="B")

    def both(links: list[str]) -> list[Page]:
        cursors = [Cursor(KIND, *one) for one in zip(folders, links, strict=True)]
        found = [page for page in emulated.store.pull(cursors) if isinstance(page, Page)]
        assert len(found) == 2
        return found

    first = both(["", ""])
    before = emulated.round_trips
    again = both([page.delta_link for page in first])

    assert [[o.remote_id for o in page.observations] for page in first] == [[], [remote_id]]
    assert [page.observations for page in again] == [(), ()]
    assert emulated.round_trips == before + 2
    assert "takes no delta link in a batch" in caplog.text


def test_a_token_that_is_dead_indeed_is_not_laid_at_the_batchs_door(
    emulated: EmulatedSide, caplog: pytest.LogCaptureFixture
) -> None:
    folders = [home(emulated), emulated.microsoft.person(add_folder="B")["id"]]
    first = emulated.store.pull([Cursor(KIND, folder) for folder in folders])
    emulated.forget_cursors()
    cursors = [
        Cursor(KIND, folder, page.delta_link)
        for folder, page in zip(folders, first, strict=True)
        if isinstance(page, Page)
    ]

    answers = emulated.store.pull(cursors)

    assert [type(answer) for answer in answers] == [CursorExpired] * 2
    assert "delta link" not in caplog.text


def test_a_replay_shows_every_item_as_it_is_now(emulated: EmulatedSide) -> None:
    ids = [emulated.add(f"Given {number}") for number in range(3)]
    page = pull(emulated)
    assert isinstance(page, Page)
    emulated.change_note(ids[0], "Now")
    emulated.remove(ids[1])
    emulated.microsoft.control("delta", {"upn": "jane@agency.example", "replay": 10})

    again = pull(emulated, page.delta_link)

    assert isinstance(again, Page)
    seen: dict[str, Observation] = {item.remote_id: item for item in again.observations}
    assert seen[ids[0]].record["company"] == "Now"
    assert seen[ids[1]].removed
