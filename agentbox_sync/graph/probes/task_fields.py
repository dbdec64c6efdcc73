"""What tasks leave open about what they keep of what is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.tasks import canonical
from agentbox_sync.graph.codecs import tasks as codec
from agentbox_sync.graph.probes.answers import Fit, Probe, compared, status_of
from agentbox_sync.graph.probes.diary import ZONE
from agentbox_sync.graph.probes.notepad import Item, Notepad

_CODECS = "agentbox_sync.graph.codecs"
_TEXT = "Agentbox\nprobe <of> notes & more"


class TaskFieldProbes:
    """Due dates, notes, times, and what is empty."""

    def __init__(self, pad: Notepad) -> None:
        self.pad = pad

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        return (
            Probe(
                "Does a due date as we send it come back as the same day?",
                f"{_CODECS}.tasks:DUE_ON_THE_CLOCKS_OF_THE_MAILBOX",
                self._due,
                "Set it the other way, and probe again.",
            ),
            Probe(
                "Which midnight does a due date come back as that names a zone far away?",
                "agentbox_sync.core.kinds.due:day_of",
                self._due_elsewhere,
            ),
            Probe(
                "Do the notes of a task stay as they were sent?",
                f"{_CODECS}.bodies:read_body",
                self._notes,
                "The CRM would get other words than it sent: make both read the same.",
            ),
            Probe(
                "Does the time stay at which a task was completed?",
                f"{_CODECS}.tasks:encode",
                self._completed_at,
            ),
            Probe(
                "Is a task taken that comes again and is never due?",
                f"{_CODECS}.tasks:encode",
                self._undated,
            ),
        )

    def _due(self) -> tuple[str, Fit]:
        day = self.pad.day(1)
        row = self._kept("due", day)
        same = codec.decode(row, self.pad.zone).get("due") == day
        return compared(_midnight(row, day), supposed=True, found=same)

    def _due_elsewhere(self) -> tuple[str, Fit]:
        day = self.pad.day(1)
        sent = {"dateTime": f"{day}T00:00:00", "timeZone": ZONE}
        return _midnight(self.pad.read(self.pad.task(dueDateTime=sent)), day), Fit.NOTED

    def _notes(self) -> tuple[str, Fit]:
        row = self._kept("notes", _TEXT)
        same = self._reads_as(row, "notes", _TEXT)
        form = str((row.get("body") or {}).get("contentType") or "no body")
        told = form if same else f"{form}, and they read otherwise"
        return compared(told, supposed=True, found=same)

    def _completed_at(self) -> tuple[str, Fit]:
        at = (self.pad.clock.now() - timedelta(days=1)).astimezone(UTC).replace(hour=9, minute=30)
        sent = {"status": "completed", "completed_at": at.isoformat()}
        same = self._reads_as(self._kept("progress", sent), "progress", sent)
        return ("it stays" if same else "it becomes another one"), Fit.NOTED

    def _undated(self) -> tuple[str, Fit]:
        rule = {"rule": "FREQ=DAILY;COUNT=3", "start": self.pad.day()}
        sent = codec.encode({"recurrence": rule}, ["recurrence"], zone=self.pad.zone).payload
        answer = self.pad.try_task(**sent)
        if not answer.ok:
            return f"refused: {status_of(answer)}", Fit.NOTED
        due = codec.decode(self.pad.read(answer.body), self.pad.zone).get("due")
        return ("taken, and due at its start" if due else "taken as it is"), Fit.NOTED

    def _kept(self, atom: str, value: Any) -> Item:
        """Return what is kept of one atom, which is sent as our code sends it."""
        sent = codec.encode({atom: value}, [atom], zone=self.pad.zone).payload
        return self.pad.read(self.pad.task(**sent))

    def _reads_as(self, row: Item, atom: str, sent: Any) -> bool:
        here = Locality(zone=self.pad.zone)
        found = canonical(codec.decode(row, self.pad.zone), here)
        return bool(found.get(atom) == canonical({atom: sent}, here)[atom])


def _midnight(row: Item, day: str) -> str:
    shown = row.get("dueDateTime") or {}
    told = f"{str(shown.get('dateTime'))[:16]} {shown.get('timeZone')}" if shown else "none"
    return f"{told} for {day}"
