"""What is put off because a series goes on: the next one may appear by itself on the other side.

See :mod:`agentbox_sync.core.succession`. It is put off for one look, not for ever: where nothing
has appeared by then, it is created or taken in like anything else that is new. And what is written
so that none appears: it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import Absence, LinkState, LocalItem, LocalKey
from agentbox_sync.core.kinds import Canonical, Record
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Decision
from agentbox_sync.core.succession import (
    ended_by,
    series_of,
    still_going_on,
    taken_by_exchange,
)
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.shown import canonical_of
from agentbox_sync.engine.task import Task, fetch, tried

_NEW = frozenset({Action.CREATE, Action.IMPORT, Action.OFFER})

Done = dict[LocalKey, tuple[Task, frozenset[str]]]
"""Rows that are about to be done, and what Exchange would take from the item of each."""


class Successions:
    """The series that go on in one plan, and the rows that may be the next ones of them."""

    def __init__(self, box: Box, part: Part) -> None:
        self._box = box
        self._part = part
        self._ending: set[str] = set()
        self._taken_back: set[int] = set()
        self._new: list[tuple[Row, str]] = []
        self._done: list[tuple[LocalKey, str]] = []
        self._unread: list[str] = []

    def is_done(self, item: LocalItem | Absence) -> bool:
        """Tell whether a row is done: it is met where it is in Exchange, and never created."""
        if not isinstance(item, LocalItem) or not item.is_dormant:
            return False
        return self._part.kind.is_over(canonical_of(self._part, item.record))

    def note(self, pair: Pair, decision: Decision) -> None:
        """Take note of a pair as it was decided."""
        row, kind, locality = decision.row, self._part.kind, self._part.locality
        if pair.link and pair.link.pending and _is_open(self._part, pair):
            self._taken_back.add(pair.link.id)
        if row is None and pair.local and not _is_met(pair) and self.is_done(pair.local):
            # Done before it was met: what it is to be met with may be about to appear.
            name = series_of(kind, kind.canonical(_said_by(pair), locality))
            self._done += [(pair.local.key, name)] if name else []
        if row is None or kind.series is None:
            return
        if row.action in _NEW or row.action is Action.LINK:
            name = kind.series(kind.canonical(_said_by(pair), locality))
            # What a person orders does not wait; that it is ordered makes others wait all the same.
            waits = row.action in _NEW and not row.order
            self._new += [(row, name)] if name and waits else []
            # Of two that meet one may be done, and the other one is about to be. They may be
            # called otherwise by now: Exchange goes on with what the item is called (seed 9963279).
            there = kind.canonical(pair.remote.record, locality) if pair.remote else {}
            meets = row.action is Action.LINK
            self._ending |= {name, series_of(kind, there)} - {""} if meets else set()
            # Nothing is staged of what was found by a search, or a part, and no base is kept yet.
            is_unread = meets and pair.link is not None and not series_of(kind, there)
            self._unread += [row.remote_id] if is_unread else []
        elif decision.merged and decision.merged.writes:
            self._ending |= ended_by(kind, pair, locality)

    def put_off(self, *items: LocalItem | Absence) -> None:
        """Take note of rows that are met with the next plan: what goes on then is not there yet.

        As with those that meet now, one may be done and the other one about to be. What comes
        after it was created meanwhile, and Exchange made that one a second time (seed 9312168 of
        the simulated tasks).
        """
        part = self._part
        said = [canonical_of(part, x.record) for x in items if isinstance(x, LocalItem)]
        self._ending |= {series_of(part.kind, one) for one in said} - {""}

    def held(self) -> tuple[list[Row], set[LocalKey]]:
        """Return the rows of the plan that wait, and the keys of those that are done and do."""
        if not (self._new or self._done):
            return [], set()
        read, is_sure = self._read()
        names = self._ending | self._still_going_on() | read
        rows = [row for row, name in self._new if name in names or not is_sure]
        return rows, {key for key, name in self._done if name in names or not is_sure}

    def _read(self) -> tuple[set[str], bool]:
        """Return the series of what is met to the end and was not read, and whether all answered.

        Its row may be called otherwise since the meeting was cut off, and nobody kept what the item
        was called. Without an answer it may be any of them.
        """
        box, part, names, is_sure = self._box, self._part, set[str](), True
        for group in chunks(self._unread, box.remote.batch_size):
            box.check()
            shown, answered = fetch(box, part, group)
            is_sure &= answered
            names |= {series_of(part.kind, canonical_of(part, x.record)) for x in shown.values()}
        return names - {""}, is_sure

    def _still_going_on(self) -> set[str]:
        found, now, after = set[str](), self._box.clock.now(), 0
        while links := self._box.memory.walk(self._part.kind.name, after=after):
            after = links[-1].id
            for link in links:
                # What the CRM has taken back is not sent again, and may never be answered.
                one = replace(link, pending=()) if link.id in self._taken_back else link
                found |= still_going_on(self._part.kind, one, now, self._box.settle_delay)
        return found | self._perhaps_there()

    def _perhaps_there(self) -> set[str]:
        """Return the series of which one was sent and not answered: it may be done since."""
        part = self._part
        return {series_of(part.kind, sent) for sent in _sent(self._box, part)} - {""}


def _is_open(part: Part, pair: Pair) -> bool:
    local = pair.local
    if not isinstance(local, LocalItem):
        return False
    return not part.kind.is_over(part.kind.canonical(local.record, part.locality))


def taken_along(box: Box, part: Part, tasks: Sequence[Task]) -> dict[LocalKey, frozenset[str]]:
    """Return what a write takes from one of a series that it does, where its next one is there.

    The CRM has gone on with it, and Exchange would make that one a second time. So it is where the
    pair has rested meanwhile, or was about to: nothing that is new waits for what is to be removed
    (seed 9003948). So it is where the row has only now met its twin: its next one may have been met
    long ago, or is about to be. A pair that is in step lets Exchange go on: what it makes has what
    we do not know of as well, such as steps.
    """
    done = {task.row.key: (task, atoms) for task in tasks if (atoms := _taken_from(part, task))}
    found = _taken_suddenly(part, done)
    there, after = [*_sent(box, part), *_met_now(part, tasks)] if done else [], 0
    while done.keys() > found.keys():
        found |= _where_next(part, done, there)
        if not (links := box.memory.walk(part.kind.name, after=after)):
            break
        after = links[-1].id
        there = [x.base_remote for x in links if x.state is LinkState.ACTIVE and x.has_row]
    return found


def _taken_suddenly(part: Part, done: Done) -> dict[LocalKey, frozenset[str]]:
    """Return what is taken where the plan creates the next one, and did not foresee this write.

    One that was to go or to rest is back since, and nothing has waited for it (seed 10653523 of the
    simulated tasks).
    """
    sudden = {key: one for key, one in done.items() if not _was_foreseen(part, one[0])}
    keys = part.creates if sudden else ()
    rows = [x for group in chunks(keys) for x in part.read(group).values()]
    new = [canonical_of(part, x.record) for x in rows if isinstance(x, LocalItem)]
    return _where_next(part, sudden, new)


def _was_foreseen(part: Part, task: Task) -> bool:
    """Tell whether the plan has it that one is done; what meets is waited for in any case."""
    local, row = task.pair.local, task.row
    if row.action is Action.LINK or not isinstance(local, LocalItem):
        return True
    said = canonical_of(part, local.record)
    planned = {atom: said[atom] for atom in row.push if atom in said}
    return bool(taken_by_exchange(part.kind, _stands(part, task), planned))


def _where_next(
    part: Part, done: Done, there: Sequence[Canonical]
) -> dict[LocalKey, frozenset[str]]:
    return {
        key: atoms
        for key, (task, atoms) in done.items()
        if any(_comes_after(part, task, shown) for shown in there)
    }


def _sent(box: Box, part: Part) -> list[Canonical]:
    """Return what was created and not answered, oldest first: it may be there."""
    return [x for one in box.memory.unresolved(part.kind.name) for x in tried(part, one)]


def _met_now(part: Part, tasks: Sequence[Task]) -> list[Canonical]:
    """Return what the items say that are about to be met: they are there."""
    return [_stands(part, task) for task in tasks if task.action is Action.LINK]


def _taken_from(part: Part, task: Task) -> frozenset[str]:
    local = task.pair.local
    if not isinstance(local, LocalItem) or task.action is Action.CREATE:
        return frozenset()
    said = canonical_of(part, local.record)
    if not series_of(part.kind, said):
        return frozenset()
    pushed = {atom: said[atom] for atom in task.push}
    return taken_by_exchange(part.kind, _stands(part, task), pushed)


def _comes_after(part: Part, task: Task, shown: Canonical) -> bool:
    """Tell whether what is shown comes after one that is done; the very next one of what is active.

    Others may be called the same, and what is in step with them goes on by itself.
    """
    link, local, kind = task.pair.link, task.pair.local, part.kind
    if not isinstance(local, LocalItem) or kind.is_over(shown):
        return False
    said = canonical_of(part, local.record)
    if link is not None and link.state is LinkState.ACTIVE:
        return kind.follows(said, shown) and kind.comes_next(said, shown)
    return any(kind.follows(one, shown) for one in (_stands(part, task), said))


def _stands(part: Part, task: Task) -> Canonical:
    """Return what an item says before it is written, as far as it is known."""
    link, seen = task.pair.link, task.pair.remote
    return {
        **(link.base_remote if link else {}),
        **canonical_of(part, seen.record if seen else {}),
    }


def _said_by(pair: Pair) -> Record:
    if isinstance(pair.local, LocalItem):
        return pair.local.record
    return pair.remote.record if pair.remote else {}


def _is_met(pair: Pair) -> bool:
    return pair.link is not None and bool(pair.link.remote_id)
