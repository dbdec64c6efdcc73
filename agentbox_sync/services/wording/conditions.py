"""In which condition a card is: facts in, the one that matters first out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agentbox_sync.models import Connection, Run

# What only the operator of the CRM can mend; waiting or signing in again does not help.
CONFIGURATION = frozenset(
    {
        "secret_refused",
        "organisation_refused",
        "outsidethemailbox",
        "application_unknown",
        "tenant_unknown",
        "redirect_refused",
        "request_refused",
        "registration_invalid",
        "token_keys_invalid",
        "token_key_missing",
        "unknown_cloud",
        "certificaterefused",
        "notloopback",
        "fixconfiguration",
        "configuration",
    }
)


# Microsoft asked us to wait: nothing is wrong.
PAUSES = frozenset(
    {
        "toomanyrequests",
        "applicationthrottled",
        "activitylimitreached",
        "microsoft_busy",
        "throttled",
    }
)


class Condition(StrEnum):
    """Every answer that the card has."""

    NOT_OFFERED = "not_offered"
    NOT_CONNECTED = "not_connected"
    LEAVING = "leaving"
    CANNOT_LEAVE = "cannot_leave"
    NEEDS_SIGN_IN = "needs_sign_in"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    DISABLED = "disabled"
    NO_WORKER = "no_worker"
    WAITING = "waiting"
    SYNCING = "syncing"
    QUEUED = "queued"
    MISCONFIGURED = "misconfigured"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"
    FORESEEN = "foreseen"
    NOT_FORESEEN = "not_foreseen"
    NOT_BEGUN = "not_begun"
    CHANGED = "changed"
    LOOKING = "looking"
    UNFINISHED = "unfinished"
    SET_ASIDE = "set_aside"
    IN_ORDER = "in_order"


# A card in one of these changes by itself, so that a page that shows it asks how it goes on.
PASSING = frozenset(
    {
        Condition.LEAVING,
        Condition.CANNOT_LEAVE,
        Condition.NO_WORKER,
        Condition.WAITING,
        Condition.SYNCING,
        Condition.QUEUED,
        Condition.LOOKING,
        Condition.UNREACHABLE,
        Condition.UNFINISHED,
    }
)


class Look(StrEnum):
    """How far a preview of settings is that nobody has said go to."""

    OPEN = "open"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the first line is made from. Moments are aware; ``state`` is "" without a connection.

    ``kinds`` are those that are switched on, in the order of the card; ``last_error`` is the code
    of what stopped the runs since the last success, if anything did.
    ``leaving`` is how many items a person wants removed before the account is disconnected;
    ``is_stuck``: the removal has come to an end, and something is left. ``look`` says how far the
    look at an undecided kind is, ``look_error`` why there is none, and ``outlook`` what it has
    shown; ``undecided`` is the name of that kind. ``paused_state`` is what a pause lies over, and
    ``paused_by`` who wanted it, "" where nobody is known.
    """

    name: str
    now: datetime
    state: str = ""
    reason: str = ""
    is_offered: bool = True
    is_master: bool = False
    manages: bool = False
    is_on: bool = False
    kinds: tuple[str, ...] = ()
    is_approved: bool = False
    succeeded_at: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    open_run: str = ""
    last_error: str = ""
    is_unfinished: bool = False
    worker_alive: bool = True
    last_beat: datetime | None = None
    account: str = ""
    by_organisation: bool = False
    leaving: int | None = None
    paused_at: datetime | None = None
    paused_by: str = ""
    paused_state: str = ""
    is_stuck: bool = False
    waiting_removals: int = 0
    set_aside: int = 0
    undecided: str = ""
    look: Look | None = None
    look_error: str = ""
    outlook: str = ""

    @property
    def is_undecided(self) -> bool:
        """Tell whether nothing moves because nobody has said go to the settings as they are."""
        return not self.is_approved and not self.open_run

    @property
    def is_waiting(self) -> bool:
        """Tell whether Microsoft, or our own back-off, named a time that has not come yet."""
        return self.not_before is not None and self.not_before > self.now


def condition(facts: Facts) -> Condition:
    """Return the first condition that holds, in the order of what has to be done first."""
    return next(name for name, holds in ORDER if holds(facts))


def is_pausing(facts: Facts) -> bool:
    """Tell whether Microsoft has asked for a pause that is not over; a run on its way is none."""
    if not facts.is_waiting or facts.open_run == Run.State.RUNNING:
        return False
    return bool(facts.open_run) or facts.last_error.lower() in PAUSES


def _is_unseen(facts: Facts) -> bool:
    """Tell whether a person has to ask first: nobody has looked at what a go would do."""
    return facts.is_undecided and facts.look is None


def _is_held_up(facts: Facts) -> bool:
    """Tell whether a removal cannot go on by itself, or not at the moment."""
    if facts.state != Connection.State.CONNECTED or facts.is_stuck or not facts.worker_alive:
        return True
    return facts.failures > 0 and not is_pausing(facts)


ORDER: tuple[tuple[Condition, Callable[[Facts], bool]], ...] = (
    (Condition.NOT_OFFERED, lambda f: not _is_live(f) and not f.is_offered),
    (Condition.NOT_CONNECTED, lambda f: not _is_live(f)),
    (Condition.CANNOT_LEAVE, lambda f: f.leaving is not None and _is_held_up(f)),
    (Condition.LEAVING, lambda f: f.leaving is not None),
    (Condition.NEEDS_SIGN_IN, lambda f: f.state == Connection.State.NEEDS_SIGN_IN),
    (Condition.SUSPENDED, lambda f: f.state == Connection.State.SUSPENDED),
    (Condition.PAUSED, lambda f: f.state == Connection.State.PAUSED),
    (Condition.DISABLED, lambda f: not f.is_on),
    # Before the worker: until somebody presses, nothing is owed that a worker could be late with.
    (Condition.FORESEEN, lambda f: f.is_undecided and f.look is Look.READY),
    (Condition.NOT_FORESEEN, lambda f: f.is_undecided and f.look is Look.FAILED),
    (Condition.NOT_BEGUN, lambda f: _is_unseen(f) and f.succeeded_at is None),
    (Condition.CHANGED, _is_unseen),
    (Condition.NO_WORKER, lambda f: not f.worker_alive),
    (Condition.WAITING, is_pausing),
    (Condition.SYNCING, lambda f: f.open_run == Run.State.RUNNING),
    (Condition.QUEUED, lambda f: f.open_run == Run.State.QUEUED),
    (Condition.MISCONFIGURED, lambda f: f.last_error.lower() in CONFIGURATION),
    (Condition.UNREACHABLE, lambda f: f.failures > 0),
    (Condition.LOOKING, lambda f: f.is_undecided),
    (Condition.STOPPED, lambda f: f.waiting_removals > 0),
    (Condition.UNFINISHED, lambda f: f.succeeded_at is None or f.is_unfinished),
    (Condition.SET_ASIDE, lambda f: f.set_aside > 0),
    (Condition.IN_ORDER, lambda _: True),
)


def _is_live(facts: Facts) -> bool:
    return bool(facts.state) and facts.state != Connection.State.DISCONNECTED
