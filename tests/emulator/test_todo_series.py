"""Tasks that recur: what is completed, what follows, and what reports say of their due dates."""

from __future__ import annotations

from typing import Any

import pytest

from .calendar_builders import rule
from .clients import Client, Control
from .todo_builders import SYDNEY, dated, day, link, task, tasks_of, weekly

EXPAND = "?$expand=linkedResources,checklistItems"


def complete(graph: Client, base: str, made: dict[str, Any]) -> dict[str, Any]:
    answer = graph("PATCH", f"{base}/{made['id']}", {"status": "completed"})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def rows_of(graph: Client, base: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = graph.get(base + EXPAND)["value"]
    return rows


def test_a_recurrence_comes_back_whole(graph: Client) -> None:
    made = graph.create(tasks_of(graph), **weekly(until="2026-12-19"))
    pattern, span = made["recurrence"]["pattern"], made["recurrence"]["range"]
    assert (pattern["type"], pattern["interval"], pattern["daysOfWeek"]) == (
        "weekly",
        1,
        ["saturday"],
    )
    assert (span["type"], span["startDate"], span["endDate"]) == (
        "endDate",
        "2026-12-05",
        "2026-12-19",
    )
    assert dated(made) == "2026-12-05T00:00"


def test_completing_one_leaves_it_done_and_another_follows(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **weekly(linkedResources=[link()], importance="high"))
    graph.create(f"{base}/{made['id']}/checklistItems", displayName="x", isChecked=True)
    _, link_ = graph.all_pages(f"{base}/delta")
    done = complete(graph, base, made)
    assert (done["id"], done["status"]) == (made["id"], "completed")
    assert "recurrence" not in done
    old, new = rows_of(graph, base)
    assert (old["id"], dated(old)) == (made["id"], "2026-12-05T00:00")
    assert (new["status"], dated(new), new["importance"]) == (
        "notStarted",
        "2026-12-12T00:00",
        "high",
    )
    assert new["recurrence"] == made["recurrence"]
    assert new["linkedResources"][0]["externalId"] == "task-7", "a stamp may occur twice"
    assert [step["isChecked"] for step in new["checklistItems"]] == [False]
    assert {row["id"] for row in graph.all_pages(link_)[0]} == {old["id"], new["id"]}


def test_what_is_linked_may_stay_with_what_is_done(graph: Client, control: Control) -> None:
    control.switch(todo_series_keeps_links=False)
    base = tasks_of(graph)
    complete(graph, base, graph.create(base, **weekly(linkedResources=[link()])))
    assert [len(row["linkedResources"]) for row in rows_of(graph, base)] == [1, 0]


def test_the_item_itself_may_go_on_and_leave_a_completed_one_behind(
    graph: Client, control: Control
) -> None:
    control.switch(todo_series="rolls")
    base = tasks_of(graph)
    made = graph.create(base, **weekly(linkedResources=[link()]))
    after = complete(graph, base, made)
    assert (after["id"], after["status"]) == (made["id"], "notStarted")
    assert dated(after) == "2026-12-12T00:00"
    rows = rows_of(graph, base)
    (copy,) = (row for row in rows if row["id"] != made["id"])
    assert (copy["status"], dated(copy)) == ("completed", "2026-12-05T00:00")
    assert "recurrence" not in copy


@pytest.mark.parametrize("continued", [True, False])
def test_whether_the_api_continues_a_series_as_to_do_does(
    graph: Client, control: Control, continued: bool
) -> None:
    control.switch(todo_series_by_app=continued)
    base = tasks_of(graph)
    complete(graph, base, graph.create(base, **weekly()))
    assert len(rows_of(graph, base)) == (2 if continued else 1)
    other = graph.create(base, **weekly())
    control.person({"complete_task": other["id"]})
    assert len(rows_of(graph, base)) == (4 if continued else 3), "a person's client always does"


def test_a_completed_one_that_is_reopened_and_completed_doubles_nothing(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **weekly())
    for status in ("completed", "completed", "notStarted", "completed"):
        graph("PATCH", f"{base}/{made['id']}", {"status": status})
    assert len(rows_of(graph, base)) == 2


@pytest.mark.parametrize("end", [{"count": 2}, {"until": "2026-12-12"}])
def test_a_series_ends_after_its_last(graph: Client, end: dict[str, Any]) -> None:
    base = tasks_of(graph)
    graph.create(base, **weekly(**end))
    for _ in range(3):
        for row in rows_of(graph, base):
            complete(graph, base, row)
    rows = rows_of(graph, base)
    assert [dated(row)[:10] for row in rows] == ["2026-12-05", "2026-12-12"]
    assert {row["status"] for row in rows} == {"completed"}


def test_the_reminder_keeps_its_hour_over_a_change_of_clocks(graph: Client) -> None:
    base = tasks_of(graph)
    start = "2027-04-03"  # in Sydney the clocks go back in the night after it
    made = graph.create(
        base,
        **weekly(start, reminderDateTime=day(start, SYDNEY, "09:00"), startDateTime=day(start)),
    )
    complete(graph, base, made)
    before, after = rows_of(graph, base)
    assert dated(before, "reminderDateTime") == "2027-04-02T22:00"
    assert dated(after, "reminderDateTime") == "2027-04-09T23:00", "nine in Sydney still"
    assert dated(after, "startDateTime") == "2027-04-10T00:00"


def test_a_day_that_to_do_wrote_stays_local_midnight(graph: Client, control: Control) -> None:
    recurrence = rule("2027-04-03", daysOfWeek=["saturday"])
    values = task(due="2027-04-03", client="local_midnight", recurrence=recurrence)
    made = control.person({"add_task": values})
    control.person({"complete_task": made["id"]})
    before, after = rows_of(graph, tasks_of(graph))
    assert dated(before) == "2027-04-02T13:00"
    assert dated(after) == "2027-04-09T14:00"


@pytest.mark.parametrize("policy", ["moves", "splits"])
def test_a_new_due_date_of_one_that_recurs_moves_it_or_makes_another(
    graph: Client, control: Control, policy: str
) -> None:
    control.switch(todo_series_due=policy)
    base = tasks_of(graph)
    made = graph.create(base, **weekly())
    answer = graph("PATCH", f"{base}/{made['id']}", {"dueDateTime": day("2026-12-08")})
    days = [dated(row)[:10] for row in rows_of(graph, base)]
    if policy == "moves":
        assert days == ["2026-12-08"]
    else:  # reported: the task stays as it was, and the next one of the series appears
        assert dated(answer.json())[:10] == "2026-12-05"
        assert days == ["2026-12-05", "2026-12-12"]


@pytest.mark.parametrize("policy", ["dated", "refuse"])
def test_a_series_that_is_never_due(graph: Client, control: Control, policy: str) -> None:
    control.switch(todo_undated_series=policy)
    answer = graph("POST", tasks_of(graph), weekly(due=None))
    assert answer.status_code == (201 if policy == "dated" else 400)
    if policy == "dated":
        assert dated(answer.json())[:10] == "2026-12-05"


def test_a_recurrence_is_taken_away(graph: Client) -> None:
    base = tasks_of(graph)
    made = graph.create(base, **weekly())
    graph("PATCH", f"{base}/{made['id']}", {"recurrence": None})
    complete(graph, base, made)
    assert len(rows_of(graph, base)) == 1
