"""Letting a staff member manage their own connection, and nobody else's."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import StaffSettings
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit

log = logging.getLogger(__name__)


def current(staff: Any) -> StaffSettings:
    """Return what is allowed, with who decided it; the default where nobody has decided."""
    rows = StaffSettings.objects.select_related("changed_by")
    return rows.filter(staff=staff.pk).first() or StaffSettings(staff_id=staff.pk)


def allow(user: AbstractBaseUser, staff: Any, self_managed: bool) -> None:
    """Let a staff member manage their own card, or no longer; the same again changes nothing."""
    before = current(staff).self_managed
    if before == self_managed:
        return
    with transaction.atomic():
        StaffSettings.objects.update_or_create(
            staff_id=staff.pk,
            defaults={
                "self_managed": self_managed,
                "changed_by_id": user.pk,
                "changed_at": timezone.now(),
            },
        )
        audit.record(
            user, Action.SELF_MANAGED, staff_key=staff.pk, before=before, after=self_managed
        )
    verb = "lets" if self_managed else "no longer lets"
    log.info("user %s %s staff %s manage their own connection", user.pk, verb, staff.pk)
