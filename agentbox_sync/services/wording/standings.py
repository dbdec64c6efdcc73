"""How each of many connections stands, worst first, in the few words of a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.services.wording import pausing
from agentbox_sync.services.wording.conditions import Condition, Facts
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.tones import Tone


class Standing(StrEnum):
    """What a Master User looks for, in the order in which it should be looked after."""

    SIGN_IN = "sign-in"
    SUSPENDED = "suspended"
    FAILING = "failing"
    STOPPED = "stopped"
    ASKED = "asked"
    UNDECIDED = "undecided"
    ASIDE = "aside"
    OFF = "off"
    BUSY = "busy"
    PAUSED = "paused"
    FINE = "fine"
    NOT_CONNECTED = "not-connected"


RANK = {standing: number for number, standing in enumerate(Standing)}

# Above the table, with the number beside it.
TITLES: dict[Standing, tuple[Tone, Any]] = {
    Standing.SIGN_IN: (Tone.BAD, gettext_lazy("Needs sign-in")),
    Standing.SUSPENDED: (Tone.BAD, gettext_lazy("Suspended")),
    Standing.FAILING: (Tone.BAD, gettext_lazy("Failing")),
    Standing.STOPPED: (Tone.CAREFUL, gettext_lazy("Safety stop")),
    Standing.ASKED: (Tone.CAREFUL, gettext_lazy("Waiting for a decision")),
    Standing.UNDECIDED: (Tone.CAREFUL, gettext_lazy("Waiting for a go")),
    Standing.ASIDE: (Tone.CAREFUL, gettext_lazy("Items set aside")),
    Standing.OFF: (Tone.CAREFUL, gettext_lazy("Nothing switched on")),
    Standing.BUSY: (Tone.BUSY, gettext_lazy("At work")),
    Standing.PAUSED: (Tone.QUIET, gettext_lazy("Paused")),
    Standing.FINE: (Tone.GOOD, gettext_lazy("Up to date")),
    Standing.NOT_CONNECTED: (Tone.QUIET, gettext_lazy("Not connected")),
}

_STANDINGS: dict[Condition, Standing] = {
    Condition.NOT_OFFERED: Standing.NOT_CONNECTED,
    Condition.NOT_CONNECTED: Standing.NOT_CONNECTED,
    Condition.LEAVING: Standing.BUSY,
    Condition.CANNOT_LEAVE: Standing.FAILING,
    Condition.NEEDS_SIGN_IN: Standing.SIGN_IN,
    Condition.SUSPENDED: Standing.SUSPENDED,
    Condition.PAUSED: Standing.PAUSED,
    Condition.DISABLED: Standing.OFF,
    Condition.NO_WORKER: Standing.FAILING,
    Condition.WAITING: Standing.BUSY,
    Condition.SYNCING: Standing.BUSY,
    Condition.QUEUED: Standing.BUSY,
    Condition.MISCONFIGURED: Standing.FAILING,
    Condition.UNREACHABLE: Standing.FAILING,
    Condition.STOPPED: Standing.STOPPED,
    Condition.FORESEEN: Standing.UNDECIDED,
    Condition.NOT_FORESEEN: Standing.FAILING,
    Condition.NOT_BEGUN: Standing.UNDECIDED,
    Condition.CHANGED: Standing.UNDECIDED,
    Condition.LOOKING: Standing.BUSY,
    Condition.UNFINISHED: Standing.BUSY,
    Condition.SET_ASIDE: Standing.ASIDE,
    Condition.IN_ORDER: Standing.FINE,
}


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of one connection waits for a person."""

    stops: int = 0
    waiting: int = 0
    set_aside: int = 0


def standing_of(condition: Condition, amounts: Amounts) -> Standing:
    """Return where a connection stands among many.

    What waits for a person counts also while a run is on its way: a row must not leave its place
    for the seconds of every run.
    """
    found = _STANDINGS[condition]
    if found not in (Standing.BUSY, Standing.ASIDE, Standing.FINE):
        return found
    if condition in (Condition.LEAVING, Condition.LOOKING):
        return found
    if amounts.stops:
        return Standing.STOPPED
    if amounts.waiting:
        return Standing.ASKED
    return Standing.ASIDE if amounts.set_aside else found


# What a badge says where the title of the standing says too little.
_LABELS: dict[Condition, Any] = {
    Condition.NOT_OFFERED: gettext_lazy("Not offered"),
    Condition.LEAVING: gettext_lazy("Being disconnected"),
    Condition.CANNOT_LEAVE: gettext_lazy("Could not be disconnected yet"),
    Condition.WAITING: gettext_lazy("Microsoft asked for a pause"),
    Condition.SYNCING: gettext_lazy("Being synced"),
    Condition.QUEUED: gettext_lazy("About to start"),
    Condition.LOOKING: gettext_lazy("Looking at what would change"),
    Condition.UNFINISHED: gettext_lazy("Not complete yet"),
    Condition.NOT_BEGUN: gettext_lazy("Ready to begin"),
    Condition.CHANGED: gettext_lazy("Settings changed"),
}


def label_of(condition: Condition, standing: Standing) -> str:
    """Return the badge of a row."""
    return str(_LABELS.get(condition, TITLES[standing][1]))


def tone_of(condition: Condition, standing: Standing) -> Tone:
    """Return how the badge of a row feels: what goes on by itself is never alarming."""
    return Tone.BUSY if _STANDINGS[condition] is Standing.BUSY else TITLES[standing][0]


def sentence_of(condition: Condition, facts: Facts, amounts: Amounts) -> str:
    """Return what the badge cannot say, "" where there is nothing to add."""
    if condition is Condition.PAUSED:
        return " ".join(filter(None, (pausing.who(facts), pausing.beneath(facts))))
    if condition in (Condition.NEEDS_SIGN_IN, Condition.SUSPENDED):
        return connection_sentence(facts.reason)
    if condition in (Condition.MISCONFIGURED, Condition.UNREACHABLE, Condition.CANNOT_LEAVE):
        return connection_sentence(facts.last_error)
    if condition is Condition.NOT_FORESEEN:
        return connection_sentence(facts.look_error)
    if condition is Condition.FORESEEN:
        return facts.outlook
    if amounts.stops:
        return ngettext(
            "A safety stop is holding removals back.",
            "%(n)d safety stops are holding removals back.",
            amounts.stops,
        ) % {"n": amounts.stops}
    return ""
