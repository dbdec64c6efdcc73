"""The administrator's approval of an organisation: the way to Microsoft and the way back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.errors import FixConfiguration, SyncError, TryLater
from agentbox_sync.models import Organisation
from agentbox_sync.models.audit import Action
from agentbox_sync.oauth import errors
from agentbox_sync.oauth import organisation as entra
from agentbox_sync.oauth.app_only import ROLES, acquire_for_application
from agentbox_sync.permissions import is_master_user
from agentbox_sync.services import audit, microsoft

__all__ = ["CONNECTED", "ROLES", "Approval", "begin", "code_of", "connect", "finish", "possible"]

log = logging.getLogger(__name__)

SESSION_KEY = "agentbox_sync.approvals"
LIFETIME = timedelta(minutes=30)  # an administrator may have to be fetched
MOST = 4

_CODES: tuple[tuple[type[SyncError], str], ...] = (
    (errors.AdminDeclined, "approval_declined"),
    (errors.WrongTenant, "other_tenant"),
    (errors.OrganisationRefused, "not_approved"),
    (errors.AnswerTampered, "approval_unknown"),
    (FixConfiguration, "configuration"),
    (TryLater, "unreachable"),
)
CONNECTED, UNKNOWN, EXPIRED = "organisation_connected", "approval_unknown", "approval_expired"


@dataclass(frozen=True, slots=True)
class Approval:
    """Where the administrator goes."""

    url: str = field(repr=False)
    tenant_id: str


def possible() -> tuple[str, ...]:
    """Return the tenants that the settings name; raises FixConfiguration or TryLater.

    Where people of any organisation may sign in, ``ALLOWED_TENANTS`` has to name them: otherwise
    anybody could name an organisation that has let this application in for somebody else.
    """
    allowed = conf.option("ALLOWED_TENANTS")
    found = entra.tenants(microsoft.registration(), microsoft.session(), allowed)
    if not found:
        raise FixConfiguration(
            "MS365_TENANT names no organisation. Put the directory (tenant) id there, or into "
            'AGENTBOX_SYNC["ALLOWED_TENANTS"].',
            code="no_tenant_named",
        )
    return found


def begin(
    user: AbstractBaseUser, session: MutableMapping[str, Any], tenant_id: str = ""
) -> Approval:
    """Begin an approval for a tenant (empty: the only one); raises FixConfiguration or TryLater."""
    known = possible()
    wanted = tenant_id.strip().lower() or known[0]
    if wanted not in known:
        raise FixConfiguration("This organisation is not named in the settings.", code="no_tenant")
    begun = entra.begin_approval(microsoft.registration(), microsoft.session(), wanted)
    now = timezone.now()
    kept = {
        state: one
        for state, one in session.get(SESSION_KEY, {}).items()
        if now - datetime.fromisoformat(one["begun_at"]) < LIFETIME
    }
    kept[begun.state] = {
        "user": str(user.pk),
        "tenant": begun.tenant_id,
        "begun_at": now.isoformat(),
    }
    session[SESSION_KEY] = dict(list(kept.items())[-MOST:])
    return Approval(begun.url, begun.tenant_id)


def is_answer(query: Mapping[str, str]) -> bool:
    """Tell whether a callback answers an approval that was begun here."""
    return entra.is_for_organisation(query)


def finish(
    user: AbstractBaseUser, session: MutableMapping[str, Any], query: Mapping[str, str]
) -> str:
    """End an approval with what Microsoft sent back; returns the code of how it ended.

    The state is used up whatever happens. What the answer says is believed in nothing: the tenant
    is the one that was asked for, and a token of it proves the approval.
    """
    flows = dict(session.get(SESSION_KEY, {}))
    kept = flows.pop(query.get("state", ""), None)
    session[SESSION_KEY] = flows
    if kept is None or kept["user"] != str(user.pk) or not is_master_user(user):
        return UNKNOWN
    if timezone.now() - datetime.fromisoformat(kept["begun_at"]) >= LIFETIME:
        return EXPIRED
    try:
        entra.check_approval(query, kept["tenant"])
    except SyncError as error:
        log.warning("an approval of an organisation ended with %s: %s", error.code, error)
        return code_of(error)
    return connect(user, kept["tenant"])


def connect(user: AbstractBaseUser, tenant_id: str = "") -> str:
    """Connect a tenant that has approved already; returns the code of how it ended."""
    try:
        known = possible()
        wanted = tenant_id.strip().lower() or known[0]
        if wanted not in known:
            return "configuration"
        acquire_for_application(microsoft.registration(), microsoft.session(), wanted)
    except SyncError as error:
        log.warning("an organisation was not connected: %s (%s)", error.code, error.next_step)
        return code_of(error)
    now = timezone.now()
    with transaction.atomic():
        organisation, _ = Organisation.objects.update_or_create(
            tenant_id=wanted,
            defaults={
                "name": conf.environment("MS365_TENANT") if len(known) == 1 else "",
                "connected_by_id": user.pk,
                "connected_at": now,
                "disconnected_at": None,
                "renewed_at": now,
                "reason": "",
                "missing": [],
                "checked_at": None,
            },
        )
        audit.record(user, Action.ORGANISATION_CONNECTED, organisation=organisation.pk)
    log.info("user %s connected organisation %s", user.pk, organisation.pk)
    return CONNECTED


def code_of(error: SyncError) -> str:
    """Return the code by which the page tells of an error."""
    return next((code for leaf, code in _CODES if isinstance(error, leaf)), "unknown")
