"""The workshop of contacts."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.probes.answers import Probe
from agentbox_sync.graph.probes.bench import Bench
from agentbox_sync.graph.probes.feeds import FeedProbes
from agentbox_sync.graph.probes.fields import FieldProbes
from agentbox_sync.graph.probes.searches import SearchProbes
from agentbox_sync.graph.probes.writing import WritingProbes
from agentbox_sync.ports import Clock


class ContactWorkshop:
    """A folder below Contacts, and every question about contacts."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.bench = Bench(client, clock)

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the folder."""
        self.bench.open()

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        return self.bench.close()

    def probes(self) -> Sequence[Probe]:
        """Return the questions, in the order in which they are asked."""
        parts = (WritingProbes, FieldProbes, SearchProbes, FeedProbes)
        return [probe for part in parts for probe in part(self.bench).probes()]
