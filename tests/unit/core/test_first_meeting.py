"""The merge of a pair that was never linked: what is empty is filled, on either side."""

from __future__ import annotations

import pytest

from agentbox_sync.core.atoms import MEETING_TABLE, Verb
from agentbox_sync.core.merge import Sides, merge
from agentbox_sync.core.rules import Mode
from tests.builders.merges import (
    ABSORB,
    CRM,
    CRM_WINS,
    EXCHANGE_WINS,
    LEAVE,
    ONE_WAY,
    OUTLOOK,
    PULL,
    PUSH,
    PUT_BACK,
    TRACK,
    TWO_WAY,
    WAS,
    met,
    verb_of,
)

# (mode, the CRM says, Exchange says) -> verb, where nothing was agreed on yet.
MEETINGS: list[tuple[Mode, object, object, Verb]] = [
    (ONE_WAY, CRM, None, PUSH),
    (ONE_WAY, None, OUTLOOK, LEAVE),
    (ONE_WAY, CRM, OUTLOOK, TRACK),
    (PUT_BACK, CRM, None, PUSH),
    (PUT_BACK, None, OUTLOOK, LEAVE),
    (PUT_BACK, CRM, OUTLOOK, PUSH),
    (CRM_WINS, CRM, None, PUSH),
    (CRM_WINS, None, OUTLOOK, PULL),
    (CRM_WINS, CRM, OUTLOOK, PUSH),
    (EXCHANGE_WINS, CRM, None, PUSH),
    (EXCHANGE_WINS, None, OUTLOOK, PULL),
    (EXCHANGE_WINS, CRM, OUTLOOK, PULL),
]
AGREEING = [(mode, value, value, ABSORB) for mode in Mode for value in (CRM, None, [])]
LISTS = [(mode, ["a"], [], PUSH) for mode in Mode]


@pytest.mark.parametrize("mode, local, remote, verb", [*MEETINGS, *AGREEING, *LISTS])
def test_row_of_the_meeting_table(mode: Mode, local: object, remote: object, verb: Verb) -> None:
    result = met({"company": local}, {"company": remote}, mode)

    assert verb_of(result, (WAS, WAS)) is verb


def test_every_row_of_the_meeting_table_has_its_case() -> None:
    assert {(mode, *empty) for mode, rows in MEETING_TABLE.items() for empty in rows} == {
        (mode, here is None, there is None) for mode, here, there, _ in MEETINGS
    }


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("value", [CRM, None])
def test_an_atom_that_a_first_meeting_was_not_shown_is_not_known(mode: Mode, value: object) -> None:
    result = met({"company": value}, {}, mode)

    assert (result.writes, result.base_local, result.base_remote) == (False, {}, {})


def test_a_first_meeting_in_one_way_fills_what_is_empty_and_overwrites_nothing() -> None:
    local = {"company": CRM, "job_title": CRM, "website": None, "notes": CRM}
    shown = {"company": OUTLOOK, "job_title": None, "website": OUTLOOK, "notes": CRM}

    result = met(local, shown, ONE_WAY)

    assert (result.push, result.pull) == (("job_title",), ())
    assert result.drift == ("company",)  # the website is the agent's own
    assert result.overwritten == {}


@pytest.mark.parametrize("then", Mode)
@pytest.mark.parametrize("first", [ONE_WAY, PUT_BACK])
def test_what_exchange_alone_knew_at_the_first_meeting_stays(first: Mode, then: Mode) -> None:
    meeting = met({"notes": None}, {"notes": OUTLOOK}, first)

    later = merge(Sides(meeting.base_local, meeting.base_remote, {"notes": None}, {}), then)

    assert (meeting.writes, meeting.drift) == (False, ())
    assert (later.writes, later.drift, later.base_remote) == (False, (), {"notes": OUTLOOK})


@pytest.mark.parametrize("first", [ONE_WAY, PUT_BACK])
def test_what_is_edited_after_the_first_meeting_is_put_back(first: Mode) -> None:
    meeting = met({"notes": None}, {"notes": OUTLOOK}, first)
    edited = {"notes": "Another"}

    later = merge(Sides(meeting.base_local, meeting.base_remote, {"notes": None}, edited), PUT_BACK)

    # The guard counts it, and the log keeps it.
    assert (later.push, later.blanks_remote) == (("notes",), True)
    assert later.overwritten == edited


def test_what_exchange_alone_knew_goes_when_the_crm_fills_it() -> None:
    meeting = met({"notes": None}, {"notes": OUTLOOK}, PUT_BACK)

    later = merge(Sides(meeting.base_local, meeting.base_remote, {"notes": CRM}, {}), PUT_BACK)

    assert (later.push, later.overwritten) == (("notes",), {"notes": OUTLOOK})


@pytest.mark.parametrize("mode", TWO_WAY)
def test_a_first_meeting_in_two_way_fills_both_sides_and_empties_neither(mode: Mode) -> None:
    local = {"job_title": CRM, "website": None}
    shown = {"job_title": None, "website": OUTLOOK}

    result = met(local, shown, mode)

    assert (result.push, result.pull) == (("job_title",), ("website",))
    assert (result.overwritten, result.conflicts) == ({}, ())
    assert (result.blanks_remote, result.blanks_local) == (False, False)


def test_after_a_first_meeting_only_the_atom_that_the_crm_changes_is_overwritten() -> None:
    first = met({"company": CRM, "website": CRM}, {"company": OUTLOOK, "website": OUTLOOK}, ONE_WAY)
    edited = {"company": "Another", "website": CRM}

    second = merge(
        Sides(first.base_local, first.base_remote, edited, {}, drift=first.drift), ONE_WAY
    )

    assert (second.push, second.drift) == (("company",), ("website",))
