"""A RemoteStore that lets a test act between two of its calls; put in where ports are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.ports import Landing
from agentbox_sync.services import execute
from tests.sim.landing import landing

Moment = tuple[str, int, str]  # method, how many-th call of it, "before" or "after"
METHODS = ("locate", "pull", "fetch", "find_stamped", "find_alike", "write")


class Crash(BaseException):
    """The process dies here; not an Exception, so that nobody can handle it."""


class Watched:
    """Counts the calls of all runs, and does what was asked for at a moment."""

    def __init__(self, batch_size: int) -> None:
        self.batch_size = batch_size
        self.seen: list[Moment] = []
        self._counts: Counter[str] = Counter()
        self._deeds: dict[Moment, Callable[[], object]] = {}

    def at(self, method: str, number: int, moment: str, deed: Callable[[], object]) -> None:
        """Do something before or after the ``number``-th call of a method, counted from now."""
        self._deeds[method, self._counts[method] + number, moment] = deed

    def crash_at(self, method: str, number: int, moment: str) -> None:
        def crash() -> None:
            raise Crash

        self.at(method, number, moment, crash)

    def call(self, store: GraphMailbox, method: str, *arguments: Any) -> Any:
        self._counts[method] += 1
        self._reach(method, "before")
        answer = getattr(store, method)(*arguments)
        self._reach(method, "after")
        return answer

    def _reach(self, method: str, moment: str) -> None:
        reached = (method, self._counts[method], moment)
        self.seen.append(reached)
        if deed := self._deeds.pop(reached, None):
            deed()


class WatchedMailbox:
    """The port, call by call."""

    def __init__(self, store: GraphMailbox, watched: Watched) -> None:
        self.batch_size = watched.batch_size
        self._store = store
        self._watched = watched

    def locate(self, kind: str, target: str) -> Any:
        return self._watched.call(self._store, "locate", kind, target)

    def pull(self, cursors: Sequence[Any]) -> Any:
        return self._watched.call(self._store, "pull", cursors)

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> Any:
        return self._watched.call(self._store, "fetch", kind, remote_ids)

    def find_stamped(self, kind: str, collection: str, stamps: Sequence[str]) -> Any:
        return self._watched.call(self._store, "find_stamped", kind, collection, stamps)

    def find_alike(self, kind: str, collection: str, records: Sequence[Any]) -> Any:
        return self._watched.call(self._store, "find_alike", kind, collection, records)

    def write(self, kind: str, collection: str, writes: Sequence[Any]) -> Any:
        return self._watched.call(self._store, "write", kind, collection, writes)

    def begin_write(self, kind: str, collection: str, writes: Sequence[Any]) -> Landing:
        return landing(lambda: self.write(kind, collection, writes))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """From here on every run goes through a watched mailbox, two writes at a time."""
    watching = Watched(batch_size=2)
    monkeypatch.setattr(
        execute,
        "GraphMailbox",
        lambda client, zone: WatchedMailbox(GraphMailbox(client, zone), watching),
    )
    return watching
