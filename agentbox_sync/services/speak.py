"""Speaking to the mailbox of a connection, by the way in that it was connected by."""

from __future__ import annotations

from agentbox_sync.graph.bounds import Mailboxes
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.models import Connection
from agentbox_sync.ports import Turn
from agentbox_sync.services import microsoft
from agentbox_sync.services.tokens import ConnectionTokens, OrganisationTokens


def speak(
    connection: Connection, *, turn: Turn | None, longest: float | None = None
) -> GraphClient:
    """Return a Graph client that reaches the mailbox of ``connection`` and no other.

    ``turn`` and ``longest`` are those of :func:`agentbox_sync.services.microsoft.graph_client`.
    """
    seed = str(connection.pk)
    if connection.organisation is None:
        own = ConnectionTokens(connection)
        return microsoft.graph_client(own, turn=turn, seed=seed, longest=longest)
    return microsoft.graph_client(
        OrganisationTokens(connection.organisation),
        turn=turn,
        seed=seed,
        longest=longest,
        bounds=Mailboxes([connection.object_id]),
    )
