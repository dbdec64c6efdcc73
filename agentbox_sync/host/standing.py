"""How one row of the CRM stands with several staff members at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from agentbox_sync.core.changes import Cause
from agentbox_sync.core.scope import explain
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.occurrences import row_pk


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a staff member's settings select a row (``cause`` is ``None``), and how."""

    cause: Cause | None
    is_read_only: bool = False
    is_dormant: bool = False


def item_behind(source: KindSource, pk: str) -> str:
    """Return the key of the item that a row belongs to: its own, but for a date of a series."""
    if type(source).item_of is KindSource.item_of:
        return pk
    model = source.get_model()
    try:
        row = model._base_manager.filter(pk=model._meta.pk.to_python(row_pk(pk))).first()
    except (TypeError, ValueError, ValidationError):
        return pk  # not a key of this type
    return pk if row is None or source.item_of(row) == row.pk else str(source.item_of(row))


def stand(
    source: KindSource, pk: str, seats: Sequence[tuple[models.Model, Any]]
) -> tuple[models.Model | None, list[Standing]]:
    """Return the row, and its standing with each (staff, selection); one query and prefetches.

    The row is ``None`` where it is not there any more.
    """
    model = source.get_model()
    rows: QuerySet[Any] = model._base_manager.all()
    for number, (staff, selection) in enumerate(seats):
        accessible = source.accessible(staff)
        asked = {
            f"agentbox_sees_{number}": accessible,
            f"agentbox_picks_{number}": source.selected(accessible, staff, selection),
            f"agentbox_done_{number}": source.done(accessible, selection),
            f"agentbox_rests_{number}": source.dormant(accessible),
        }
        rows = rows.annotate(**{name: _holds(rows) for name, rows in asked.items()})
    try:
        row = (
            rows.prefetch_related(*source.prefetch)
            .filter(pk=model._meta.pk.to_python(row_pk(pk)))
            .first()
        )
    except (TypeError, ValueError, ValidationError):
        row = None  # not a key of this type
    if any(getattr(row, f"agentbox_picks_{number}", False) for number in range(len(seats))):
        prefetch_related_objects([row], *source.prefetch)  # what is_read_only looks at
    return row, [_standing(source, row, staff, number) for number, (staff, _) in enumerate(seats)]


def _holds(rows: QuerySet[Any]) -> Exists:
    return Exists(rows.order_by().filter(pk=OuterRef("pk")))


def _standing(source: KindSource, row: Any, staff: models.Model, number: int) -> Standing:
    cause = explain(
        exists=row is not None,
        accessible=getattr(row, f"agentbox_sees_{number}", False),
        completed=getattr(row, f"agentbox_done_{number}", False),
        selected=getattr(row, f"agentbox_picks_{number}", False),
    )
    is_dormant = getattr(row, f"agentbox_rests_{number}", False)
    return Standing(cause, cause is None and source.is_read_only(row, staff), is_dormant)
