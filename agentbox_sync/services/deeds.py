"""The log of single changes and decisions, told to a person, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agentbox_sync.core.actions import PUT_BACK, Side
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.reversal import Way
from agentbox_sync.core.rules import Status
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Change, Connection, Decision, Run
from agentbox_sync.services.compare import Comparison, compare
from agentbox_sync.services.history import person_name
from agentbox_sync.services.names import labels_of, named
from agentbox_sync.services.rows import settings_of
from agentbox_sync.services.shelves import conflicts_of
from agentbox_sync.services.undo import reversal_of
from agentbox_sync.services.wording.changes import change_sentence
from agentbox_sync.services.wording.choices import decided, outcome_words
from agentbox_sync.services.wording.deeds import reason_words

PAGE = 20


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log. ``versions`` is before and after, ``None`` where no value moved."""

    change: Change
    label: str
    url: str
    words: str
    reason: str
    versions: Comparison | None
    can_be_undone: bool


@dataclass(frozen=True, slots=True)
class Word:
    """One decision: who said what about which item, and what became of it."""

    decision: Decision
    label: str
    url: str
    what: str
    who: str
    at: datetime
    outcome: str
    undone_by: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether it can be taken back."""
        return self.decision.closed_at is None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of either; ``before`` is where the next one begins, 0 on the last."""

    rows: tuple[Any, ...]
    before: int = 0


def changes_of_run(
    connection: Connection, run: Run, filters: Mapping[str, str], before: int = 0
) -> Leaf:
    """Return a page of what a run did, newest first; ``filters`` are columns and values."""
    rows = Change.objects.filter(run=run, **filters).order_by("-pk")
    return _changes(connection, rows, before)


def conflicts(connection: Connection, before: int = 0) -> Leaf:
    """Return a page of the conflicts that nobody has looked at."""
    return _changes(connection, conflicts_of(connection), before, only_conflicts=True)


def decisions_of(connection: Connection, before: int = 0) -> Leaf:
    """Return a page of what people decided, newest first."""
    rows = Decision.objects.filter(connection=connection).order_by("-pk")
    rows = rows.select_related("decided_by", "link")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    labels = _labels(found[:PAGE])
    return Leaf(
        tuple(_word(decision, labels) for decision in found[:PAGE]),
        found[PAGE - 1].pk if len(found) > PAGE else 0,
    )


def _changes(
    connection: Connection, rows: QuerySet[Change], before: int, *, only_conflicts: bool = False
) -> Leaf:
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    labels = _labels(found[:PAGE])
    undoable = _undoable(connection, found[:PAGE])
    return Leaf(
        tuple(
            _deed(change, labels, only_conflicts, connection.zone, change.pk in undoable)
            for change in found[:PAGE]
        ),
        found[PAGE - 1].pk if len(found) > PAGE else 0,
    )


def _undoable(connection: Connection, changes: Sequence[Change]) -> set[int]:
    """Return which lines are worth a look at their undo; that page says what it would do.

    Of a kind that travels both ways only what the CRM never takes is put back, View Only rows
    above all: to offer it would lead to a page that says no.
    """
    if not connection.is_live or connection.is_leaving:
        return set()
    returned = {change.kind for change in changes if change.cause == PUT_BACK}
    never = {k for k in returned if settings_of(connection, k).status == Status.TWO_WAY}
    return {
        change.pk
        for change in changes
        if reversal_of(change).way is not Way.NONE
        and not (change.cause == PUT_BACK and change.kind in never)
    }


def _key(row: Change | Decision) -> LocalKey:
    return LocalKey(row.local_model, row.local_pk)


def deed(change: Change) -> Deed:
    """Return one line of the log by itself, as on the page of its undo."""
    return _deed(change, _labels([change]), False, change.connection.zone, False)


def _deed(
    change: Change,
    labels: Mapping[LocalKey, str],
    only_conflicts: bool,
    zone: str,
    can_be_undone: bool,
) -> Deed:
    key = _key(change)
    atoms = change.conflicts if only_conflicts else change.atoms
    versions = None
    if change.before or change.atoms:
        versions = compare(
            change.kind,
            change.before,
            change.after,
            atoms=atoms or None,
            titles=_whose(change) if only_conflicts else None,
            is_change=not only_conflicts,
            zone=zone,
        )
    return Deed(
        change=change,
        label=named(change.kind, key, labels.get(key, ""))
        or _("An item that is not in the CRM any more"),
        url=get_adapter().item_url(key) if key in labels else "",
        words=change_sentence(change),
        reason=reason_words(change.cause, change.detail),
        versions=versions if versions and versions.fields else None,
        can_be_undone=can_be_undone,
    )


def _whose(change: Change) -> tuple[str, str]:
    """Return whose value was replaced in a conflict, and whose stands."""
    if change.side == Side.REMOTE:
        return _("Exchange said"), _("The CRM said, and stands")
    return _("The CRM said"), _("Exchange said, and stands")


def _word(decision: Decision, labels: Mapping[LocalKey, str]) -> Word:
    key = _key(decision)
    return Word(
        decision=decision,
        label=named(decision.kind, key, labels.get(key, "")) or _("An item in Exchange"),
        url=get_adapter().item_url(key) if key in labels else "",
        what=decided(decision.verb),
        who=person_name(decision.decided_by) or _("Somebody who is gone"),
        at=decision.decided_at,
        outcome=outcome_words(decision.outcome, is_open=decision.closed_at is None),
        undone_by=int(decision.parameters.get("change") or 0),
    )


def _labels(rows: Sequence[Any]) -> dict[LocalKey, str]:
    labels: dict[LocalKey, str] = {}
    for kind in dict.fromkeys(row.kind for row in rows):
        keys = [_key(row) for row in rows if row.kind == kind and row.local_pk]
        labels |= labels_of(kind, keys)
    return labels
