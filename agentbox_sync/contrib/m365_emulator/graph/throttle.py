from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import GraphError

if TYPE_CHECKING:
    from ..state import State

UPLOAD_WINDOW = 300  # seconds
Lane = tuple[str, str]  # app id, mailbox: Graph's Outlook limits are counted per pair
Wait = tuple[Lane, float]  # seconds that somebody was told to wait


class Throttle:
    """Graph's limits per app and mailbox: items at once, requests in ten minutes."""

    def __init__(self) -> None:
        self.running: Counter[Lane] = Counter()
        self.windows: dict[Lane, tuple[float, int]] = {}
        self.uploads: dict[Lane, tuple[float, int]] = {}
        self.wait_until: dict[Lane, float] = {}

    @contextmanager
    def slot(self, state: State, lane: Lane, upload: int = 0) -> Iterator[None]:
        """Hold one of the mailbox's places; raises GraphError 429 when none is free."""
        limits = state.switches
        with state.lock:
            now = state.clock.timestamp()
            start, count = self.windows.get(lane, (now, 0))
            if not start <= now < start + limits.request_window:
                start, count = now, 0
            self.windows[lane] = (start, count + 1)
            if count >= limits.max_requests:
                wait = max(1, int(start + limits.request_window - now) + 1)
                self._refuse(
                    state,
                    lane,
                    wait,
                    "TooManyRequests",
                    "Too many requests. Retry after the time in Retry-After.",
                )
            if upload:
                self._upload(state, lane, now, upload)
            if self.running[lane] >= limits.max_concurrent:
                self._refuse(
                    state,
                    lane,
                    limits.retry_after,
                    "ApplicationThrottled",
                    "Application is over its MailboxConcurrency limit.",
                )
            self.running[lane] += 1
            state.stats.concurrent[lane[1]] = max(
                state.stats.concurrent[lane[1]], self.running[lane]
            )
        try:
            yield
        finally:
            with state.lock:
                self.running[lane] -= 1

    def _upload(self, state: State, lane: Lane, now: float, size: int) -> None:
        """150 MB in five minutes, counted over POST, PATCH and PUT."""
        start, sent = self.uploads.get(lane, (now, 0))
        if not start <= now < start + UPLOAD_WINDOW:
            start, sent = now, 0
        self.uploads[lane] = (start, sent + size)
        if sent + size > state.switches.max_upload_mb * 1_000_000:
            wait = int(start + UPLOAD_WINDOW - now) + 1
            self._refuse(
                state,
                lane,
                wait,
                "ApplicationThrottled",
                "Application is over its UploadBytes limit.",
            )

    def _refuse(self, state: State, lane: Lane, wait: int, code: str, message: str) -> None:
        state.stats.throttled += 1
        raise GraphError(429, code, message, headers={"Retry-After": str(wait)})

    def note_waits(self, state: State, waits: Iterable[Wait | None]) -> None:
        """Remember when a client was told to come back, in an answer that it gets."""
        for lane, seconds in (wait for wait in waits if wait is not None):
            until = state.clock.timestamp() + seconds
            self.wait_until[lane] = max(until, self.wait_until.get(lane, 0.0))

    def note_arrival(self, state: State, lane: Lane) -> None:
        if state.clock.timestamp() < self.wait_until.get(lane, 0.0) - 0.02:
            state.stats.retry_after_broken += 1
