"""The first line of the card: one answer to "Is this person's phone right?".

:func:`headline` is a pure function of :class:`Facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.models import Connection
from agentbox_sync.services.wording import leaving, pausing, troubles, undecided
from agentbox_sync.services.wording.conditions import Condition, Facts, condition
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.kinds import WORDS, first_offered
from agentbox_sync.services.wording.moments import when
from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class Button:
    """The one primary button.

    ``verb`` is ``connect``, ``sync``, ``resume``, ``show`` (``target`` is a place below),
    ``foresee`` (ask what would change) or ``look`` (at it); of the last two ``target`` is the kind.
    """

    verb: str
    label: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer, why, and the one thing to do next."""

    condition: Condition
    tone: Tone
    title: str
    text: str
    button: Button | None = None


# Tone, and the title with %(name)s; a title without a number in it needs no plural.
TITLES: dict[Condition, tuple[Tone, Any]] = {
    Condition.NOT_OFFERED: (Tone.QUIET, gettext_lazy("%(name)s’s phone is not connected.")),
    Condition.NOT_CONNECTED: (Tone.QUIET, gettext_lazy("%(name)s’s phone is not connected.")),
    Condition.LEAVING: (Tone.BUSY, gettext_lazy("%(name)s’s account is being disconnected.")),
    Condition.CANNOT_LEAVE: (
        Tone.CAREFUL,
        gettext_lazy("%(name)s’s account could not be disconnected yet."),
    ),
    Condition.NEEDS_SIGN_IN: (
        Tone.BAD,
        gettext_lazy("Microsoft needs %(name)s to sign in again."),
    ),
    Condition.SUSPENDED: (Tone.BAD, gettext_lazy("Syncing has stopped for %(name)s.")),
    Condition.PAUSED: (Tone.QUIET, gettext_lazy("Syncing is paused for %(name)s.")),
    Condition.DISABLED: (
        Tone.CAREFUL,
        gettext_lazy("%(name)s is connected, but nothing is synced yet."),
    ),
    Condition.NO_WORKER: (
        Tone.BAD,
        gettext_lazy("The CRM is not syncing at the moment, so %(name)s’s phone may be behind."),
    ),
    Condition.WAITING: (Tone.BUSY, gettext_lazy("Microsoft has asked for a pause.")),
    Condition.SYNCING: (Tone.BUSY, gettext_lazy("%(name)s’s phone is being brought up to date.")),
    Condition.QUEUED: (Tone.BUSY, gettext_lazy("The sync is about to start.")),
    Condition.MISCONFIGURED: (
        Tone.BAD,
        gettext_lazy("The CRM is not syncing at the moment, so %(name)s’s phone may be behind."),
    ),
    Condition.UNREACHABLE: (
        Tone.CAREFUL,
        gettext_lazy("Microsoft could not be reached, so %(name)s’s phone may be behind."),
    ),
    Condition.STOPPED: (
        Tone.CAREFUL,
        gettext_lazy("A safety stop is holding back removals from %(name)s’s phone."),
    ),
    **undecided.TITLES,
    Condition.UNFINISHED: (Tone.BUSY, gettext_lazy("%(name)s’s phone is not complete yet.")),
    Condition.SET_ASIDE: (Tone.CAREFUL, gettext_lazy("%(name)s’s phone is almost right.")),
    Condition.IN_ORDER: (Tone.GOOD, gettext_lazy("%(name)s’s phone is up to date.")),
}


def headline(facts: Facts) -> Headline:
    """Return the first line of the card."""
    found = condition(facts)
    tone, title = TITLES[found]
    if found is Condition.DISABLED and facts.succeeded_at is not None:
        title = _("%(name)s is connected, but syncing is switched off.")  # "not yet" would be wrong
    return Headline(
        condition=found,
        tone=tone,
        title=str(title) % {"name": facts.name},
        text=_TEXTS[found](facts),
        button=_button(found, facts),
    )


def _button(found: Condition, facts: Facts) -> Button | None:
    if found is Condition.STOPPED:
        return Button("show", _("Look at the list"), "agentbox-review")
    if not facts.manages:
        return None
    if found is Condition.NOT_CONNECTED:
        return Button("connect", _("Connect"))
    signs_in = facts.state in (Connection.State.NEEDS_SIGN_IN, Connection.State.SUSPENDED)
    if found in (Condition.NEEDS_SIGN_IN, Condition.SUSPENDED) or (
        found is Condition.CANNOT_LEAVE and signs_in
    ):
        if facts.by_organisation:
            return (
                Button("organisation", _("Look at the organisation")) if facts.is_master else None
            )
        return Button("connect", _("Sign in again"))
    if found is Condition.PAUSED:
        return Button("resume", _("Resume syncing"))
    if found is Condition.DISABLED:
        return Button("show", _("Choose a Sync Status"), f"agentbox-{first_offered()}")
    if found in _NO_BUTTON or facts.open_run:
        return None
    if facts.is_undecided:
        return _undecided_button(found, facts)
    return Button("sync", _sync_label(facts))


def _sync_label(facts: Facts) -> str:
    """Return the label of the one kind that travels; of several, a word for all of them."""
    only = facts.kinds[0] if len(facts.kinds) == 1 else ""
    return str(WORDS[only].sync_label) if only in WORDS else _("Sync all now")


def _undecided_button(found: Condition, facts: Facts) -> Button | None:
    if found is Condition.FORESEEN:
        return Button("look", _("See what would happen"), facts.undecided)
    if found in (Condition.NOT_FORESEEN, Condition.UNREACHABLE):
        return Button("foresee", _("Look again"), facts.undecided)
    if facts.look is None:
        return Button("foresee", _("See what would happen"), facts.undecided)
    return None  # it is being made, and shows itself when it is there


_NO_BUTTON = frozenset(
    {
        Condition.NOT_OFFERED,
        Condition.LEAVING,
        Condition.CANNOT_LEAVE,
        Condition.WAITING,
        Condition.SYNCING,
        Condition.QUEUED,
        Condition.MISCONFIGURED,
    }
)


def _not_offered(facts: Facts) -> str:
    if facts.is_master:
        return _(
            "Microsoft 365 (Office 365) is switched off here. Switch it on for this office or for "
            "the whole site, then come back to connect."
        )
    return _("Microsoft 365 (Office 365) is not offered here yet. Please contact a Master User.")


def _not_connected(facts: Facts) -> str:
    if facts.manages:
        return _("Connect the Microsoft 365 account, so that what the CRM holds reaches the phone.")
    return _("Please contact a Master User to have the Microsoft 365 account connected.")


def _needs_sign_in(facts: Facts) -> str:
    text = [connection_sentence(facts.reason)]
    text += [_("Until then nothing new reaches the phone; what is there stays.")]
    if not facts.manages:
        text += [_("Please contact a Master User.")]
    return " ".join(filter(None, text))


def _disabled(facts: Facts) -> str:
    if facts.manages and facts.succeeded_at is not None:
        return _(
            "Every Sync Status is Disabled; what is in Outlook stays. Choose One-way or Two-way "
            "under Sync Status and save: it goes on from there, and nothing is doubled."
        )
    if facts.manages:
        return _(
            "Connecting alone syncs nothing: every Sync Status is Disabled. Choose One-way or "
            "Two-way under Sync Status and save."
        )
    return _("Every Sync Status is Disabled. Please contact a Master User to have one changed.")


def _no_worker(facts: Facts) -> str:
    if not facts.is_master:
        return _("Please tell a Master User that no worker is running. Nothing is lost meanwhile.")
    if facts.last_beat is None:
        return _(
            "No worker has run yet. Ask whoever runs the server to start “manage.py qcluster”. "
            "Nothing is lost meanwhile."
        )
    return _(
        "No worker is running; the last sign of life came %(when)s. Ask whoever runs the server "
        "to start “manage.py qcluster”. Nothing is lost meanwhile."
    ) % {"when": when(facts.last_beat, facts.now)}


def _waiting(facts: Facts) -> str:
    until = facts.not_before or facts.now
    return _("It goes on by itself %(when)s.") % {"when": when(until, facts.now)}


def _syncing(facts: Facts) -> str:
    del facts
    return _("You may leave this page; it goes on by itself.")


def _unreachable(facts: Facts) -> str:
    again = (
        _("It will be tried again %(when)s.") % {"when": when(facts.not_before, facts.now)}
        if facts.not_before is not None and facts.is_waiting
        else _("It will be tried again shortly.")
    )
    return " ".join(
        filter(None, (connection_sentence(facts.last_error), again, _("Nothing is lost.")))
    )


def _stopped(facts: Facts) -> str:
    text = ngettext(
        "%(n)d removal at once is more than usual, so it was not carried out. Everything else "
        "goes on.",
        "%(n)d removals at once are more than usual, so none was carried out. Everything else "
        "goes on.",
        facts.waiting_removals,
    ) % {"n": facts.waiting_removals}
    return text if facts.is_master else " ".join((text, _("A Master User has to look at them.")))


def _unfinished(facts: Facts) -> str:
    del facts
    return _("The last run did not finish everything. The next one goes on from there by itself.")


def _set_aside(facts: Facts) -> str:
    return ngettext(
        "%(n)d item was set aside; the reason stands below. Everything else is in order.",
        "%(n)d items were set aside; the reasons stand below. Everything else is in order.",
        facts.set_aside,
    ) % {"n": facts.set_aside}


def _in_order(facts: Facts) -> str:
    del facts
    return _("What changes in the CRM reaches the phone by itself.")


_TEXTS: dict[Condition, Callable[[Facts], str]] = {
    Condition.LEAVING: leaving.going,
    Condition.CANNOT_LEAVE: leaving.held_up,
    Condition.NOT_OFFERED: _not_offered,
    Condition.NOT_CONNECTED: _not_connected,
    Condition.NEEDS_SIGN_IN: _needs_sign_in,
    Condition.SUSPENDED: troubles.suspended,
    Condition.PAUSED: pausing.paused,
    Condition.DISABLED: _disabled,
    Condition.NO_WORKER: _no_worker,
    Condition.WAITING: _waiting,
    Condition.SYNCING: _syncing,
    Condition.QUEUED: _syncing,
    Condition.MISCONFIGURED: troubles.misconfigured,
    Condition.UNREACHABLE: _unreachable,
    Condition.STOPPED: _stopped,
    **undecided.TEXTS,
    Condition.UNFINISHED: _unfinished,
    Condition.SET_ASIDE: _set_aside,
    Condition.IN_ORDER: _in_order,
}
