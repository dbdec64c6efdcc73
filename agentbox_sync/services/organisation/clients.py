"""The two clients beside those of single mailboxes: the directory's, and one for many mailboxes."""

from __future__ import annotations

from collections.abc import Collection

from agentbox_sync.graph.bounds import Directory, Mailboxes
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.models import Organisation
from agentbox_sync.services import microsoft
from agentbox_sync.services.tokens import OrganisationTokens

LONGEST = 8.0  # seconds that a person waits for one answer


def directory(organisation: Organisation) -> GraphClient:
    """Return a client that looks people up, and opens no mailbox."""
    tokens = OrganisationTokens(organisation)
    return microsoft.graph_client(tokens, turn=None, longest=LONGEST, bounds=Directory())


def mailboxes(
    organisation: Organisation, object_ids: Collection[str], *, longest: float | None = LONGEST
) -> GraphClient:
    """Return a client for these mailboxes; whoever uses it makes sure that nobody else speaks."""
    tokens = OrganisationTokens(organisation)
    bounds = Mailboxes(object_ids)
    return microsoft.graph_client(tokens, turn=None, longest=longest, bounds=bounds)
