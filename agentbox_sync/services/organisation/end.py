"""Ending an organisation connection: every mailbox that was connected through it is let go."""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import Connection, Match, Organisation
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit
from agentbox_sync.services.disconnect import disconnect

log = logging.getLogger(__name__)


def end(user: AbstractBaseUser, organisation: Organisation) -> int:
    """Disconnect every mailbox of an organisation and forget whom we found there.

    Returns how many mailboxes were connected. What is in Exchange stays there. The approval itself
    is kept at Microsoft, where the administrator can withdraw it.
    """
    live = Connection.objects.filter(organisation=organisation).exclude(
        state=Connection.State.DISCONNECTED
    )
    number = 0
    for connection in live:
        disconnect(user, connection)
        number += 1
    with transaction.atomic():
        Match.objects.filter(organisation=organisation).delete()
        Organisation.objects.filter(pk=organisation.pk).update(
            disconnected_at=timezone.now(), reason="", missing=[]
        )
        audit.record(user, Action.ORGANISATION_ENDED, organisation=organisation.pk, number=number)
    log.info("user %s ended organisation %s: %s mailboxes", user.pk, organisation.pk, number)
    return number
