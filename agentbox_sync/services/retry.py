"""Trying again what was set aside: some of it, or all."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet

from agentbox_sync.core.changes import LinkState
from agentbox_sync.memory.tally import SET_ASIDE
from agentbox_sync.models import SETTINGS, Connection, Link, LocalChange, Run
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, chosen, sync
from agentbox_sync.services.locks import locked

log = logging.getLogger(__name__)

# What Exchange lets nobody change is a fact about the item: trying again would tell the same.
RETRIABLE = SET_ASIDE & ~Q(state=LinkState.RETAINED.value)
# Of a move, these are tried again by a run that looks at everything and by no other.
LEFT_BEHIND = Q(state=LinkState.DEAD.value)


@dataclass(frozen=True, slots=True)
class Retried:
    """How many are tried again now, and how many of those asked for could not be.

    ``over`` are not set aside any more, ``off`` are of a kind that does not run.
    """

    number: int = 0
    over: int = 0
    off: int = 0


def retriable(connection: Connection) -> QuerySet[Link]:
    """Return what is set aside and may be tried again, in the order of its pages."""
    return connection.links.filter(RETRIABLE, kind__in=list(SETTINGS)).order_by("pk")


def retry(user: AbstractBaseUser, connection: Connection, link_ids: Iterable[int]) -> Retried:
    """Make these due and begin one run that tries them; whatever is pressed twice runs once."""
    wanted = sorted(set(link_ids))
    with transaction.atomic():
        now = locked(connection)
        found = list(retriable(now).filter(pk__in=wanted).select_for_update())
        running = _running(now)
        due = [link for link in found if link.kind in running]
        if due and _may_run(now):
            needs_everything = any(link.state == LinkState.DEAD for link in due)
            Link.objects.filter(pk__in=[link.pk for link in due]).update(
                refused="", next_attempt=None
            )
            LocalChange.objects.bulk_create(
                LocalChange(
                    connection=now,
                    kind=link.kind,
                    local_model=link.local_model,
                    local_pk=link.local_pk,
                )
                for link in due
                if link.has_row
            )
            _begin(user, now, due, everything=needs_everything)
        else:
            due = []
    return Retried(len(due), len(wanted) - len(found), len(found) - len(due))


def retry_all(user: AbstractBaseUser, connection: Connection) -> Retried:
    """Begin one run that looks at everything and tries again all that was set aside."""
    with transaction.atomic():
        now = locked(connection)
        running = _running(now)
        found = list(retriable(now).only("pk", "kind"))
        due = [link for link in found if link.kind in running]
        if due and _may_run(now):
            _begin(user, now, due, everything=True)
        else:
            due = []
    return Retried(len(due), off=len(found) - len(due))


def _begin(
    user: AbstractBaseUser, connection: Connection, due: Sequence[Link], *, everything: bool
) -> None:
    cause = Run.Cause.PERSON if everything else Run.Cause.RETRY
    kinds = sorted({link.kind for link in due})
    run = sync.begin(connection, kinds, user=user, cause=cause)
    subject = audit.ids(link.pk for link in due)
    audit.record(user, Action.RETRIED, connection=connection, run=run.pk, links=subject)
    log.info("user %s: %s links of connection %s again", user.pk, len(due), connection.pk)


def _may_run(connection: Connection) -> bool:
    return connection.state == Connection.State.CONNECTED and not connection.is_leaving


def _running(connection: Connection) -> set[str]:
    """Return the kinds that a run would look at."""
    return set(chosen.running([connection.pk]).get(connection.pk, []))
