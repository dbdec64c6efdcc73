"""How the values of a task read to a person, and what is said of tasks elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.tasks import ATOMS, KIND
from agentbox_sync.core.recurrence.problems import Obstacle
from agentbox_sync.services.compare import compare
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.values import (
    FIELDS,
    field_label,
    field_text,
    recognised_by,
    typed,
)

SYDNEY = "Australia/Sydney"
DONE = {"status": "completed", "completed_at": "2026-12-04T03:05:00+00:00"}
WEEKLY = {"rule": "FREQ=WEEKLY;BYDAY=SA", "start": "2026-12-05"}
MONTHLY = {"rule": "FREQ=MONTHLY;BYMONTHDAY=1", "start": "2026-12-01"}


def said(atom: str, value: Any, zone: str = SYDNEY) -> str:
    return field_text("tasks", atom, value, zone)


def sides(left: dict[str, Any], right: dict[str, Any]) -> tuple[str, str]:
    """What a comparison shows of the one field in which two versions differ."""
    (row,) = compare("tasks", left, right, zone=SYDNEY).fields
    return "".join(one.text for one in row.left), "".join(one.text for one in row.right)


def test_every_field_has_a_name() -> None:
    assert set(FIELDS["tasks"]) == set(ATOMS)
    assert field_label("tasks", "reference") == "Link to the CRM"


@pytest.mark.parametrize(
    "atom, value, text",
    [
        ("due", "2026-12-05", "Sat 5 Dec 2026"),
        ("due", "soon", "soon"),
        ("due", None, ""),
        # The clocks of the mailbox, whatever the offset it is told with.
        ("reminder", "2026-12-04T22:00:00Z", "Sat 5 Dec 2026, 09:00, Sydney"),
        ("reminder", "2026-12-05T07:00:00+09:00", "Sat 5 Dec 2026, 09:00, Sydney"),
        ("reminder", None, ""),
        ("progress", DONE, "Completed on Fri 4 Dec 2026, 14:05, Sydney"),
        ("progress", {"status": "completed", "completed_at": None}, "Completed"),
        ("progress", {"status": "inProgress"}, "In progress"),
        ("progress", {"status": "waitingonothers"}, "Waiting for others"),
        ("progress", {"status": "deferred"}, "Deferred"),
        ("progress", {"status": "notStarted"}, ""),
        ("progress", {"status": "something new"}, "something new"),
        ("importance", "high", "High"),
        ("importance", "Low", "Low"),
        ("importance", "normal", ""),
        ("recurrence", WEEKLY, "every Saturday"),
        ("recurrence", MONTHLY, "every month on day 1"),
        ("categories", ["Red", "Blue"], "Red\nBlue"),
        ("reference", {"name": "Ella Marsh", "url": ""}, "Ella Marsh"),
    ],
)
def test_values_read_as_people_say_them(atom: str, value: Any, text: str) -> None:
    assert said(atom, value) == text


def test_what_was_opened_again_says_so_and_not_nothing() -> None:
    done = "Completed on Fri 4 Dec 2026, 14:05, Sydney"
    assert sides({"progress": DONE}, {"progress": None}) == (done, "Not started")
    assert sides({"importance": "high"}, {"importance": "normal"}) == ("High", "Normal")


def test_two_notations_of_the_same_are_no_difference() -> None:
    remembered = KIND.canonical(
        {"progress": DONE, "reminder": "2026-12-05T09:00:00+11:00"}, Locality()
    )
    shown = {"progress": DONE, "reminder": "2026-12-04T22:00:00Z"}
    assert compare("tasks", remembered, shown).fields == ()


def test_a_task_is_listed_under_its_title_and_its_day() -> None:
    record = {"title": "Call back", "due": "2026-12-05", "reference": {"name": "Ella Marsh"}}
    assert name_of("tasks", record) == "Call back · Sat 5 Dec 2026"
    assert name_of("tasks", {"title": "Call back"}) == "Call back"
    assert name_of("tasks", {}) == ""
    assert recognised_by("tasks", record) == ("Sat 5 Dec 2026", "Ella Marsh")


@pytest.mark.parametrize(
    "kind, record, texts",
    [
        ("tasks", {"title": "Call back", "due": "2026-12-05"}, ["Call back"]),
        # By the subject alone: no row has a day in its title.
        ("calendar", {"subject": "Open home", "when": {"start": "2026-12-05"}}, ["Open home"]),
        (
            "contacts",
            {"name": {"given": "Ella"}, "emails": ["e@buyers.example"]},
            ["e@buyers.example", "Ella"],
        ),
    ],
)
def test_rows_that_may_be_the_same_are_searched_by_what_names_them(
    kind: str, record: dict[str, Any], texts: list[str]
) -> None:
    assert list(WORDS[kind].sought(record)) == texts


def test_what_is_put_back_is_typed_as_a_crm_keeps_it() -> None:
    record = {"progress": {"status": "inProgress"}, "importance": "high", "recurrence": WEEKLY}
    remembered = KIND.canonical(record, Locality())
    back = typed("tasks", remembered)
    assert back["progress"] == {"status": "inProgress", "completed_at": None}
    assert back["recurrence"] == WEEKLY
    assert KIND.canonical(back, Locality()) == remembered
    empty = typed("tasks", {"progress": None, "importance": None, "recurrence": None})
    assert empty["progress"] == {"status": "notStarted", "completed_at": None}
    assert (empty["importance"], empty["recurrence"]) == ("normal", None)


@pytest.mark.parametrize("obstacle", Obstacle)
def test_a_series_of_tasks_that_exchange_cannot_hold_says_why(obstacle: Obstacle) -> None:
    sentence = item_sentence(str(obstacle))
    assert sentence.startswith("Outlook and To Do cannot hold this series. ")
    assert sentence.endswith("Choose in the CRM another rule by which it comes again.")


@pytest.mark.parametrize("code", ["UnreadableTime", "UnreadableDate"])
def test_what_is_no_date_and_no_time_has_a_sentence(code: str) -> None:
    assert "Microsoft’s word for it" in item_sentence("unheard of")  # the control
    assert "Microsoft’s word for it" not in item_sentence(code)


def test_dates_and_words_read_as_german() -> None:
    with translation.override("de"):
        assert said("due", "2026-12-05") == "Sa, 5. Dez. 2026"
        assert said("progress", DONE) == "Erledigt am Fr, 4. Dez. 2026, 14:05, Sydney"
        assert said("progress", {"status": "waitingOnOthers"}) == "Wartet auf andere"
