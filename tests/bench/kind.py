"""What is measured of every kind beside its first push: a job without news, and ten changes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from agentbox_sync.models import Connection, Link
from tests.bench import world
from tests.bench.growth import CHANGES
from tests.bench.measurement import Measurement
from tests.bench.pages import counted

FEWER = 10  # times fewer items to compare the growth with
ROUNDS = 9
MOST = 1.3


@dataclass(slots=True)
class Agent:
    """Somebody whose items lie still, but for those of which each run finds changes.

    ``edit`` makes of the number of a round what a person changes of an item there, as the
    emulator is asked for it; ``change`` is the same for a row of the CRM.
    """

    connection: Connection
    upn: str
    kind: str
    moving: list[Any]
    change: Callable[[Any, int], None]
    edit: Callable[[str, int], Mapping[str, Any]]
    rounds: int = 0

    def ten_changes(self, at: world.Microsoft) -> tuple[float, int]:
        """Change five in the CRM and five in Exchange, and run; seconds and statements."""
        self.rounds += 1
        half = CHANGES // 2
        for row in self.moving[:half]:
            self.change(row, self.rounds)
            row.save()
        keys = [str(row.pk) for row in self.moving[half:]]
        for link in Link.objects.filter(connection=self.connection, local_pk__in=keys):
            at.control(f"mailbox/{self.upn}", self.edit(link.remote_id, self.rounds))
        with CaptureQueriesContext(database) as seen:
            begun = time.perf_counter()
            report = world.run(self.connection)
            took = time.perf_counter() - begun
        told = report.kind(self.kind)
        if (told.writes_remote, told.writes_local) != (half, half):
            raise SystemExit(f"{told} is not what was changed: nothing was measured.")
        return took, counted(seen.captured_queries)


def growth(at: world.Microsoft, many: Agent, few: Agent, setting: str) -> Iterator[Measurement]:
    """Yield what ten changes take of somebody with many items, against somebody with few."""
    agents = {"many": many, "few": few}
    times: dict[str, list[float]] = {name: [] for name in agents}
    said = dict.fromkeys(agents, 0)
    for _ in range(ROUNDS):
        for name, agent in agents.items():
            seconds, said[name] = agent.ten_changes(at)
            times[name].append(seconds * 1000)
    for what, unit, found in (
        ("time", "ms", {name: statistics.median(values) for name, values in times.items()}),
        ("sql", "statements", said),
    ):
        yield Measurement(
            f"{many.kind}_growth_{what}",
            found["many"],
            unit,
            baseline=found["few"],
            limit=MOST,
            setting=setting,
        )
