"""Items in the mailbox that may be the same as a row of the CRM that was never linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agentbox_sync.core.actions import Memo
from agentbox_sync.core.changes import (
    RESUMABLE,
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Observation,
    Rest,
    is_free,
)
from agentbox_sync.core.errors import SyncError, TryLater
from agentbox_sync.core.kinds import Canonical, Kind, Record
from agentbox_sync.core.matching import Index
from agentbox_sync.engine.context import Box, Part, chunks
from agentbox_sync.engine.late import arrived_late
from agentbox_sync.engine.successors import successors_elsewhere
from agentbox_sync.engine.task import fetch, is_elsewhere
from agentbox_sync.ports import Chain, Staged

WITNESSES = 2  # pairs that are searched for beside new rows; one of them has to be found


class Twins:
    """Finds first meetings: the first listing answers from memory, later the mailbox is asked.

    We keep nothing of items that are nobody's business of ours. ``promised`` are items that a
    person has linked to somebody. ``unsure`` are the keys of rows for which nothing was found
    while the mailbox did not show what must be there either: an empty answer is believed only
    beside a control item, like any absence (sync-engine, F3).
    """

    def __init__(self, box: Box, part: Part, chain: Chain, promised: frozenset[str]) -> None:
        self._box = box
        self._part = part
        self._chain = chain
        self._index = Index(part.kind)
        self._all_doubted = False
        # A listing that was begun anew may lag behind what came into being just before: what
        # it does not show is searched for. The first one is all that there is to go by.
        self._has_census = chain.census and not chain.generation
        self._promised = promised
        self._knows_the_left = False
        self.unsure: set[LocalKey] = set()

    def know(self, seen: Observation) -> None:
        """Take note of a staged item that a row may be met with."""
        self._index.add(seen.remote_id, self._canonical(seen.record))

    def doubt(self, row: Staged) -> None:
        """Take note of a staged row; a listing that left out what is linked is no census yet."""
        self._has_census &= row.verified or not row.swept

    def find(self, items: Sequence[LocalItem | Absence]) -> dict[LocalKey, tuple[str, ...]]:
        """Return the remote ids that may be the same as each item, without those of pairs."""
        found: dict[LocalKey, tuple[str, ...]] = {}
        unanswered = []
        if any(isinstance(item, LocalItem) for item in items):
            self._know_the_left()
        for item in items:
            if not isinstance(item, LocalItem):
                continue
            shown = self._canonical(item.record)
            found[item.key] = self._index.alike(shown)
            if not self._has_census and any(self._part.kind.strong_keys(shown)):
                unanswered.append(item)
        if unanswered:
            witnesses = self._witnesses()
            size = max(1, self._box.remote.batch_size - len(witnesses))
            for group in chunks(unanswered, size):
                self._ask(group, witnesses, found)
        free = self._without_taken(found)
        lonely = [item for item in items if not free.get(item.key)]
        elsewhere = successors_elsewhere(self._box, self._part, lonely)
        return self._without_late(free | self._without_taken(elsewhere))

    def _without_taken(
        self, found: Mapping[LocalKey, Sequence[str]]
    ) -> dict[LocalKey, tuple[str, ...]]:
        """Leave out what belongs to a pair, or is promised to one."""
        ids = list(dict.fromkeys(id_ for alike in found.values() for id_ in alike))
        taken = self._box.memory.links_by_remote(self._part.kind.name, ids) if ids else {}
        paired = {id_: link for id_, link in taken.items() if not is_free(link)}
        self._wait_for_the_deleted(found, paired)
        others = paired.keys() | self._promised
        return {key: tuple(id_ for id_ in ids if id_ not in others) for key, ids in found.items()}

    def _without_late(
        self, found: dict[LocalKey, tuple[str, ...]]
    ) -> dict[LocalKey, tuple[str, ...]]:
        """Leave out what a create of another row has left there: it is taken for that one's.

        Where nothing is staged of it, it is read for the next plan, and the row waits until then.
        """
        kind, ids = self._part.kind.name, sorted({id_ for ids in found.values() for id_ in ids})
        if not ids or not self._box.memory.has_ghosts(kind):
            return found
        seen: list[Observation] = []
        for group in chunks(ids, self._box.remote.batch_size):
            self._box.check()
            seen += fetch(self._box, self._part, group)[0].values()
        late = arrived_late(
            self._box, self._part, [one for one in seen if not is_elsewhere(one, self._chain)]
        )
        owners = {id_: intent.link.key for id_, (intent, _) in late.items()}
        unseen = owners.keys() - self._box.memory.staged_for(self._chain, list(owners))
        if unseen:
            self._box.memory.suspect(self._chain, sorted(unseen))
            self.unsure |= {key for key, ids in found.items() if not unseen.isdisjoint(ids)}
        return {
            key: tuple(id_ for id_ in ids if owners.get(id_, key) == key)
            for key, ids in found.items()
        }

    def _know_the_left(self) -> None:
        """Take note of items that stayed when their row was deleted: it may be entered anew.

        Nothing is staged of them for long, and a mailbox cannot be searched by name and phone. What
        lies in another collection cannot be met in this one.
        """
        kind, after = self._part.kind.name, 0
        while not self._knows_the_left:
            links = self._box.memory.walk_left(kind, after=after)
            for link in links:
                if link.collection in ("", self._chain.collection):
                    self._index.add(link.remote_id, self._canonical(link.base_remote))
            self._knows_the_left = not links
            after = links[-1].id if links else after

    def _wait_for_the_deleted(
        self, found: Mapping[LocalKey, Sequence[str]], paired: dict[str, Link]
    ) -> None:
        """Put rows off whose twin belongs to a row that was deleted: it is free after this run.

        What a person had parted would stay so for good: it was parted from that row alone.
        """
        keys = [link.key for link in paired.values()]
        rows = self._part.read(keys) if keys else {}
        left = {
            id_: link
            for id_, link in paired.items()
            if isinstance(row := rows.get(link.key), Absence) and row.cause is Cause.DELETED
        }
        self.unsure |= {key for key, ids in found.items() if not left.keys().isdisjoint(ids)}
        parted = [x for x in left.values() if x.state is LinkState.RETAINED]
        freed = [x for x in parted if x.reason not in RESUMABLE]
        memos = [Memo(replace(link, reason=Rest.DELETED, error="")) for link in freed]
        self._box.memory.remember(self._part.kind.name, memos)

    def _ask(
        self,
        group: list[LocalItem],
        witnesses: list[Link],
        found: dict[LocalKey, tuple[str, ...]],
    ) -> None:
        """Look for items that are alike; a row whose question got no answer waits, alone.

        Without an answer a create could double an item. Where nothing was answered nobody goes on:
        the mailbox is to be tried later.
        """
        self._box.check()
        records = [*(item.record for item in group), *(link.base_remote for link in witnesses)]
        kind, collection = self._part.kind.name, self._chain.collection
        answers = self._box.remote.find_alike(kind, collection, records)
        failed = [answer for answer in answers if isinstance(answer, SyncError)]
        # What is refused for good would keep its row waiting for ever, and nobody would hear of it.
        refused = [error for error in failed if not isinstance(error, TryLater)]
        if refused or (failed and len(failed) == len(answers)):
            raise (refused or failed)[0]
        is_alive = any(
            link.remote_id in {seen.remote_id for seen in answer}
            for link, answer in zip(witnesses, answers[len(group) :], strict=True)
            if not isinstance(answer, SyncError)
        ) or not (witnesses or self._all_doubted)
        for item, answer in zip(group, answers, strict=False):
            if isinstance(answer, SyncError):
                self.unsure.add(item.key)
                continue
            index = Index(self._part.kind)
            for seen in answer:
                if self._part.kind.is_private(seen.record):
                    continue
                index.add(seen.remote_id, self._canonical(seen.record))
            # What was staged is no whole listing: beside it the mailbox may hold a twin.
            asked = index.alike(self._canonical(item.record))
            found[item.key] = tuple(sorted({*found[item.key], *asked}))
            if not is_alive and not asked:
                self.unsure.add(item.key)

    def _witnesses(self) -> list[Link]:
        """Return pairs whose items must be found by their keys; none where there are none yet.

        Where there are some and all are said to be gone, nobody can bear witness.
        """
        kind, found = self._part.kind, list[Link]()
        after = 0
        while links := self._box.memory.walk(kind.name, after=after):
            after = links[-1].id
            staged = self._box.memory.staged_for(
                self._chain, [link.remote_id for link in links if link.remote_id]
            )
            for link in links:
                if not self._is_here(link):
                    continue
                row = staged.get(link.remote_id)
                if row is not None and row.observation.removed:
                    self._all_doubted |= not row.verified
                elif _first_key(kind, link):
                    found.append(link)
                if len(found) == WITNESSES:
                    return found
        return found

    def _is_here(self, link: Link) -> bool:
        """Tell whether an item must be found in the collection that is followed."""
        here = link.collection in ("", self._chain.collection)
        return (
            link.state is LinkState.ACTIVE and here and not self._part.is_outside(link.base_remote)
        )

    def _canonical(self, record: Record) -> Canonical:
        return self._part.kind.canonical(record, self._part.locality)


def _first_key(kind: Kind, link: Link) -> bool:
    # The strongest keys are those that every mailbox can be searched by.
    return bool(kind.strong_keys(link.base_remote)[0])
