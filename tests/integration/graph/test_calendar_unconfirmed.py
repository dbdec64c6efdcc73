"""The other answer to what only a real tenant can settle about calendars.

Each constant is turned over together with the emulator's switch for the same fact, where there is
one; the last test shows that the switches bite.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import CursorExpired, ItemMissing
from agentbox_sync.graph.stores import calendar, events, series
from agentbox_sync.ports import Cursor, Page, Update, Written
from tests.contracts.calendar_side import ONE, THREE, TWO, open_home, update
from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar
from tests.contracts.remote_side import created, fetched, folder, read_round, stamped, write


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedCalendar]:
    side = EmulatedCalendar(microsoft)
    yield side
    side.close()


def test_our_calendar_is_found_in_the_whole_list_where_it_cannot_be_filtered(
    side: EmulatedCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "CALENDAR_FILTER_WORKS", False)
    side.add_folder("Agentbox")

    ours = side.store.create_own(side.kind, "stamp")

    assert side.store.find_own(side.kind, "stamp") == ours
    assert side.store.find_own(side.kind, "another") == ""


@pytest.mark.parametrize("asked", [True, False])
def test_where_no_calendar_is_told_an_event_is_where_it_was(
    side: EmulatedCalendar, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    monkeypatch.setattr(events, "EXPAND_CALENDAR_WORKS", asked)
    side.microsoft.control("switches", {"expand_calendar": "ignore"})

    assert fetched(side, side.add("Jane")).container == ""


def test_dates_with_an_etag_of_their_own_are_read_before_they_are_written(
    side: EmulatedCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "DATES_SHARE_ETAG", False)
    made = open_home(side)
    own = [
        {"original": ONE, "subject": "Auction"},
        {"original": TWO, "cancelled": True},
        {"original": THREE, "cancelled": True},
    ]

    answer = update(side, made, ("exceptions",), exceptions=own)

    assert isinstance(answer, Written), answer
    assert side.dates(made.remote_id)[1] == [TWO, THREE]


@pytest.mark.parametrize(
    "switches",
    [
        {"deleted_get": "200"},
        {"property_filter": "mailbox"},
        {"iana_names": "any"},
        {"delta_series_removed": "all"},
        {"delta_options": "ignore"},
        {"transaction_replay": "refuse"},
        {"long_subject": "truncate"},
    ],
    ids=str,
)
def test_what_microsoft_may_do_otherwise_changes_nothing_for_us(
    side: EmulatedCalendar, switches: dict[str, object]
) -> None:
    side.microsoft.control("switches", switches)
    answer = created(side, note="1 High St")
    made = open_home(side)

    seen, link = read_round(side)

    by_id = {item.remote_id: item for item in seen}
    assert set(by_id) == {answer.remote_id, made.remote_id}
    assert by_id[answer.remote_id].record == answer.record
    assert stamped(side, "stamp-of-jane") == [[answer.remote_id]]
    side.remove(answer.remote_id)
    side.remove(made.remote_id)
    gone, _ = read_round(side, link)
    assert {item.remote_id for item in gone if item.removed} >= set(by_id)
    missing = side.store.fetch(side.kind, [answer.remote_id, made.remote_id])
    assert [type(one) for one in missing] == [ItemMissing, ItemMissing]


@pytest.mark.parametrize("loop", ["same", "endless"])
def test_a_round_without_an_end_is_begun_anew(side: EmulatedCalendar, loop: str) -> None:
    side.add("Jane")
    home, link = folder(side), ""
    side.microsoft.control("switches", {"delta_loop": loop})

    for _ in range(200):
        (page,) = side.store.pull([Cursor(side.kind, home, link, side.window)])
        if isinstance(page, CursorExpired):
            break
        assert isinstance(page, Page)
        link = page.next_link

    assert isinstance(page, CursorExpired)
    assert page.code == "EndlessRound"


def test_the_record_of_mails_shows_what_our_client_would_cause(side: EmulatedCalendar) -> None:
    """The control of every test that finds no mail of ours."""
    side.microsoft.control("mail", {"expected": True})
    guest = {"emailAddress": {"address": "vendor@example.com"}, "type": "required"}
    remote_id = side.add("Auction", attendees=[guest])
    seen = fetched(side, remote_id)

    write(side, Update(remote_id, seen.etag, {"location": "Elsewhere"}, ("location",)))

    assert [bool(mail["app"]) for mail in side.mails()] == [False, True]


def test_the_emulators_other_answers_are_real(side: EmulatedCalendar) -> None:
    side.microsoft.control("switches", {"deleted_get": "200", "expand_calendar": "ignore"})
    remote_id = side.add("Jane")
    folder(side)
    side.remove(remote_id)

    assert isinstance(side.store.fetch(side.kind, [remote_id])[0], Observation)
