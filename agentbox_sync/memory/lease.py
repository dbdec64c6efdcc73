"""The port Lease on the ORM: one row a key, compared by the database's own clock."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now

from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.models import Lease


@dataclass(slots=True)
class Account:
    """What the holders of a lease have sent to its mailbox, and until when it wants quiet.

    ``unsaved`` counts what of ``spent`` no row shows yet.
    """

    spent: dict[str, int] = field(default_factory=dict)
    quiet_until: datetime | None = None
    unsaved: int = 0


class OrmLease:
    """A lease that this process holds. Made by :func:`acquire`."""

    def __init__(
        self, key: str, owner: str, fence: int, seconds: float, since: float, account: Account
    ) -> None:
        self.key = key
        self.owner = owner
        self.fence = fence
        self.account = account
        self._seconds = seconds
        self._since = since

    def remaining(self) -> float:
        """Return the seconds left, counted from before the database granted them."""
        return self._seconds - (time.monotonic() - self._since)

    def renew(self) -> None:
        """Extend the lease by its full time."""
        since = time.monotonic()
        if not self._update(until=_in(self._seconds)):
            raise LeaseLost("another worker has taken over")
        self._since = since

    def release(self) -> None:
        """Give the lease back; another holder's is left alone."""
        self._update(owner="", until=None)

    def keep_account(self) -> None:
        """Write down what was spent, and the pause, while the lease is ours."""
        self._update(quiet_until=self.account.quiet_until)

    def _update(self, **values: Any) -> bool:
        if self.account.unsaved:
            values["spent"] = self.account.spent
        mine = Lease.objects.filter(key=self.key, owner=self.owner, token=self.fence)
        is_ours = mine.update(**values) == 1
        if is_ours:
            self.account.unsaved = 0
        return is_ours


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
    row = Lease.objects.filter(key=key, owner=owner).first()
    # A worker that slept between the two statements may have been overtaken already.
    if row is None:
        return None
    return OrmLease(key, owner, row.token, seconds, since, Account(row.spent, row.quiet_until))


def lease_key(connection_id: int) -> str:
    """Return the name of the lease that whoever writes for a connection must hold."""
    return f"connection:{connection_id}"


def fence_off(key: str) -> None:
    """Take the lease away from whoever holds it, so that nothing is written any more.

    Called in a transaction; waits for that of a running worker.
    """
    hold(key)
    Lease.objects.filter(key=key).update(token=F("token") + 1, owner="", until=None)


def hold(key: str) -> None:
    """Keep whoever holds the lease from writing until the transaction ends; takes it from nobody.

    Called in a transaction; waits for that of a running worker.
    """
    list(Lease.objects.select_for_update().filter(key=key))


def hand_on_account(former: str, key: str) -> None:
    """Let a new key begin with what was spent under a former one: it is the same mailbox."""
    known = Lease.objects.filter(key=former).values("spent", "quiet_until").first()
    if known is not None:
        Lease.objects.update_or_create(key=key, defaults=known)


def _in(seconds: float) -> ExpressionWrapper:
    span = Value(timedelta(seconds=seconds), output_field=DurationField())
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())
