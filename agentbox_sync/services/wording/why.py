"""Why an item is, or is not, in somebody's Outlook: evidence in, sentences out. Pure.

The first answer that holds is the one that is told: what stands in everybody's way goes before
what is the matter with this one item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from agentbox_sync.core.changes import AMBIGUOUS, Cause, LinkState, Rest
from agentbox_sync.core.recurrence.problems import Obstacle
from agentbox_sync.core.rules import Removal
from agentbox_sync.core.ties import is_tied
from agentbox_sync.host.registry import KINDS
from agentbox_sync.models import Connection, KindSettings, Link
from agentbox_sync.services.wording.answers import ANSWERS, CAUSE_STEPS, CAUSES, OUTSIDE, TIED
from agentbox_sync.services.wording.errors import connection_sentence, item_sentence
from agentbox_sync.services.wording.moments import when
from agentbox_sync.services.wording.rules import because
from agentbox_sync.services.wording.series import obstacle_sentences
from agentbox_sync.services.wording.tones import Tone
from agentbox_sync.services.wording.values import field_label

State = Connection.State


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of one item and one account. ``name`` is the staff member's.

    ``is_noticed``: a change in the CRM has not been looked at yet. ``is_held``: a safety stop
    holds its removal back. ``is_outside``: it lies outside the days that the settings choose.
    ``is_dormant``: it is called off, or done, and is not created for that. ``obstacle`` keeps
    Exchange from holding a series as one. ``order`` is what a person has ordered
    and no run carried out yet.
    """

    name: str
    now: datetime
    connection: Connection
    settings: KindSettings
    link: Link | None
    cause: Cause | None
    is_read_only: bool = False
    is_noticed: bool = False
    is_held: bool = False
    order: str = ""
    worker_alive: bool = True
    selection: Sequence[str] = ()
    is_outside: bool = False
    is_dormant: bool = False
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a machine word, a tone, the headline, the reasons, and what to do next."""

    code: str
    tone: Tone
    title: str
    reasons: tuple[str, ...] = ()
    step: str = ""
    notes: tuple[str, ...] = field(default=())


def answer(evidence: Evidence) -> Answer:
    """Return the answer for one account."""
    code = next(code for code, holds in _ORDER if holds(evidence))
    tone, title, step = ANSWERS[code]
    values = {"name": evidence.name}
    return Answer(
        code=code,
        tone=tone,
        title=str(title) % values,
        reasons=tuple(filter(None, _REASONS.get(code, _none)(evidence))),
        step=str(step) % values,
        notes=tuple(_notes(evidence)) if evidence.link is not None else (),
    )


def _state(*names: LinkState) -> Callable[[Evidence], bool]:
    return lambda e: e.link is not None and e.link.state in names


def _rests(*reasons: Rest) -> Callable[[Evidence], bool]:
    return lambda e: (
        e.link is not None and e.link.state == LinkState.RETAINED and e.link.reason in reasons
    )


def _has_error(evidence: Evidence) -> bool:
    return evidence.link is not None and bool(evidence.link.error)


_ORDER: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("disconnected", lambda e: not e.connection.is_live),
    ("leaving", lambda e: e.connection.is_leaving),
    ("needs_sign_in", lambda e: e.connection.state == State.NEEDS_SIGN_IN),
    ("suspended", lambda e: e.connection.state == State.SUSPENDED),
    ("paused", lambda e: e.connection.state == State.PAUSED),
    ("disabled", lambda e: not e.settings.is_on),
    ("not_approved", lambda e: not e.settings.is_approved),
    ("ordered", lambda e: bool(e.order)),
    ("ambiguous", lambda e: e.link is not None and e.link.error == AMBIGUOUS),
    ("contested", _rests(Rest.CONTESTED)),
    ("protected", lambda e: _state(LinkState.RETAINED)(e) and _has_error(e)),
    ("removed_in_exchange", _rests(Rest.REMOVED_IN_EXCHANGE)),
    ("moved_away", _rests(Rest.MOVED_AWAY)),
    ("other_collection", _rests(Rest.OTHER_COLLECTION)),
    ("dismissed", _rests(Rest.DISMISSED)),
    ("set_aside", lambda e: _state(LinkState.QUARANTINED)(e) and e.cause is None),
    ("held", lambda e: e.is_held),
    ("going", lambda e: _state(LinkState.ACTIVE)(e) and e.cause is not None),
    ("kept", lambda e: _state(LinkState.RETAINED)(e) and e.cause is not None),
    ("not_selected", lambda e: e.cause is not None),
    ("back", _state(LinkState.RETAINED)),
    ("outside", lambda e: e.is_outside and e.link is None),
    ("dormant", lambda e: e.is_dormant and (e.link is None or _state(LinkState.DEAD)(e))),
    ("synced", _state(LinkState.ACTIVE)),
    ("waiting", lambda _: True),
)


def _none(evidence: Evidence) -> list[str]:
    del evidence
    return []


def _out_of_scope(evidence: Evidence) -> list[str]:
    if evidence.cause is None:
        return []
    said = [str(CAUSES[evidence.cause]) % {"name": evidence.name}]
    if evidence.cause is Cause.LEFT_FILTER:
        said += evidence.selection
    if step := CAUSE_STEPS.get(evidence.cause):
        said.append(str(step))
    return said


def _going(evidence: Evidence) -> list[str]:
    policy = evidence.settings.policy()
    chosen = policy.removal_of(is_completed=evidence.cause is Cause.COMPLETED)
    goes_anyway = evidence.cause in (Cause.LOST_ACCESS, Cause.SUPERSEDED)
    removes = goes_anyway or chosen is Removal.DELETE
    ours = evidence.link is not None and evidence.link.origin == "crm"
    end = (
        _("The next run removes it from Outlook.")
        if removes and ours
        else _("It stays in Outlook as it is; the next run stops looking after it.")
    )
    return [*_out_of_scope(evidence), end]


def _account(evidence: Evidence) -> list[str]:
    return [connection_sentence(evidence.connection.reason)]


def _disconnected(evidence: Evidence) -> list[str]:
    ended = evidence.connection.disconnected_at
    if ended is None:
        return []
    return [_("The account was disconnected %(when)s.") % {"when": when(ended, evidence.now)}]


def _refused(evidence: Evidence) -> list[str]:
    if evidence.link is None:
        return []
    said = [item_sentence(evidence.link.error)]
    if evidence.link.next_attempt:
        said.append(
            _("Next try %(when)s.") % {"when": when(evidence.link.next_attempt, evidence.now)}
        )
    return said


def _synced(evidence: Evidence) -> list[str]:
    if not evidence.worker_alive:
        return [_("No worker is running at the moment, so changes wait.")]
    return [_("A change in the CRM is on its way.")] if evidence.is_noticed else []


def _outside(evidence: Evidence) -> list[str]:
    del evidence
    return [str(OUTSIDE)]


def _disabled(evidence: Evidence) -> list[str]:
    del evidence
    return [_("The Sync Status of this kind is Disabled.")]


def _not_approved(evidence: Evidence) -> list[str]:
    del evidence
    return [_("The settings are saved, but nobody has said go to them.")]


def _contested(evidence: Evidence) -> list[str]:
    del evidence
    return [because("removed in Exchange, but edited")]


_REASONS: dict[str, Callable[[Evidence], list[str]]] = {
    "disconnected": _disconnected,
    "needs_sign_in": _account,
    "suspended": _account,
    "disabled": _disabled,
    "not_approved": _not_approved,
    "ambiguous": _refused,
    "contested": _contested,
    "protected": _refused,
    "set_aside": _refused,
    "held": _out_of_scope,
    "going": _going,
    "kept": _out_of_scope,
    "not_selected": _out_of_scope,
    "synced": _synced,
    "outside": _outside,
    "waiting": _synced,
}


def _notes(evidence: Evidence) -> list[str]:
    """Return what else there is to know of a pair that is looked after."""
    link = evidence.link
    if link is None or link.state != LinkState.ACTIVE or not evidence.connection.is_live:
        return []
    notes = []
    if evidence.is_read_only:
        notes.append(
            _("View Only: an edit made in Outlook is put back and kept in the log.")
            if evidence.settings.status == "two_way" or evidence.settings.strict
            else _("View Only: an edit made in Outlook never comes into the CRM.")
        )
    elif evidence.settings.status == "one_way":
        notes.append(_("One-way: an edit made in Outlook does not come into the CRM."))
    elif is_tied(frozenset(link.ties)) and not evidence.settings.policy().tells_guests:
        notes.append(_("Two-way: an edit made in Outlook comes into the CRM."))
    else:
        notes.append(_("Two-way: an edit on either side reaches the other."))
    notes += [str(TIED[tie]) for tie in TIED if tie in link.ties]
    if evidence.is_outside:
        notes.append(str(OUTSIDE))
    if evidence.obstacle is not None:
        notes += obstacle_sentences(evidence.obstacle)
    if link.origin == "exchange":
        notes.append(_("It was in Outlook before the CRM, so the CRM never deletes it there."))
    closed = KINDS[link.kind].closed(frozenset(link.ties))
    withheld = [atom for atom in link.drift if atom in closed]
    for atoms, sentence in (
        (
            [atom for atom in link.drift if atom not in closed],
            _("Edited in Outlook and different there: %(fields)s."),
        ),
        (withheld, _("Different in Outlook, and not changed there by the CRM: %(fields)s.")),
        (link.frozen, _("Left alone, because both sides kept rewriting it: %(fields)s.")),
        (link.left_out, _("Exchange takes only a part; the rest stays in the CRM: %(fields)s.")),
    ):
        if atoms:
            labels = ", ".join(field_label(link.kind, atom) for atom in atoms)
            notes.append(sentence % {"fields": labels})
    return notes
