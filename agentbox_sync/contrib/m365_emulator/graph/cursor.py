from __future__ import annotations

import binascii
import json
import zlib
from dataclasses import asdict, dataclass

from ..entra.jwt import decode, encode
from .errors import GraphError
from .messages import Call

NEXT, DELTA = "$skiptoken", "$deltatoken"
# What a service says of a token it no longer knows: outer code, inner code.
DRESSES = {
    "syncStateNotFound": ("syncStateNotFound", ""),
    "SyncStateNotFound": ("SyncStateNotFound", ""),
    "resyncRequired": ("resyncRequired", ""),
    "resyncApplyDifferences": ("resyncRequired", "resyncApplyDifferences"),
    "resyncUploadDifferences": ("resyncRequired", "resyncUploadDifferences"),
    "inner": ("UnknownError", "syncStateNotFound"),
    "empty": ("", ""),
}


@dataclass(frozen=True)
class Cursor:
    """What a delta token stands for. Opaque to clients: it says nothing they may rely on."""

    folder: str  # the collection that is read
    generation: str
    initial: bool  # reading what is present, not what changed
    at: int = 0  # how far the round has got, in the order of its rows
    start: int = 0  # sequence when an initial round began: changes after it follow
    select: tuple[str, ...] | None = None
    properties: tuple[str, ...] | None = None
    expanded: tuple[str, ...] = ()
    top: int = 0  # rows of a page, where the first request said so
    led: bool = False  # the empty leading page was sent
    since: int = 0  # a round of changes lists what changed after this number
    until: int = 0  # and not after this one; 0: the round has not begun
    shuffled: bool = False
    previous: tuple[str, ...] = ()  # rows of the last page, to be said again
    gap: bool = False  # the empty page before this one was sent
    turn: int = 0  # pages of an endless round so far
    number: int = 0
    issued: float = 0.0
    window: tuple[str, ...] = ()  # of a calendar view: it is frozen for good

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
            for name in ("previous", "window", "expanded"):
                values[name] = tuple(values.get(name, ()))
            return cls(**values)
        except (ValueError, TypeError, KeyError, binascii.Error, zlib.error) as error:
            raise ValueError("not a delta token") from error


def read_token(call: Call, collection: str, token: str) -> Cursor:
    """The cursor behind a token; raises GraphError for a foreign and for a forgotten one."""
    try:
        cursor = Cursor.read(token)
    except ValueError:
        raise GraphError(
            400, "ErrorInvalidSyncStateData", "The sync state data is invalid."
        ) from None
    box, switches = call.mailbox, call.state.switches
    room, life = switches.delta_evict_after, switches.delta_token_life
    if (
        cursor.generation != box.delta_generation
        or cursor.folder != collection
        or (room and box.delta_tokens - cursor.number >= room)
        or (life and call.state.clock.timestamp() - cursor.issued > life)
    ):
        raise dead(call)
    return cursor


def dead(call: Call) -> GraphError:
    """The demand to start the round over, in the dress that the switches choose."""
    status = int(call.state.switches.delta_dead_token)
    code, inner = DRESSES[call.state.switches.delta_dead_code]
    headers = {}
    if status == 410:
        headers["Location"] = call.link(call.request.path, [(DELTA, "")])
    return GraphError(
        status,
        code,
        "The sync state generation is not found; start the round over.",
        headers,
        inner_code=inner,
    )
