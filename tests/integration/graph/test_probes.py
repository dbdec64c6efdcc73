"""The probe of a mailbox, on the emulator under both settings of every switch."""

from __future__ import annotations

from dataclasses import fields
from pkgutil import resolve_name
from typing import Any

import pytest

from agentbox_sync.contrib.m365_emulator.switches import CHOICES, Switches
from agentbox_sync.core.errors import SyncError, Throttled
from agentbox_sync.graph import delta
from agentbox_sync.graph.probes import WORKSHOPS, Answer
from agentbox_sync.graph.probes.answers import Fit, Unanswered, ask_all
from agentbox_sync.graph.probes.bench import FOLDER_NAME
from agentbox_sync.graph.stores import contacts
from tests.contracts.emulated import JANE, EmulatedSide

# Of switches that are numbers: the values to try beside the default.
NUMBERS: dict[str, tuple[int, ...]] = {
    "max_concurrent": (1,),
    "max_requests": (2_000,),  # a smaller one stops the probe; that has a test of its own
    "request_window": (60,),
    "retry_after": (3,),
    "token_life": (200,),
    "delta_repeats": (3,),
    "delta_replays": (5,),
    "delta_lag": (12,),
    "delta_evict_after": (2,),
    "delta_token_life": (3_600,),
}


# What no probe meets is turned over all at once.
APART = ("http_", "webhook_", "subscription_", "notify_", "select_account", "approval_", "photo_")


def settings() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{}]
    apart: dict[str, Any] = {}
    for switch in fields(Switches):
        default = switch.default
        if isinstance(default, bool):
            values: tuple[Any, ...] = (not default,)
        elif isinstance(default, int):
            values = NUMBERS.get(switch.name, ())
        else:
            values = tuple(one for one in CHOICES[switch.name] if one != default)
        if switch.name.startswith(APART):
            apart |= dict.fromkeys([switch.name][: len(values)], next(iter(values), None))
        else:
            found += [{switch.name: value} for value in values]
    return [*found, apart]


def probed(side: EmulatedSide, words: str = "") -> tuple[dict[str, Answer], list[str]]:
    """Answers to the questions with some words, and what is left in the mailbox."""
    workshop = WORKSHOPS["contacts"](side.client, side.clock)
    answers: dict[str, Answer] = {}
    workshop.open()
    wanted = [probe for probe in workshop.probes() if words in probe.question]
    ask_all(wanted, lambda answer: answers.update({answer.question: answer}))
    return answers, workshop.close()


def living(side: EmulatedSide) -> tuple[Any, ...]:
    """What a person sees in the mailbox."""
    box = side.microsoft.look(f"mailbox/{JANE}")
    return box["contacts"], [folder["name"] for folder in box["folders"] if not folder["deleted"]]


def answer_to(answers: dict[str, Answer], words: str) -> Answer:
    (found,) = [answer for question, answer in answers.items() if words in question]
    return found


@pytest.fixture
def side(emulated: EmulatedSide) -> EmulatedSide:
    """A mailbox with a person and a folder of hers in it."""
    emulated.add("Jane", ["jane@example.com"])
    emulated.microsoft.person(add_folder="Private")
    return emulated


@pytest.mark.parametrize("switches", settings(), ids=str)
def test_every_question_is_answered_and_the_mailbox_left_as_it_was(
    side: EmulatedSide, switches: dict[str, Any]
) -> None:
    side.microsoft.control("switches", switches)
    before = living(side)

    answers, left = probed(side)

    assert left == []
    assert living(side) == before
    unanswered = {one.question for one in answers.values() if one.fit is Fit.OPEN}
    assert len(answers) > 25
    # A feed that has no end answers nothing.
    assert bool(unanswered) == ("delta_loop" in switches), unanswered


BIN = "Does Deleted Items answer"
GONE = "lies in Deleted Items"
FIRST = "main folder answer by its well-known name"
MOVE = "Does a new parentFolderId move"
STAMP = "found by its stamp, and in which"
ROW = "How soon does the feed show"
BATCH = "delta link work inside a batch"
CLEARED = "every field cleared"
LIMITS = "How many phones and addresses fit"


@pytest.mark.parametrize(
    "switches,question,told,fit",
    [
        ({"deleted_get": "404"}, GONE, "404 ErrorItemNotFound", Fit.NOTED),
        ({"deleted_get": "200"}, GONE, "200 in another folder", Fit.NOTED),
        ({"deleted_get": "200"}, "second removal", "403 ErrorCannotDeleteObject", Fit.FITS),
        ({"deleted_items": "answer"}, BIN, "200", Fit.FITS),
        ({"deleted_items": "hide"}, BIN, "40", Fit.DIFFERS),
        ({"deleted_folder": "gone"}, "deleted folder", "404 ErrorFolderNotFound", Fit.NOTED),
        ({"deleted_folder": "recycled"}, "deleted folder", "200, below another one", Fit.NOTED),
        ({"parent_folder_patch": "ignore"}, MOVE, "it is accepted, and nothing", Fit.NOTED),
        ({"parent_folder_patch": "move"}, MOVE, "it moves, the id stays; ", Fit.FITS),
        ({"birthday_time": "as_sent"}, "birthday", "1980-02-29T11:59:00Z, ", Fit.FITS),
        ({"birthday_time": "outlook"}, "birthday", "1980-02-29T11:59:00Z, ", Fit.FITS),
        ({"fill_email_name": False}, "without a name", "it stays without", Fit.NOTED),
        ({"fill_email_name": True}, "without a name", "it gets one", Fit.NOTED),
        ({"property_filter": "folder"}, STAMP, "in its own folder", Fit.FITS),
        ({"property_filter": "mailbox"}, STAMP, "in every folder", Fit.FITS),
        ({"contacts_alias": True}, FIRST, "200", Fit.FITS),
        ({"contacts_alias": False}, FIRST, "40", Fit.DIFFERS),
        ({"delta_options": "refuse"}, "$expand", "refused: 400", Fit.NOTED),
        ({"delta_options": "ignore"}, "$expand", "it is ignored", Fit.NOTED),
        ({"delta_options": "honour"}, "$expand", "it shows it", Fit.NOTED),
        ({"delta_partial": True}, ROW, "after 0 s, without ", Fit.NOTED),
        ({"delta_partial": False}, ROW, "after 0 s, the whole contact", Fit.NOTED),
        ({"delta_lag": 12}, ROW, "after 15 s", Fit.NOTED),
        ({"if_match": "honour"}, "update with an old ETag", "412 ", Fit.FITS),
        ({"if_match": "ignore"}, "update with an old ETag", "200", Fit.DIFFERS),
        ({"if_match": "ignore"}, "removal with an old ETag", "204", Fit.DIFFERS),
        ({"clearing": "clears"}, CLEARED, "all of them", Fit.FITS),
        ({"clearing": "ignored"}, CLEARED, "not: birthday, business_phones, ", Fit.DIFFERS),
        ({"clearing": "refused"}, CLEARED, "not: birthday (400 ", Fit.DIFFERS),
        ({"analogous_limits": True}, LIMITS, "home_phones: 2, business", Fit.FITS),
        ({"analogous_limits": False}, LIMITS, "home_phones: 5 or more, ", Fit.DIFFERS),
        ({"regenerate_names": True}, "display name", "it is made anew", Fit.NOTED),
        ({"regenerate_names": False}, "display name", "it stays", Fit.NOTED),
        (
            {"deleted_get": "200", "delete_in_bin": "purge"},
            "second removal",
            "204",
            Fit.FITS,
        ),
        ({"emails_both": "refuse"}, "Which of both forms", "refused: 400", Fit.NOTED),
        ({"emails_both": "list"}, "Which of both forms", "list", Fit.NOTED),
        ({"emails_both": "single"}, "Which of both forms", "single", Fit.NOTED),
        ({"default_page": 10}, "nobody asks for a size", "10", Fit.NOTED),
        ({"default_page": 100}, "nobody asks for a size", "11 or more", Fit.NOTED),
        ({"short_delta": True}, "without its id", "200", Fit.NOTED),
        ({"short_delta": False}, "without its id", "40", Fit.NOTED),
        ({"delta_in_batch": True}, BATCH, "200", Fit.FITS),
        ({"delta_in_batch": False}, BATCH, "400 BadRequest", Fit.DIFFERS),
    ],
    ids=str,
)
def test_an_answer_tells_how_microsoft_is_set(
    side: EmulatedSide, switches: dict[str, Any], question: str, told: str, fit: Fit
) -> None:
    side.microsoft.control("switches", switches)

    answers, _ = probed(side, question)

    answer = answer_to(answers, question)
    assert answer.told.startswith(told)
    assert answer.fit is fit
    assert bool(answer.advice) == (fit is Fit.DIFFERS)


def test_a_constant_that_is_turned_over_fits_the_other_microsoft(
    side: EmulatedSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.microsoft.control("switches", {"contacts_alias": False, "delta_in_batch": False})
    monkeypatch.setattr(contacts, "CONTACTS_ALIAS_WORKS", False)
    monkeypatch.setattr(delta, "DELTA_LINK_WORKS_IN_BATCH", False)

    answers, _ = probed(side)

    assert answer_to(answers, FIRST).fit is Fit.FITS
    assert answer_to(answers, BATCH).fit is Fit.FITS


def test_every_answer_names_something_of_ours(side: EmulatedSide) -> None:
    answers, _ = probed(side)

    for answer in answers.values():
        assert answer.settles.startswith("agentbox_sync.")
        resolve_name(answer.settles)
    assert answer_to(answers, FIRST).settles.endswith(":CONTACTS_ALIAS_WORKS")


# -------------------------------------------------------------------- whatever goes wrong meanwhile


@pytest.mark.parametrize("number", [2, 5, 13, 60, 185])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "commit": "after"},
        {"action": "drop", "commit": "after"},
        {"status": 401, "code": "InvalidAuthenticationToken"},
    ],
    ids=["500", "drop", "401"],
)
def test_a_fault_on_the_way_leaves_nothing_behind(
    side: EmulatedSide, number: int, fault: dict[str, Any]
) -> None:
    before = living(side)
    side.microsoft.fault(path=r"/me/contact|\$batch", nth=number, **fault)
    workshop = WORKSHOPS["contacts"](side.client, side.clock)
    try:
        workshop.open()
        ask_all(workshop.probes(), lambda answer: None)
    except (Unanswered, SyncError):
        pass

    assert workshop.close() == []

    assert living(side) == before


def test_a_probe_that_was_killed_is_tidied_up_by_the_next_one(side: EmulatedSide) -> None:
    before = living(side)
    killed = WORKSHOPS["contacts"](side.client, side.clock)
    killed.open()
    ask_all(list(killed.probes())[:12], lambda answer: None)
    assert any(name.startswith(FOLDER_NAME) for name in living(side)[1])

    _, left = probed(side)

    assert left == []
    assert living(side) == before


def test_a_folder_of_that_name_that_is_a_persons_stays(side: EmulatedSide) -> None:
    side.microsoft.person(add_folder=FOLDER_NAME)
    before = living(side)

    probed(side)

    assert living(side) == before


def test_what_cannot_be_removed_is_said(side: EmulatedSide) -> None:
    workshop = WORKSHOPS["contacts"](side.client, side.clock)
    workshop.open()
    side.microsoft.fault(status=403, code="ErrorAccessDenied", path="permanentDelete")
    side.microsoft.fault(status=403, code="ErrorAccessDenied", method="DELETE")

    (left,) = workshop.close()

    assert FOLDER_NAME in left


def test_a_full_mailbox_is_not_asked_and_keeps_what_it_has(side: EmulatedSide) -> None:
    before = living(side)
    side.microsoft.person(full=True)
    workshop = WORKSHOPS["contacts"](side.client, side.clock)

    with pytest.raises(Unanswered, match="507 ErrorQuotaExceeded"):
        workshop.open()

    assert workshop.close() == []
    assert living(side) == before


def test_a_mailbox_that_wants_quiet_stops_the_probe(side: EmulatedSide) -> None:
    workshop = WORKSHOPS["contacts"](side.client, side.clock)
    workshop.open()
    side.microsoft.fault(status=429, path="/contacts", headers={"Retry-After": "900"}, nth=9)

    with pytest.raises(Throttled):
        ask_all(workshop.probes(), lambda answer: None)

    side.clock.sleep(900)
    assert workshop.close() == []
