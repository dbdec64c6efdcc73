from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from ...calendar.meetings import Hand
from ...calendar.moments import read_window
from ...calendar.records import Calendar
from ...calendar.views import Instance
from ...identifiers import is_well_formed
from ..errors import GraphError, item_not_found, malformed_id
from ..messages import Call
from .checks import zone_asked

WINDOW = frozenset({"$startdatetime", "$enddatetime"})  # without the $, as query options go

LONGEST = 1825  # days of a window


def target(call: Call) -> Calendar:
    """The calendar that the path names, else the default one; raises GraphError."""
    zone_asked(call)  # refused before anything is done
    named = call.args.get("calendar")
    if named is None:
        return call.mailbox.calendars.default
    if not is_well_formed(named):
        raise malformed_id()
    found = call.mailbox.calendars.calendars.get(named)
    if found is None:
        raise item_not_found()
    return found


def find(call: Call) -> Instance:
    """The event, series or occurrence that the path names; raises GraphError."""
    zone_asked(call)
    identifier = call.args["event"]
    if not is_well_formed(identifier):
        raise malformed_id()
    item = call.mailbox.calendars.find(identifier)
    if item is None:
        raise item_not_found()
    if item.event.deleted and call.state.switches.deleted_get == "404":
        raise item_not_found()
    if "calendar" in call.args and target(call).id != item.event.calendar:
        raise item_not_found()
    return item


def hand(call: Call) -> Hand:
    return Hand(call.state, call.user, call.caller.actor, call.request.request_id)


def window(call: Call) -> tuple[datetime, datetime]:
    """The borders of a view; raises GraphError 400 where they are missing or make no sense."""
    given = {name.lower().lstrip("$"): text for name, text in call.request.query}
    try:
        start, end = read_window(given["startdatetime"]), read_window(given["enddatetime"])
    except KeyError:
        raise GraphError(
            400,
            "ErrorInvalidParameter",
            "This request requires a time window specified by the query string parameters "
            "StartDateTime and EndDateTime.",
        ) from None
    except ValueError as error:
        raise GraphError(
            400, "ErrorInvalidParameter", f"The time '{error}' of the window cannot be read."
        ) from None
    if end < start:
        raise GraphError(400, "ErrorInvalidParameter", "The window ends before it starts.")
    if end - start > timedelta(days=LONGEST):
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. The range between the start and end dates is greater "
            f"than the allowed range. Maximum number of days: {LONGEST}",
        )
    return start, end


def context(call: Call, tail: str) -> str:
    if "calendar" in call.args:
        return call.context(f"/calendars('{quote(target(call).id)}')/{tail}")
    return call.context(f"/{tail}")
