"""What is said about an order to many connections: what it does, and to whom it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy


class Wholesale(StrEnum):
    """What can be done to many at once."""

    SYNC = "sync"
    PAUSE = "pause"
    RESUME = "resume"


class Hindrance(StrEnum):
    """Why it is not done to one of them, in the order in which people read it."""

    SIGN_IN = "sign_in"
    SUSPENDED = "suspended"
    UNDECIDED = "undecided"
    OFF = "off"
    PAUSED = "paused"
    RUNNING = "running"
    NOT_PAUSED = "not_paused"
    LEAVING = "leaving"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class OrderWords:
    """The words of an order; all but ``label`` are about a number. ``undo`` is the order that
    takes it back, where one does."""

    label: Any
    asked: Any
    button: Any
    means: Any
    cannot: Any
    done: Any
    undo: Wholesale | None = None


ORDERS: dict[Wholesale, OrderWords] = {
    Wholesale.SYNC: OrderWords(
        label=gettext_lazy("Sync now"),
        asked=ngettext_lazy("Sync %(n)d account now?", "Sync %(n)d accounts now?", "n"),
        button=ngettext_lazy("Sync %(n)d account", "Sync %(n)d accounts", "n"),
        means=gettext_lazy(
            "The worker begins as soon as it is free, up to sixteen accounts at a time. You may "
            "leave the page; it goes on by itself."
        ),
        cannot=ngettext_lazy(
            "%(n)d of %(all)d cannot be synced:", "%(n)d of %(all)d cannot be synced:", "n"
        ),
        done=ngettext_lazy(
            "%(n)d account is being synced.", "%(n)d accounts are being synced.", "n"
        ),
    ),
    Wholesale.PAUSE: OrderWords(
        label=gettext_lazy("Pause"),
        asked=ngettext_lazy("Pause %(n)d account?", "Pause %(n)d accounts?", "n"),
        button=ngettext_lazy("Pause %(n)d account", "Pause %(n)d accounts", "n"),
        means=gettext_lazy(
            "Nothing is read or written until somebody resumes it. What is on the phones stays, "
            "and nothing that changes meanwhile is lost. A run in progress stops where it is."
        ),
        cannot=ngettext_lazy(
            "%(n)d of %(all)d cannot be paused:", "%(n)d of %(all)d cannot be paused:", "n"
        ),
        done=ngettext_lazy("%(n)d account was paused.", "%(n)d accounts were paused.", "n"),
        undo=Wholesale.RESUME,
    ),
    Wholesale.RESUME: OrderWords(
        label=gettext_lazy("Resume"),
        asked=ngettext_lazy("Resume %(n)d account?", "Resume %(n)d accounts?", "n"),
        button=ngettext_lazy("Resume %(n)d account", "Resume %(n)d accounts", "n"),
        means=gettext_lazy(
            "Syncing goes on where the pause began, with a run at once for whoever is ready for "
            "one."
        ),
        cannot=ngettext_lazy(
            "%(n)d of %(all)d cannot be resumed:", "%(n)d of %(all)d cannot be resumed:", "n"
        ),
        done=ngettext_lazy("%(n)d account goes on.", "%(n)d accounts go on.", "n"),
        undo=Wholesale.PAUSE,
    ),
}

HINDRANCES: dict[Hindrance, Any] = {
    Hindrance.SIGN_IN: ngettext_lazy(
        "%(n)d needs a sign-in at Microsoft first.",
        "%(n)d need a sign-in at Microsoft first.",
        "n",
    ),
    Hindrance.SUSPENDED: ngettext_lazy(
        "%(n)d is suspended; its card says what to do.",
        "%(n)d are suspended; their cards say what to do.",
        "n",
    ),
    Hindrance.UNDECIDED: ngettext_lazy(
        "%(n)d waits until somebody says go to its settings.",
        "%(n)d wait until somebody says go to their settings.",
        "n",
    ),
    Hindrance.OFF: ngettext_lazy(
        "%(n)d has every Sync Status on Disabled.",
        "%(n)d have every Sync Status on Disabled.",
        "n",
    ),
    Hindrance.PAUSED: ngettext_lazy("%(n)d is paused.", "%(n)d are paused.", "n"),
    Hindrance.RUNNING: ngettext_lazy(
        "%(n)d is being synced already.", "%(n)d are being synced already.", "n"
    ),
    Hindrance.NOT_PAUSED: ngettext_lazy("%(n)d is not paused.", "%(n)d are not paused.", "n"),
    Hindrance.LEAVING: ngettext_lazy(
        "%(n)d is being disconnected.", "%(n)d are being disconnected.", "n"
    ),
    Hindrance.CHANGED: ngettext_lazy(
        "%(n)d has changed at the same moment.", "%(n)d have changed at the same moment.", "n"
    ),
    Hindrance.GONE: ngettext_lazy(
        "%(n)d is not connected any more.", "%(n)d are not connected any more.", "n"
    ),
}


def say(sentence: Any, number: int, **values: Any) -> str:
    """Return a sentence about a number."""
    return str(sentence % {"n": number, **values})
