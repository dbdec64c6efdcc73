"""Everything that can go wrong, as one tree; each leaf says what to do next.

::

    SyncError
    ├── TryLater                 wait, then run again; nothing is lost
    │   ├── Throttled            Microsoft named the wait (Retry-After)
    │   ├── Unreachable          no answer: down, refused, timed out before anything was sent
    │   └── ServerFault          5xx without a known meaning
    ├── OutcomeUnknown           a write was sent and no answer came: look before repeating it
    ├── SignInAgain              the person must sign in at Microsoft again
    ├── SuspendConnection        the mailbox or its permission is gone; a Master User must act
    ├── FixConfiguration         an operator must change a setting
    ├── CursorExpired            start the delta over, keep links and bases
    ├── StopRun                  this run may not go on
    │   ├── LeaseLost            another worker has taken over
    │   └── DeadlineReached      time is up; the next run continues
    └── ItemError                a fact about one item; the others go on
        ├── ItemRefused          set the item aside and show the reason (series: core/recurrence)
        ├── ItemChanged          re-read and merge (409, 412)
        ├── ItemMissing          not found: verify before it is believed
        └── ItemProtected        may be read but not written or deleted

An error that no table knows is never taken as harmless: ``graph/errors.py`` and ``oauth/`` map
what they do not know to the most careful leaf.
"""

from __future__ import annotations


class SyncError(Exception):
    """Root of the tree; ``code`` is a short machine word, ``next_step`` a sentence for a log."""

    next_step = "Read the log of this run."

    def __init__(self, message: str = "", *, code: str = "", request_id: str = "") -> None:
        super().__init__(message or code or type(self).__name__)
        self.code = code or type(self).__name__
        self.request_id = request_id  # Microsoft's own id of the exchange, for a support call


class TryLater(SyncError):
    """The work can be done later as it is; ``retry_after`` is in seconds, ``None`` if unnamed."""

    next_step = "Wait, then run again."

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.retry_after = retry_after


class Throttled(TryLater):
    """Microsoft asks for a pause; definitely not executed, so repeating it is safe."""

    next_step = "Wait exactly as long as Retry-After says, then run again."


class Unreachable(TryLater):
    """Nothing was executed because nothing was sent; repeating it is safe."""

    next_step = "Check the network and Microsoft's service health; the run is repeated later."


class ServerFault(TryLater):
    """A server-side failure of a read; repeating it is safe."""

    next_step = "Wait with growing pauses, then run again."


class OutcomeUnknown(SyncError):
    """A write was sent and nobody knows whether it happened; repeating it blindly is not safe."""

    next_step = "Look the item up by its stamp or its ETag before the write is repeated."


class SignInAgain(SyncError):
    """The grant is dead: password changed, consent revoked, conditional access, inactivity."""

    next_step = "Ask the person to sign in at Microsoft again from the Connections card."


class SuspendConnection(SyncError):
    """The mailbox or the permission to it is gone; going on would only fail item by item."""

    next_step = "A Master User must check the licence, the mailbox and the app's permissions."


class FixConfiguration(SyncError):
    """A setting or the app registration is wrong; no person's sign-in can mend it."""

    next_step = "Correct the setting that the message names, then restart."


class CursorExpired(SyncError):
    """The delta token is dead (410, syncStateNotFound, resyncRequired)."""

    next_step = "List the collection from the start; links and bases stay as they are."


class StopRun(SyncError):
    """This run may not write any more; what it has done is remembered."""

    next_step = "Nothing: the next run goes on from here."


class LeaseLost(StopRun):
    """Another worker holds the lease now; every write of this one is refused."""


class DeadlineReached(StopRun):
    """The run used up its time; the next one continues."""


class ItemError(SyncError):
    """A fact about one item."""

    next_step = "The other items go on; look at this one on the card."


class ItemRefused(ItemError):
    """The payload can never be accepted as it is (400, 413, 422, the CRM's own validation)."""

    next_step = "Set the item aside with the reason; try again when either side changes it."


class ItemChanged(ItemError):
    """Somebody changed the item since it was read."""

    next_step = "Read the item again, merge, write again."


class ItemMissing(ItemError):
    """The item was not found; that is not yet proof that it was deleted."""

    next_step = "Verify with a read beside a control item before it counts as deleted."


class ItemProtected(ItemError):
    """This one item may not be written or deleted (403 ErrorCannotDeleteObject)."""

    next_step = "Let the item rest; the mailbox itself is fine."
