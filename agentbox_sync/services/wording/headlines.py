"""The first line of the card: one answer to "Is this person's phone right?".

:func:`headline` is a pure function of :class:`Facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.services.wording.conditions import Condition, Facts, condition
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.moments import when
from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class Button:
    """The one primary button. ``verb`` is ``connect``, ``sync`` or ``show`` (a place below)."""

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
    Condition.NOT_BEGUN: (Tone.CAREFUL, gettext_lazy("%(name)s’s phone is ready to begin.")),
    Condition.CHANGED: (
        Tone.CAREFUL,
        gettext_lazy("The settings have changed and are not used yet."),
    ),
    Condition.UNFINISHED: (Tone.BUSY, gettext_lazy("%(name)s’s phone is not complete yet.")),
    Condition.SET_ASIDE: (Tone.CAREFUL, gettext_lazy("%(name)s’s phone is almost right.")),
    Condition.IN_ORDER: (Tone.GOOD, gettext_lazy("%(name)s’s phone is up to date.")),
}


def headline(facts: Facts) -> Headline:
    """Return the first line of the card."""
    found = condition(facts)
    tone, title = TITLES[found]
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
    if found in (Condition.NEEDS_SIGN_IN, Condition.SUSPENDED):
        return Button("connect", _("Sign in again"))
    if found is Condition.DISABLED:
        return Button("show", _("Choose a Sync Status"), "agentbox-contacts")
    if found in _NO_BUTTON or facts.open_run:
        return None
    return Button("sync", _("Sync Contact Now"))


_NO_BUTTON = frozenset(
    {
        Condition.NOT_OFFERED,
        Condition.PAUSED,
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
        return _("Connect the Microsoft 365 account, so that contacts of the CRM reach the phone.")
    return _("Please contact a Master User to have the Microsoft 365 account connected.")


def _needs_sign_in(facts: Facts) -> str:
    text = [connection_sentence(facts.reason)]
    text += [_("Until then nothing new reaches the phone; what is there stays.")]
    if not facts.manages:
        text += [_("Please contact a Master User.")]
    return " ".join(filter(None, text))


def _suspended(facts: Facts) -> str:
    text = [connection_sentence(facts.reason)]
    if facts.is_master:
        text += [_("When this is mended, sign in again to go on. What is on the phone stays.")]
    else:
        text += [_("Please tell a Master User. What is on the phone stays.")]
    return " ".join(filter(None, text))


def _paused(facts: Facts) -> str:
    del facts
    return _("Nothing is read or written until somebody resumes it. What is on the phone stays.")


def _disabled(facts: Facts) -> str:
    if facts.manages:
        return _(
            "Connecting alone syncs nothing: every Sync Status is Disabled. Choose One-way under "
            "Sync Status and save."
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


def _misconfigured(facts: Facts) -> str:
    if facts.is_master:
        return " ".join(
            (
                connection_sentence(facts.last_error),
                _("Ask whoever runs the server to start “manage.py agentbox_doctor”."),
            )
        )
    return _("A setting of the CRM is wrong. Please tell a Master User. Nothing is lost meanwhile.")


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


def _not_begun(facts: Facts) -> str:
    if facts.manages:
        return _("Press Sync Contact Now to begin: nothing has been written yet.")
    return _("Nothing has been written yet. A Master User has to begin.")


def _changed(facts: Facts) -> str:
    if facts.manages:
        return _("Press Sync Contact Now to go on with the new settings. Until then nothing moves.")
    return _("A Master User has to go on with the new settings. Until then nothing moves.")


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
    Condition.NOT_OFFERED: _not_offered,
    Condition.NOT_CONNECTED: _not_connected,
    Condition.NEEDS_SIGN_IN: _needs_sign_in,
    Condition.SUSPENDED: _suspended,
    Condition.PAUSED: _paused,
    Condition.DISABLED: _disabled,
    Condition.NO_WORKER: _no_worker,
    Condition.WAITING: _waiting,
    Condition.SYNCING: _syncing,
    Condition.QUEUED: _syncing,
    Condition.MISCONFIGURED: _misconfigured,
    Condition.UNREACHABLE: _unreachable,
    Condition.STOPPED: _stopped,
    Condition.NOT_BEGUN: _not_begun,
    Condition.CHANGED: _changed,
    Condition.UNFINISHED: _unfinished,
    Condition.SET_ASIDE: _set_aside,
    Condition.IN_ORDER: _in_order,
}
