"""How many items go out in one ``$batch``: fewer once Graph says that too many ran at a time."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.graph.batch import MAX_ITEMS
from agentbox_sync.graph.errors import codes_of
from agentbox_sync.graph.exchange import Response

# What Graph passes on to Outlook at a time out of one batch (throttling-outlook.md): as many as it
# lets run at once. More than these can only be too many where somebody else asks beside us.
FEWEST = 4
# So many batches without a complaint make the next ones twice as large.
CALM = 10

# "Application is over its MailboxConcurrency limit." The message is never branched on.
TOO_MANY_AT_ONCE = frozenset({"applicationthrottled", "mailboxconcurrency"})


class Pace:
    """The size of the next batch to one mailbox; learned in one run, and forgotten with it."""

    def __init__(self) -> None:
        self.size = MAX_ITEMS
        self._calm = 0

    def note(self, answers: Sequence[Response]) -> None:
        """Learn from the answers to one batch."""
        if is_crowded(answers):
            self.size, self._calm = FEWEST, 0
            return
        self._calm += 1
        if self._calm >= CALM:
            self.size, self._calm = min(MAX_ITEMS, 2 * self.size), 0


def is_crowded(answers: Sequence[Response]) -> bool:
    """Tell whether items were refused because too many ran at once.

    Graph has a code for it; and where it put off some items and not the others, it was no lack of
    requests that were left.
    """
    throttled = [answer for answer in answers if answer.status == 429]
    if any(code.lower() in TOO_MANY_AT_ONCE for one in throttled for code in codes_of(one.body)):
        return True
    return 0 < len(throttled) < len(answers)
