"""Contacts at Graph: folders, the change feed, single items, searches and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.contacts import ATOMS
from agentbox_sync.graph import delta, stamp
from agentbox_sync.graph.codecs.contacts import decode, encode, half_shown
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import literal, query, relative, segment
from agentbox_sync.graph.stores.base import (
    Place,
    Question,
    Steps,
    created,
    created_at,
    each,
    entities,
    entity,
    etag_of,
    nowhere,
)
from agentbox_sync.ports import Create, Delete, Lost, Update, Window, Write, Written

# *Unconfirmed* (works in practice, documented nowhere): the well-known name as a folder id.
# False: the folder is named by the contacts in it, and an empty one stays unnamed.
CONTACTS_ALIAS_WORKS = True

# *Unconfirmed*: `$filter` on the parts of a name; the documentation names e-mail addresses only.
# True: a contact without an e-mail address is looked up by its given name and surname.
NAME_FILTER_WORKS = False


# *Unconfirmed*: `$filter` on an extended property of a folder (documented for "resource instances",
# shown for messages and events). False: the folders are listed whole, each with its property.
FOLDER_FILTER_WORKS = True


class Contacts:
    """The contacts slice; by id an item is found in every folder of the mailbox."""

    kind = "contacts"

    def locate(self, target: str) -> Sequence[Question[str]]:
        """Return the ways to a folder's id; the main folder is not in the list of folders.

        Documented is only the way by a contact that is in it. Where the well-known name fails and
        the folder is empty, nothing is written to find out: the run is put off, and one contact
        added by the person in Outlook settles it.
        """
        if target:
            return [Question(Request("GET", _folder(target)), _id_of, Asked.COLLECTION)]
        ways = [
            Question(
                Request("GET", f"/me/contacts?{query(top='1', select='parentFolderId')}"),
                _parent_of,
                Asked.COLLECTION,
            )
        ]
        if CONTACTS_ALIAS_WORKS:
            alias = Request("GET", _folder("contacts"))
            ways.insert(0, Question(alias, _id_of, Asked.COLLECTION))
        return ways

    def not_located(self) -> str:
        """Return the sentence for a mailbox whose main folder cannot be named."""
        return (
            "Microsoft does not name the Contacts folder of this mailbox while it is empty. "
            "Add one contact in Outlook; the next run finds the folder."
        )

    def find_own(self, stamp_: str) -> Question[list[Place]]:
        """Return the question for the folders that carry a stamp of ours.

        What a server shows that ignores the question is not taken for an answer.
        """
        options = {"expand": stamp.EXPAND_FOLDER}
        if FOLDER_FILTER_WORKS:
            options["filter"] = stamp.filter_of(stamp_, stamp.FOLDER_PROPERTY_ID)
        else:
            options["top"] = "999"

        def read(response: Response) -> list[Place]:
            return [
                Place(str(row["id"]), str(row.get("parentFolderId") or ""))
                for row in entities(response)
                if stamp.stamp_of(row, stamp.FOLDER_PROPERTY_ID) == stamp_
            ]

        return Question(Request("GET", f"{FOLDERS}?{query(**options)}"), read, Asked.COLLECTION)

    def create_own(self, stamp_: str, name: str) -> Question[str]:
        """Return the question that creates a folder below the main one."""
        body = {"displayName": name, **stamp.payload(stamp_, stamp.FOLDER_PROPERTY_ID)}
        return Question(
            Request("POST", FOLDERS, body=body),
            lambda answer: str(created(answer)["id"]),
            Asked.CREATE,
        )

    def finish_own(self, collection: str, stamp_: str, name: str) -> Sequence[Question[bool]]:
        """Return nothing: it was created with all that it needs."""
        del collection, stamp_, name
        return []

    def contents(self, collection: str) -> Sequence[Question[bool]]:
        """Return the questions whether contacts or folders lie in a folder."""
        return [
            Question(
                Request("GET", f"{_folder(collection)}/{what}?{query(top='1', select='id')}"),
                lambda answer: bool(entities(answer)),
                Asked.COLLECTION,
            )
            for what in ("contacts", "childFolders")
        ]

    def remove_own(self, collection: str) -> Question[bool]:
        """Return the question that removes a folder; folders have no ETag."""
        return Question(Request("DELETE", _folder(collection)), lambda _: True, Asked.WRITE)

    def delta(
        self, collection: str, link: str, base_url: str, window: Window | None = None
    ) -> Question[delta.Feed]:
        """Return the question for one page; the documented feed is that of a named folder."""
        del window  # people have none
        path = relative(link, base_url) if link else f"{_items(collection)}/delta"

        def read(response: Response) -> delta.Feed:
            return delta.feed_of(response.body, _observe, half_shown, base_url)

        asked = Asked.FEED if link else Asked.COLLECTION
        return Question(Request("GET", path, prefer=delta.PREFER), read, asked)

    def fetch(self, remote_id: str) -> Question[Observation]:
        """Return the question for one contact, with the folder it is in now."""
        return Question(Request("GET", _item(remote_id)), lambda answer: _observe(entity(answer)))

    def rest(self, observation: Observation) -> None:
        """Return nothing: one answer holds a contact."""

    def deleted_items(self) -> Sequence[Question[tuple[str, str]]]:
        """Return the question for Deleted Items; among contact folders its name is no secret."""
        return [self.lineage("deleteditems")]

    def lineage(self, container: str) -> Question[tuple[str, str]]:
        """Return the question for a folder and its parent: a deleted folder goes into the bin."""
        return Question(Request("GET", _folder(container)), _lineage_of)

    def find_stamped(
        self, collection: str, stamps: Sequence[str], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look for the contacts of a folder that carry each of the stamps."""
        return each([self._search(collection, stamp.filter_of(one)) for one in stamps])

    def find_strayed(
        self, lost: Sequence[Lost], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Find nothing: an immutable id outlives a move."""
        del base_url
        return nowhere(lost)

    def find_alike(self, collection: str, record: Record) -> Sequence[Question[list[Observation]]]:
        """Return one question per e-mail address: ``or`` is not supported there.

        Without an address there is no question and so no candidate, unless names can be filtered.
        """
        addresses = dict.fromkeys(
            address.strip() for address in record.get("emails") or () if address.strip()
        )
        conditions = [
            f"emailAddresses/any(a:a/address eq {literal(address)})" for address in addresses
        ]
        name = record.get("name") or {}
        if NAME_FILTER_WORKS and not conditions and name.get("given") and name.get("surname"):
            conditions = [
                f"givenName eq {literal(name['given'])} and surname eq {literal(name['surname'])}"
            ]
        return [self._search(collection, condition) for condition in conditions]

    def write(self, collection: str, write: Write) -> Question[Written]:
        """Return the question that carries out one write; only a create needs the folder."""
        match write:
            case Create():
                return self._create(collection, write)
            case Update():
                return self._update(write)
            case Delete():
                request = Request("DELETE", _item(write.remote_id), if_match=write.etag)
                return Question(request, lambda _: Written(write.remote_id), Asked.WRITE)

    def follow_up(self, write: Write, written: Written) -> None:
        """Return nothing: one request writes a contact."""

    def _create(self, collection: str, write: Create) -> Question[Written]:
        encoded = encode(write.record, ATOMS, creating=True)
        body = {**encoded.payload, **stamp.payload(write.stamp)}

        def read(response: Response) -> Written:
            row = created(response)
            return _written(row, row["id"], encoded.left_out)

        return Question(Request("POST", _items(collection), body=body), read, Asked.CREATE)

    def _update(self, write: Update) -> Question[Written]:
        encoded = encode(write.record, write.atoms)

        def read(response: Response) -> Written:
            row = response.body if isinstance(response.body, Mapping) else {}
            return _written(row, write.remote_id, encoded.left_out)

        request = Request(
            "PATCH", _item(write.remote_id), if_match=write.etag, body=encoded.payload
        )
        return Question(request, read, Asked.WRITE)

    def _search(self, collection: str, condition: str) -> Question[list[Observation]]:
        # One page is enough: two hits are as ambiguous as two hundred.
        request = Request("GET", f"{_items(collection)}?{query(filter=condition)}")
        return Question(
            request, lambda answer: [_observe(row) for row in entities(answer)], Asked.COLLECTION
        )


FOLDERS = "/me/contactFolders"


def _folder(collection: str) -> str:
    return f"{FOLDERS}/{segment(collection)}"


def _items(collection: str) -> str:
    return f"{_folder(collection)}/contacts"


def _item(remote_id: str) -> str:
    return f"/me/contacts/{segment(remote_id)}"


def _id_of(response: Response) -> str:
    return str(entity(response)["id"])


def _lineage_of(response: Response) -> tuple[str, str]:
    folder = entity(response)
    return str(folder["id"]), str(folder.get("parentFolderId") or "")


def _parent_of(response: Response) -> str:
    return next((str(row.get("parentFolderId") or "") for row in entities(response)), "")


def _observe(row: Mapping[str, Any]) -> Observation:
    return Observation(
        remote_id=row["id"],
        etag=etag_of(row),
        record=decode(row),
        container=str(row.get("parentFolderId") or ""),
        created_at=created_at(row),
    )


def _written(row: Mapping[str, Any], remote_id: str, left_out: tuple[str, ...]) -> Written:
    return Written(
        remote_id=remote_id, etag=etag_of(row), record=decode(row) or None, left_out=left_out
    )
