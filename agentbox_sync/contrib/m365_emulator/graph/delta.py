from __future__ import annotations

import binascii
import json
import zlib
from dataclasses import asdict, dataclass, replace
from heapq import nsmallest
from typing import Any

from ..entra.jwt import decode, encode
from ..mailbox import DELETED, Contact, Folder, Mailbox
from . import folders, query
from .errors import GraphError, invalid_query
from .messages import Answer, Call
from .properties import as_json
from .query import DEFAULT_PAGE, LARGEST_PAGE

REFUSED = ("$orderby", "$filter", "$expand", "$search", "$top", "$skip", "$count")


@dataclass(frozen=True)
class Cursor:
    """What a delta token stands for. Opaque to clients: it says nothing they may rely on."""

    folder: str
    generation: str
    initial: bool  # reading the folder's present items, not its changes
    at: int = 0  # last serial (initial) or last sequence (changes) that was answered
    start: int = 0  # sequence when the initial round began: changes after it follow
    select: tuple[str, ...] | None = None
    properties: tuple[str, ...] | None = None
    led: bool = False  # the empty leading page was sent

    def token(self) -> str:
        # packed, so that nobody is tempted to read it
        return encode(zlib.compress(json.dumps(asdict(self), separators=(",", ":")).encode()))

    @classmethod
    def read(cls, token: str) -> Cursor:
        """Raises ValueError for what is not one of our tokens."""
        try:
            values = json.loads(zlib.decompress(decode(token)))
            for name in ("select", "properties"):
                values[name] = None if values[name] is None else tuple(values[name])
            return cls(**values)
        except (ValueError, TypeError, KeyError, binascii.Error, zlib.error) as error:
            raise ValueError("not a delta token") from error


def contact_delta(call: Call) -> Answer:
    """One page of a delta round over one folder: a next link or a delta link, never both."""
    if call.request.in_batch and not call.state.switches.delta_in_batch:
        raise GraphError(400, "BadRequest", "Delta is not supported inside a batch.")
    folder = folders.target(call)
    cursor = _cursor(call, folder)
    size = _page_size(call)
    rows, cursor, more = _page(call, folder, cursor, size)
    body: dict[str, Any] = {
        "@odata.context": call.context(f"/contactFolders('{folder.id}')/contacts/$delta")
        if "folder" in call.args
        else call.context("/contacts/$delta"),
        "value": rows,
    }
    name = "$skiptoken" if more else "$deltatoken"
    kind = "@odata.nextLink" if more else "@odata.deltaLink"
    body[kind] = call.link(call.request.path, [(name, cursor.token())])
    return Answer(200, body)


def _cursor(call: Call, folder: Folder) -> Cursor:
    given = {name.lower(): value for name, value in call.request.query}
    token = given.get("$skiptoken") or given.get("$deltatoken")
    box = call.mailbox
    if token:
        try:
            cursor = Cursor.read(token)
        except ValueError:
            raise GraphError(
                400, "ErrorInvalidSyncStateData", "The sync state data is invalid."
            ) from None
        if cursor.generation != box.delta_generation or cursor.folder != folder.id:
            raise _dead(call)
        return cursor
    policy = call.state.switches.delta_options
    for name in REFUSED:
        honoured = policy == "honour" and name in ("$expand", "$top")
        if name in given and not honoured and policy != "ignore":
            raise invalid_query(
                "The following parameters are not supported with change tracking over the "
                f"'Contacts' resource: '{name}'."
            )
    options = query.read(call) if policy == "honour" or "$select" in given else query.Options()
    properties = options.properties if policy == "honour" else None
    return Cursor(
        folder.id, box.delta_generation, True, 0, box.sequence, options.select, properties
    )


def _dead(call: Call) -> GraphError:
    status = int(call.state.switches.delta_dead_token)
    headers = {}
    if status == 410:
        headers["Location"] = call.link(call.request.path, [("$deltatoken", "")])
    return GraphError(
        status,
        "syncStateNotFound",
        "The sync state generation is not found; start the round over.",
        headers,
    )


def _page_size(call: Call) -> int:
    top = dict(call.request.query).get("$top", "")
    if call.state.switches.delta_options == "honour" and top.isdigit() and int(top):
        return min(int(top), LARGEST_PAGE)
    return min(call.prefer.max_page_size or DEFAULT_PAGE, LARGEST_PAGE)


def _page(
    call: Call, folder: Folder, cursor: Cursor, size: int
) -> tuple[list[dict[str, Any]], Cursor, bool]:
    switches = call.state.switches
    if switches.delta_leading_page and not cursor.led:
        return [], replace(cursor, led=True), True
    read = _present if cursor.initial else _changed
    rows, cursor, more = read(call, folder, cursor, size)
    if rows and not more and switches.delta_trailing_page:
        return rows, cursor, True
    if not more:
        end = cursor.start if cursor.initial else cursor.at
        cursor = replace(cursor, initial=False, at=end, start=0, led=False)
    return rows, cursor, more


def _present(
    call: Call, folder: Folder, cursor: Cursor, size: int
) -> tuple[list[dict[str, Any]], Cursor, bool]:
    waiting = (c for c in call.mailbox.in_folder(folder.id) if c.serial > cursor.at)
    page = nsmallest(size + 1, waiting, key=lambda c: c.serial)
    more, page = len(page) > size, page[:size]
    if page:
        cursor = replace(cursor, at=page[-1].serial)
    return [_row(call, c, cursor) for c in page], cursor, more


def _changed(
    call: Call, folder: Folder, cursor: Cursor, size: int
) -> tuple[list[dict[str, Any]], Cursor, bool]:
    rows: list[dict[str, Any]] = []
    more = False
    for at, key in call.mailbox.journals[folder.id].since(cursor.at):
        if len(rows) == size:
            more = True
            break
        contact = call.mailbox.contacts.get(key)
        if contact is not None and contact.folder == folder.id and not folder.deleted:
            rows.append(_row(call, contact, cursor))
        else:
            rows.append(_removed(call, key, contact))
        cursor = replace(cursor, at=at)
    if not more:
        cursor = replace(cursor, at=max(cursor.at, call.mailbox.sequence))
    return rows, cursor, more


def _row(call: Call, contact: Contact, cursor: Cursor) -> dict[str, Any]:
    shown = as_json(contact, call.prefer.immutable_ids, cursor.select, cursor.properties)
    return {"@odata.type": "#microsoft.graph.contact", **shown}


def _removed(call: Call, key: str, contact: Contact | None) -> dict[str, Any]:
    moved = contact is not None and not _gone(call.mailbox, contact)
    reason = call.state.switches.delta_moved_reason if moved else "deleted"
    identifier = key if call.prefer.immutable_ids else call.mailbox.former_rest_id(key)
    return {
        "@odata.type": "#microsoft.graph.contact",
        "id": identifier,
        "@removed": {"reason": reason},
    }


def _gone(mailbox: Mailbox, contact: Contact) -> bool:
    folder = mailbox.folders[contact.folder]
    return folder.deleted or folder.well_known == DELETED
