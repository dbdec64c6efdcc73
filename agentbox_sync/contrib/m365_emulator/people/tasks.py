from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..clock import iso
from ..control_todo import read, sow
from ..graph.errors import GraphError
from ..todo import changes
from ..todo.records import DONE, OPEN
from .forms import read_form
from .frame import remember
from .mailbox_view import no_mailbox, nobody, owner
from .pages import page
from .task_form import BadTask, edited
from .task_view import (
    back_to,
    context_of,
    found,
    hand_of,
    own_list,
    shown_again,
    today_of,
    version_of,
)

if TYPE_CHECKING:
    from ..state import State

LONGEST = 255


async def show(request: Request) -> Response:
    """One list of tasks, and the form of the task in the address."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return nobody(state, request)
        if not user.mailbox:
            return no_mailbox(state, request, user)
        return remember(page(request, "tasks.html", context_of(state, request, user)), user)


async def feed(request: Request) -> Response:
    """A word that changes whenever the page has become old."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return JSONResponse({"version": "gone"}, 404)
        return JSONResponse({"version": version_of(state, user)})


async def create(request: Request) -> Response:
    """A task of which no more than the title is said; the rest follows in its form."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None or not user.mailbox:
            return nobody(state, request)
        hand, title = hand_of(state, user), form.get("title", "").strip()
        place = hand.store.lists.get(form.get("list", "")) or hand.store.default
        if not title:
            return shown_again(state, request, user, None, {}, "Give the task a title.")
        try:
            task = sow(hand, place, {"title": title})
        except GraphError as error:
            return shown_again(state, request, user, None, {}, error.message)
        state.touch()
        return back_to(user, request, list=place.id, task=task.key, said="created")


async def save(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, task = found(state, request)
        if user is None or task is None:
            return nobody(state, request)
        hand, before = hand_of(state, user), task
        try:
            change, _ = read(hand, edited(form, hand.zone, today_of(hand), task))
        except (BadTask, GraphError) as error:
            words = error.message if isinstance(error, GraphError) else str(error)
            return shown_again(state, request, user, task, form, words)
        if change.values:
            task = changes.change(hand, task, change.values)
        place = form.get("list", task.list)
        if place != task.list and place in hand.store.lists:
            task = hand.store.move(task, place, hand.actor)
        if task is before:
            return back_to(user, request, task=task.key)
        state.touch()
        said = "moved" if task.list != before.list else "saved"
        return back_to(user, request, list=task.list, task=task.key, said=said)


async def done(request: Request) -> Response:
    """Complete an open task, or open a completed one again."""
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, task = found(state, request)
        if user is None or task is None:
            return nobody(state, request)
        status = OPEN if task.is_done else DONE
        recurs = task.values["recurrence"] is not None
        changes.change(hand_of(state, user), task, {"status": status})
        state.touch()
        said = "open" if status == OPEN else "next" if recurs else "done"
        return back_to(user, request, list=task.list, said=said)


async def delete(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, task = found(state, request)
        if user is None or task is None:
            return nobody(state, request)
        hand = hand_of(state, user)
        hand.store.discard(task, hand.actor)
        state.touch()
        return back_to(user, request, list=task.list, task="", undo=task.key)


async def restore(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        hand = hand_of(state, user) if user and user.mailbox else None
        task = hand.store.find(request.path_params["task"]) if hand else None
        if user is None or hand is None or task is None or not task.deleted:
            return nobody(state, request)
        back = hand.store.restore(task, hand.actor)
        state.touch()
        return back_to(user, request, list=back.list, task=back.key, said="restored")


async def step(request: Request) -> Response:
    """Add an item to the checklist; check, uncheck or remove one."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, task = found(state, request)
        if user is None or task is None:
            return nobody(state, request)
        hand, steps = hand_of(state, user), [dict(part) for part in task.steps]
        now, name = iso(state.clock.now()), form.get("name", "").strip()[:LONGEST]
        if form.get("what") == "add" and name:
            made = {"displayName": name, "isChecked": False, "createdDateTime": now}
            steps.append({"id": hand.store.ids.guid(), **made})
        for part in steps:
            if part["id"] == form.get("check"):
                checked = not part.get("isChecked")
                part |= {"isChecked": checked, "checkedDateTime": now if checked else None}
        left = tuple(part for part in steps if part["id"] != form.get("remove"))
        if left != task.steps:
            changes.change(hand, task, {}, steps=left)
            state.touch()
        return back_to(user, request, list=task.list, task=task.key)


async def add_list(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None or not user.mailbox:
            return nobody(state, request)
        name = form.get("name", "").strip()
        if not name or len(name) > LONGEST:
            words = f"Give the list a name of at most {LONGEST} characters."
            return shown_again(state, request, user, None, {}, words)
        made = hand_of(state, user).store.add_list(name)
        state.touch()
        return back_to(user, request, list=made.id, task="")


async def change_list(request: Request) -> Response:
    """Rename a list of one's own, or delete it with what is in it."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        hand = hand_of(state, user) if user and user.mailbox else None
        tasks = own_list(hand.store, request.path_params["list"]) if hand else None
        if user is None or hand is None or tasks is None:
            return nobody(state, request)
        name = form.get("name", "").strip()[:LONGEST]
        if form.get("what") == "delete":
            hand.store.remove_list(tasks, hand.actor)
        elif name:
            hand.store.change_list(replace(tasks, name=name))
        state.touch()
        kept = "" if form.get("what") == "delete" else tasks.id
        return back_to(user, request, list=kept, task="")


ONE = "/mailbox/{upn}/tasks/items/{task}"
ROUTES = [
    Route("/mailbox/{upn}/tasks", show),
    Route("/mailbox/{upn}/tasks/feed", feed),
    Route("/mailbox/{upn}/tasks/items", create, methods=["POST"]),
    Route("/mailbox/{upn}/tasks/lists", add_list, methods=["POST"]),
    Route("/mailbox/{upn}/tasks/lists/{list}", change_list, methods=["POST"]),
    Route(ONE, save, methods=["POST"]),
    Route(f"{ONE}/done", done, methods=["POST"]),
    Route(f"{ONE}/delete", delete, methods=["POST"]),
    Route(f"{ONE}/restore", restore, methods=["POST"]),
    Route(f"{ONE}/steps", step, methods=["POST"]),
]
