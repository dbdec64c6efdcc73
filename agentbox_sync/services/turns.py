"""Waiting for one's turn at a mailbox: one of ours speaks to it at a time, over all processes."""

from __future__ import annotations

from datetime import timedelta

from agentbox_sync.memory.lease import OrmLease, acquire, lease_key
from agentbox_sync.services import clock as clocks

_PAUSE = 0.2  # seconds between two looks whether it is free


def wait_for(connection_id: int, seconds: float, *, patience: float = 0.0) -> OrmLease | None:
    """Take the lease of a connection for ``seconds``; ``None`` while somebody else speaks to it.

    ``patience`` is how many seconds to wait for that to end.
    """
    clock = clocks.present()
    until = clock.now() + timedelta(seconds=patience)
    while True:
        lease = acquire(lease_key(connection_id), seconds)
        if lease is not None or clock.now() >= until:
            return lease
        clock.sleep(_PAUSE)
