"""Requests of ours on their way to a small simulated mailbox, and what befalls them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from agentbox_sync.core.errors import (
    ItemChanged,
    ItemMissing,
    OutcomeUnknown,
    SyncError,
    Unreachable,
)
from agentbox_sync.ports import Create, Landing, Write, Written
from tests.sim.clock import TICK, VirtualClock
from tests.sim.faults import Crash
from tests.sim.landing import landing

FAULTS = frozenset(
    {
        "410",
        "crash after request",
        "crash before request",
        "never committed, no answer",
        "committed late",
        "500 committed",
        "never arrived",
    }
)
"""What may go wrong on the way."""


class Died(Exception):
    """A write in several requests was cut off between two of them."""


class Refused(Exception):
    """What the server answers instead of carrying a write out."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Server(Protocol):
    """What has not landed yet: when it is due, and what it does."""

    late: list[tuple[float, Callable[[], object]]]


class Wire:
    """Every request goes through here; ``rate`` is how often something goes wrong at one.

    ``lost``: the answers to so many writes never come; ``fate`` strikes at the first occasion.
    ``between`` is called between any two steps: people act there.
    """

    def __init__(self, server: Server, clock: VirtualClock, rng: random.Random) -> None:
        self.batch_size = 4
        self.rate = 0.0
        self.lost = 0
        self.fate = ""
        self.struck: Counter[str] = Counter()
        self.requests = self.writes = 0
        self.between: Callable[[], None] = lambda: None
        self._server, self._clock, self._rng = server, clock, rng

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send writes together; each may meet a fate of its own."""
        if not writes:
            return []
        self.begin()
        answers = [self._one(collection, write) for write in writes]
        self.between()
        if self.chance(0.3, "crash after request"):
            raise Crash("after the request")
        return answers

    def begin_write(self, kind: str, collection: str, writes: Sequence[Write]) -> Landing:
        """Send writes whose answers are heard later."""
        return landing(lambda: self.write(kind, collection, writes))

    def _one(self, collection: str, write: Write) -> Written | SyncError:
        if not isinstance(write, Create) and not write.etag:
            return ItemChanged("The item has to be read first.", code="NoETag")
        if self.chance(0.7, "never committed, no answer"):
            return unknown()  # it never arrived, and nobody can tell
        if self.chance(0.4, "committed late"):
            due = self._clock.seconds + TICK * self._rng.randint(1, 6)
            self._server.late.append((due, lambda: self.carry_out(collection, write)))
            return unknown()
        try:
            answer = self.carry_out(collection, write)
        except Died:
            return unknown()
        except Refused as refusal:
            if refusal.status == 409:
                return unknown()  # it is found by its stamp
            if refusal.status == 404:
                return ItemMissing("not found", code="ErrorItemNotFound")
            return ItemChanged("changed", code="ErrorIrresolvableConflict")
        if self.lost:
            self.lost -= 1
            return unknown()
        return unknown() if self.chance(0.7, "500 committed") else answer

    def carry_out(self, collection: str, write: Write) -> Written:
        """Carry a write out; raises Refused, or Died half way."""
        raise NotImplementedError

    def begin(self) -> None:
        """Begin a request: people act, time passes, what was on its way lands."""
        self.requests += 1
        self.between()
        self._clock.sleep(TICK)
        self.land()
        if self.chance(0.3, "crash before request"):
            raise Crash("before the request")
        if self.chance(0.5, "never arrived"):
            raise Unreachable("no route", code="ConnectTimeout")

    def land(self) -> None:
        """Carry out what was sent earlier and has been on its way since."""
        server, now = self._server, self._clock.seconds
        due = [deed for at, deed in server.late if at <= now]
        server.late = [entry for entry in server.late if entry[0] > now]
        for deed in due:
            try:
                deed()
            except (Refused, Died):
                continue  # nobody is waiting for the answer any more

    def chance(self, weight: float, what: str) -> bool:
        """Tell whether a fault strikes here."""
        if self.fate == what:
            self.fate = ""
            return True
        struck = self.rate > 0 and self._rng.random() < self.rate * weight
        self.struck[what] += struck
        return struck


def unknown() -> OutcomeUnknown:
    """Return the answer that nobody heard."""
    return OutcomeUnknown("no answer", code="500")
