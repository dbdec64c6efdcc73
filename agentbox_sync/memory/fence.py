"""Every write of a run happens under its lease, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction
from django.db.models import Exists, QuerySet

from agentbox_sync.core.errors import LeaseLost
from agentbox_sync.memory.lease import OrmLease
from agentbox_sync.memory.tally import Tally
from agentbox_sync.models import Lease
from agentbox_sync.ports import Clock


class Fenced:
    """The memory of one connection, as one worker may write it.

    ``run_id`` gives the id of the run's row, which is written only when there is something to
    say; it is called inside a transaction.
    """

    def __init__(
        self,
        connection_id: int,
        lease: OrmLease,
        clock: Clock,
        run_id: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._connection_id = connection_id
        self._lease = lease
        self._clock = clock
        self._run_id = run_id
        self.has_changed = False
        """Whether any pair is remembered otherwise than before."""
        self.tally = Tally()
        """How the pairs stood that are."""

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open a transaction that a newer holder of the lease keeps us out of.

        The row is locked, so that a takeover waits until our transaction has ended.
        """
        with transaction.atomic():
            if not self._held().select_for_update().exists():
                raise LeaseLost("another worker has taken over")
            yield

    def _is_ours(self) -> Exists:
        """Return the condition of a single statement that the lease is ours."""
        return Exists(self._held())

    def _held(self) -> QuerySet[Lease]:
        return Lease.objects.filter(
            key=self._lease.key, owner=self._lease.owner, token=self._lease.fence
        )

    def unit(self) -> AbstractContextManager[None]:
        """Open one transaction for a write to the CRM and what is remembered of it.

        Both are rows of one database; a CRM on another database than ours is refused by a check.
        """
        return self._transaction()
