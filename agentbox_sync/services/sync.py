"""Asking for a run: the button, the command."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from agentbox_sync.models import SETTINGS, Connection, KindSettings, Run
from agentbox_sync.models.audit import Action, Doorway
from agentbox_sync.services import audit, preview, schedule
from agentbox_sync.services.wording.errors import UNANSWERED

log = logging.getLogger(__name__)

AT_ONCE = 100  # rows of one transaction


def approve(connection: Connection, kinds: Sequence[str], user: AbstractBaseUser | None) -> None:
    """Give the go for exactly the present settings of each kind that is switched on.

    For whoever gives it without having looked: a command. People say go on the page that shows
    what would happen.
    """
    for kind in kinds:
        settings = SETTINGS[kind].objects.filter(connection=connection).first()
        if settings and settings.is_on and not settings.is_approved:
            with transaction.atomic():
                give(settings, user)
                audit.record(
                    user,
                    Action.APPROVED,
                    connection=connection,
                    kind=kind,
                    doorway=Doorway.COMMAND,
                    settings=settings.fingerprint,
                )
                preview.withdraw(connection.pk, [kind])


def give(settings: KindSettings, user: AbstractBaseUser | None) -> None:
    """Write down who said go to these settings, and when."""
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

    It gives no go: kinds whose settings nobody has approved do not run. Whatever is pressed twice
    runs once.
    """
    with transaction.atomic():
        run = begin(connection, kinds, user=user, cause=cause)
        audit.record(user, Action.SYNC_ASKED, connection=connection, run=run.pk, kinds=list(kinds))
    return run


def begin(
    connection: Connection,
    kinds: Sequence[str],
    *,
    user: AbstractBaseUser | None = None,
    cause: str = Run.Cause.PERSON,
) -> Run:
    """Do the same for whoever writes into the trail what the run is for.

    A run for a RETRY looks at what was made due and no further, unless more is asked of it.
    """
    with transaction.atomic():
        calls = {"wake": True} if cause == Run.Cause.RETRY else {"wake": True, "wants_full": True}
        Connection.objects.filter(pk=connection.pk).update(**calls)
        forget_own_pause(connection.pk)
        run = _open_run(connection, kinds, user, cause)
        if run.state == Run.State.QUEUED:
            schedule.hand_over(connection.pk)
    return run


def ask_many(
    wanted: Sequence[tuple[Connection, Sequence[str]]], *, user: AbstractBaseUser | None = None
) -> list[int]:
    """Ask for a run of each connection with these kinds that can run and has none open.

    Returns their ids. All are handed over as one job, which polls sixteen at a time.
    """
    asked: list[int] = []
    for start in range(0, len(wanted), AT_ONCE):
        asked += _ask_some(dict(wanted[start : start + AT_ONCE]), user)
    if asked:
        schedule.hand_over_due(*asked)
    log.info("user %s asked for %s runs at once", user.pk if user else None, len(asked))
    return asked


def _ask_some(
    kinds: Mapping[Connection, Sequence[str]], user: AbstractBaseUser | None
) -> list[int]:
    by_pk = {connection.pk: connection for connection in kinds}
    with transaction.atomic():
        free = Connection.objects.select_for_update().filter(
            pk__in=by_pk, state=Connection.State.CONNECTED, leaving_at=None
        )
        ids = set(free.values_list("pk", flat=True))
        unfinished = Run.objects.exclude(state=Run.State.FINISHED)
        ids -= set(unfinished.filter(connection__in=ids).values_list("connection_id", flat=True))
        Connection.objects.filter(pk__in=ids).update(wake=True, wants_full=True)
        forget_own_pause(*ids)
        rows = [_new_run(by_pk[pk], kinds[by_pk[pk]], user, Run.Cause.PERSON) for pk in sorted(ids)]
        # The schedule locks nothing: where it was quicker, its run is the one.
        Run.objects.bulk_create(rows, ignore_conflicts=True)
        for pk, run in unfinished.filter(connection__in=ids).values_list("connection_id", "pk"):
            one = by_pk[pk]
            audit.record(user, Action.SYNC_ASKED, connection=one, run=run, kinds=list(kinds[one]))
    return sorted(ids)


def forget_own_pause(*connection_ids: int) -> None:
    """Let a press try at once after an outage: nobody answered, so nobody asked us to wait.

    A pause that Microsoft has named, and one until an outcome is known, stay.
    """
    rows = Connection.objects.filter(pk__in=connection_ids)
    own = [pk for pk, why in rows.values_list("pk", "reason") if why.lower() in UNANSWERED]
    if own:
        rows.filter(pk__in=own).update(not_before=None)


def _open_run(
    connection: Connection, kinds: Sequence[str], user: AbstractBaseUser | None, cause: str
) -> Run:
    unfinished = Run.objects.exclude(state=Run.State.FINISHED).filter(connection=connection)
    run = unfinished.first()
    if run is None:
        try:
            with transaction.atomic():
                run = _new_run(connection, kinds, user, cause)
                run.save(force_insert=True)
                return run
        except IntegrityError:  # the other half of a double click was quicker
            run = unfinished.get()
    run.kinds = sorted({*run.kinds, *kinds})
    if run.cause == Run.Cause.RETRY:
        run.cause = cause
    run.save(update_fields=["kinds", "cause"])
    return run


def _new_run(
    connection: Connection, kinds: Sequence[str], user: AbstractBaseUser | None, cause: str
) -> Run:
    return Run(
        connection=connection,
        cause=cause,
        kinds=list(kinds),
        asked_by_id=user.pk if user else None,
        asked_at=timezone.now(),
    )
