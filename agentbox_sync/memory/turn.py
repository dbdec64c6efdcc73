"""The port Turn on the ORM: who holds the lease of a connection may speak to its mailbox.

The lease is what makes it one at a time over all processes and hosts: whoever speaks to a mailbox
(a run, a page that looks into it, a probe) holds it, each sends one request after the other, and no
request is begun that could outlive it. So what was spent stands in the lease's own row: nobody else
can spend meanwhile, and to know it costs no statement.
"""

from __future__ import annotations

from datetime import timedelta

from agentbox_sync.core.budget import Budget
from agentbox_sync.core.errors import Throttled
from agentbox_sync.memory.lease import OrmLease
from agentbox_sync.ports import Clock

# How many requests may be sent before they are written down: one batch. So many are forgotten when
# a worker dies; the budget leaves room for that.
UNSAVED = 20
SPENT = "requestbudget"
PAUSE = "pauseasked"


class OrmTurn:
    """The turn of whoever holds ``lease``; ``longest`` bounds the seconds of one request."""

    def __init__(
        self, lease: OrmLease, clock: Clock, longest: float, budget: Budget | None = None
    ) -> None:
        self._lease = lease
        self._clock = clock
        self._longest = longest
        self._budget = budget or Budget()

    def take(self, count: int) -> None:
        """Take ``count`` requests, right before they are sent. Raises LeaseLost and Throttled."""
        now, account = self._clock.now(), self._lease.account
        if account.quiet_until is not None and account.quiet_until > now:
            wait = (account.quiet_until - now).total_seconds()
            raise Throttled("Microsoft asked for a pause.", code=PAUSE, retry_after=wait)
        if wait := self._budget.wait(account.spent, now, count):
            message = f"{self._budget.limit} requests were sent within {self._budget.window} s."
            raise Throttled(message, code=SPENT, retry_after=wait)
        account.spent = self._budget.after(account.spent, now, count)
        account.unsaved += count
        if account.unsaved > UNSAVED or self._lease.remaining() < 2 * self._longest:
            self._lease.renew()

    def pause(self, seconds: float) -> None:
        """Remember that Microsoft asked for a pause, for whoever speaks to the mailbox next."""
        account = self._lease.account
        until = self._clock.now() + timedelta(seconds=seconds)
        if account.quiet_until is None or until > account.quiet_until:
            account.quiet_until = until
            self._lease.keep_account()
