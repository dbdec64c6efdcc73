from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Health:
    """How quickly endpoints answered in the last ten minutes, and what follows from it.

    More than 10 % over three seconds: "slow", notifications go out ten minutes later. More than
    15 % over ten seconds: "drop", notifications are discarded for ten minutes.
    """

    WINDOW = 600.0
    SLOW_SHARE, DROP_SHARE = 0.10, 0.15

    answers: dict[str, deque[tuple[float, bool, bool]]] = field(default_factory=dict)

    def note(self, host: str, now: float, seconds: float, slow: float, late: float) -> None:
        noted = (now, seconds > slow, seconds >= late)
        self.answers.setdefault(host, deque(maxlen=1000)).append(noted)

    def verdict(self, host: str, now: float) -> str:
        """`drop`, `slow` or nothing."""
        recent = [a for a in self.answers.get(host, ()) if 0 <= now - a[0] < self.WINDOW]
        if not recent:
            return ""
        if sum(late for _, _, late in recent) / len(recent) > self.DROP_SHARE:
            return "drop"
        return "slow" if sum(s for _, s, _ in recent) / len(recent) > self.SLOW_SHARE else ""
