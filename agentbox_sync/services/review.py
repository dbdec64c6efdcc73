"""What a person decides about things that wait for one."""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import Connection, Review
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, schedule

log = logging.getLogger(__name__)


def let_go(user: AbstractBaseUser, review: Review) -> None:
    """Let exactly the removals of a guard stop go, once; a changed list stops again."""
    now = timezone.now()
    open_stop = Review.objects.filter(pk=review.pk, closed_at=None, approved_at=None)
    with transaction.atomic():
        approved = open_stop.update(approved_by=user.pk, approved_at=now)
        if approved:
            Connection.objects.filter(pk=review.connection_id).update(wake=True, wants_full=True)
            audit.record(
                user,
                Action.LET_GO,
                connection=review.connection,
                kind=review.kind,
                review=review.pk,
                number=len(review.rows),
            )
            schedule.hand_over(review.connection_id)
    if approved:
        log.info("user %s let %s removals go (review %s)", user.pk, len(review.rows), review.pk)
