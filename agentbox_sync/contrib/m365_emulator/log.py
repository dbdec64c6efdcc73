from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

HIDDEN = ("authorization", "cookie")
KEPT = 200


class TrafficLog:
    """The latest Graph exchanges, and all of them in a file when one is named."""

    def __init__(self, path: Path | None) -> None:
        self.recent: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.total = 0
        self.path = path
        self._file: TextIO | None = None

    def add(self, entry: dict[str, Any]) -> None:
        self.total += 1
        self.recent.append({"number": self.total, **entry})
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


def visible(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HIDDEN}
