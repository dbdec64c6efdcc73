"""Connecting the mailboxes that a person has ticked: the first time that any of them is opened."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser

from agentbox_sync.core.errors import SuspendConnection, SyncError
from agentbox_sync.graph import batch
from agentbox_sync.graph.directory import read_zones
from agentbox_sync.models import Match, Organisation
from agentbox_sync.services.bind import Found, keep
from agentbox_sync.services.organisation import clients
from agentbox_sync.services.organisation.roster import Candidate, Row, roster
from agentbox_sync.services.tokens import OrganisationTokens

log = logging.getLogger(__name__)

LONGEST = 25.0  # seconds that a person waits for all of it
# Unlicensed, on-premises, soft-deleted: Microsoft answers one of these for all of them.
_NO_MAILBOX = {"mailboxnotenabledforrestapi", "errornonexistentmailbox", "extensionerror"}


@dataclass(slots=True)
class Admitted:
    """What became of it: how many are connected, who was refused why, and who is left.

    ``error`` is the code of what stopped it altogether.
    """

    connected: int = 0
    refused: list[tuple[Row, str]] = field(default_factory=list)
    left: int = 0
    error: str = ""


def admit(
    user: AbstractBaseUser, organisation: Organisation, chosen: Mapping[str, str]
) -> Admitted:
    """Connect staff keys to object ids, as they were ticked.

    What a page has shown may have changed meanwhile: only what the directory has said of exactly
    this person is connected. Never inside a transaction.
    """
    until = time.monotonic() + LONGEST
    done = Admitted()
    wanted = [pair for row in roster(organisation) if (pair := _chosen(row, chosen)) is not None]
    waiting = list(wanted)
    try:
        roles = OrganisationTokens(organisation).acquire().roles
        for group in batch.groups(wanted):
            if time.monotonic() > until:
                break
            ids = [candidate.object_id for _, candidate in group]
            zones = read_zones(clients.mailboxes(organisation, ids), ids)
            for (row, candidate), zone in zip(group, zones, strict=True):
                waiting.remove((row, candidate))
                _admit_one(user, organisation, row, candidate, zone, sorted(roles or ()), done)
    except SyncError as error:
        log.warning("organisation %s: mailboxes were not opened: %s", organisation.pk, error)
        done.error = error.code
    done.left = len(waiting)
    log.info(
        "user %s connected %s mailboxes of organisation %s, %s were refused",
        user.pk,
        done.connected,
        organisation.pk,
        len(done.refused),
    )
    return done


def everybody(organisation: Organisation) -> dict[str, str]:
    """Return whom "all that were matched" means: those with exactly one account."""
    return {
        str(row.staff.pk): row.choices[0].object_id
        for row in roster(organisation)
        if len(row.choices) == 1
    }


def _chosen(row: Row, chosen: Mapping[str, str]) -> tuple[Row, Candidate] | None:
    wanted = chosen.get(str(row.staff.pk), "")
    return next(((row, one) for one in row.choices if one.object_id == wanted), None)


def _admit_one(
    user: AbstractBaseUser,
    organisation: Organisation,
    row: Row,
    candidate: Candidate,
    zone: str | SyncError,
    roles: list[str],
    done: Admitted,
) -> None:
    if isinstance(zone, SyncError):
        code = zone.code.lower()
        if code in _NO_MAILBOX:
            _note_no_mailbox(organisation, row, candidate)
            done.refused.append((row, "no_mailbox"))
        else:
            shut = isinstance(zone, SuspendConnection)
            done.refused.append((row, "outside" if shut else "later"))
        return
    found = Found(
        tenant_id=organisation.tenant_id,
        object_id=candidate.object_id,
        user_name=candidate.user_name,
        display_name=candidate.display_name,
        zone=zone,
        scopes=tuple(roles),
        organisation=organisation,
    )
    landing = keep(user, row.staff.pk, found)
    if landing.connection is None:
        done.refused.append((row, "taken"))
    else:
        done.connected += 1


def _note_no_mailbox(organisation: Organisation, row: Row, candidate: Candidate) -> None:
    """Remember what the directory did not know, so that it is not proposed again."""
    match = Match.objects.filter(organisation=organisation, staff=row.staff.pk).first()
    if match is not None:
        match.accounts = [
            {**one, "has_mailbox": one["has_mailbox"] and one["object_id"] != candidate.object_id}
            for one in match.accounts
        ]
        match.save(update_fields=["accounts"])
