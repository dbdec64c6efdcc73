from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..calendar import meetings
from ..calendar.moments import length, local_of, moment_of
from ..calendar.views import Instance
from ..control_calendar import delete as delete_item
from ..control_calendar import edit, make
from ..graph.errors import GraphError
from . import week_style
from .calendar_view import (
    Place,
    back_to,
    context_of,
    found,
    hand_of,
    place_of,
    shown_again,
    version_of,
)
from .event_form import BadEvent, body_of, edited
from .forms import read_form
from .frame import remember
from .mailbox_view import no_mailbox, nobody, owner
from .pages import page

if TYPE_CHECKING:
    from ..state import State

LONGEST = 255


async def show(request: Request) -> Response:
    """The week or the day of one mailbox, and the form of the event in the address."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return nobody(state, request)
        if not user.mailbox:
            return no_mailbox(state, request, user)
        place = place_of(state, request, user)
        return remember(page(request, "calendar.html", context_of(state, request, place)), user)


async def feed(request: Request) -> Response:
    """A word that changes whenever the page has become old."""
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None:
            return JSONResponse({"version": "gone"}, 404)
        return JSONResponse({"version": version_of(state, user)})


async def create(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None or not user.mailbox:
            return nobody(state, request)
        place = place_of(state, request, user)
        try:
            body = body_of(form, place.zone, None)
            event = make(hand_of(state, user), body, form.get("calendar", ""))
        except (BadEvent, GraphError) as error:
            return shown_again(state, request, place, None, form, words_of(error))
        state.touch()
        day = local_of(event.values["start"]).date().isoformat()
        return back_to(place, day=day, event=event.key, said="created")


async def save(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, item = found(state, request)
        if user is None or item is None:
            return nobody(state, request)
        place = place_of(state, request, user)
        try:
            change = edited(form, place.zone, item)
            if change:
                edit(hand_of(state, user), item, change)
                state.touch()
        except (BadEvent, GraphError) as error:
            return shown_again(state, request, place, item, form, words_of(error))
        calendar = form.get("calendar", item.event.calendar)
        if calendar != item.event.calendar and calendar in place.store.calendars and not item.day:
            event = place.store.events[item.event.key]
            place.store.move(event, calendar, hand_of(state, user).actor)
            state.touch()
            change = {"calendar": calendar}
        return back_to(place, event=item.id(immutable=True), said="saved" if change else "")


async def move(request: Request) -> Response:
    """Another time for one thing, as it was dragged there; its zone and its length stay."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, item = found(state, request)
        if user is None or item is None:
            return nobody(state, request)
        place = place_of(state, request, user)
        try:
            edit(hand_of(state, user), item, moved(item, form, place))
        except (BadEvent, GraphError, ValueError, OverflowError) as error:
            return shown_again(state, request, place, item, form, words_of(error))
        state.touch()
        chosen = request.query_params.get("event", "")
        return back_to(place, event=chosen, said="moved")


async def delete(request: Request) -> Response:
    """A whole event or series, or one date of a series."""
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, item = found(state, request)
        if user is None or item is None or item.event.deleted:
            return nobody(state, request)
        event = delete_item(hand_of(state, user), item)
        state.touch()
        return back_to(place_of(state, request, user), undo=event.key, date=item.day)


async def restore(request: Request) -> Response:
    """Put back what was deleted, or the date that was cancelled."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        place = place_of(state, request, user) if user else None
        event = place.store.events.get(request.path_params["event"]) if place else None
        if user is None or place is None or event is None:
            return nobody(state, request)
        day, actor = form.get("date", ""), hand_of(state, user).actor
        if day in event.cancelled:
            left = tuple(other for other in event.cancelled if other != day)
            place.store.change(event, actor, cancelled=left)
        elif event.deleted:
            place.store.restore(event, actor)
        state.touch()
        return back_to(place, event=event.key if not day else "", said="restored")


async def answer(request: Request) -> Response:
    """Accept or decline somebody else's meeting; the organizer is told."""
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user, item = found(state, request)
        verb = form.get("answer", "")
        if user is None or item is None or item.values["isOrganizer"]:
            return nobody(state, request)
        if verb not in meetings.ANSWERS:
            return nobody(state, request)
        meetings.answered(hand_of(state, user), item, verb, "", send=True)
        state.touch()
        chosen = "" if verb == "decline" else item.id(immutable=True)
        return back_to(place_of(state, request, user), event=chosen, said="answered")


async def add_calendar(request: Request) -> Response:
    form = await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        if user is None or not user.mailbox:
            return nobody(state, request)
        place, name = place_of(state, request, user), form.get("name", "").strip()
        taken = {calendar.name.lower() for calendar in place.store.calendars.values()}
        problem = ""
        if not name or len(name) > LONGEST:
            problem = f"Give the calendar a name of at most {LONGEST} characters."
        elif name.lower() in taken:
            problem = f"There is a calendar called “{name}” already: choose another name."
        if problem:
            context = context_of(state, request, place, message=problem)
            return page(request, "calendar.html", context, status=422)
        made = place.store.add_calendar(name)
        state.touch()
        return back_to(place, calendar=made.id)


async def remove_calendar(request: Request) -> Response:
    await read_form(request)
    state: State = request.app.state.emulator
    with state.lock:
        user = owner(state, request)
        place = place_of(state, request, user) if user else None
        calendar = place.store.calendars.get(request.path_params["calendar"]) if place else None
        if user is None or place is None or calendar is None or calendar.is_default:
            return nobody(state, request)
        place.store.remove_calendar(calendar, hand_of(state, user).actor)
        state.touch()
        return back_to(place, calendar="")


def moved(item: Instance, form: dict[str, str], place: Place) -> dict[str, Any]:
    """Start and end after a drag; raises ValueError for what is no time."""
    start = datetime.fromisoformat(form.get("start", ""))
    if item.values["isAllDay"]:
        name = item.values["start"]["timeZone"]
        start = datetime.combine(start.date(), datetime.min.time())
        end = start + length(item.values["start"], item.values["end"])
        return {"start": moment_of(start, name), "end": moment_of(end, name)}
    minutes = int(form.get("minutes", ""))
    if minutes < 0:
        raise BadEvent("The end lies before the start: choose a later one.")
    end = start + timedelta(minutes=minutes)
    return {"start": moment_of(start, place.zone), "end": moment_of(end, place.zone)}


def words_of(error: Exception) -> str:
    """What to say to a person; Exchange's own words where they help."""
    if isinstance(error, GraphError):
        if error.code == "ErrorOccurrenceCrossingBoundary":
            return "One of a series cannot be moved to or past the day of the one beside it."
        return error.message
    return str(error) if isinstance(error, BadEvent) else "This is no time."


ONE = "/mailbox/{upn}/calendar/events/{event}"
ROUTES = [
    *week_style.ROUTES,
    Route("/mailbox/{upn}/calendar", show),
    Route("/mailbox/{upn}/calendar/feed", feed),
    Route("/mailbox/{upn}/calendar/events", create, methods=["POST"]),
    Route("/mailbox/{upn}/calendar/calendars", add_calendar, methods=["POST"]),
    Route("/mailbox/{upn}/calendar/calendars/{calendar}/delete", remove_calendar, methods=["POST"]),
    Route(ONE, save, methods=["POST"]),
    Route(f"{ONE}/move", move, methods=["POST"]),
    Route(f"{ONE}/delete", delete, methods=["POST"]),
    Route(f"{ONE}/restore", restore, methods=["POST"]),
    Route(f"{ONE}/answer", answer, methods=["POST"]),
]
