"""The order in which rows are locked, so that two people at one card never wait for each other.

Lease, connection, settings of a kind, preview; whatever hangs on them comes after. A transaction
that changes several of these begins with the first of them that it needs.
"""

from __future__ import annotations

from agentbox_sync.memory.lease import hold, lease_key
from agentbox_sync.models import Connection


def locked(connection: Connection) -> Connection:
    """Lock a connection and return it as it is now; nobody disconnects it meanwhile."""
    return Connection.objects.select_for_update().get(pk=connection.pk)


def locked_with_lease(connection: Connection) -> Connection:
    """The same for whoever may cut a run off; waits for the transaction that it is in."""
    hold(lease_key(connection.pk))
    return locked(connection)
