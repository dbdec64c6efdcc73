"""Binding a mailbox to a staff record: the way to Microsoft and the way back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.errors import FixConfiguration, SuspendConnection, SyncError, TryLater
from agentbox_sync.graph.account import Profile, read_profile
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.oauth import errors, flow
from agentbox_sync.oauth.flow import SignedIn
from agentbox_sync.services import microsoft
from agentbox_sync.services.tokens import GivenToken

log = logging.getLogger(__name__)

SESSION_KEY = "agentbox_sync.flows"
LIFETIME = timedelta(minutes=10)
MOST_FLOWS = 8  # a session with more open tabs than this forgets the oldest

_CODES: tuple[tuple[type[SyncError], str], ...] = (
    (errors.Declined, "declined"),
    (errors.AdminDeclined, "admin_approval_needed"),
    (errors.ConsentRequired, "admin_approval_needed"),
    (errors.CodeExpired, "expired"),
    (errors.AnswerTampered, "tampered"),
    (errors.WrongTenant, "wrong_tenant"),
    (errors.PersonalAccount, "personal_account"),
    (errors.MissingScopes, "missing_scopes"),
    (FixConfiguration, "configuration"),
    (TryLater, "unreachable"),
    (SuspendConnection, "no_mailbox"),
)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what the card says before it leaves."""

    authorization_url: str = field(repr=False)
    admin_consent_url: str = field(repr=False)
    expected_address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Landing:
    """How a sign-in ended; ``code`` is empty when the mailbox is connected."""

    staff_pk: Any = None
    connection: Connection | None = None
    code: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def begin(
    user: AbstractBaseUser, staff: models.Model, session: MutableMapping[str, Any]
) -> Departure:
    """Begin a sign-in for a staff record; raises FixConfiguration or TryLater."""
    begun = flow.begin(microsoft.registration(), microsoft.session())
    now = timezone.now()
    flows = {
        state: kept
        for state, kept in session.get(SESSION_KEY, {}).items()
        if now - datetime.fromisoformat(kept["begun_at"]) < LIFETIME
    }
    kept = {"user": str(user.pk), "staff": str(staff.pk), "begun_at": now.isoformat()}
    flows[begun.state] = {**kept, "flow": begun.flow}
    flows[begun.admin_consent_state] = kept
    session[SESSION_KEY] = dict(list(flows.items())[-2 * MOST_FLOWS :])
    return Departure(
        authorization_url=begun.authorization_url,
        admin_consent_url=begun.admin_consent_url,
        expected_address=get_adapter().staff_address(staff),
    )


def finish(
    user: AbstractBaseUser, session: MutableMapping[str, Any], query: Mapping[str, str]
) -> Landing:
    """End a sign-in with what Microsoft sent back; every bad end is a code for the card.

    The state is used up whatever happens. A state that is unknown, or belongs to another user,
    says nothing about any staff record.
    """
    flows = dict(session.get(SESSION_KEY, {}))
    kept = flows.pop(query.get("state", ""), None)
    session[SESSION_KEY] = flows
    if kept is None or kept["user"] != str(user.pk):
        return Landing(code="tampered")
    staff_pk = kept["staff"]
    if timezone.now() - datetime.fromisoformat(kept["begun_at"]) > LIFETIME:
        return Landing(staff_pk, code="expired")
    try:
        if flow.is_admin_consent(query):
            flow.read_admin_consent(query)
            return Landing(staff_pk, code="admin_consented")
        if "flow" not in kept:
            return Landing(staff_pk, code="tampered")
        signed_in = flow.finish(
            microsoft.registration(),
            microsoft.session(),
            kept["flow"],
            query,
            allowed_tenants=conf.option("ALLOWED_TENANTS"),
        )
        profile = read_profile(microsoft.graph_client(GivenToken(signed_in.cache)))
    except SyncError as error:
        log.warning("sign-in for staff %s ended with %s: %s", staff_pk, error.code, error)
        return _bad_end(staff_pk, error)
    return _store(user, staff_pk, signed_in, profile)


def _bad_end(staff_pk: str, error: SyncError) -> Landing:
    code = next((code for leaf, code in _CODES if isinstance(error, leaf)), "unknown")
    parameters: dict[str, Any] = {}
    if isinstance(error, errors.ConsentRequired):
        parameters["admin_consent_url"] = error.admin_consent_url
    if isinstance(error, errors.MissingScopes):
        parameters["missing"] = list(error.missing)
    return Landing(staff_pk, code=code, parameters=parameters)


def _store(user: AbstractBaseUser, staff_pk: str, signed_in: SignedIn, profile: Profile) -> Landing:
    mailbox = {"tenant_id": signed_in.tenant_id, "object_id": signed_in.object_id}
    live = Connection.objects.exclude(state=Connection.State.DISCONNECTED)
    try:
        with transaction.atomic():
            if live.filter(**mailbox).exclude(staff=staff_pk).exists():
                return Landing(staff_pk, code="mailbox_taken")
            if live.filter(staff=staff_pk).exclude(**mailbox).exists():
                return Landing(staff_pk, code="other_account")
            # The same mailbox again is the same connection: its links adopt, nothing is doubled.
            connection = (
                Connection.objects.select_for_update().filter(staff=staff_pk, **mailbox).first()
            )
            again = connection is not None and connection.is_live
            connection = connection or Connection(staff_id=staff_pk, **mailbox)
            connection.user_name = signed_in.user_name or profile.user_principal_name
            connection.display_name = signed_in.display_name or profile.display_name
            connection.zone = profile.time_zone
            connection.scopes = list(signed_in.scopes)
            connection.tokens = signed_in.cache
            connection.state = Connection.State.CONNECTED
            connection.reason, connection.reason_parameters = "", {}
            connection.not_before, connection.failures = None, 0
            connection.connected_by_id = user.pk
            connection.connected_at = timezone.now()
            connection.disconnected_at = None
            connection.wake = True
            connection.save()
            for model in SETTINGS.values():
                model.objects.get_or_create(connection=connection)
    except IntegrityError:  # two sign-ins at the same moment: the constraint decides
        return Landing(staff_pk, code="mailbox_taken")
    log.info("staff %s: connection %s %s", staff_pk, connection.pk, "renewed" if again else "made")
    return Landing(staff_pk, connection=connection)
