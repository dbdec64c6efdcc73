"""Asking a real mailbox what public material leaves open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pkgutil import resolve_name
from typing import Any

from agentbox_sync import conf
from agentbox_sync.core.errors import SyncError
from agentbox_sync.graph.probes import WORKSHOPS, Answer, Workshop
from agentbox_sync.graph.probes.answers import Fit, Unanswered, ask_all
from agentbox_sync.graph.probes.bench import FOLDER_NAME
from agentbox_sync.models import Connection
from agentbox_sync.services import clock as clocks
from agentbox_sync.services import microsoft, turns
from agentbox_sync.services.speak import speak
from agentbox_sync.services.wording.lacking import cloud_lacks, organisation_lacks

__all__ = ["FOLDER_NAME", "KINDS", "Answer", "Fit", "Probed", "probe", "value_of"]

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds: the worker may be at this very mailbox
KINDS = tuple(WORKSHOPS)

Heard = Callable[[Answer], None]


@dataclass(slots=True)
class Probed:
    """What was found out. ``left`` names what could not be removed, ``error`` what stopped it.

    ``unasked`` says why a kind was not asked about: this cloud or this organisation has it not.
    """

    answers: list[Answer] = field(default_factory=list)
    unasked: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    error: str = ""
    requests: int = 0

    @property
    def status(self) -> int:
        """Return the exit status: 0 everything is as we suppose, 1 something is not, 2 no end."""
        if self.error:
            return 2
        odd = [one for one in self.answers if one.fit in (Fit.DIFFERS, Fit.OPEN)]
        return 1 if odd or self.left else 0

    def as_json(self) -> dict[str, Any]:
        """Return it as scripts rely on it."""
        return {
            "answers": [asdict(one) | {"value": value_of(one.settles)} for one in self.answers],
            "unasked": self.unasked,
            "left": self.left,
            "error": self.error,
            "requests": self.requests,
        }


def value_of(settles: str) -> str:
    """Return what a constant says now; empty for a function, and for a table."""
    value = resolve_name(settles)
    return "" if callable(value) or (isinstance(value, dict) and len(value) > 5) else repr(value)


def probe(
    connection: Connection, kinds: Sequence[str] = KINDS, heard: Heard | None = None
) -> Probed:
    """Ask every question of ``kinds`` in a mailbox, and remove again what that takes.

    Holds the mailbox's lease: no run speaks to it meanwhile. ``heard`` is told each answer when it
    comes. What stops it is in ``error``.
    """
    found = Probed()
    lease = turns.wait_for(connection.pk, float(conf.option("LEASE_TIME")), patience=PATIENCE)
    if lease is None:
        found.error = "busy"
        return found

    def keep(answer: Answer) -> None:
        found.answers.append(answer)
        if heard is not None:
            heard(answer)

    try:
        client = speak(connection, turn=microsoft.turn(lease))
        for kind in kinds:
            if lacking := cloud_lacks(kind) or organisation_lacks(kind, connection):
                found.unasked[kind] = lacking
                continue
            if found.error:
                break  # what has stopped it stops the others as well
            _probe(WORKSHOPS[kind](client, clocks.present()), keep, found)
        found.requests = client.round_trips
    finally:
        lease.release()
    log.info("connection %s was probed: %s answers", connection.pk, len(found.answers))
    return found


def _probe(workshop: Workshop, keep: Heard, found: Probed) -> None:
    try:
        workshop.open()
        ask_all(workshop.probes(), keep)
    except (SyncError, Unanswered) as error:
        found.error = found.error or _words(error)
    finally:
        # Also on the way out of an interrupt: the person's mailbox is left as it was.
        try:
            found.left += workshop.close()
        except (SyncError, Unanswered) as error:
            found.left.append(f"what was made before {_words(error)}; probe again to remove it")


def _words(error: SyncError | Unanswered) -> str:
    return f"{error.code}: {error}" if isinstance(error, SyncError) else str(error)
