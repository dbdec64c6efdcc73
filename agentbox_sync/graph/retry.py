"""When a read is asked again, and after which wait. Writes are never repeated here.

A write that was answered with "later" was not carried out, and one that was not answered may have
been: the engine decides about both, because it can look before it repeats.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agentbox_sync.graph.exchange import Response

# 0: no answer. 424: a failed neighbour in the batch. 509: the bandwidth cap. The rest are named
# by concepts/throttling.md and errors.md as worth another try of something idempotent.
REPEATABLE = frozenset({0, 408, 424, 429, 500, 502, 503, 504, 509})

_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient one call is.

    ``attempts`` counts the first one. A wait longer than ``longest_wait`` seconds is not held
    here: the run is put off instead of keeping a worker. ``first_wait`` doubles each time where
    Microsoft names none; ``seed`` spreads it, so that mailboxes do not come back together.
    """

    attempts: int = 4
    longest_wait: float = 15.0
    first_wait: float = 0.5
    seed: str = ""

    def wait(self, attempt: int, named: float | None) -> float | None:
        """Return the seconds to wait after the ``attempt``-th try, ``None`` to give up.

        ``named`` is what Retry-After asked for: it is obeyed to the second or not at all.
        """
        if attempt >= self.attempts:
            return None
        if named is None:
            named = self.first_wait * 2 ** (attempt - 1) * (0.5 + self._spread(attempt) / 2)
            return min(named, self.longest_wait)
        return named if named <= self.longest_wait else None

    def _spread(self, attempt: int) -> float:
        digest = hashlib.sha256(f"{self.seed}:{attempt}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32


def retry_after(response: Response, now: datetime) -> float | None:
    """Return the seconds that an answer asks to wait, ``None`` when it names none.

    RFC 9110 allows seconds and an HTTP date; Graph documents seconds.
    """
    value = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": UTC of unknown origin
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
