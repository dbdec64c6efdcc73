"""Writing down who did what, in the transaction of the deed: both happen, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import AuditEntry, Connection
from agentbox_sync.models.audit import Action, Doorway

MOST_IDS = 100  # of a deed about thousands the trail names the first, and the number
HIDDEN = "…"


def record(
    user: AbstractBaseUser | None,
    action: Action,
    *,
    connection: Connection | None = None,
    staff_key: Any = None,
    kind: str = "",
    doorway: Doorway | None = None,
    **subject: Any,
) -> AuditEntry:
    """Write one deed into the trail; call it inside the transaction that does the deed.

    ``subject`` holds plain ids, numbers and choice values; text with an ``@`` in it is hidden, so
    that no address gets in by way of a setting. Without a user it was a command, unless
    ``doorway`` says otherwise. Raises TransactionManagementError outside of a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "audit.record() belongs into the transaction of the deed: wrap both in atomic()"
        )
    if staff_key is None and connection is not None:
        staff_key = connection.staff_id
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor_id=user.pk if user else None,
        actor_key=str(user.pk)[:64] if user else "",
        actor_name=_name_of(user)[:150] if user else "",
        action=action.value,
        doorway=(doorway or (Doorway.PAGE if user else Doorway.COMMAND)).value,
        # A record that is being deleted may be named and not pointed at.
        staff_id=None if doorway is Doorway.HOST else staff_key,
        staff_key="" if staff_key is None else str(staff_key)[:64],
        connection=connection,
        kind=kind,
        subject={name: _plain(value) for name, value in subject.items()},
    )


def ids(found: Iterable[Any]) -> dict[str, Any]:
    """Return the number and the first ids of what a deed was about."""
    every = list(found)
    return {"number": len(every), "ids": every[:MOST_IDS]}


def _name_of(user: AbstractBaseUser) -> str:
    """Return what a person is called, never their address: many CRMs sign in with one."""
    full = str(user.get_full_name()) if hasattr(user, "get_full_name") else ""
    return (full or user.get_username()).partition("@")[0].strip()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(_plain(str(key))): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    text = str(value)
    return HIDDEN if "@" in text else text[:128]
