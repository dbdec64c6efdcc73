"""What an order to many connections came to: kept in the session for the page that follows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from agentbox_sync.services.at_once import Outcome
from agentbox_sync.services.wording.many import HINDRANCES, ORDERS, Hindrance, Wholesale, say

KEY = "agentbox_sync.outcome"


def keep(request: HttpRequest, outcome: Outcome) -> None:
    """Keep ids and numbers until the overview is shown."""
    request.session[KEY] = {
        "order": outcome.order.value,
        "ids": list(outcome.ids),
        "left": {why.value: number for why, number in outcome.left.items()},
    }


def take(request: HttpRequest) -> dict[str, Any] | None:
    """Return what to say, once, and the order that takes it back where one does."""
    kept = request.session.pop(KEY, None)
    if kept is None:
        return None
    words = ORDERS[Wholesale(kept["order"])]
    left = [(Hindrance(why), number) for why, number in kept["left"].items()]
    all_of_them = len(kept["ids"]) + sum(number for _, number in left)
    not_done = all_of_them - len(kept["ids"])
    return {
        "done": say(words.done, len(kept["ids"])),
        "cannot": say(words.cannot, not_done, all=all_of_them) if not_done else "",
        "left": [say(HINDRANCES[why], number) for why, number in left],
        "undo": words.undo.value if words.undo and kept["ids"] else "",
        "ids": ",".join(map(str, kept["ids"])),
    }
