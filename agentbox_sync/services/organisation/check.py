"""Looking whether an organisation still lets us in, and letting its mailboxes go on if it does."""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agentbox_sync.core.errors import SuspendConnection, SyncError
from agentbox_sync.graph import batch, directory
from agentbox_sync.models import Connection, Organisation
from agentbox_sync.models.audit import Action
from agentbox_sync.oauth.app_only import ROLES
from agentbox_sync.services import audit
from agentbox_sync.services.consequence import ORGANISATION_REFUSED
from agentbox_sync.services.organisation import clients
from agentbox_sync.services.tokens import OrganisationTokens

log = logging.getLogger(__name__)

DIRECTORY_REFUSED = "directory_refused"


def check(user: AbstractBaseUser, organisation: Organisation) -> int:
    """Ask for a new token and look what it opens; return how many mailboxes go on again.

    What is wrong with the whole is kept on the organisation. Never inside a transaction.
    """
    now = timezone.now()
    # Whatever the administrator has granted since shows in a new token alone, in every process.
    with transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(renewed_at=now)
        audit.record(user, Action.ORGANISATION_CHECKED, organisation=organisation.pk)
    organisation.renewed_at = now
    reason, missing = _look(organisation)
    Organisation.objects.filter(pk=organisation.pk).update(
        reason=reason, missing=missing, checked_at=now
    )
    organisation.reason, organisation.missing, organisation.checked_at = reason, missing, now
    log.info("organisation %s was checked: %s", organisation.pk, reason or "in order")
    return 0 if reason and reason != DIRECTORY_REFUSED else _let_go_on(organisation)


def _look(organisation: Organisation) -> tuple[str, list[str]]:
    try:
        token = OrganisationTokens(organisation).acquire()
    except SyncError as error:
        return error.code[:64], []
    missing = [] if token.roles is None else [role for role in ROLES if role not in token.roles]
    try:
        directory.try_directory(clients.directory(organisation))
    except SuspendConnection:
        # Looking people up takes a permission of Entra ID in any case: without any there is none.
        nothing = token.roles is not None and not token.roles
        return ORGANISATION_REFUSED if nothing else DIRECTORY_REFUSED, missing
    except SyncError as error:
        return error.code[:64], missing
    return "", missing


def _let_go_on(organisation: Organisation) -> int:
    """Wake what has stopped for a reason that is over now."""
    stopped = {"reason": "", "not_before": None, "failures": 0, "wake": True}
    live = Connection.objects.filter(organisation=organisation)
    gone_on = live.filter(
        Q(reason=ORGANISATION_REFUSED) | Q(reason="configuration"),
        state=Connection.State.CONNECTED,
    ).update(**stopped)
    shut = dict(live.filter(state=Connection.State.SUSPENDED).values_list("pk", "object_id"))
    for group in batch.groups(list(shut)):
        ids = [shut[pk] for pk in group]
        try:
            answers = directory.try_mailboxes(clients.mailboxes(organisation, ids), ids)
        except SyncError as error:
            log.warning("organisation %s: mailboxes were not asked: %s", organisation.pk, error)
            break
        for pk, answer in zip(group, answers, strict=True):
            if answer is None:
                here = live.filter(pk=pk, state=Connection.State.SUSPENDED)
                gone_on += here.update(state=Connection.State.CONNECTED, **stopped)
            elif isinstance(answer, SuspendConnection):
                live.filter(pk=pk).update(reason=answer.code[:64])
    return gone_on
