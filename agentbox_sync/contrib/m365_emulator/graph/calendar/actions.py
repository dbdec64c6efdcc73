"""What can be done with a meeting beside changing it: cancel, answer, forward, mind its bell."""

from __future__ import annotations

from typing import Any

from ...calendar import meetings
from ...calendar.views import Instance
from ..errors import GraphError, bad_request, unreadable
from ..messages import Answer, Call
from .checks import read_boolean, text_of
from .events import delete
from .paths import find, hand
from .reading import read_moment, read_person

ANSWERED = {verb.lower(): verb for verb in meetings.ANSWERS}


def cancel_event(call: Call) -> Answer:
    """The organizer's way to delete: everybody invited gets the comment."""
    item, given = find(call), _parameters(call, "comment")
    if not item.values["isOrganizer"]:
        raise _refused("You need to be an organizer to cancel a meeting.")
    delete(call, item, _comment(given))
    return Answer(202)


def respond(call: Call) -> Answer:
    verb = ANSWERED[call.request.segments[-1].rpartition(".")[2].lower()]
    item, given = find(call), _parameters(call, "comment", "sendresponse", "proposednewtime")
    if item.values["isOrganizer"]:
        raise _refused("You can't respond to this meeting because you're the meeting organizer.")
    sent = given.get("sendresponse")
    wanted = sent is None or read_boolean("SendResponse", sent)
    proposed = given.get("proposednewtime")
    if proposed is not None:
        _check_proposal(call, item, proposed, verb)
    meetings.answered(hand(call), item, verb, _comment(given), send=wanted)
    return Answer(202)


def forward_event(call: Call) -> Answer:
    item, given = find(call), _parameters(call, "comment", "torecipients")
    people = given.get("torecipients")
    if not isinstance(people, list) or not people:
        raise bad_request("ToRecipients names nobody.")
    found = [
        {"emailAddress": read_person(p.get("emailAddress") if isinstance(p, dict) else None)}
        for p in people
    ]
    meetings.forwarded(hand(call), item, found, _comment(given))
    return Answer(202)


def dismiss_reminder(call: Call) -> Answer:
    """Nothing that is shown changes, and yet the item has another key from now on."""
    call.mailbox.calendars.touch(find(call).event)
    return Answer(200)


def snooze_reminder(call: Call) -> Answer:
    item, given = find(call), _parameters(call, "newremindertime")
    read_moment("newReminderTime", given.get("newremindertime"), call.state.switches)
    call.mailbox.calendars.touch(item.event)
    return Answer(200)


def _check_proposal(call: Call, item: Instance, proposed: Any, verb: str) -> None:
    if verb == "accept" or not isinstance(proposed, dict):
        raise _refused("Another time can be proposed where a meeting is not accepted.")
    if not item.values["allowNewTimeProposals"]:
        raise _refused("The organizer does not allow proposals of another time.")
    given = {name.lower(): value for name, value in proposed.items()}
    names = {"datetime": "dateTime", "timezone": "timeZone"}  # the documentation has an example
    for name in ("start", "end"):
        moment = given.get(name)
        if isinstance(moment, dict):
            moment = {names.get(key.lower(), key): value for key, value in moment.items()}
        read_moment(name, moment, call.state.switches)


def _parameters(call: Call, *known: str) -> dict[str, Any]:
    """The parameters of an action, which are read without regard to case."""
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    given = {name.lower(): value for name, value in body.items()}
    unknown = set(given) - set(known)
    if unknown:
        raise bad_request(f"The parameter '{min(unknown)}' is not defined for the action.")
    return given


def _comment(given: dict[str, Any]) -> str:
    return text_of("Comment", given.get("comment") or "")


def _refused(words: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", words)
