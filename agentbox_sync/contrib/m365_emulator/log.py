from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from .entra import jwt

HIDDEN = ("authorization", "cookie")
KEPT = 200


class TrafficLog:
    """The latest Graph exchanges, and all of them in a file when one is named.

    Where a folder is named, several emulators may write at once: each has a file of its own there.
    """

    def __init__(self, path: Path | None) -> None:
        self.recent: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.total = 0
        is_folder = path is not None and path.is_dir()
        self.path = path / f"{uuid4().hex}.jsonl" if path is not None and is_folder else path
        self._file: TextIO | None = None

    def add(self, entry: dict[str, Any], caller: Mapping[str, str] | None = None) -> None:
        """Keep an exchange; who called is kept for the page, and stays out of the file."""
        self.total += 1
        self.recent.append({"number": self.total, "caller": dict(caller or {}), **entry})
        if self.path is not None:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("a", encoding="utf-8", buffering=1)
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def clear(self) -> None:
        self.recent.clear()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def caller_of(authorization: str, key: str) -> dict[str, str]:
    """Which person and app a bearer token names, good or outdated; empty when it is not ours."""
    try:
        claims = jwt.read(authorization.partition(" ")[2].strip(), key)
    except jwt.BadToken:
        return {}
    return {"upn": str(claims.get("upn", "")), "app": str(claims.get("app_displayname", ""))}


def visible(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HIDDEN}
