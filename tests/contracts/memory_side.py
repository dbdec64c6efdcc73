"""What the contract of LinkMemory needs beside the memory itself, and the values it stores."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Row, Side
from agentbox_sync.core.changes import (
    BORN_IN_EXCHANGE,
    NO_ROW,
    Link,
    LinkState,
    LocalKey,
    Observation,
    Origin,
)
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.rules import Order
from agentbox_sync.core.safety import Verdict, plan_hash
from agentbox_sync.ports import Chain, Intent, LinkMemory, Page
from tests.builders.records import a_key, a_link, a_record

KIND = "contacts"
FOLDER = "folder-1"


class MemorySide(Protocol):
    """One connection's memory, as the worker that holds the lease sees it."""

    memory: LinkMemory
    keeps_kinds_apart: bool

    def taken_over(self) -> LinkMemory:
        """The lease runs out and another worker takes it; returns that worker's memory."""

    def of_another_connection(self) -> LinkMemory:
        """A memory in the same store that belongs to somebody else."""

    def snapshot(self) -> Any:
        """Everything that is stored, for comparison."""

    def lines(self) -> list[tuple[str, str, str]]:
        """The log: action, outcome and primary key, oldest first."""

    def open_stops(self) -> list[tuple[str, int]]:
        """The guard's open stops: name of the list and number of rows."""

    def notice(self, key: LocalKey) -> None:
        """The CRM has noticed a change."""

    def order(
        self,
        link: Link,
        order: Order,
        *,
        key: LocalKey = NO_ROW,
        remote_id: str = "",
        double: bool = False,
    ) -> int:
        """A person decides about a link; returns the number of the order."""

    def endings(self) -> dict[int, str]:
        """What became of the orders, by number; empty for those that are open."""

    def poison(self) -> Any:
        """A value that cannot be stored: whoever tries fails in the middle of a transaction."""

    def put_clock(self, now: datetime) -> None:
        """Whatever is dated from here on is dated so."""


def shown(remote_id: str, **facts: Any) -> Observation:
    return Observation(**{"remote_id": remote_id, "etag": "W/1", "record": a_record(), **facts})


def page(*observations: Observation, next_link: str = "", delta_link: str = "") -> Page:
    if not next_link and not delta_link:
        delta_link = "delta-1"
    return Page(observations, next_link, delta_link)


def chain_of(memory: LinkMemory) -> Chain:
    return memory.chain(KIND) or memory.open_chain(KIND, FOLDER)


def staged_ids(memory: LinkMemory) -> list[str]:
    return [row.observation.remote_id for row in memory.staged(chain_of(memory))]


def arrived(link: Link, remote_id: str, **columns: Any) -> Memo:
    """The memo of a create that was answered."""
    now = {"state": LinkState.ACTIVE, "remote_id": remote_id, "etag": "W/1"}
    line = Line(Action.CREATE, "new in the CRM", Outcome.DONE, Side.REMOTE)
    return Memo(link=_changed(link, **now, **columns), line=line, settled=True)


def _changed(link: Link, **columns: Any) -> Link:
    values = {name: getattr(link, name) for name in Link.__dataclass_fields__}
    return Link(**{**values, **columns})


def changed(link: Link, **columns: Any) -> Memo:
    """A memo that says nothing in the log."""
    return Memo(link=_changed(link, **columns))


def linked(memory: LinkMemory, pk: object = "1", remote_id: str = "", **columns: Any) -> Link:
    """An active link, made as the engine makes it: announced, answered, remembered."""
    (announced,) = memory.announce(KIND, [(a_key(pk), a_record())])
    memory.remember(KIND, [arrived(announced, remote_id or f"AAMk{pk}", **columns)])
    return memory.links(KIND, [a_key(pk)])[a_key(pk)]


def unresolved(memory: LinkMemory) -> dict[LocalKey, Intent]:
    return {intent.link.key: intent for intent in memory.unresolved(KIND)}


def removal(pk: object) -> Row:
    return Row(Action.DELETE, "left, removed", a_key(pk), 1, f"AAMk{pk}")


def stopped(*rows: Row) -> Verdict:
    return Verdict(allowed=False, planned=len(rows), limit=10, plan_hash=plan_hash(rows))


def sent(*atoms: str, if_match: str = "W/1", before: str = "") -> Pending:
    """An update of these atoms that was announced."""
    replaced = dict.fromkeys(atoms, before) if before else {}
    return Pending(dict.fromkeys(atoms, "new"), if_match, replaced)


def offered(memory: LinkMemory, remote_id: str) -> Link:
    """An item born in Exchange that waits for a person: a link without a row."""
    link = a_link(
        id=0,
        pk="",
        key=NO_ROW,
        stamp="",
        remote_id=remote_id,
        state=LinkState.QUARANTINED,
        reason=BORN_IN_EXCHANGE,
        origin=Origin.EXCHANGE,
        base_local={},
        base_remote={},
    )
    (stored,) = memory.remember(KIND, [Memo(link)])
    return stored
