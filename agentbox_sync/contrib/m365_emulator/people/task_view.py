from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..calendar.moments import instant, local_of, wall
from ..records import Actor, Mark
from ..todo.changes import TaskHand
from ..todo.dates import day_of
from ..todo.records import PLAIN, Task, TaskList
from .frame import frame
from .listing import MARKED_FOR, plain
from .mailbox_view import categories_named, owner
from .pages import page
from .repeats import words as rule_words
from .task_form import (
    CLIENT_WORDS,
    IMPORTANCES,
    STATUS_WORDS,
    form_of,
    original_of,
    repeats_of,
)

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State
    from ..todo.store import TaskLists

SAID = {
    "saved": "Saved.",
    "created": "Added.",
    "moved": "Moved to another list: the task has a new id.",
    "restored": "Restored, with a new id.",
    "next": "Done. The next one of the series follows.",
    "done": "Done.",
    "open": "Open again.",
}
KEPT = ("list", "q", "task")


@dataclass(frozen=True)
class Row:
    """One task as the list shows it."""

    task: Task
    when: str
    is_late: bool
    mark: Mark | None

    @property
    def title(self) -> str:
        return str(self.task.values["title"] or "Without a title")

    @property
    def steps(self) -> str:
        done = sum(bool(step.get("isChecked")) for step in self.task.steps)
        return f"{done} of {len(self.task.steps)}" if self.task.steps else ""

    @property
    def linked(self) -> str:
        names = (
            part.get("displayName") or part.get("applicationName") for part in self.task.linked
        )
        return ", ".join(filter(None, names))


def hand_of(state: State, user: User) -> TaskHand:
    return TaskHand(state, user, Actor(user.display_name))


def today_of(hand: TaskHand) -> date:
    return wall(hand.state.clock.now(), hand.zone).date()


def context_of(
    state: State, request: Request, user: User, task: Task | None = None, **more: Any
) -> dict[str, Any]:
    hand, query = hand_of(state, user), request.query_params
    store, zone, today = hand.store, hand.zone, today_of(hand)
    if task is None:
        task = _present(store, query.get("task", ""))
    named = store.lists.get(query.get("list", ""))
    here = store.lists[task.list] if task else named or store.default
    marks = fresh_marks(state, store)
    rows = [_row(t, zone, today, marks) for t in _wanted(store.of(here.id), query.get("q", ""))]
    form = {**form_of(task, zone), **more.pop("form", {})} if task else {}
    gone = store.tasks.get(query.get("undo", ""))
    own = list(task.values["categories"]) if task else []
    box = state.mailbox(user)
    return {
        **frame(state, request, "tasks", "Tasks"),
        "user": user,
        "base": base_of(user),
        "here": here,
        "own": here.well_known == PLAIN,
        "lists": [
            {"list": found, "count": sum(not t.is_done for t in store.of(found.id))}
            for found in store.lists.values()
        ],
        "q": query.get("q", ""),
        "open_rows": sorted((r for r in rows if not r.task.is_done), key=_order),
        "done_rows": [r for r in reversed(rows) if r.task.is_done],
        "removed": [m for m in marks.values() if m.verb == "removed"],
        "task": task,
        "title": (task.values["title"] or "Without a title") if task else here.name,
        "mark": marks.get(task.key) if task else None,
        "form": form,
        "original": original_of(form_of(task, zone)) if task else "",
        "kept_as": _kept_as(task, zone) if task else "",
        "recurs": rule_words(task.values["recurrence"])
        if task and task.values["recurrence"]
        else "",
        "repeats": repeats_of(task, zone, today) if task else [],
        "statuses": STATUS_WORDS,
        "importances": IMPORTANCES,
        "clients": CLIENT_WORDS,
        "categories": categories_named(box, own),
        "colors": {c.name: c.color for c in box.belongings.categories.values()},
        "undo": gone if gone is not None and gone.deleted else None,
        "message": "",
        "said": SAID.get(query.get("said", ""), ""),
        "version_now": version_of(state, user),
        **more,
    }


def shown_again(
    state: State,
    request: Request,
    user: User,
    task: Task | None,
    form: dict[str, str],
    message: str,
) -> Response:
    context = context_of(state, request, user, task, form=form, message=message)
    return page(request, "tasks.html", context, status=422)


def found(state: State, request: Request) -> tuple[User | None, Task | None]:
    user = owner(state, request)
    if user is None or not user.mailbox:
        return None, None
    return user, _present(state.mailbox(user).todo, request.path_params["task"])


def back_to(user: User, request: Request, **query: str) -> Response:
    kept = {k: v for k, v in request.query_params.items() if k in KEPT}
    words = {k: v for k, v in {**kept, **query}.items() if v}
    return RedirectResponse(f"{base_of(user)}?{urlencode(words)}", 303)


def base_of(user: User) -> str:
    return f"/mailbox/{quote(user.upn)}/tasks"


def version_of(state: State, user: User) -> str:
    box = state.mailbox(user)
    return f"{box.sequence}.{len(fresh_marks(state, box.todo))}.{box.root[-12:-4]}"


def fresh_marks(state: State, store: TaskLists) -> dict[str, Mark]:
    """What apps did within the last minute; older marks are forgotten."""
    now = state.clock.now()
    store.marks = {k: m for k, m in store.marks.items() if now - m.at < MARKED_FOR}
    return store.marks


def own_list(store: TaskLists, identifier: str) -> TaskList | None:
    """A list that its owner may rename or delete."""
    tasks = store.lists.get(identifier)
    return tasks if tasks is not None and tasks.well_known == PLAIN else None


def _present(store: TaskLists, identifier: str) -> Task | None:
    task = store.find(identifier) if identifier else None
    return task if task is not None and not task.deleted else None


def _wanted(tasks: Iterable[Task], q: str) -> list[Task]:
    words = plain(q).split()
    return [t for t in tasks if all(word in plain(str(t.values["title"])) for word in words)]


def _row(task: Task, zone: str, today: date, marks: dict[str, Mark]) -> Row:
    due = task.values["dueDateTime"]
    day = day_of(due, zone) if due else None
    late = day is not None and day < today and not task.is_done
    return Row(task, day_words(day, today) if day else "", late, marks.get(task.key))


def _order(row: Row) -> tuple[bool, str, int]:
    due = row.task.values["dueDateTime"]
    return due is None, due["dateTime"] if due else "", row.task.serial


def day_words(day: date, today: date) -> str:
    names = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    near = names.get((day - today).days)
    if near:
        return near
    year = f" {day.year}" if abs(day - today) > timedelta(days=300) else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def _kept_as(task: Task, zone: str) -> str:
    """What Graph answers for the day: the clients differ in it."""
    due = task.values["dueDateTime"]
    if due is None:
        return ""
    return f"{local_of(due):%Y-%m-%d %H:%M} UTC, {wall(instant(due), zone):%H:%M} in {zone}"
