"""Finding the accounts of the staff in an organisation, by address; no mailbox is opened."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.core.accounts import addresses
from agentbox_sync.core.errors import SuspendConnection, SyncError
from agentbox_sync.graph import batch
from agentbox_sync.graph.directory import Account, find_accounts
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Match, Organisation
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit
from agentbox_sync.services.organisation import clients
from agentbox_sync.services.organisation.check import DIRECTORY_REFUSED

log = logging.getLogger(__name__)

LONGEST = 25.0  # seconds that a person waits for all of it


def look_up(user: AbstractBaseUser, organisation: Organisation) -> str:
    """Look everybody up, those first who were looked up longest ago; returns an error's code.

    Whoever is left when the time is over is looked up by the next call. Never inside a transaction.
    """
    until = time.monotonic() + LONGEST
    with transaction.atomic():
        audit.record(user, Action.MAILBOXES_MATCHED, organisation=organisation.pk)
    client = clients.directory(organisation)
    adapter = get_adapter()
    wanted = _wanted(organisation)
    asked = {
        staff.pk: sorted(addresses([adapter.staff_address(staff), *adapter.staff_aliases(staff)]))
        for staff in wanted
    }
    questions = [(pk, address) for pk, listed in asked.items() for address in listed]
    waiting = {pk: len(listed) for pk, listed in asked.items()}
    found: dict[Any, dict[str, Account]] = defaultdict(dict)
    _keep(organisation, [pk for pk, number in waiting.items() if not number], found)
    for group in batch.groups(questions):
        if time.monotonic() > until:
            return "not_all"
        try:
            answers = find_accounts(client, [address for _, address in group])
        except SuspendConnection:
            Organisation.objects.filter(pk=organisation.pk).update(reason=DIRECTORY_REFUSED)
            return DIRECTORY_REFUSED
        except SyncError as error:
            log.warning("organisation %s: nobody was looked up: %s", organisation.pk, error.code)
            return error.code
        done = []
        for (pk, _), answer in zip(group, answers, strict=True):
            if isinstance(answer, SyncError):
                continue  # this person stays as they were, and comes first the next time
            found[pk] |= {account.object_id: account for account in answer}
            waiting[pk] -= 1
            if not waiting[pk]:
                done.append(pk)
        _keep(organisation, done, found)
    log.info("organisation %s: %s staff were looked up", organisation.pk, len(asked))
    return "not_all" if any(waiting.values()) else ""


def has_looked(organisation: Organisation) -> bool:
    """Tell whether anybody was looked up yet."""
    return Match.objects.filter(organisation=organisation).exists()


def _wanted(organisation: Organisation) -> list[Any]:
    """Return the staff, those first whom nobody has looked up, then those of the oldest look."""
    seen = dict(
        Match.objects.filter(organisation=organisation).values_list("staff_id", "looked_at")
    )
    staff = list(get_adapter().staff_members())
    never = timezone.now().replace(year=1970)
    return sorted(staff, key=lambda one: seen.get(one.pk, never))


def _keep(
    organisation: Organisation, done: Iterable[Any], found: dict[Any, dict[str, Account]]
) -> None:
    now = timezone.now()
    rows = [
        Match(
            organisation=organisation,
            staff_id=pk,
            accounts=[asdict(account) for account in found[pk].values()],
            looked_at=now,
        )
        for pk in done
    ]
    with transaction.atomic():
        Match.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["organisation", "staff"],
            update_fields=["accounts", "looked_at"],
        )
