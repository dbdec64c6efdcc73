"""What an earlier runner of the demo has written down, and what it may have left behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agentbox_sync.contrib.reference_crm.demo.processes import (
    is_locked,
    kill_group,
    wait_until_unlocked,
)

NAMES = ("emulator", "web", "worker")


class CannotStart(Exception):
    """The demo cannot run; the message says why and what to do."""


def _written_down(folder: Path) -> Mapping[str, Any]:
    try:
        written = json.loads((folder / "runner.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return written if isinstance(written, dict) else {}


def already_running(folder: Path) -> str:
    """Return what to tell somebody who starts the demo a second time."""
    other = _written_down(folder)
    return (
        f"The demo already runs at {other.get('web')} (process {other.get('pid')}). "
        "End it there with Ctrl-C, or use it as it is."
    )


def end_leftovers(folder: Path) -> None:
    """Ends what a runner that was killed has left behind; raises CannotStart."""
    processes = _written_down(folder).get("processes", {})
    for name in NAMES:
        if is_locked(folder, name):
            kill_group(int(processes.get(name, {}).get("group", 0)))
            if not wait_until_unlocked(folder, name):
                raise CannotStart(
                    f"An earlier {name} of this demo is still running and could not be ended. "
                    "End it by hand and start again."
                )
