"""Forgetting what was looked at and never used."""

from __future__ import annotations

from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import Preview
from agentbox_sync.services import preview
from agentbox_sync.services.clock import SystemClock


def old_previews() -> int:
    """Forget the rows of what was carried out, and previews that nobody said go to in time.

    With the latter goes what was read for them: what lies in a mailbox that is not synced is
    nobody's business of ours. Returns how many previews went.
    """
    before = timezone.now() - preview.FRESH
    for row in Preview.objects.filter(state=Preview.State.DONE):
        preview.empty(row.pk)
    gone = Preview.objects.filter(state__in=(Preview.State.READY, Preview.State.FAILED))
    forgotten = 0
    for row in gone.filter(asked_at__lte=before).exclude(made_at__gt=before):
        lease = acquire(lease_key(row.connection_id), float(conf.option("LEASE_TIME")))
        if lease is None:
            continue  # somebody is at this mailbox: tomorrow is soon enough
        try:
            _forget_listing(OrmMemory(row.connection_id, lease, SystemClock()), row.kind)
            preview.withdraw(row.connection_id, [row.kind])
        finally:
            lease.release()
        forgotten += 1
    return forgotten


def _forget_listing(memory: OrmMemory, kind: str) -> None:
    chain = memory.chain(kind)
    if chain is not None and chain.census:
        memory.restart_chain(chain)
