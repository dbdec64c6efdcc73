"""A person's word about pairs that wait for one: it is an order that the next run carries out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.core.changes import LinkState, LocalItem, LocalKey
from agentbox_sync.core.orders import possible
from agentbox_sync.core.rules import Order, Status
from agentbox_sync.models import SETTINGS, Connection, Decision, KindSettings, Link
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, schedule
from agentbox_sync.services.locks import locked
from agentbox_sync.services.rows import store_of

log = logging.getLogger(__name__)

REPLACED, WITHDRAWN = "replaced", "withdrawn"


def decide(
    user: AbstractBaseUser,
    connection: Connection,
    kind: str,
    link_ids: Iterable[int],
    order: Order,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Take an order about each of the links and wake a run; return how many were taken.

    What cannot be ordered (any more) about a link is left out. An open order about a link is
    replaced. ``parameters`` of a LINK name one partner for one link: ``{"model", "pk"}`` is the
    row that an item born in Exchange belongs to, ``{"remote_id"}`` the item that an ambiguous row
    is. ``{"double": True}`` accepts an item although it is like somebody who is synced.
    """
    with transaction.atomic():
        # Locked: a disconnect and a kind that is switched off close what is open, and nothing may
        # be opened behind their backs.
        now = locked(connection)
        settings = SETTINGS[kind].objects.filter(connection=connection).first()
        if not now.is_live or now.is_leaving or settings is None or not settings.is_on:
            return 0
        links = _decidable(connection, settings, sorted(set(link_ids)), order)
        given = _named(order, links, parameters or {})
        if order is Order.LINK and not _is_partner(connection, settings, links, given):
            links = []
        if links:
            _replace(user, connection, links, order, given)
            Connection.objects.filter(pk=connection.pk).update(wake=True)
            audit.record(
                user,
                Action.DECIDED,
                connection=connection,
                kind=kind,
                order=order.value,
                links=audit.ids(link.pk for link in links),
            )
            schedule.hand_over(connection.pk)
    if links:
        log.info(
            "user %s: %s about %s links of connection %s",
            *(user.pk, order.value, len(links), connection.pk),
        )
    return len(links)


def withdraw(user: AbstractBaseUser, decision: Decision) -> bool:
    """Take an order back; tell whether it was still open."""
    rows = Decision.objects.filter(pk=decision.pk, closed_at=None)
    with transaction.atomic():
        taken_back = bool(rows.update(closed_at=timezone.now(), outcome=WITHDRAWN))
        if taken_back:
            audit.record(
                user,
                Action.WITHDRAWN,
                connection=decision.connection,
                kind=decision.kind,
                decision=decision.pk,
                order=decision.verb,
            )
    if taken_back:
        log.info("user %s withdrew decision %s", user.pk, decision.pk)
    return taken_back


def _decidable(
    connection: Connection, settings: KindSettings, ids: Sequence[int], order: Order
) -> list[Link]:
    """Return the links for which the order is possible now, locked."""
    rows = connection.links.filter(kind=settings.KIND, pk__in=ids).order_by("pk")
    two_way = settings.status == Status.TWO_WAY
    links = [link for link in rows.select_for_update() if order in possible(link, two_way=two_way)]
    if order is not Order.RELEASE:
        return links
    # View Only, and what is not in the selection any more, is not known from the link.
    seen = store_of(connection, settings.KIND, settings).read([_key(link) for link in links])
    items = {
        key for key, item in seen.items() if isinstance(item, LocalItem) and not item.read_only
    }
    return [link for link in links if _key(link) in items]


def _named(order: Order, links: Sequence[Link], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what was given only what this order is about: a browser may send anything."""
    if order is Order.ACCEPT:
        return {"double": True} if given.get("double") is True else {}
    if order is not Order.LINK or len(links) != 1:
        return {}
    names = ("remote_id",) if links[0].has_row else ("model", "pk")
    return {name: str(given[name]) for name in names if given.get(name)}


def _is_partner(
    connection: Connection,
    settings: KindSettings,
    links: Sequence[Link],
    given: Mapping[str, Any],
) -> bool:
    """Tell whether one link is given one partner that is in this person's reach and free."""
    if len(links) != 1:
        return False
    current = connection.links.filter(kind=settings.KIND).exclude(state=LinkState.DEAD)
    if links[0].has_row:
        remote_id = str(given.get("remote_id") or "")
        longest = Link._meta.get_field("remote_id").max_length
        return (
            0 < len(remote_id) <= longest
            and not current.filter(remote_id=remote_id).exclude(local_pk="").exists()
        )
    key = LocalKey(str(given.get("model") or ""), str(given.get("pk") or ""))
    row = store_of(connection, settings.KIND, settings).read([key])[key]
    if not isinstance(row, LocalItem):
        return False
    if str(apps.get_model(key.model)._meta.pk.to_python(key.pk)) != key.pk:
        return False  # another spelling of the same key ("007") would be another pair to us
    paired = current.filter(local_model=key.model, local_pk=key.pk).exclude(remote_id="")
    return not paired.exists()


def _replace(
    user: AbstractBaseUser,
    connection: Connection,
    links: Sequence[Link],
    order: Order,
    given: dict[str, Any],
) -> None:
    now = timezone.now()
    earlier = Decision.objects.filter(link__in=[link.pk for link in links], closed_at=None)
    earlier.update(closed_at=now, outcome=REPLACED)
    Decision.objects.bulk_create(
        (
            Decision(
                connection=connection,
                kind=link.kind,
                link=link,
                local_model=link.local_model or str(given.get("model", "")),
                local_pk=link.local_pk or str(given.get("pk", "")),
                verb=order.value,
                parameters=given,
                decided_by_id=user.pk,
                decided_at=now,
            )
            for link in links
        ),
        batch_size=500,
    )


def _key(link: Link) -> LocalKey:
    return LocalKey(link.local_model, link.local_pk)
