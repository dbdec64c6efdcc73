"""What contacts leave open about writing and removing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from agentbox_sync.core.errors import ItemChanged, ItemMissing, ItemProtected
from agentbox_sync.graph import whereabouts
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.bench import Bench, Item, folder_path, item_path
from agentbox_sync.graph.stores.base import etag_of

_MAILBOX = "agentbox_sync.graph.mailbox"


class WritingProbes:
    """Old ETags, Deleted Items, folders."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        lost = "Nothing keeps us from overwriting what nobody has read: do not sync two ways."
        return (
            Probe(
                "Is an update with an old ETag refused?",
                "agentbox_sync.graph.exchange:Request.headers",
                partial(self._old_etag, "PATCH"),
                lost,
            ),
            Probe(
                "Is a removal with an old ETag refused?",
                "agentbox_sync.graph.exchange:Request.headers",
                partial(self._old_etag, "DELETE"),
                lost,
            ),
            Probe(
                "Does the ETag of a new contact stay while nobody edits it?",
                "agentbox_sync.graph.stores.base:etag_of",
                self._etag_stays,
            ),
            Probe(
                "What does a contact answer that lies in Deleted Items?",
                "agentbox_sync.graph.whereabouts:Whereabouts",
                self._after_removal,
            ),
            Probe(
                "Does Deleted Items answer among the contact folders, by name?",
                "agentbox_sync.graph.whereabouts:DELETED_ITEMS_ALIAS_WORKS",
                self._bin_by_name,
                "Set it to what was found; nothing is lost either way.",
            ),
            Probe(
                "How is a second removal refused?",
                "agentbox_sync.graph.errors:BY_CODE",
                self._removed_twice,
                "Add the code to the table, as a fact about the item.",
            ),
            Probe(
                "How is a second folder of one name refused?",
                f"{_MAILBOX}:GraphMailbox.create_own",
                self._namesake,
                "Add the code to the table, so that our folder gets a number.",
            ),
            Probe(
                "Does a deleted folder go on to answer?",
                f"{_MAILBOX}:GraphMailbox.find_own",
                self._deleted_folder,
            ),
        )

    def _old_etag(self, method: str) -> tuple[str, Fit]:
        item = self.bench.person()
        if not self.bench.change(item, companyName="Newer").ok:
            raise Unanswered("not even the present ETag was taken")
        body = {"companyName": "Older"} if method == "PATCH" else None
        answer = self.bench.ask(method, item_path(item), body, etag_of(item))
        refused = isinstance(error_of(answer, Asked.WRITE), ItemChanged)
        return compared(status_of(answer), supposed=True, found=not answer.ok and refused)

    def _etag_stays(self) -> tuple[str, Fit]:
        item = self.bench.person()
        self.bench.clock.sleep(5)
        same = etag_of(self.bench.read(item)) == etag_of(item)
        return ("it stays" if same else "it changes by itself within seconds"), Fit.NOTED

    def _after_removal(self) -> tuple[str, Fit]:
        item = self.bench.person()
        self._removed(item)
        answer = self.bench.get(item_path(item))
        moved = answer.ok and answer.body.get("parentFolderId") != self.bench.folder
        return f"{status_of(answer)}{' in another folder' if moved else ''}", Fit.NOTED

    def _bin_by_name(self) -> tuple[str, Fit]:
        answer = self.bench.get(folder_path("deleteditems"))
        supposed = whereabouts.DELETED_ITEMS_ALIAS_WORKS
        return compared(status_of(answer), supposed=supposed, found=answer.ok)

    def _removed_twice(self) -> tuple[str, Fit]:
        item = self.bench.person()
        self._removed(item)
        now = self.bench.get(item_path(item))  # its ETag has changed, where it answers at all
        answer = self.bench.remove(now.body if now.ok else item)
        error = error_of(answer, Asked.WRITE)
        known = answer.ok or isinstance(error, ItemMissing | ItemProtected | ItemChanged)
        return compared(status_of(answer), supposed=True, found=known)

    def _removed(self, item: Item) -> None:
        if not (answer := self.bench.remove(item)).ok:
            raise Unanswered(f"a contact was not removed: {status_of(answer)}")

    def _namesake(self) -> tuple[str, Fit]:
        self.bench.subfolder("Twin")
        path = f"{folder_path(self.bench.folder)}/childFolders"
        answer = self.bench.ask("POST", path, self.bench.marked({"displayName": "Twin"}))
        if answer.ok:
            return f"{status_of(answer)}: it is not refused", Fit.NOTED
        taken = isinstance(error_of(answer, Asked.CREATE), ItemChanged)
        return compared(status_of(answer), supposed=True, found=taken)

    def _deleted_folder(self) -> tuple[str, Fit]:
        folder = self.bench.subfolder("Gone")
        if not (answer := self.bench.ask("DELETE", folder_path(folder))).ok:
            raise Unanswered(f"a folder was not removed: {status_of(answer)}")
        answer = self.bench.get(folder_path(folder))
        if not answer.ok:
            return status_of(answer), Fit.NOTED
        moved = answer.body.get("parentFolderId") != self.bench.folder
        return f"{status_of(answer)}, {'below another one' if moved else 'in its place'}", Fit.NOTED
