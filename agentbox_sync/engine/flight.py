"""Writing to Exchange while the database works: the next group is made ready meanwhile.

One group is under way at a time, and each is announced before it is sent and remembered when it
was answered, as without. What is saved is the wait between two groups: Graph is at work while the
one before is remembered and the one behind is read and announced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.errors import SyncError, Throttled
from agentbox_sync.engine.context import Box, Part
from agentbox_sync.engine.following import has_more
from agentbox_sync.engine.push import Shipment, pack, receive
from agentbox_sync.engine.task import Task
from agentbox_sync.ports import Chain, Written

Answers = Sequence[Written | SyncError]


@dataclass(frozen=True, slots=True)
class _Flight:
    shipment: Shipment
    rows: int
    land: Callable[[], Answers]


def may_overlap(part: Part, rows: Sequence[Row]) -> bool:
    """Tell whether a group is made ready without asking Exchange anything."""
    return all(
        row.action is Action.CREATE
        or (
            row.action is Action.UPDATE
            and not row.pull
            and not row.order
            # Beside names of the person's own ours are woven in: the item may have to be read.
            and not part.kind.shared.intersection(row.push)
        )
        for row in rows
    )


class Flights:
    """The groups of one part that are sent one behind the other."""

    def __init__(self, box: Box, part: Part, chain: Chain) -> None:
        self._box = box
        self._part = part
        self._chain = chain
        self._under_way: _Flight | None = None

    def send(self, tasks: list[Task], rows: int) -> bool:
        """Send a group behind the one that is under way; tell whether all so far came to an end.

        Where an answer to that one is no plain success, it is dealt with first: what follows must
        not go out into a pause, and not at all into a mailbox that is closed to us. So it is where
        something of an item comes later: that is sent while the group is received.
        """
        shipment = pack(self._box, self._part, self._chain, tasks)
        before, self._under_way = self._under_way, None
        answers = before.land() if before else ()
        complete = True
        if before and not self._is_plain(before, answers):
            complete, before = self._receive(before, answers), None
        try:
            self._under_way = _Flight(shipment, rows, self._begin(shipment))
        except Exception:
            if before:
                self._receive(before, answers)
            raise
        if before:
            complete &= self._receive(before, answers)
        return complete

    def _is_plain(self, flight: _Flight, answers: Answers) -> bool:
        """Tell whether nothing has to be sent to make an end of a group."""
        return all(isinstance(answer, Written) for answer in answers) and not any(
            has_more(self._part, task) for task in flight.shipment.tasks
        )

    def finish(self) -> bool:
        """Wait for the group that is under way; tell whether it came to an end."""
        flight, self._under_way = self._under_way, None
        return flight is None or self._receive(flight, flight.land())

    def _begin(self, shipment: Shipment) -> Callable[[], Answers]:
        box, writes = self._box, shipment.writes
        if not writes:
            return lambda: ()
        box.lease.renew()  # as before every write: see push.send
        land = box.remote.begin_write(self._part.kind.name, self._chain.collection, writes)

        def answers() -> Answers:
            try:
                return land()
            except Throttled as error:
                return [error] * len(writes)

        return answers

    def _receive(self, flight: _Flight, answers: Answers) -> bool:
        complete = flight.shipment.ended
        if flight.shipment.tasks:
            complete = receive(self._box, self._part, self._chain, flight.shipment, answers)
        self._box.counts(self._part).worked += flight.rows
        self._box.on_progress(self._box.report)
        return complete
