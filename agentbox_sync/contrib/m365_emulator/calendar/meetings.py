"""Who is told what about a meeting, and what that does in the mailboxes of the organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..clock import iso
from ..records import Actor
from .mail import addresses
from .records import NEVER, PERSONAL, Change, Event, Values
from .store import Calendars
from .views import Instance, exceptions

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State

EXCHANGE = Actor("Exchange")
INVITATION, UPDATE, CANCELLATION, FORWARD = "invitation", "update", "cancellation", "forward"
ANSWERS = {
    "accept": "accepted",
    "tentativelyAccept": "tentativelyAccepted",
    "decline": "declined",
}
# What an update brings into the copy of somebody invited; the rest of a copy is its owner's.
SHARED = (
    "subject",
    "body",
    "start",
    "end",
    "isAllDay",
    "location",
    "locations",
    "attendees",
    "recurrence",
    "importance",
    "originalStartTimeZone",
    "originalEndTimeZone",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "onlineMeeting",
)


@dataclass(frozen=True)
class Hand:
    """Whoever changes something in a mailbox, and in which exchange with Graph, if in one."""

    state: State
    owner: User
    actor: Actor
    request_id: str = ""

    @property
    def calendars(self) -> Calendars:
        return self.state.mailbox(self.owner).calendars

    def send(self, kind: str, item: Instance | Event, to: Iterable[str], comment: str = "") -> None:
        """Note a mail, unless nobody but oneself would get it."""
        own = {self.owner.upn.lower(), str(self.owner.mail).lower()}
        others = tuple(address for address in to if address.lower() not in own)
        if not others:
            return
        day = item.day if isinstance(item, Instance) else ""
        event = item.event if isinstance(item, Instance) else item
        self.state.mail.add(
            at=iso(self.state.clock.now()),
            kind=kind,
            sender=self.owner.mail or self.owner.upn,
            to=others,
            subject=str(item.values["subject"] or ""),
            uid=event.uid,
            day=day,
            comment=comment,
            app=self.actor.name if self.actor.is_app else "",
            request_id=self.request_id,
        )


def created(hand: Hand, event: Event) -> None:
    if event.is_meeting and not event.values["isDraft"]:
        to = addresses(event.values["attendees"])
        hand.send(INVITATION, event, to)
        _deliver(hand, event, to)


def updated(hand: Hand, before: Instance, after: Instance, named: Iterable[str]) -> None:
    """Tell who is concerned: all of them, or only those who were added or removed."""
    names = set(named)
    if not hand.state.switches.personal_mails:
        names -= PERSONAL
    if not names or not after.values["isOrganizer"] or after.values["isDraft"]:
        return
    was, now = addresses(before.values["attendees"]), addresses(after.values["attendees"])
    gone = [address for address in was if address not in now]
    fresh = [address for address in now if address not in was]
    left = [address for address in now if address in was and names != {"attendees"}]
    hand.send(CANCELLATION, after, gone)
    hand.send(INVITATION, after, fresh)
    hand.send(UPDATE, after, left)
    if not after.day and left:  # dates that differ are mailed one by one
        for item in exceptions(after.event):
            hand.send(UPDATE, item, addresses(item.values["attendees"]))
    _deliver(hand, after.event, now)
    _withdraw(hand, after, gone)


def removed(hand: Hand, item: Instance, comment: str = "") -> None:
    """The organizer has deleted or cancelled it: everybody gets a cancellation."""
    if not item.values["isOrganizer"] or item.values["isDraft"]:
        return
    to = addresses(item.values["attendees"])
    hand.send(CANCELLATION, item, to, comment)
    if not item.day:
        for other in exceptions(item.event):
            hand.send(CANCELLATION, other, addresses(other.values["attendees"]), comment)
    _withdraw(hand, item, to)


def forwarded(hand: Hand, item: Instance, to: Iterable[Any], comment: str) -> None:
    """Whoever gets it is invited; an organizer is told by a notice of Exchange's own."""
    found = addresses(to)
    hand.send(FORWARD, item, found, comment)
    _deliver(hand, item.event, found)


def answered(hand: Hand, item: Instance, verb: str, comment: str, *, send: bool) -> None:
    """Somebody invited accepts or declines; without a mail the organizer never learns of it."""
    response = {"response": ANSWERS[verb], "time": iso(hand.state.clock.now())}
    own: dict[str, Any] = {"responseStatus": response}
    own["showAs"] = {"accept": "busy", "tentativelyAccept": "tentative"}.get(verb, "free")
    if item.day:
        held = item.event.changes.get(item.day, Change({}))
        change = Change({**held.values, **own}, held.extended)
        event = hand.calendars.change_day(item.event, item.day, change, hand.actor)
    else:
        values = {**item.values, **own}
        event = hand.calendars.change(item.event, hand.actor, own, values=values)
    organizer = item.values["organizer"]["address"]
    if send:
        hand.send(response["response"], item, [organizer], comment)
        _note_answer(hand, item, organizer, response)
    if verb == "decline" and not item.day:
        hand.calendars.discard(event, hand.actor)


def copy_of(values: Values) -> dict[str, Any]:
    """A meeting as it lies in the calendar of somebody invited who has not answered."""
    return {
        **values,
        "categories": [],
        "showAs": "tentative",
        "isReminderOn": True,
        "isOrganizer": False,
        "isCancelled": False,
        "transactionId": None,
        "responseStatus": {"response": "notResponded", "time": NEVER},
    }


def _others(hand: Hand, to: Iterable[str]) -> Iterator[Calendars]:
    """The calendars of the people of this organization among the addresses."""
    for address in to:
        user = hand.state.directory.user(address)
        if user is None or user.tenant != hand.owner.tenant or not user.mailbox:
            continue
        if user.oid != hand.owner.oid:
            yield hand.state.mailbox(user).calendars


def _deliver(hand: Hand, event: Event, to: Iterable[str]) -> None:
    """Put a meeting into the calendars of people of this organization, or bring theirs up."""
    for calendars in _others(hand, to):
        held = calendars.with_uid(event.uid)
        if held is None:
            values = copy_of(event.values)
            held = calendars.add(calendars.default.id, values, {}, EXCHANGE, uid=event.uid)
            shared: dict[str, Any] = {}
        else:
            shared = {name: event.values[name] for name in SHARED}
        changes = {day: Change(_shared(own.values)) for day, own in event.changes.items()}
        calendars.change(
            held,
            EXCHANGE,
            values={**held.values, **shared},
            changes=changes,
            cancelled=event.cancelled,
        )


def _shared(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in SHARED}


def _withdraw(hand: Hand, item: Instance, to: Iterable[str]) -> None:
    """Mark what was cancelled in the calendars of those invited; it stays until they remove it."""
    title = f"Canceled: {item.values['subject'] or ''}".strip()
    off = {"isCancelled": True, "subject": title, "showAs": "free"}
    for calendars in _others(hand, to):
        held = calendars.with_uid(item.event.uid)
        if held is None:
            continue
        if item.day:
            before = held.changes.get(item.day, Change({}))
            days = {**held.changes, item.day: Change({**before.values, **off}, before.extended)}
            left = tuple(day for day in held.cancelled if day != item.day)
            calendars.change(held, EXCHANGE, changes=days, cancelled=left)
        else:
            calendars.change(held, EXCHANGE, values={**held.values, **off})


def _note_answer(hand: Hand, item: Instance, organizer: str, response: dict[str, str]) -> None:
    """What an answer does in the organizer's calendar: the status beside the name."""
    mine = {hand.owner.upn.lower(), str(hand.owner.mail).lower()}
    for calendars in _others(hand, [organizer]):
        held = calendars.with_uid(item.event.uid)
        if held is None:
            continue
        day = item.day
        own = held.changes.get(day, Change({})) if day else None
        listed = (own.values if own else held.values).get("attendees", held.values["attendees"])
        told = [
            {**entry, "status": response}
            if str(entry["emailAddress"]["address"]).lower() in mine
            else entry
            for entry in listed
        ]
        if own is not None:
            change = Change({**own.values, "attendees": told}, own.extended)
            calendars.change_day(held, day, change, EXCHANGE)
        else:
            calendars.change(held, EXCHANGE, values={**held.values, "attendees": told})
