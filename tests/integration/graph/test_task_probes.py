"""The probe of tasks, on the emulator under both settings of the switches that it meets."""

from __future__ import annotations

from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

import pytest

from agentbox_sync.core.errors import SyncError
from agentbox_sync.graph import delta
from agentbox_sync.graph.codecs import tasks as codec
from agentbox_sync.graph.probes import WORKSHOPS, Answer
from agentbox_sync.graph.probes.answers import Fit, Unanswered, ask_all
from agentbox_sync.graph.probes.notepad import LIST_NAME
from agentbox_sync.graph.stores import tasks, todo
from tests.contracts.emulated import JANE, Microsoft
from tests.contracts.emulated_tasks import EmulatedTasks

SYDNEY = "AUS Eastern Standard Time"
COMPLETED = "Which task is the next one"
COMES = "another one, with its own id, linked "
DUE = "as we send it come back"
ELSEWHERE = "zone far away"
EXTENSION = "by its open extension"
EXPAND = "($expand)"
GONE = "answer that was removed"
TITLE = "title of a task be filtered"
UNDATED = "never due"
UPDATE = "update of a task with an old ETag"


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedTasks]:
    microsoft.prepare(time_zone=SYDNEY)
    side = EmulatedTasks(microsoft)
    side.add("Call")
    side.add_folder("Private")
    yield side
    side.close()


def probed(side: EmulatedTasks, words: str = "") -> tuple[dict[str, Answer], list[str]]:
    """Answers to the questions with some words, and what is left in the mailbox."""
    workshop = WORKSHOPS["tasks"](side.client, side.clock)
    answers: dict[str, Answer] = {}
    workshop.open()
    wanted = [probe for probe in workshop.probes() if words in probe.question]
    ask_all(wanted, lambda answer: answers.update({answer.question: answer}))
    return answers, workshop.close()


def answer_to(answers: dict[str, Answer], words: str) -> Answer:
    (found,) = [answer for question, answer in answers.items() if words in question]
    return found


def living(side: EmulatedTasks) -> tuple[Any, ...]:
    """What a person sees in the mailbox."""
    box = side.microsoft.look(f"mailbox/{JANE}")
    return box["task_lists"], box["tasks"]


def differing(answers: dict[str, Answer]) -> set[str]:
    return {one.settles.partition(":")[2] for one in answers.values() if one.fit is Fit.DIFFERS}


SETTINGS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"todo_ids": "immutable"}, set()),
    ({"todo_select": "ignore", "todo_linked_shown": "always"}, set()),
    ({"todo_recurrence_listed": "filtered", "todo_series": "rolls"}, set()),
    ({"todo_same_name": "refuse", "todo_reminder": "as_sent"}, set()),
    ({"delta_partial": True, "delta_leading_page": True, "delta_repeats": 3}, set()),
    ({"delta_lag": 12, "delta_replays": 5, "delta_order": "shuffled"}, set()),
    ({"todo_delta_expand": "refuse"}, {"FEED_SHOWS_LINKED"}),
    ({"todo_list_extensions": "ignore"}, {"LISTS_SHOW_EXTENSIONS"}),
    ({"todo_title_filter": "refuse"}, {"TITLE_FILTER_WORKS"}),
    ({"todo_codes": "unknown"}, {"BY_CODE"}),
]


@pytest.mark.parametrize("switches,wrong", SETTINGS, ids=str)
def test_every_question_is_answered_and_the_mailbox_left_as_it_was(
    side: EmulatedTasks, switches: dict[str, Any], wrong: set[str]
) -> None:
    side.microsoft.control("switches", switches)
    before = living(side)

    answers, left = probed(side)

    assert left == []
    assert living(side) == before
    assert len(answers) == 17
    assert [one for one in answers.values() if one.fit is Fit.OPEN] == []
    assert differing(answers) == wrong
    assert all(one.advice for one in answers.values() if one.fit is Fit.DIFFERS)


@pytest.mark.parametrize(
    "switches,question,told,fit",
    [
        ({}, EXTENSION, "200", Fit.FITS),
        ({"todo_list_extensions": "ignore"}, EXTENSION, "200, no extension", Fit.DIFFERS),
        ({"todo_list_extensions": "refuse"}, EXTENSION, "400 ", Fit.DIFFERS),
        ({}, TITLE, "200, 1 of 1", Fit.FITS),
        ({"todo_title_filter": "refuse"}, TITLE, "400 ", Fit.DIFFERS),
        ({"todo_if_match": "ignore"}, UPDATE, "200: nobody looks at it", Fit.NOTED),
        ({"todo_if_match": "honour"}, UPDATE, "412 ", Fit.FITS),
        ({"todo_if_match": "ignore"}, "removal of a task with an", "204: nobody", Fit.NOTED),
        ({"todo_if_match": "honour"}, "removal of a task with an", "412 ", Fit.FITS),
        ({}, GONE, "404 ErrorItemNotFound", Fit.FITS),
        ({"todo_codes": "service"}, GONE, "404 itemNotFound", Fit.FITS),
        ({"todo_codes": "unknown"}, GONE, "404 UnknownError", Fit.DIFFERS),
        ({}, COMPLETED, f"{COMES}as before", Fit.NOTED),
        ({"todo_series_keeps_links": False}, COMPLETED, f"{COMES}to nothing", Fit.NOTED),
        ({"todo_series": "rolls"}, COMPLETED, "the task itself, done is another one", Fit.NOTED),
        ({"todo_series_by_app": False}, COMPLETED, "none: the series ends with it", Fit.NOTED),
        ({}, "new due date move", "it moves", Fit.NOTED),
        ({"todo_series_due": "splits"}, "new due date move", "there are 2 tasks then", Fit.NOTED),
        ({"todo_undated_series": "dated"}, UNDATED, "taken, and due at its start", Fit.NOTED),
        ({"todo_undated_series": "refuse"}, UNDATED, "refused: 400 ", Fit.NOTED),
        ({"todo_body": "as_sent"}, "notes", "text", Fit.FITS),
        ({"todo_body": "html"}, "notes", "html", Fit.FITS),
        ({"todo_completed_time": "kept"}, "time stay", "it stays", Fit.NOTED),
        ({"todo_completed_time": "midnight"}, "time stay", "it becomes another one", Fit.NOTED),
        ({"todo_delta_expand": "honour"}, EXPAND, "it shows it", Fit.FITS),
        ({"todo_delta_expand": "ignore"}, EXPAND, "it is ignored", Fit.DIFFERS),
        ({"todo_delta_expand": "refuse"}, EXPAND, "refused: 400 ", Fit.DIFFERS),
        ({}, "whole one", "the whole task; empty is left out", Fit.FITS),
        ({"delta_partial": True}, "whole one", "not the whole task; ", Fit.FITS),
        ({}, "feed say of a task", "@removed, deleted", Fit.FITS),
        ({"todo_parts_tracked": True}, "only what is linked", "it comes", Fit.NOTED),
        ({"todo_parts_tracked": False}, "only what is linked", "it does not come", Fit.NOTED),
        ({"todo_parts_tracked": True, "delta_lag": 12}, "only what is", "it comes", Fit.NOTED),
        ({"todo_parts_tracked": False, "delta_lag": 12}, "only what is", "it does not", Fit.NOTED),
        ({"delta_in_batch": True}, "inside a batch", "200", Fit.FITS),
        ({"delta_in_batch": False}, "inside a batch", "400 BadRequest", Fit.DIFFERS),
    ],
    ids=str,
)
def test_an_answer_tells_how_microsoft_is_set(
    side: EmulatedTasks, switches: dict[str, Any], question: str, told: str, fit: Fit
) -> None:
    side.microsoft.control("switches", switches)

    answers, left = probed(side, question)

    answer = answer_to(answers, question)
    assert answer.told.startswith(told)
    assert answer.fit is fit
    assert bool(answer.advice) == (fit is Fit.DIFFERS)
    assert left == []


@pytest.mark.parametrize("named", [False, True], ids=["midnight in UTC", "of the mailbox"])
@pytest.mark.parametrize("policy", ["written", "converted", "local_midnight"])
def test_whether_a_day_stays_the_same_day_depends_on_how_it_is_sent(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch, policy: str, named: bool
) -> None:
    monkeypatch.setattr(codec, "DUE_ON_THE_CLOCKS_OF_THE_MAILBOX", named)
    side.microsoft.control("switches", {"todo_dates": policy})

    answers, _ = probed(side, "due date")

    lost = named and policy == "converted"
    assert answer_to(answers, DUE).fit is (Fit.DIFFERS if lost else Fit.FITS)
    shown, _, day = answer_to(answers, ELSEWHERE).told.partition(" UTC for ")
    assert (shown == f"{day}T00:00") == (policy == "written")
    assert shown.endswith("T00:00") == (policy != "local_midnight")


def test_a_constant_that_is_set_the_other_way_is_told(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {
        "TITLE_FILTER_WORKS": tasks,
        "LISTS_SHOW_EXTENSIONS": tasks,
        "FEED_SHOWS_LINKED": todo,
        "LEFT_OUT_WHERE_EMPTY": codec,
        "DELTA_LINK_WORKS_IN_BATCH": delta,
    }
    for name, module in modules.items():
        monkeypatch.setattr(module, name, False)

    answers, _ = probed(side)

    assert differing(answers) == set(modules)


def test_a_constant_that_is_turned_over_fits_the_other_microsoft(
    side: EmulatedTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"todo_title_filter": "refuse", "todo_list_extensions": "refuse"}
    side.microsoft.control("switches", {**other, "todo_delta_expand": "ignore"})
    monkeypatch.setattr(tasks, "TITLE_FILTER_WORKS", False)
    monkeypatch.setattr(tasks, "LISTS_SHOW_EXTENSIONS", False)
    monkeypatch.setattr(todo, "FEED_SHOWS_LINKED", False)

    answers, _ = probed(side)

    assert differing(answers) == set()


def test_an_etag_that_is_never_taken_is_told(side: EmulatedTasks) -> None:
    workshop = WORKSHOPS["tasks"](side.client, side.clock)
    workshop.open()
    side.microsoft.fault(status=412, code="ErrorIrresolvableConflict", method="PATCH")
    found: list[Answer] = []

    ask_all([one for one in workshop.probes() if UPDATE in one.question], found.append)
    workshop.close()

    assert [one.fit for one in found] == [Fit.DIFFERS]
    assert found[0].told.startswith("not even the present one is taken")


def test_an_extension_that_is_not_taken_is_told(side: EmulatedTasks) -> None:
    side.microsoft.fault(status=507, code="ErrorQuotaExceeded", path="/extensions", method="POST")

    answers, _ = probed(side, EXTENSION)

    answer = answer_to(answers, EXTENSION)
    assert answer.told == "it is not taken: 507 ErrorQuotaExceeded"
    assert answer.fit is Fit.DIFFERS


def test_every_answer_names_something_that_exists(side: EmulatedTasks) -> None:
    for probe in WORKSHOPS["tasks"](side.client, side.clock).probes():
        assert probe.settles.startswith("agentbox_sync.")
        resolve_name(probe.settles)


# -------------------------------------------------------------------- whatever goes wrong meanwhile


@pytest.mark.parametrize("number", [2, 5, 13, 40])
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
    side: EmulatedTasks, number: int, fault: dict[str, Any]
) -> None:
    before = living(side)
    side.microsoft.fault(path=r"/me/todo|\$batch", nth=number, **fault)
    workshop = WORKSHOPS["tasks"](side.client, side.clock)
    try:
        workshop.open()
        ask_all(workshop.probes(), lambda answer: None)
    except (Unanswered, SyncError):
        pass

    assert workshop.close() == []

    assert living(side) == before


def test_a_probe_that_was_killed_is_tidied_up_by_the_next_one(side: EmulatedTasks) -> None:
    before = living(side)
    killed = WORKSHOPS["tasks"](side.client, side.clock)
    killed.open()
    ask_all(list(killed.probes())[:6], lambda answer: None)
    assert any(row["name"].startswith(LIST_NAME) for row in living(side)[0])

    _, left = probed(side)

    assert left == []
    assert living(side) == before


def test_a_list_of_that_name_that_is_a_persons_stays(side: EmulatedTasks) -> None:
    side.add_folder(f"{LIST_NAME} (mine)")
    before = living(side)

    probed(side)

    assert living(side) == before


def test_what_cannot_be_removed_is_said(side: EmulatedTasks) -> None:
    workshop = WORKSHOPS["tasks"](side.client, side.clock)
    workshop.open()
    side.microsoft.fault(status=403, code="ErrorAccessDenied", method="DELETE")

    (left,) = workshop.close()

    assert LIST_NAME in left
