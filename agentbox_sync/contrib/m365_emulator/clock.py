from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$")


def iso(moment: datetime) -> str:
    """Graph's own spelling of a timestamp: whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_of(timestamp: float) -> str:
    return iso(datetime.fromtimestamp(timestamp, UTC))


def read_moment(text: str) -> datetime:
    """A timestamp with offset and at most seven decimals; raises ValueError."""
    match = TIMESTAMP.match(text)
    if match is None:
        raise ValueError(text)
    decimals = match[2] or ""
    return datetime.fromisoformat(text.replace(decimals, decimals[:7]))  # Python takes six


class Clock:
    """The emulator's time: real time plus an offset that control may move."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def timestamp(self) -> float:
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        self.offset = moment - datetime.now(UTC)

    def reset(self) -> None:
        self.offset = timedelta()
