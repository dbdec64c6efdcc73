"""Binding a mailbox to a staff record: the way to Microsoft and the way back."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.accounts import Fit, fit
from agentbox_sync.core.errors import (
    FixConfiguration,
    SuspendConnection,
    SyncError,
    Throttled,
    TryLater,
)
from agentbox_sync.graph.account import Profile, read_profile
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection
from agentbox_sync.oauth import errors, flow
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.oauth.flow import SignedIn
from agentbox_sync.permissions import can_manage
from agentbox_sync.services import confirm, microsoft, turns
from agentbox_sync.services.bind import INVITATION_OVER, Landing, bind, is_bound, obstacle
from agentbox_sync.services.card import load_staff
from agentbox_sync.services.invite import is_invited
from agentbox_sync.services.tokens import GivenToken

log = logging.getLogger(__name__)

SESSION_KEY = "agentbox_sync.flows"
LIFETIME = timedelta(minutes=10)
LONGEST = 8.0  # seconds that a person who comes back from Microsoft waits for one answer
PATIENCE = 3.0  # seconds to wait for a run of this very mailbox
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
    (errors.AccessBlocked, "access_blocked"),
    (errors.InteractionRequired, "interaction"),
    (TryLater, "unreachable"),
    (SuspendConnection, "mailbox_refused"),
)
# Unlicensed, on-premises, soft-deleted: Microsoft answers one of these for all of them.
_NO_MAILBOX = {"mailboxnotenabledforrestapi", "errornonexistentmailbox", "extensionerror"}


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what the card says before it leaves."""

    authorization_url: str = field(repr=False)
    admin_consent_url: str = field(repr=False)
    expected_address: str = field(repr=False)


def begin(
    user: AbstractBaseUser,
    staff: models.Model,
    session: MutableMapping[str, Any],
    invitation: str = "",
) -> Departure:
    """Begin a sign-in for a staff record; raises FixConfiguration or TryLater.

    ``invitation`` is the key of the one by which somebody connects who may not manage the card.
    """
    microsoft.refuse_cloud()
    begun = flow.begin(microsoft.registration(), microsoft.session())
    now = timezone.now()
    flows = {
        state: kept
        for state, kept in session.get(SESSION_KEY, {}).items()
        if now - datetime.fromisoformat(kept["begun_at"]) < LIFETIME
    }
    kept = {
        "user": str(user.pk),
        "staff": str(staff.pk),
        "begun_at": now.isoformat(),
        "invitation": invitation,
    }
    flows[begun.state] = {**kept, "flow": _cipher().encrypt(json.dumps(begun.flow))}
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
    if confirm.is_over(kept, LIFETIME):
        return Landing(staff_pk, code="expired")
    try:
        if flow.is_admin_consent(query):
            flow.read_admin_consent(query)
            return Landing(staff_pk, code="admin_consented")
        if not isinstance(kept.get("flow"), str):  # an approval's, or of before an upgrade
            return Landing(staff_pk, code="tampered")
        signed_in = flow.finish(
            microsoft.registration(),
            microsoft.session(),
            json.loads(_cipher().decrypt(kept.pop("flow"))),
            query,
            allowed_tenants=conf.option("ALLOWED_TENANTS"),
        )
        profile = _profile(signed_in)
    except SyncError as error:
        log.warning("sign-in for staff %s ended with %s: %s", staff_pk, error.code, error)
        return _bad_end(staff_pk, error)
    return _arrive(user, session, kept, signed_in, profile)


def _cipher() -> Cipher:
    # Sessions may lie in a database or a cache that more people can read than the tokens' keys.
    return Cipher(conf.token_keys())


def approval_link() -> str:
    """Return the link that an administrator approves the CRM by; empty where there is none now."""
    try:
        return flow.admin_consent_link(microsoft.registration(), microsoft.session())
    except SyncError as error:
        log.warning("there is no approval link: %s (%s)", error.code, error.next_step)
        return ""


def is_approval(query: Mapping[str, str]) -> bool:
    """Tell whether Microsoft sent an administrator back, from a link that anybody may have sent."""
    return flow.is_admin_consent(query)


def answer(
    user: AbstractBaseUser, session: MutableMapping[str, Any], key: str, *, keep: bool
) -> Landing | None:
    """Keep an account that the card does not know, or let it go; ``None`` where none is held.

    The account is held for one answer. Whether it may be kept is looked at again.
    """
    held = confirm.look_up(user, session, key)
    if held is None:
        return None
    confirm.drop(session, key)
    staff_pk = held.kept["staff"]
    if not keep:
        return Landing(staff_pk, code="not_kept")
    if confirm.is_over(held.kept, LIFETIME):
        return Landing(staff_pk, code="expired")
    if not _may_connect(user, held.kept):
        return _not_allowed(held.kept)
    log.info("user %s keeps an account that the card of staff %s does not know", user.pk, staff_pk)
    invitation = _invitation(held.kept)
    return bind(user, staff_pk, held.signed_in, held.profile, invitation, is_confirmed=True)


def _arrive(
    user: AbstractBaseUser,
    session: MutableMapping[str, Any],
    kept: dict[str, str],
    signed_in: SignedIn,
    profile: Profile,
) -> Landing:
    """Compare the account with the card and with every live connection, before anything is kept."""
    if not _may_connect(user, kept):  # what was allowed may have been taken back meanwhile
        return _not_allowed(kept)
    staff_pk = kept["staff"]
    if refused := obstacle(staff_pk, signed_in):
        return refused
    if not is_bound(staff_pk, signed_in):
        adapter, staff = get_adapter(), load_staff(staff_pk)
        expected = [adapter.staff_address(staff), *adapter.staff_aliases(staff)]
        found = [
            signed_in.user_name,
            profile.user_principal_name,
            profile.mail,
            *profile.aliases,
        ]
        if fit(expected, found) is not Fit.FITS:
            return confirm.hold(session, kept, signed_in, profile)
    return bind(user, staff_pk, signed_in, profile, _invitation(kept))


def _invitation(kept: Mapping[str, str]) -> str:
    return kept.get("invitation", "")


def _not_allowed(kept: Mapping[str, str]) -> Landing:
    """Say nothing of a card that the person may not know; whoever was invited knows it."""
    if _invitation(kept):
        return Landing(kept["staff"], code=INVITATION_OVER)
    return Landing(code="tampered")


def _may_connect(user: AbstractBaseUser, kept: Mapping[str, str]) -> bool:
    staff = load_staff(kept["staff"])
    return staff is not None and (
        can_manage(user, staff) or is_invited(user, staff, _invitation(kept))
    )


def _profile(signed_in: SignedIn) -> Profile:
    """Read whose mailbox it is, in its turn. Of one that is being synced it is known already."""
    known = Connection.objects.filter(
        tenant_id=signed_in.tenant_id, object_id=signed_in.object_id
    ).order_by("-connected_at")
    connection, tokens = known.first(), GivenToken(signed_in.cache)
    if connection is None:
        return read_profile(microsoft.graph_client(tokens, turn=None))
    lease = turns.wait_for(connection.pk, 3 * LONGEST, patience=PATIENCE)
    try:
        if lease is not None:
            turn = microsoft.turn(lease, longest=LONGEST)
            return read_profile(microsoft.graph_client(tokens, turn=turn))
    except Throttled:
        log.info("connection %s is not asked who it is during a pause", connection.pk)
    finally:
        if lease is not None:
            lease.release()
    return Profile(
        id=connection.object_id,
        display_name=connection.display_name,
        mail="",
        user_principal_name=connection.user_name,
        time_zone=connection.zone,
    )


def _bad_end(staff_pk: str, error: SyncError) -> Landing:
    code = next((code for leaf, code in _CODES if isinstance(error, leaf)), "unknown")
    if code == "mailbox_refused" and error.code.lower() in _NO_MAILBOX:
        code = "no_mailbox"
    parameters: dict[str, Any] = {}
    if isinstance(error, errors.ConsentRequired):
        parameters["admin_consent_url"] = error.admin_consent_url
    if isinstance(error, errors.MissingScopes):
        parameters["missing"] = list(error.missing)
    return Landing(staff_pk, code=code, parameters=parameters)
