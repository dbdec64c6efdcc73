"""The port Lease on the ORM: one row a key, compared by the database's own clock."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now

from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.models import Lease


class OrmLease:
    """A lease that this process holds. Made by :func:`acquire`."""

    def __init__(self, key: str, owner: str, fence: int, seconds: float, since: float) -> None:
        self.key = key
        self.owner = owner
        self.fence = fence
        self._seconds = seconds
        self._since = since

    def remaining(self) -> float:
        """Return the seconds left, counted from before the database granted them."""
        return self._seconds - (time.monotonic() - self._since)

    def renew(self) -> None:
        """Extend the lease by its full time."""
        since = time.monotonic()
        mine = Lease.objects.filter(key=self.key, owner=self.owner, token=self.fence)
        if mine.update(until=_in(self._seconds)) != 1:
            raise LeaseLost("another worker has taken over")
        self._since = since

    def release(self) -> None:
        """Give the lease back; another holder's is left alone."""
        mine = Lease.objects.filter(key=self.key, owner=self.owner, token=self.fence)
        mine.update(owner="", until=None)


def acquire(key: str, seconds: float) -> OrmLease | None:
    """Take the lease if nobody holds it or its time is over; ``None`` when somebody does.

    One conditional UPDATE decides, on SQLite as on PostgreSQL; the token grows with every holder.
    """
    owner, since = uuid.uuid4().hex, time.monotonic()
    free = Lease.objects.filter(Q(until=None) | Q(until__lt=Now()), key=key)
    taken = {"owner": owner, "until": _in(seconds), "token": F("token") + 1}
    if not free.update(**taken):
        # Held by somebody else, or never held before: then there is no row yet.
        _, is_new = Lease.objects.get_or_create(key=key)
        if not is_new or not free.update(**taken):
            return None
    mine = Lease.objects.filter(key=key, owner=owner).values_list("token", flat=True).first()
    # A worker that slept between the two statements may have been overtaken already.
    return None if mine is None else OrmLease(key, owner, mine, seconds, since)


def _in(seconds: float) -> ExpressionWrapper:
    span = Value(timedelta(seconds=seconds), output_field=DurationField())
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())
