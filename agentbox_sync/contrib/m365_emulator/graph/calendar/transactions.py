from __future__ import annotations

import hashlib
import json
from typing import Any

from ...calendar.records import Event
from ..errors import GraphError
from ..messages import Call


def already_made(call: Call, body: Any, transaction: str | None) -> Event | None:
    """The event that this very request has made before; raises GraphError for another one."""
    store, switches = call.mailbox.calendars, call.state.switches
    held = store.transactions.get(transaction or "")
    if held is None:
        return None
    key, digest, at = held
    if switches.transaction_life and call.state.clock.timestamp() - at > switches.transaction_life:
        del store.transactions[transaction or ""]
        return None
    event = store.events.get(key)
    same = digest == _digest(call, body) and event is not None and not event.deleted
    if same and switches.transaction_replay == "returns":
        return event
    raise GraphError(
        int(switches.transaction_status),
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has already "
        "been used to create a different event.",
    )


def remember(call: Call, body: Any, event: Event) -> None:
    transaction = event.values["transactionId"]
    if transaction:
        now = call.state.clock.timestamp()
        store = call.mailbox.calendars
        store.transactions[transaction] = (event.key, _digest(call, body), now)


def _digest(call: Call, body: Any) -> str:
    place = call.args.get("calendar", "")
    text = json.dumps([place, body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
