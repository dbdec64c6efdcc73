"""Looking into a mailbox while a person waits: what single items say, and which are alike.

Of an item that nobody has taken into the CRM we remember its id and ETag alone; whoever has to
decide about it must see it, so it is read when the page asks, and not kept. The run's lease is
held meanwhile: nothing else of ours speaks to that mailbox at the same time. Never to be called
inside a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from agentbox_sync import conf
from agentbox_sync.core.changes import LinkState, Observation
from agentbox_sync.core.errors import ItemError, ItemMissing, SyncError
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.matching import Index
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.host.registry import KINDS
from agentbox_sync.models import Collection, Connection
from agentbox_sync.services import microsoft, schedule, turns
from agentbox_sync.services.speak import speak

log = logging.getLogger(__name__)

LONGEST = 8.0  # seconds that a person waits for Microsoft
PATIENCE = 3.0  # seconds to wait for a run that is in progress
BUSY, PAUSED = "busy", "paused"


class Unseen(Exception):
    """The mailbox could not be looked into; ``code`` is that of the error, or ``busy``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def look(connection: Connection, kind: str, remote_ids: Sequence[str]) -> dict[str, Record | None]:
    """Return what items say now; ``None`` for one that is not there. Raises Unseen."""
    if not remote_ids:
        return {}
    with _mailbox(connection) as mailbox:
        answers = mailbox.fetch(kind, remote_ids)
    log.info("connection %s: %s items were looked at", connection.pk, len(remote_ids))
    found: dict[str, Record | None] = {}
    for remote_id, answer in zip(remote_ids, answers, strict=True):
        if isinstance(answer, Observation):
            found[remote_id] = answer.record
        elif isinstance(answer, ItemMissing):
            found[remote_id] = None
        elif not isinstance(answer, ItemError):
            raise Unseen(answer.code)
    return found


def alike(connection: Connection, kind: str, record: Record) -> list[Observation]:
    """Return the items in Exchange that may be the same as a row of the CRM. Raises Unseen.

    Those that are another row's already are left out.
    """
    chain = Collection.objects.filter(connection=connection, kind=kind, is_open=True).first()
    if chain is None:
        return []
    with _mailbox(connection) as mailbox:
        (answer,) = mailbox.find_alike(kind, chain.remote_id, [record])
    if isinstance(answer, SyncError):
        raise Unseen(answer.code)
    locality = Locality(phone_region=str(conf.option("PHONE_REGION")))
    canonical, index = KINDS[kind].canonical, Index(KINDS[kind])
    for seen in answer:
        index.add(seen.remote_id, canonical(seen.record, locality))
    paired = set(
        connection.links.filter(kind=kind, remote_id__in=[seen.remote_id for seen in answer])
        .exclude(state=LinkState.DEAD)
        .exclude(local_pk="")
        .values_list("remote_id", flat=True)
    )
    same = index.alike(canonical(record, locality), paired)
    return sorted((seen for seen in answer if seen.remote_id in same), key=lambda s: s.remote_id)


@contextmanager
def _mailbox(connection: Connection) -> Iterator[GraphMailbox]:
    if connection.state != Connection.State.CONNECTED:
        raise Unseen(PAUSED if connection.is_paused else _why_shut(connection))
    lease = turns.wait_for(connection.pk, 3 * LONGEST, patience=PATIENCE)
    if lease is None:
        raise Unseen(BUSY)
    try:
        turn = microsoft.turn(lease, longest=LONGEST)
        client = speak(connection, turn=turn, longest=LONGEST)
        yield GraphMailbox(client, connection.zone or "UTC")
    except SyncError as error:
        log.warning("connection %s could not be looked at: %s", connection.pk, error.code)
        raise Unseen(error.code) from error
    finally:
        lease.release()
        schedule.hand_over_if_called(connection.pk)  # the page may have been quicker than a worker


def _why_shut(connection: Connection) -> str:
    """Return the code of what is in the way; only where somebody signed in a sign-in helps."""
    return "needs_sign_in" if connection.organisation_id is None else connection.reason
