"""Erasing what is remembered about one item of the CRM: a person who asks to be forgotten.

What the CRM and Exchange say themselves is theirs to delete; here it is about our own copies.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from agentbox_sync import conf
from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.host.registry import get_sources
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Change, Inbox, Link
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit

log = logging.getLogger(__name__)

# Nothing is compared with the values of such a pair while its row is gone for good.
AT_REST = (LinkState.RETAINED, LinkState.DEAD)


class NoSuchModel(Exception):
    """No kind that is synced has items of this model."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: lines of the log, pairs. ``kept`` pairs hold values that a sync still needs.

    ``busy`` are connections in whose mailbox a worker was: what they remember is untouched.
    """

    lines: int = 0
    pairs: int = 0
    kept: int = 0
    busy: tuple[int, ...] = ()
    is_in_crm: bool = False

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing of the person is left with us."""
        return not self.kept and not self.busy


def erase(model: str, pk: str, *, dry_run: bool = False) -> Erased:
    """Erase every value that is remembered of one item; ids and what was done stay.

    A line of the log keeps that something happened, because the guard counts it, and which fields
    it was; it cannot be undone any more. A pair keeps its ids, so that an item that was left in
    Exchange is not taken for somebody new. While the row is in the CRM its pairs are kept whole:
    the next run would write the same there again. Raises NoSuchModel.
    """
    key = LocalKey(model.lower(), pk)
    is_in_crm = _is_in_crm(key)
    links = list(_links(key))
    lines = Change.objects.filter(local_model=key.model, local_pk=key.pk)
    resting = [link for link in links if _is_over(link) and not is_in_crm]
    found = Erased(
        lines=_with_values(lines),
        pairs=sum(map(_has_values, resting)),
        kept=len(links) - len(resting),
        is_in_crm=is_in_crm,
    )
    if dry_run:
        return found
    busy = [pk for pk in sorted({link.connection_id for link in resting}) if not _rest(pk, key)]
    erased = Erased(found.lines, found.pairs, found.kept, tuple(busy), is_in_crm)
    with transaction.atomic():
        lines.update(before={}, after={}, atoms=[], conflicts=[], detail="", undecided=False)
        audit.record(
            None,
            Action.ERASED,
            model=key.model,
            pk=key.pk,
            lines=erased.lines,
            pairs=erased.pairs,
            busy=erased.busy,
        )
    log.info(
        "erased %s lines and %s pairs of one item; %s pairs kept, %s connections busy",
        *(erased.lines, erased.pairs, erased.kept, len(busy)),
    )
    return erased


def _is_in_crm(key: LocalKey) -> bool:
    for source in get_sources().values():
        model = source.get_model()
        if model._meta.label_lower == key.model:
            try:
                return bool(model._base_manager.filter(pk=key.pk).exists())
            except (ValidationError, ValueError):
                return False  # the host's key has another form now: no row can have this one
    raise NoSuchModel(key.model)


def _is_over(link: Link) -> bool:
    return link.state in AT_REST and not link.pending  # the outcome of a write may be unknown


def _staged(connection_id: int, remote_ids: list[str]) -> Any:
    known = [remote_id for remote_id in remote_ids if remote_id]
    return Inbox.objects.filter(collection__connection_id=connection_id, remote_id__in=known)


def _has_values(link: Link) -> bool:
    staged = _staged(link.connection_id, [link.remote_id]).exclude(record={})
    return bool(link.base_local or link.base_remote) or bool(staged.exists())


def _links(key: LocalKey) -> Any:
    return Link.objects.filter(local_model=key.model, local_pk=key.pk).order_by("pk")


def _with_values(lines: Any) -> int:
    return int(lines.exclude(before={}, after={}, atoms=[], conflicts=[], detail="").count())


def _rest(connection_id: int, key: LocalKey) -> bool:
    """Empty the pairs of one connection while no worker is at it; tell whether it could be."""
    lease = acquire(lease_key(connection_id), float(conf.option("LEASE_TIME")))
    if lease is None:
        return False
    try:
        with transaction.atomic():
            rows = _links(key).filter(connection_id=connection_id, state__in=AT_REST, pending=[])
            remote_ids = list(rows.values_list("remote_id", flat=True))
            rows.update(base_local={}, base_remote={}, turns=[], error="")
            _staged(connection_id, remote_ids).update(record={})
    finally:
        lease.release()
    return True
