"""Asking for a run: the button, the command."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from agentbox_sync.models import SETTINGS, Connection, Run
from agentbox_sync.services import schedule
from agentbox_sync.services.wording.errors import UNANSWERED

log = logging.getLogger(__name__)


def approve(connection: Connection, kinds: Sequence[str], user: AbstractBaseUser | None) -> None:
    """Give the go for exactly the present settings of each kind that is switched on."""
    for kind in kinds:
        settings = SETTINGS[kind].objects.filter(connection=connection).first()
        if settings and settings.is_on and not settings.is_approved:
            settings.approved = settings.fingerprint
            settings.approved_by_id = user.pk if user else None
            settings.approved_at = timezone.now()
            settings.save(update_fields=["approved", "approved_by", "approved_at"])


def ask(
    connection: Connection,
    kinds: Sequence[str],
    *,
    user: AbstractBaseUser | None = None,
    cause: str = Run.Cause.PERSON,
) -> Run:
    """Return the one open run of a connection, asking for it if there is none.

    A person's press is the go for the present settings. Whatever is pressed twice runs once.
    """
    with transaction.atomic():
        approve(connection, kinds, user)
        Connection.objects.filter(pk=connection.pk).update(wake=True, wants_full=True)
        _forget_own_pause(connection)
        run = _open_run(connection, kinds, user, cause)
        if run.state == Run.State.QUEUED:
            schedule.hand_over(connection.pk)
    return run


def _forget_own_pause(connection: Connection) -> None:
    """Let a press try at once after an outage: nobody answered, so nobody asked us to wait.

    A pause that Microsoft has named, and one until an outcome is known, stay.
    """
    rows = Connection.objects.filter(pk=connection.pk)
    reason = rows.values_list("reason", flat=True).first() or ""
    if reason.lower() in UNANSWERED:
        rows.update(not_before=None)


def _open_run(
    connection: Connection, kinds: Sequence[str], user: AbstractBaseUser | None, cause: str
) -> Run:
    unfinished = Run.objects.exclude(state=Run.State.FINISHED).filter(connection=connection)
    run = unfinished.first()
    if run is None:
        try:
            with transaction.atomic():
                return Run.objects.create(
                    connection=connection,
                    cause=cause,
                    kinds=list(kinds),
                    asked_by_id=user.pk if user else None,
                    asked_at=timezone.now(),
                )
        except IntegrityError:  # the other half of a double click was quicker
            run = unfinished.get()
    run.kinds = sorted({*run.kinds, *kinds})
    run.save(update_fields=["kinds"])
    return run
