"""One table from what Graph answers to what we do next; closed by default.

Codes are compared without case (services differ in style), the most specific known one in nested
``innerError`` objects counts, and a message is never branched on (concepts/errors.md). What the
table does not know goes to the most careful leaf: an unknown refusal sets the item aside with
Microsoft's words, an unknown end of a write is an unknown outcome, and nothing unknown is ever
"not found".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from agentbox_sync.core.errors import (
    CursorExpired,
    FixConfiguration,
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
    TryLater,
)
from agentbox_sync.graph.challenge import INSUFFICIENT, is_challenged
from agentbox_sync.graph.exchange import Response

# Microsoft's sentence is shown to a person; some hold a whole stack trace.
LONGEST_MESSAGE = 300


class Asked(StrEnum):
    """What the failed request was about; the same status means different things for each."""

    ITEM = "item"
    COLLECTION = "collection"
    FEED = "feed"
    """A change feed that is read on: the link may be refused, and the collection be well."""
    CREATE = "create"
    WRITE = "write"


Leaf = type[SyncError]
Row = Leaf | Mapping[Asked, Leaf]

_GONE: Row = {
    Asked.ITEM: ItemMissing,
    # A folder that is not there says nothing about the items that were in it.
    Asked.COLLECTION: SuspendConnection,
    Asked.FEED: SuspendConnection,
    Asked.CREATE: SuspendConnection,
    Asked.WRITE: ItemMissing,
}
_REFUSED: Row = {
    Asked.ITEM: ItemRefused,
    # No item is to blame when a listing or a filter is refused: the question itself is wrong.
    Asked.COLLECTION: FixConfiguration,
    # "A 40X-series error with error codes such as syncStateNotFound": others are not named. To
    # begin anew costs a listing and loses nothing; a fresh round that is refused as well is a
    # question of ours that is wrong.
    Asked.FEED: CursorExpired,
    Asked.CREATE: ItemRefused,
    Asked.WRITE: ItemRefused,
}
_BROKEN: Row = {
    Asked.ITEM: ServerFault,
    Asked.COLLECTION: ServerFault,
    Asked.FEED: ServerFault,
    Asked.CREATE: OutcomeUnknown,
    Asked.WRITE: OutcomeUnknown,
}
_NO_CURSOR: Row = {
    Asked.ITEM: ItemMissing,
    Asked.COLLECTION: CursorExpired,
    Asked.FEED: CursorExpired,
    Asked.CREATE: SuspendConnection,
    Asked.WRITE: ItemMissing,
}
# The id of a create is used up: by an earlier attempt of ours, or by what became of it. Only a
# search for the stamp tells which (facts, section 2; both statuses are met).
_USED_UP: Row = {
    Asked.ITEM: ItemRefused,
    Asked.COLLECTION: FixConfiguration,
    Asked.FEED: CursorExpired,
    Asked.CREATE: OutcomeUnknown,
    Asked.WRITE: ItemRefused,
}

# (status, code in lower case); status None: with any refusal (4xx and 5xx).
BY_CODE: dict[tuple[int | None, str], Row] = {
    # The delta token is dead; seen with 400, 404 and 410 (facts, section 1).
    (None, "syncstatenotfound"): CursorExpired,
    (None, "syncstateinvalid"): CursorExpired,
    (None, "errorinvalidsyncstatedata"): CursorExpired,
    (None, "resyncrequired"): CursorExpired,
    (None, "resyncapplydifferences"): CursorExpired,
    (None, "resyncuploaddifferences"): CursorExpired,
    # Unlicensed, on-premises or soft-deleted mailbox; the two 404 codes alternate for one user
    # (microsoft-graph-docs #10481).
    (None, "mailboxnotenabledforrestapi"): SuspendConnection,
    (None, "errornonexistentmailbox"): SuspendConnection,
    (None, "extensionerror"): SuspendConnection,
    # The mailbox is full: every further create would fail as well.
    (None, "quotalimitreached"): SuspendConnection,
    (None, "errorquotaexceeded"): SuspendConnection,
    (404, "erroritemnotfound"): _GONE,
    (404, "itemnotfound"): _GONE,
    (404, "resourcenotfound"): _GONE,
    (404, "request_resourcenotfound"): _GONE,
    (404, "errorfoldernotfound"): SuspendConnection,
    # About this item, not about the mailbox (msgraph-sdk-dotnet #3047).
    (403, "errorcannotdeleteobject"): ItemProtected,
    (None, "errorduplicatetransactionid"): _USED_UP,
    (None, "errorirresolvableconflict"): ItemChanged,
    (None, "resourcemodified"): ItemChanged,
    # Throttled before it was carried out, whatever the status says.
    (None, "applicationthrottled"): Throttled,
    (None, "toomanyrequests"): Throttled,
    (None, "activitylimitreached"): Throttled,
    (None, "invalidauthenticationtoken"): SignInAgain,
    # What a new token could not answer, a person has to: another proof, another place.
    (None, "insufficient_claims"): SignInAgain,
    (None, "insufficientclaims"): SignInAgain,
}

BY_STATUS: dict[int, Row] = {
    400: _REFUSED,
    401: SignInAgain,
    403: SuspendConnection,
    408: _BROKEN,
    409: ItemChanged,
    410: _NO_CURSOR,
    412: ItemChanged,
    413: _REFUSED,
    422: _REFUSED,
    # A failed predecessor, or a throttled batch in the words of the throttling page.
    424: Throttled,
    429: Throttled,
    507: SuspendConnection,
    509: Throttled,
}


def error_of(response: Response, asked: Asked, *, retry_after: float | None = None) -> SyncError:
    """Return the error that an unsuccessful answer means, or that kept it from being asked.

    ``retry_after``: the wait that the answer asked for, in seconds.
    """
    if response.unsent is not None:
        return response.unsent
    codes = list(codes_of(response.body))
    if is_challenged(response):
        codes.append(INSUFFICIENT)
    row, code = _row(response.status, codes)
    leaf = row if isinstance(row, type) else row[asked]
    message = _message(response, leaf, code)
    request_id, _ = ids_of(response)
    if issubclass(leaf, TryLater):
        return leaf(message, code=code, request_id=request_id, retry_after=retry_after)
    return leaf(message, code=code, request_id=request_id)


def _row(status: int, codes: list[str]) -> tuple[Row, str]:
    if status >= 400:
        for code in reversed(codes):  # the innermost is the most specific
            for key in ((status, code.lower()), (None, code.lower())):
                if key in BY_CODE:
                    return BY_CODE[key], code
    shown = next((code for code in codes if code), "") or f"HTTP{status}"
    if status in BY_STATUS:
        return BY_STATUS[status], shown
    if 400 <= status < 500:
        return _REFUSED, shown
    return _BROKEN, shown


def codes_of(body: Any) -> Iterator[str]:
    """Yield the codes in the body of an error from the outermost to the innermost."""
    error = body.get("error") if isinstance(body, Mapping) else None
    while isinstance(error, Mapping):
        if isinstance(error.get("code"), str):
            yield error["code"]
        error = error.get("innerError") or error.get("innererror")


def code_of(response: Response) -> str:
    """Return the innermost code of an answer, as Microsoft wrote it; empty where it has none."""
    return next((code for code in reversed(list(codes_of(response.body))) if code), "")


def ids_of(response: Response) -> tuple[str, str]:
    """Return Microsoft's id of an exchange and ours; inside a batch they stand in the body."""
    theirs = response.request_id or _inner(response.body, "request-id")
    ours = response.headers.get("client-request-id", "")
    return theirs, ours or _inner(response.body, "client-request-id")


def _inner(body: Any, name: str) -> str:
    error = body.get("error") if isinstance(body, Mapping) else None
    while isinstance(error, Mapping):
        if isinstance(error.get(name), str):
            return str(error[name])
        error = error.get("innerError") or error.get("innererror")
    return ""


def _message(response: Response, leaf: Leaf, code: str) -> str:
    error = response.body.get("error") if isinstance(response.body, Mapping) else None
    said = error.get("message") if isinstance(error, Mapping) else None
    text = " ".join(said.split())[:LONGEST_MESSAGE] if isinstance(said, str) else ""
    if issubclass(leaf, ItemRefused):
        return text or f"Microsoft refused this item without saying why ({code})."
    # Microsoft's sentence may quote an address or what was sent. Of one item it is kept with that
    # item, and is erased with it; this one goes into logs and into the report of the run.
    return f"{response.status} {code}" if response.status else code
