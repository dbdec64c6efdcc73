"""Microsoft as the engine's port sees it, in memory, with everything that may go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    CursorExpired,
    ItemChanged,
    ItemMissing,
    ItemProtected,
    ItemRefused,
    OutcomeUnknown,
    ServerFault,
    SignInAgain,
    SuspendConnection,
    SyncError,
    Throttled,
    Unreachable,
)
from agentbox_sync.core.kinds import Record
from agentbox_sync.ports import Create, Cursor, Delete, Landing, Page, Write, Written
from tests.sim import faults as f
from tests.sim.clock import START, TICK
from tests.sim.faults import Crash, Faults
from tests.sim.landing import landing
from tests.sim.mailbox import MAIN, Item, Mailbox, Refused
from tests.sim.values import EMAILS_FIT, KIND, canonical

PAGE_SIZE = 3
LATEST = 6  # ticks after which a request that was sent has landed or never will

Point = Callable[[str], None]


class SimulatedGraph:
    """A RemoteStore; ``point`` is called at every boundary of a request."""

    def __init__(
        self,
        mailbox: Mailbox,
        faults: Faults,
        point: Point = lambda _: None,
        *,
        batch_size: int = 3,
        trace: list[Any] | None = None,
    ) -> None:
        self.batch_size = batch_size
        self.requests = 0
        self.pages = 0
        self.subjects: set[str] = set()
        self.writes = 0
        self._mailbox = mailbox
        self._faults = faults
        self._point = point
        self._trace: list[Any] = [] if trace is None else trace

    # ------------------------------------------------------------------------------------- reading

    def locate(self, kind: str, target: str) -> str:
        """Return the id of the folder that ``target`` names."""
        self._begin(f.READ_BEFORE, "locate", kind, target)
        self._end()
        found = target or MAIN
        if not self._mailbox.is_folder(found):
            raise _no_folder()
        return found

    def find_own(self, kind: str, stamp: str) -> str:
        """Return the id of our own folder with a stamp."""
        self._begin(f.READ_BEFORE, "find_own", stamp)
        found = [x for x in self._mailbox.folders.values() if x.stamp == stamp]
        self._end()
        return next((folder.id for folder in found if not folder.is_deleted), "")

    def create_own(self, kind: str, stamp: str) -> str:
        """Create a folder of our own, numbered where the name is taken."""
        self._begin(f.BEFORE, "create_own", stamp)
        struck = self._faults.draw(f.ITEM, 1.2)
        if struck in ("500 not committed", "never committed, no answer"):
            raise _unknown()
        if struck == "committed late":
            due = self._mailbox.clock.seconds + TICK * self._faults.pick(1, LATEST)
            self._mailbox.late.append((due, lambda: self._made(stamp)))
            raise _unknown()
        made = self._made(stamp)
        if struck == "500 committed" or self._after() == "answer lost":
            raise _unknown()
        return made

    def _made(self, stamp: str) -> str:
        for number in range(1, 20):
            try:
                name = f"Agentbox {number}".removesuffix(" 1")
                return self._mailbox.make_folder(name, stamp).id
            except Refused:
                continue
        raise AssertionError("twenty folders")

    def remove_own(self, kind: str, collection: str, stamp: str) -> bool:
        """Remove our own folder if nothing lies in it."""
        self._begin(f.BEFORE, "remove_own", collection)
        folder = self._mailbox.folders.get(collection)
        if folder is None or folder.is_deleted:
            return True
        if folder.stamp != stamp or self._mailbox.listed(collection):
            folder.is_kept = True
            return False
        self._mailbox.drop_folder(collection)
        self._end()
        return True

    def pull(self, cursors: Sequence[Cursor]) -> list[Page | SyncError]:
        """Read one page behind each cursor."""
        if not cursors:
            return []
        struck = self._begin(f.PULL_BEFORE, "pull", *(cursor.link for cursor in cursors))
        if struck == "410":
            return [CursorExpired("gone", code="SyncStateNotFound") for _ in cursors]
        answers = [self._page(cursor) for cursor in cursors]
        self._end()
        return answers

    def fetch(self, kind: str, remote_ids: Sequence[str]) -> list[Observation | SyncError]:
        """Read whole items."""
        if not remote_ids:
            return []
        self._begin(f.READ_BEFORE, "fetch", *remote_ids)
        answers: list[Observation | SyncError] = []
        for remote_id in remote_ids:
            if self._faults.draw(f.READ_ITEM, 0.2):
                answers.append(ServerFault("try again", code="503"))
            elif self._mailbox.is_there(remote_id):
                answers.append(self._seen(self._mailbox.items[remote_id], stamp=True))
            else:
                answers.append(ItemMissing("not found", code="ErrorItemNotFound"))
        self._end()
        return answers

    def find_stamped(
        self, kind: str, collection: str, stamps: Sequence[str]
    ) -> list[list[Observation] | SyncError]:
        """Find the items of the folder that carry each stamp."""
        if not stamps:
            return []
        self._begin(f.READ_BEFORE, "find_stamped", *stamps)
        visible = self._visible()
        answers: list[list[Observation] | SyncError] = [
            [
                self._seen(item, stamp=True)
                for item in self._searchable(collection)
                if item.stamp == stamp and item.born <= visible
            ]
            for stamp in stamps
        ]
        self._end()
        return answers

    def find_alike(
        self, kind: str, collection: str, records: Sequence[Record]
    ) -> list[list[Observation] | SyncError]:
        """Find items of the folder that share an e-mail address with each record."""
        if not records:
            return []
        asked = [set(canonical({"emails": r.get("emails")})["emails"]) for r in records]
        self._begin(f.READ_BEFORE, "find_alike", *sorted(e for keys in asked for e in keys))
        answers: list[list[Observation] | SyncError] = [
            [
                self._seen(item)
                for item in self._searchable(collection)
                if keys & set(canonical({"emails": item.record.get("emails")})["emails"])
            ]
            for keys in asked
        ]
        self._end()
        return answers

    # ------------------------------------------------------------------------------------- writing

    def write(
        self, kind: str, collection: str, writes: Sequence[Write]
    ) -> list[Written | SyncError]:
        """Send writes together; each may meet a fate of its own."""
        if len(writes) > self.batch_size:
            raise ValueError("too many writes at once")
        if not writes:
            return []
        self._begin(f.BEFORE, "write", *(_told(write) for write in writes))
        answers: list[Written | SyncError] = []
        signed_out = False
        for write in writes:
            if signed_out:
                answers.append(SignInAgain("token revoked", code="InvalidAuthenticationToken"))
                continue
            if not isinstance(write, Create) and not write.etag:
                answers.append(ItemChanged("The item has to be read first.", code="NoETag"))
                continue
            answer = self._one(collection, write, answers)
            signed_out = isinstance(answer, SignInAgain)
            answers.append(answer)
        if self._after() == "answer lost":
            return [
                a if isinstance(a, ItemChanged) and a.code == "NoETag" else _unknown()
                for a in answers
            ]
        return answers

    def begin_write(self, kind: str, collection: str, writes: Sequence[Write]) -> Landing:
        """Send writes whose answers are heard later."""
        return landing(lambda: self.write(kind, collection, writes))

    def _one(self, collection: str, write: Write, before: Sequence[object]) -> Written | SyncError:
        struck = self._faults.draw(f.ITEM, 1.2)
        if struck:
            self._trace.append((self._mailbox.name, struck))
        if struck == "429 item":
            return Throttled("slow down", code="TooManyRequests", retry_after=5.0)
        if struck == "424 item":
            return Throttled("a predecessor failed", code="424")
        if struck in ("500 not committed", "never committed, no answer"):
            return _unknown()
        if struck == "committed late":
            due = self._mailbox.clock.seconds + TICK * self._faults.pick(1, LATEST)
            self._mailbox.late.append((due, lambda: self._carried_out(collection, write)))
            return _unknown()
        if struck == "401 behind written items" and any(isinstance(a, Written) for a in before):
            return SignInAgain("token revoked", code="InvalidAuthenticationToken")
        try:
            answer = self._carried_out(collection, write)
        except Refused as refusal:
            if isinstance(write, Create) and refusal.status == 404:
                return _no_folder()
            return _REFUSALS[refusal.status]()
        return _unknown() if struck == "500 committed" else answer

    def _carried_out(self, collection: str, write: Write) -> Written:
        self.check_write(write)
        if isinstance(write, Create):
            values = {a: write.record[a] for a in KIND.atoms if a in write.record}
            item = self._mailbox.create(values, stamp=write.stamp, ours=True, container=collection)
            atoms = tuple(values)
        elif isinstance(write, Delete):
            self._mailbox.delete(write.remote_id, write.etag)
            self.writes += 1
            return Written(write.remote_id)
        else:
            atoms = write.atoms
            values = {atom: write.record[atom] for atom in atoms}
            item = self._mailbox.update(write.remote_id, values, write.etag)
        self.writes += 1
        item.shown.add(item.etag)
        emails = write.record.get("emails") or ()
        cut = "emails" in atoms and len(emails) > EMAILS_FIT
        return Written(item.remote_id, item.etag, dict(item.record), ("emails",) if cut else ())

    def check_write(self, write: Write) -> None:
        """Look at a write before it is carried out; the world hangs its invariants here."""

    # -------------------------------------------------------------------------------------- inside

    def _begin(self, weights: f.Weights, verb: str, *facts: str) -> str:
        self._point(f"{verb}, before")
        self._mailbox.clock.sleep(TICK)
        self._mailbox.land()
        self.requests += 1
        self.subjects.update(facts)
        self._trace.append((self._mailbox.name, verb, facts))
        struck = self._faults.draw(weights, 0.7)
        if struck:
            self._trace.append((self._mailbox.name, struck))
        if struck == "crash before request":
            raise Crash(verb)
        if struck == "never arrived":
            raise Unreachable("no route", code="ConnectTimeout")
        if struck == "503":
            raise ServerFault("busy", code="503", retry_after=self._faults.pick(0, 20))
        if struck == "429 whole":
            raise Throttled("slow down", code="TooManyRequests", retry_after=5.0)
        if struck == "429 whole, long wait":
            raise Throttled("slow down", code="TooManyRequests", retry_after=90.0)
        if struck == "401":
            raise SignInAgain("token revoked", code="InvalidAuthenticationToken")
        if struck == "folder 404":
            raise SuspendConnection("no such folder", code="ErrorFolderNotFound")
        return struck

    def _after(self) -> str:
        struck = self._faults.draw(f.AFTER, 0.5)
        if struck:
            self._trace.append((self._mailbox.name, struck))
        if struck == "crash after request":
            raise Crash("after the request")
        self._point("after the request")
        return struck

    def _end(self) -> None:
        if self._after() == "answer lost":
            raise Unreachable("no answer", code="ReadTimeout")

    def _visible(self) -> int:
        seq = self._mailbox.seq
        if self._faults.happens("visibility lag", 0.15):
            return max(0, seq - self._faults.pick(1, 2))
        return seq

    def _searchable(self, collection: str) -> list[Item]:
        if self._mailbox.seems_empty:
            return []
        return [i for i in self._mailbox.items.values() if i.container == collection]

    def _page(self, cursor: Cursor) -> Page | SyncError:
        box, link, folder = self._mailbox, cursor.link, cursor.collection
        self.pages += 1
        if not box.is_folder(folder):
            raise _no_folder()
        if link.startswith("n"):
            since, until, ids, full = box.next_links[link]
        else:
            full, since = not link, int(link[1:]) if link else 0
            if not full and since < box.floor:
                self._faults.struck["410, token evicted"] += 1
                return CursorExpired("gone", code="SyncStateNotFound")
            # A first listing that is too short is the hazard that nobody can see through.
            may_err = not full or box.is_known(folder)
            seen = self._visible() if may_err else box.seq
            until = max(seen, since, box.settled() if full else 0)
            if box.seems_empty and may_err:
                ids, until = (), (until if full else since)
            elif full:
                ids = tuple(sorted(i.remote_id for i in box.listed(folder) if i.born <= until))
            else:
                news = (r for seq, r, at in box.log if since < seq <= until and folder in at)
                ids = tuple(dict.fromkeys(news))
        shown, rest = list(ids[:PAGE_SIZE]), ids[PAGE_SIZE:]
        if shown and self._faults.happens("duplicate entries", 0.1):
            shown.append(shown[0])
        if len(shown) > 1 and self._faults.happens("reordered entries", 0.15):
            shown.reverse()
        entries = [self._entry(folder, remote_id, since, full=full) for remote_id in shown]
        observations = tuple(entry for entry in entries if entry is not None)
        if not rest:
            return Page(observations, delta_link=f"d{until}")
        next_link = f"n{len(box.next_links)}"
        box.next_links[next_link] = (since, until, rest, full)
        return Page(observations, next_link=next_link)

    def _entry(self, folder: str, remote_id: str, since: int, *, full: bool) -> Observation | None:
        item = self._mailbox.items.get(remote_id)
        if item is None or item.container != folder:
            return None if full else Observation(remote_id, removed=True)
        if full or item.born > since:
            return self._seen(item)
        if self._faults.happens("@removed for a live item", 0.06):
            return Observation(remote_id, removed=True)
        if self._faults.happens("partial representation", 0.3):
            moved = {atom for atom, seq in item.moved.items() if seq > since}
            more = {atom for atom in item.record if self._faults.pick(0, 3) == 0}
            shown = {a: v for a, v in item.record.items() if a in moved | more}
            item.shown.add(item.etag)
            return Observation(remote_id, item.etag, shown, container=item.container)
        return self._seen(item)

    def _seen(self, item: Item, *, stamp: bool = False) -> Observation:
        item.shown.add(item.etag)
        return Observation(
            remote_id=item.remote_id,
            etag=item.etag,
            record=item.reads(),
            container=item.container,
            stamp=item.stamp if stamp else "",
            created_at=START + timedelta(seconds=item.created),
        )


def _no_folder() -> SuspendConnection:
    return SuspendConnection("no such folder", code="ErrorFolderNotFound")


def _unknown() -> OutcomeUnknown:
    return OutcomeUnknown("no answer", code="500")


_REFUSALS: dict[int, Callable[[], SyncError]] = {
    400: lambda: ItemRefused("a property is invalid", code="ErrorInvalidProperty"),
    403: lambda: ItemProtected("not this one", code="ErrorCannotDeleteObject"),
    404: lambda: ItemMissing("not found", code="ErrorItemNotFound"),
    412: lambda: ItemChanged("changed", code="ErrorIrresolvableConflict"),
}


def _told(write: Write) -> str:
    if isinstance(write, Create):
        return f"create {write.stamp} {write.record.get('name')}"
    if isinstance(write, Delete):
        return f"delete {write.remote_id} {write.etag}"
    values = {atom: write.record.get(atom) for atom in write.atoms}
    return f"update {write.remote_id} {write.etag} {values}"
