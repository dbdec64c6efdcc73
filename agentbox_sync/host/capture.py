"""Noticing changes in the CRM: signals write a hint into the outbox, in the CRM's transaction.

Signals miss ``update()``, bulk operations and raw SQL; the full scan is the truth. What they do
catch travels within a minute instead of an hour. A failure here must never fail the host's save.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from django.apps import apps
from django.apps.registry import Apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import m2m_changed, post_save, pre_delete

from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.recurrence.problems import Obstacle
from agentbox_sync.core.rules import Status
from agentbox_sync.host.adapter import CalendarSource, KindSource
from agentbox_sync.host.failures import where
from agentbox_sync.host.occurrences import expression
from agentbox_sync.host.paths import follow
from agentbox_sync.host.registry import get_sources
from agentbox_sync.host.series import Rule
from agentbox_sync.models import SETTINGS, Connection, Link, LocalChange

log = logging.getLogger(__name__)

# One row of the host's may concern many items (a company and its people). More than this are not
# looked at one by one while the host waits: the next run looks at everything.
MANY = 100


class Writer(NamedTuple):
    """Whose run writes into the CRM, and which kind of it."""

    connection_id: int
    kind: str


# The kind of a connection whose own run is writing, and the row: that is no news to it, but to
# all others, and to another kind of the same connection: a task may have a face in the calendar.
_own: ContextVar[tuple[Writer | None, models.Model | None]] = ContextVar(
    "agentbox_sync_own_write", default=(None, None)
)


@contextmanager
def own_write(writer: Writer, row: models.Model) -> Iterator[None]:
    """Keep what a kind of a connection writes into a row from being noticed for itself.

    What the CRM does to other rows meanwhile is news: the next task of a series that goes on.
    """
    token = _own.set((writer, row))
    try:
        yield
    finally:
        _own.reset(token)


def _is_own(hearer: Writer, label: str, pk: Any) -> bool:
    writer, row = _own.get()
    is_row = row is not None and (row._meta.label_lower, str(row.pk)) == (label, str(pk))
    return is_row and hearer == writer


def connect() -> None:
    """Connect the signals of every source that the host declares."""
    for kind, source in get_sources().items():
        uid = f"agentbox_sync.{kind}"
        _listen(source, "pk", source.get_model(), uid)
        for label, attribute in source.depends_on.items():
            _listen(source, attribute, apps.get_model(label), f"{uid}.{label}")
        for name in source.m2m:
            m2m_changed.connect(
                partial(_on_m2m, source, name),
                sender=getattr(source.get_model(), name).through,
                weak=False,
                dispatch_uid=f"{uid}.{name}",
            )


def family(model: type[models.Model], registry: Apps = apps) -> list[type[models.Model]]:
    """Return the model with its proxies and descendants: signals name the class that was used."""
    concrete = model._meta.concrete_model
    return [other for other in registry.get_models() if issubclass(other, concrete)]


def _listen(source: KindSource, attribute: str, model: type[models.Model], uid: str) -> None:
    for sender in family(model):
        # Before a delete, because afterwards nobody knows who was concerned. A hint of a delete
        # that fails is rolled back with it.
        for signal in (post_save, pre_delete):
            signal.connect(
                partial(_on_row, source, attribute),
                sender=sender,
                weak=False,
                dispatch_uid=f"{uid}.{sender._meta.label_lower}",
            )


def _on_row(
    source: KindSource, attribute: str, instance: models.Model, raw: bool = False, **_: Any
) -> None:
    if raw:
        return  # loaddata: what a row refers to may not be there yet; the scan finds it later
    notice(source, lambda: _keys(source, instance, attribute))


def _keys(source: KindSource, instance: models.Model, attribute: str) -> list[Any]:
    if attribute == "pk":
        return [source.item_of(instance)]
    value = follow(instance, attribute)
    if isinstance(value, models.Manager):
        return list(value.values_list("pk", flat=True))
    return [value]


def _on_m2m(
    source: KindSource,
    name: str,
    instance: models.Model,
    action: str,
    reverse: bool,
    pk_set: set[Any] | None,
    **_: Any,
) -> None:
    model = source.get_model()
    is_item = reverse == getattr(model, name).reverse
    if is_item and action.startswith("post_"):
        notice(source, lambda: [source.item_of(instance)])
    elif not is_item and action in ("post_add", "post_remove"):
        notice(source, lambda: _items_of(source, model._base_manager.filter(pk__in=pk_set or ())))
    elif not is_item and action == "pre_clear":
        # Cleared from the other end: afterwards nobody knows which items it concerned.
        rows = model._base_manager.filter(**{name: instance.pk})
        notice(source, lambda: _items_of(source, rows))


def _items_of(source: KindSource, rows: models.QuerySet[Any]) -> Iterable[Any]:
    if type(source).item_of is KindSource.item_of:
        return rows.values_list("pk", flat=True)
    return [source.item_of(row) for row in rows]


def notice(source: KindSource, pks: Callable[[], Iterable[Any]]) -> None:
    """Write a hint for every connection that an item concerns, and wake it.

    ``pks`` is asked for the keys of the items only when somebody is connected at all.
    """
    try:
        with transaction.atomic():
            live = _live(source)
            wanted = [pk for pk in dict.fromkeys(pks()) if pk is not None] if live else []
            if len(wanted) > MANY:
                everybody = {connection for rows in live.values() for connection, _ in rows}
                rows = Connection.objects.filter(pk__in=everybody)
                rows.update(wake=True, wants_full=True)
                return
            for pk in wanted:
                _notice(source, live, pk)
    except Exception as error:  # noqa: BLE001  the host's own code may fail in any way
        # Its save goes first.
        log.error("could not notice a change of %s: %s", source.model, where(error))  # noqa: TRY400


def _faces(kind: str) -> list[str]:
    """Return the kinds among which the items of a kind may be seen: itself, and who shows it."""
    return [kind, *(other for other, model in SETTINGS.items() if kind in model.SHOWS)]


def _live(source: KindSource) -> dict[str, list[tuple[int, Any]]]:
    """Return who is connected and sees such items, by kind, as (connection, staff) keys."""
    seen = {kind: f"agentbox_sees_{kind}" for kind in _faces(source.kind)}
    asked = {name: _sees(kind, source) for kind, name in seen.items()}
    rows = Connection.objects.exclude(state=Connection.State.DISCONNECTED).annotate(**asked)
    anywhere = reduce(or_, (Q(**{name: True}) for name in asked))
    found = list(rows.filter(anywhere).values("pk", "staff_id", *asked))
    live = {
        kind: [(row["pk"], row["staff_id"]) for row in found if row[name]]
        for kind, name in seen.items()
    }
    return {kind: rows for kind, rows in live.items() if rows}


def _sees(kind: str, source: KindSource) -> Exists:
    """Return the condition that a connection sees items of a source among a kind."""
    model = SETTINGS[kind]
    rows = model.objects.exclude(status=Status.DISABLED.value).filter(connection=OuterRef("pk"))
    is_other = kind != source.kind
    return Exists(rows.filter(**{model.SHOWS[source.kind]: True}) if is_other else rows)


def _notice(source: KindSource, live: Mapping[str, list[tuple[int, Any]]], pk: Any) -> None:
    label = source.get_model()._meta.label_lower
    # Who has it in Exchange is concerned, whatever the CRM says now: they may have lost access.
    linked = set(
        Link.objects.filter(kind__in=live, local_model=label, local_pk=str(pk))
        .exclude(state=LinkState.DEAD.value)
        .values_list("connection_id", "kind")
    )
    if dated := _dated(source, label, pk):
        # Which of its dates differ, and which are new, only a look at everything tells.
        others = [one for one in dated if not _is_own(Writer(one, source.kind), label, pk)]
        Connection.objects.filter(pk__in=others).update(wake=True, wants_full=True)
    concerned = {str(staff) for staff in source.concerned_staff(pk)}
    hints = [
        LocalChange(connection_id=connection, kind=kind, local_model=label, local_pk=str(pk))
        for kind, rows in live.items()
        for connection, staff in rows
        if ((connection, kind) in linked or str(staff) in concerned)
        and not _is_own(Writer(connection, kind), label, pk)
    ]
    if not hints:
        return
    LocalChange.objects.bulk_create(hints)
    concerned_rows = Connection.objects.filter(pk__in={hint.connection_id for hint in hints})
    concerned_rows.update(wake=True, **({"wants_full": True} if _is_dated(source, pk) else {}))


def _is_dated(source: KindSource, pk: Any) -> bool:
    """Tell whether a row is a series that Exchange has no words for, so that each date counts."""
    rule = source.fields.get("recurrence")
    row = source.get_model()._base_manager.filter(pk=pk).first() if isinstance(rule, Rule) else None
    if row is None or not isinstance(rule, Rule) or (told := rule.read(row)) is None:
        return False
    record = {"when": rule.period.read(row), "recurrence": told}
    return isinstance(expression(record, rule.beside(row)), Obstacle)


def _dated(source: KindSource, label: str, pk: Any) -> list[int]:
    """Return who has single dates of a row in Exchange, where it could not be one series."""
    if not isinstance(source, CalendarSource):
        return []
    rows = Link.objects.filter(kind=source.kind, local_model=label)
    rows = rows.filter(local_pk__startswith=f"{pk}@").exclude(state=LinkState.DEAD.value)
    return list(rows.values_list("connection_id", flat=True).distinct())
