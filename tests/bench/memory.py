"""The most memory that a process needs for a first sync of 20,000 contacts, against 1,000."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measurement import Measurement

if TYPE_CHECKING:
    from tests.bench import world  # lazy: needs Django set up

FEW, MANY = 1000, 20_000
MOST = 1.5
MOST_RUNS = 50
WINDOW = 601.0  # seconds after which a mailbox may be asked anew


def measure(scale: float) -> Iterator[Measurement]:
    """Yield the peak of a process that does one first sync and nothing else, few and many."""
    from tests.bench import world  # lazy: needs Django set up

    few, many = max(20, round(FEW * scale)), max(20, round(MANY * scale))
    with world.emulator() as at:
        peaks = {count: _peak(at, count) for count in (few, many)}
    yield Measurement(
        "memory",
        peaks[many],
        "MB",
        baseline=peaks[few],
        limit=MOST,
        setting=f"first sync of {many} contacts against {few}, no service time",
    )


def _peak(at: world.Microsoft, count: int) -> float:
    from agentbox_sync.models import Link  # lazy: needs Django set up
    from tests.bench import world  # lazy: needs Django set up

    connection = world.an_agent(at, f"memory{count}", count)
    command = [sys.executable, "-m", "tests.bench.memory", str(connection.pk)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    arrived = Link.objects.filter(connection=connection, state="active").count()
    if arrived != count:
        raise SystemExit(f"{arrived} of {count} contacts arrived: nothing was measured.")
    return float(done.stdout.split()[-1])


class Ahead:
    """A clock whose waits cost nothing: the budget of a mailbox need not be sat out."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


def sync(connection_id: int) -> float:
    """Do a first sync in this process; return the most memory that it ever held, in MB."""
    from agentbox_sync.memory.turn import SPENT  # Django is set up by now
    from agentbox_sync.models import Connection  # Django is set up by now
    from agentbox_sync.services import clock as clocks  # Django is set up by now
    from agentbox_sync.services.execute import execute  # Django is set up by now

    clock = Ahead()
    with clocks.under(clock):
        for _ in range(MOST_RUNS):
            done = execute(connection_id, forced=True)
            if done is None or done[0].error not in ("", SPENT):
                raise SystemExit(f"{done[0].error if done else 'Nothing'} ran.")
            if not (done[0].error or done[0].unfinished):
                break
            Connection.objects.filter(pk=connection_id).update(
                not_before=None, reason_parameters={}
            )
            clock.sleep(WINDOW)
    # Of this program alone: ru_maxrss of getrusage begins with the parent's.
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    import django

    django.setup()
    print(sync(int(sys.argv[1])))
