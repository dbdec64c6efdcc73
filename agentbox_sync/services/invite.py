"""Inviting a staff member to connect their own account, so that nobody signs in for anybody.

The link opens nothing by itself: whoever follows it signs in to the CRM, and has to be the staff
member whom it is for. It lets them connect their own card once, whether or not they may manage it.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agentbox_sync import conf
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Invitation
from agentbox_sync.models.audit import Action
from agentbox_sync.permissions import own_staff
from agentbox_sync.services import audit
from agentbox_sync.services.history import person_name

log = logging.getLogger(__name__)


class NoLogin(Exception):
    """The staff member cannot sign in to the CRM, so that no link would be of use to them."""


class NotSent(Exception):
    """The mail server did not take the invitation; the link can be copied instead."""


def current(staff: Any) -> Invitation | None:
    """Return the invitation that is open, if there is one."""
    rows = _open().filter(staff=staff.pk).select_related("made_by")
    return rows.order_by("-pk").first()


def all_open() -> dict[Any, Invitation]:
    """Return the invitations that are open, by the primary key of the staff member; one query."""
    return {invitation.staff_id: invitation for invitation in _open().order_by("pk")}


def invite(user: AbstractBaseUser, staff: Any) -> tuple[Invitation, str]:
    """Make an invitation and return it with its link; an earlier one counts no more.

    The link is told here and nowhere else. Raises NoLogin.
    """
    if not get_adapter().has_login(staff):
        raise NoLogin(staff.pk)
    token, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        replaced = close(staff.pk, user)
        invitation = Invitation.objects.create(
            staff_id=staff.pk,
            digest=_digest(token),
            made_by_id=user.pk,
            made_at=now,
            expires_at=now + conf.seconds("INVITATION_TIME"),
        )
        audit.record(
            user,
            Action.INVITED,
            staff_key=staff.pk,
            invitation=invitation.pk,
            replaced=replaced,
        )
    log.info("user %s invites staff %s (invitation %s)", user.pk, staff.pk, invitation.pk)
    return invitation, conf.base_url() + reverse("agentbox_sync:invitation", args=[token])


def send(user: AbstractBaseUser, invitation: Invitation, link: str, staff: Any) -> None:
    """Send the link to the address on the card; raises NotSent."""
    adapter = get_adapter()
    told = {
        "link": link,
        "name": adapter.staff_name(staff),
        "by": person_name(user),
        "expires_at": invitation.expires_at,
    }
    mail = EmailMessage(
        _("Connect your Microsoft 365 account to the CRM"),
        render_to_string("agentbox_sync/mail/invitation.txt", told),
        to=[adapter.staff_address(staff)],
    )
    try:
        sent = mail.send()
    except (OSError, ValueError) as error:  # every error of smtplib; an address that is none
        log.warning("invitation %s was not sent: %s", invitation.pk, type(error).__name__)
        raise NotSent(invitation.pk) from None
    if not sent:
        raise NotSent(invitation.pk)
    with transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
        audit.record(user, Action.INVITATION_MAILED, staff_key=staff.pk, invitation=invitation.pk)


def withdraw(user: AbstractBaseUser | None, staff: Any) -> int:
    """Let no open invitation of a staff member count any more; return how many there were."""
    with transaction.atomic():
        withdrawn = close(staff.pk, user)
        if withdrawn:
            audit.record(user, Action.INVITATION_WITHDRAWN, staff_key=staff.pk, number=withdrawn)
    return withdrawn


def close(staff_pk: Any, user: AbstractBaseUser | None = None) -> int:
    """Close what is open for a staff key: withdrawn, or settled by another way."""
    closed = _open().filter(staff=staff_pk).update(withdrawn_at=timezone.now())
    if closed:
        log.info("invitations of staff %s closed, user %s", staff_pk, user.pk if user else None)
    return closed


def find(token: str) -> Invitation | None:
    """Return the invitation of a link, open or not, with its staff record."""
    rows = Invitation.objects.select_related("staff")
    return rows.filter(digest=_digest(token)).first()


def is_for(user: AbstractBaseUser, invitation: Invitation) -> bool:
    """Tell whether an invitation is for the staff member who is signed in."""
    own = own_staff(user)
    return own is not None and own.pk == invitation.staff_id


def is_invited(user: AbstractBaseUser, staff: Any, pk: str) -> bool:
    """Tell whether an invitation lets this user connect this card now."""
    invitation = _open().filter(pk=pk, staff=staff.pk).first() if pk else None
    return invitation is not None and is_for(user, invitation)


def use(pk: str) -> bool:
    """Use an invitation up, within the transaction that connects; ``False`` where it is over."""
    return bool(_open().filter(pk=pk).update(used_at=timezone.now()))


def _open() -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def _digest(token: str) -> str:
    # 256 random bits need no salt: nobody can try them all.
    return hashlib.sha256(token.encode()).hexdigest()
