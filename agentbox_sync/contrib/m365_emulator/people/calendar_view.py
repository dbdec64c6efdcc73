from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..calendar.meetings import Hand
from ..calendar.moments import wall
from ..calendar.store import Calendars
from ..calendar.views import Instance, whole
from . import repeats
from .event_form import REMINDERS, SHOW_AS, blank_form, form_of, original_of
from .frame import frame
from .listing import MARKED_FOR
from .mailbox_view import actor, owner
from .pages import page
from .week import board, clock, days_of, quarter, things_between

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State

KEPT = ("day", "view", "calendar")
SAID = {
    "saved": "Saved.",
    "created": "Created.",
    "moved": "Moved.",
    "restored": "Put back.",
    "answered": "The organizer has your answer.",
}


@dataclass(frozen=True)
class Place:
    """What part of which calendar a request looks at."""

    user: User
    store: Calendars
    zone: str
    today: date
    day: date
    view: str
    calendar: str

    @property
    def base(self) -> str:
        return f"/mailbox/{quote(self.user.upn)}/calendar"

    def link(self, **changes: str) -> str:
        """This place with something else in the address; an empty word leaves it out."""
        here = {"day": self.day.isoformat(), "view": self.view, "calendar": self.calendar}
        if here["view"] == "week":
            del here["view"]
        words = {name: text for name, text in {**here, **changes}.items() if text}
        return f"{self.base}?{urlencode(words)}"


def place_of(state: State, request: Request, user: User) -> Place:
    store, query = state.mailbox(user).calendars, request.query_params
    settings = state.mailbox(user).belongings.settings
    zone = str(settings.get("timeZone") or user.time_zone)
    today = wall(state.clock.now(), zone).date()
    try:
        day = date.fromisoformat(query.get("day", ""))
        day = min(max(day, date(1970, 1, 8)), date(9000, 1, 1))
    except ValueError:
        day = today
    view = "day" if query.get("view") == "day" else "week"
    named = query.get("calendar", "")
    return Place(user, store, zone, today, day, view, named if named in store.calendars else "")


def context_of(
    state: State, request: Request, place: Place, item: Instance | None = None, **more: Any
) -> dict[str, Any]:
    query, store = request.query_params, place.store
    item = item or _found(store, query.get("event", ""))
    new = item is None and (query.get("new", "") != "" or more.get("new", False))
    days = days_of(place.day, place.view)
    marks = fresh_marks(state, store)
    things = things_between(store, place.zone, days, place.calendar, marks)
    now = wall(state.clock.now(), place.zone)
    form = form_of(item, place.zone) if item else _new_form(place, query, now)
    form = {**form, **more.pop("form", {})}
    mark = marks.get(item.event.key) if item else None
    step = timedelta(days=1 if place.view == "day" else 7)
    return {
        **frame(state, request, "calendar", "Calendar"),
        "place": place,
        "to": place.link,
        "user": place.user,
        "board": board(things, days),
        "title": _title(days),
        "earlier": (place.day - step).isoformat(),
        "later": (place.day + step).isoformat(),
        "now_at": quarter(now),
        "now": clock(now),
        "calendars": list(store.calendars.values()),
        "item": item,
        "series": whole(item.event) if item and item.event.is_series else None,
        "new": new,
        "form": form,
        "original": original_of(form) if item else "",
        "repeats": _repeats(form, item),
        "show_as": SHOW_AS,
        "reminders": _reminders(form["reminder"]),
        "categories": _categories(state, place, form["category"]),
        "colors": _colors(state, place.user),
        "mark": mark,
        "gone": _gone(place, query.get("undo", ""), query.get("date", "")),
        "message": "",
        "said": SAID.get(query.get("said", ""), ""),
        "version_now": version_of(state, place.user),
        **more,
    }


def shown_again(
    state: State,
    request: Request,
    place: Place,
    item: Instance | None,
    form: dict[str, str],
    message: str,
) -> Response:
    """The page with what was typed and what is wrong with it."""
    ticks = {name: form.get(name, "") for name in ("all_day", "private")}
    typed = {**form, **ticks} if "subject" in form else {}
    context = context_of(state, request, place, item, form=typed, message=message, new=item is None)
    context["original"] = form.get("original", context["original"])
    return page(request, "calendar.html", context, status=422)


def hand_of(state: State, user: User) -> Hand:
    return Hand(state, user, actor(user))


def found(state: State, request: Request) -> tuple[User | None, Instance | None]:
    """The owner of the mailbox and the event that the address names."""
    user = owner(state, request)
    if user is None or not user.mailbox:
        return None, None
    item = state.mailbox(user).calendars.find(request.path_params["event"])
    return user, item


def fresh_marks(state: State, store: Calendars) -> dict[str, Any]:
    """What apps did within the last minute; older marks are forgotten."""
    now = state.clock.now()
    store.marks = {k: m for k, m in store.marks.items() if now - m.at < MARKED_FOR}
    return store.marks


def version_of(state: State, user: User) -> str:
    box = state.mailbox(user)
    marks = len(fresh_marks(state, box.calendars))
    return f"{box.sequence}.{marks}.{box.root[-12:-4]}"


def back_to(place: Place, **query: str) -> Response:
    return RedirectResponse(place.link(**query), 303)


def _found(store: Calendars, name: str) -> Instance | None:
    item = store.find(name) if name else None
    return item if item is not None and not item.event.deleted else None


def _new_form(place: Place, query: Mapping[str, str], now: datetime) -> dict[str, str]:
    """A new event at the time that was pointed at, at nine, or at the next full hour of today."""
    wanted, minutes = query.get("new", ""), query.get("minutes", "")
    try:
        start = datetime.fromisoformat(wanted)
    except ValueError:
        hour = 9 if place.day != place.today else min(now.hour + 1, 22)
        start = datetime.combine(place.day, time(hour))
    all_day = len(wanted) == len("2026-12-05")
    taken = min(int(minutes), 1440) if minutes.isdigit() else 30
    end = start if all_day else start + timedelta(minutes=taken)
    calendar = place.calendar or place.store.default.id
    return blank_form(start, end, all_day=all_day, calendar=calendar)


def _repeats(form: dict[str, str], item: Instance | None) -> list[tuple[str, str]]:
    try:
        day = date.fromisoformat(form["start_date"])
    except ValueError:
        day = date(2026, 1, 1)
    return repeats.choices(day, item.values["recurrence"] if item else None)


def _reminders(chosen: str) -> list[tuple[str, str]]:
    known = {value for value, _ in REMINDERS}
    more = [] if chosen in known else [(chosen, f"{chosen} minutes before")]
    return [*REMINDERS, *more]


def _colors(state: State, user: User) -> dict[str, str]:
    held = state.mailbox(user).belongings.categories.values()
    return {category.name: category.color for category in held}


def _categories(state: State, place: Place, chosen: str) -> list[str]:
    held = state.mailbox(place.user).belongings.categories.values()
    names = [category.name for category in held]
    return names if not chosen or chosen in names else [chosen, *names]


def _gone(place: Place, key: str, day: str) -> dict[str, str] | None:
    """What was just deleted or cancelled and can be put back."""
    event = place.store.events.get(key)
    if event is None or not (event.deleted or day in event.cancelled):
        return None
    title = str(event.values["subject"] or "Without a title")
    return {"key": key, "date": day, "words": f"{'Cancelled one' if day else 'Deleted'}: {title}"}


def _title(days: list[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{first:%A}, {first.day} {first:%B %Y}"
    if first.month == last.month:
        return f"{first.day} – {last.day} {last:%B %Y}"
    year = f" {first:%Y}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"
