"""Binding a mailbox to a staff record: one that somebody signed in to, or an organisation's."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from agentbox_sync.graph.account import Profile
from agentbox_sync.memory.lease import fence_off, hand_on_account, lease_key
from agentbox_sync.memory.staging import forget_cursors
from agentbox_sync.models import SETTINGS, Connection, Organisation
from agentbox_sync.models.audit import Action
from agentbox_sync.oauth.flow import SignedIn
from agentbox_sync.permissions import own_staff
from agentbox_sync.services import audit, chosen, invite, states

log = logging.getLogger(__name__)

INVITATION_OVER = "invitation_over"
OWN_SIGN_IN, FOR_ANOTHER, INVITATION = "own_sign_in", "for_another", "invitation"
BY_ORGANISATION = "organisation"
TAKEN, OTHER_ACCOUNT = "mailbox_taken", "other_account"


@dataclass(frozen=True, slots=True)
class Landing:
    """How a sign-in ended; ``code`` is empty when the mailbox is connected."""

    staff_pk: Any = None
    connection: Connection | None = None
    code: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


class Mailbox(Protocol):
    """What names a mailbox."""

    @property
    def tenant_id(self) -> str:
        """Return the directory that the account belongs to."""

    @property
    def object_id(self) -> str:
        """Return the account's id in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mailbox, and the way in: ``tokens`` of a sign-in, or an organisation that lets us in."""

    tenant_id: str
    object_id: str
    user_name: str = field(repr=False)
    display_name: str = field(repr=False)
    zone: str
    scopes: tuple[str, ...]
    tokens: str = field(default="", repr=False)
    organisation: Organisation | None = None


def obstacle(staff_pk: Any, found: Mailbox) -> Landing | None:
    """Return why this mailbox cannot be this card's, looking at every live connection.

    ``parameters["other"]`` is the staff key of the card that has it: for Master Users alone.
    """
    mailbox = {"tenant_id": found.tenant_id, "object_id": found.object_id}
    elsewhere = _live().filter(**mailbox).exclude(staff=staff_pk).first()
    if elsewhere is not None:
        other = "" if elsewhere.staff_id is None else str(elsewhere.staff_id)
        return Landing(staff_pk, code=TAKEN, parameters={"other": other})
    if _live().filter(staff=staff_pk).exclude(**mailbox).exists():
        return Landing(staff_pk, code=OTHER_ACCOUNT)
    return None


def is_bound(staff_pk: str, signed_in: SignedIn) -> bool:
    """Tell whether this very mailbox is this card's now: somebody has answered for it already."""
    return (
        _live()
        .filter(staff=staff_pk, tenant_id=signed_in.tenant_id, object_id=signed_in.object_id)
        .exists()
    )


def bind(
    user: AbstractBaseUser,
    staff_pk: str,
    signed_in: SignedIn,
    profile: Profile,
    invitation: str = "",
    *,
    is_confirmed: bool = False,
) -> Landing:
    """Store the connection that a sign-in has made, unless something is in the way.

    The invitation by which it is made is used up with it, and no other one stays open.
    ``is_confirmed``: the card does not know the account, and the person has kept it all the same.
    """
    found = Found(
        tenant_id=signed_in.tenant_id,
        object_id=signed_in.object_id,
        user_name=signed_in.user_name or profile.user_principal_name,
        display_name=signed_in.display_name or profile.display_name,
        zone=profile.time_zone,
        scopes=signed_in.scopes,
        tokens=signed_in.cache,
    )
    return keep(user, staff_pk, found, invitation, is_confirmed=is_confirmed)


def keep(
    user: AbstractBaseUser,
    staff_pk: Any,
    found: Found,
    invitation: str = "",
    *,
    is_confirmed: bool = False,
) -> Landing:
    """Store the connection to a mailbox, as :func:`bind` does, whatever the way in."""
    mailbox = {"tenant_id": found.tenant_id, "object_id": found.object_id}
    try:
        with transaction.atomic():
            if refused := obstacle(staff_pk, found):
                return refused
            if invitation and not invite.use(invitation):
                return Landing(staff_pk, code=INVITATION_OVER)
            invite.close(staff_pk, user)
            # The same mailbox again is the same connection: its links adopt, nothing is doubled.
            connection = (
                Connection.objects.select_for_update().filter(staff=staff_pk, **mailbox).first()
            )
            again = connection is not None and connection.is_live
            is_new, former = connection is None, Connection.objects.filter(**mailbox).last()
            connection = connection or Connection(staff_id=staff_pk, **mailbox)
            has_another_way = not is_new and connection.organisation_id != _pk(found.organisation)
            connection.user_name = found.user_name
            connection.display_name = found.display_name
            connection.zone = found.zone
            connection.scopes = list(found.scopes)
            connection.tokens = found.tokens
            connection.organisation = found.organisation
            states.learn(connection, Connection.State.CONNECTED)
            connection.reason, connection.reason_parameters = "", {}
            connection.not_before, connection.failures = None, 0
            connection.connected_by_id = user.pk
            connection.connected_at = timezone.now()
            connection.disconnected_at = None
            connection.wake = True
            connection.save()
            if is_new and former is not None:
                hand_on_account(lease_key(former.pk), lease_key(connection.pk))
            if has_another_way:
                fence_off(lease_key(connection.pk))
                forget_cursors(connection.pk)  # the links name the mailbox by the former way
            for model in SETTINGS.values():
                model.objects.get_or_create(
                    connection=connection, defaults=chosen.beginning(model.KIND)
                )
            audit.record(
                user,
                Action.SIGNED_IN_AGAIN if again else Action.CONNECTED,
                connection=connection,
                way=INVITATION if invitation else _way(user, connection),
                is_confirmed=is_confirmed,
                **({"invitation": int(invitation)} if invitation else {}),
            )
    except IntegrityError:  # two sign-ins at the same moment: the constraint decides
        return obstacle(staff_pk, found) or Landing(staff_pk, code=TAKEN)
    log.info("staff %s: connection %s %s", staff_pk, connection.pk, "renewed" if again else "made")
    return Landing(staff_pk, connection=connection)


def _way(user: AbstractBaseUser, connection: Connection) -> str:
    if connection.organisation is not None:
        return BY_ORGANISATION
    own = own_staff(user)
    own_pk = "" if own is None else str(own.pk)
    return OWN_SIGN_IN if own_pk == str(connection.staff_id) else FOR_ANOTHER


def _pk(organisation: Organisation | None) -> int | None:
    return organisation.pk if organisation is not None else None


def _live() -> models.QuerySet[Connection]:
    return Connection.objects.exclude(state=Connection.State.DISCONNECTED)
