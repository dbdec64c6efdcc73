"""Many sequences on all cores, and what they showed together."""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tests.sim import faults as f
from tests.sim import lives
from tests.sim.calendar import sequence as calendar
from tests.sim.seeds import FAILED
from tests.sim.sequence import Result, play
from tests.sim.tasks import sequence as tasks
from tests.sim.world import Shape, World

T = TypeVar("T")

CHUNK = 50

# Writes that are not answered, and searches that lag behind what landed.
UNANSWERED = {
    "committed late": 5.0,
    "500 committed": 4.0,
    "answer lost": 2.0,
    "visibility lag": 3.0,
    "crash before request": 0.3,
    "never arrived": 0.3,
}
# Listings that die half way, and rumours in what they show.
LISTINGS = {
    "410": 6.0,
    "@removed for a live item": 4.0,
    "visibility lag": 2.0,
    "zombie worker": 3.0,
    "429 whole": 0.3,
}

# Without faults, with few, with many, and two kinds of weather that rare rules need.
SHAPES = (
    Shape(faults=0.0),
    Shape(faults=0.06),
    Shape(faults=0.14),
    Shape(faults=0.12, emphasis=UNANSWERED, crowd=3),
    Shape(faults=0.12, emphasis=LISTINGS, crowd=7),
)


def shape_of(seed: int) -> Shape:
    """Return the kind of world that a seed makes."""
    # A seed that failed once stays the world that it was.
    labels = seed % 4 == 3 and seed not in FAILED
    return replace(SHAPES[seed % len(SHAPES)], labels=labels)


@dataclass(slots=True)
class Summary:
    """What a number of sequences showed; ``failed`` holds seeds and what they broke."""

    sequences: int = 0
    requests: int = 0
    edits: int = 0
    runs: int = 0
    seconds: float = 0.0
    struck: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    failed: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, other: Summary) -> None:
        """Take the numbers of other sequences in."""
        self.sequences += other.sequences
        self.requests += other.requests
        self.edits += other.edits
        self.runs += other.runs
        self.struck += other.struck
        self.legal += other.legal
        self.deeds += other.deeds
        self.rounds += other.rounds
        self.failed += other.failed

    def take(self, result: Result | lives.Result) -> None:
        """Take one sequence in."""
        self.sequences += 1
        self.requests += result.requests
        self.edits += result.edits
        self.runs += result.runs
        self.struck += result.struck
        self.legal += result.legal
        self.deeds += result.deeds
        self.rounds[result.rounds] += 1
        if result.broken:
            self.failed.append((int(str(result.seed)), result.broken))

    def told(self) -> str:
        """Return the summary for people."""
        per = max(1, self.sequences)
        lines = [
            f"{self.sequences} sequences, {len(self.failed)} failed, "
            f"{self.sequences / max(self.seconds, 0.001):.0f} a second",
            f"a sequence: {self.edits / per:.1f} edits by people, "
            f"{self.requests / per:.1f} requests, {self.runs / per:.1f} runs",
            f"rounds until rest: {_counted(self.rounds)}",
            "faults that struck:",
            *(f"  {count:>9}  {name}" for name, count in self.struck.most_common()),
            "what people did:",
            *(
                f"  {count:>9}  {name.replace('_', ' ')}"
                for name, count in self.deeds.most_common()
            ),
            "legal outcomes:",
            *(f"  {count:>9}  {name}" for name, count in self.legal.most_common()),
        ]
        return "\n".join(lines)


def _counted(counter: Counter[int]) -> str:
    return ", ".join(f"{key}: {count}" for key, count in sorted(counter.items()))


def signature(sentence: str) -> str:
    """Return a broken invariant without what differs from seed to seed."""
    invariant, colon, rest = sentence.partition(": ")
    particular = r"'[^']*'|\{.*?\}|\[.*?\]|\d+|\b[abc]-\w+|(?<=\bin )[abc]\b"
    return f"{invariant}{colon}{re.sub(particular, '…', rest)}"[:90]


def _some(seeds: range) -> Summary:
    summary = Summary()
    for seed in seeds:
        summary.take(play(seed, shape_of(seed)))
    return summary


def _calendars(seeds: range) -> Summary:
    return _small(calendar.play, seeds)


def _tasks(seeds: range) -> Summary:
    return _small(tasks.play, seeds)


def _small(play_one: Callable[[object], lives.Result], seeds: range) -> Summary:
    summary = Summary()
    for seed in seeds:
        summary.take(play_one(seed))
    return summary


JOBS = {"contacts": _some, "calendar": _calendars, "tasks": _tasks}


def _chunks(start: int, count: int) -> Iterator[range]:
    for first in range(start, start + count, CHUNK):
        yield range(first, min(first + CHUNK, start + count))


def run(
    count: int,
    *,
    start: int = 0,
    processes: int = 0,
    deadline: float = 0.0,
    stop_at: int = 0,
    kind: str = "contacts",
) -> Summary:
    """Play ``count`` seeds from ``start`` on; ``deadline`` is in seconds, 0 for none.

    ``stop_at``: end after so many failures, 0 to go on.
    """
    began = time.monotonic()
    summary = Summary()
    for part in spread(JOBS[kind], _chunks(start, count), processes):
        summary.add(part)
        late = deadline and time.monotonic() - began > deadline
        if late or (stop_at and len(summary.failed) >= stop_at):
            break
    summary.seconds = time.monotonic() - began
    summary.failed.sort()
    return summary


def spread(job: Callable[[range], T], parts: Iterable[range], processes: int = 0) -> Iterator[T]:
    """Yield what ``job`` makes of each part, on one process for each core (or as many as named)."""
    workers = processes or os.cpu_count() or 1
    if workers == 1:
        yield from map(job, parts)
        return
    # Spawned, not forked: the caller may have threads.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(job, parts)


def every_fault() -> set[str]:
    """Return the names of all faults that a world may draw."""
    tables = (f.PULL_BEFORE, f.AFTER, f.ITEM, f.READ_ITEM, f.PAGE, f.COMMIT)
    return {name for table in tables for name, _ in table} | {
        "410, token evicted",
        "clock skew",
        "mailbox looks empty, or again not",
        "run out of time",
        "zombie worker",
    }


def every_deed() -> set[str]:
    """Return the names of everything that people may do."""
    people = World(0, Shape(populated=False, labels=True)).people
    return {deed.__name__.strip("_") for _, deed in people.deeds}
