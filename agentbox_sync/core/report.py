"""What a run did, in numbers; the form that commands print and the card shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from agentbox_sync.core.actions import Action, Line, Outcome, Side


@dataclass(slots=True)
class KindReport:
    """The counts of one kind. ``planned`` and ``worked`` drive the progress bar, ``read`` counts
    the items that were listed before there is a plan; ``put_off`` are removals that nobody had
    been shown when they said go. What was done in the CRM is in ``created``, ``updated`` and
    ``deleted``, and once more in ``imported``, ``pulled`` and ``released``.
    """

    writes_remote: int = 0
    writes_local: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    moved: int = 0
    linked: int = 0
    set_aside: int = 0
    review: int = 0
    planned: int = 0
    worked: int = 0
    left_out: int = 0
    held_back: int = 0
    put_off: int = 0
    read: int = 0
    imported: int = 0
    pulled: int = 0
    released: int = 0

    def count(self, line: Line) -> None:
        """Count one line of the log."""
        if line.action is Action.REVIEW or line.action is Action.OFFER:
            self.review += 1
            return
        if line.outcome is not Outcome.DONE:
            self.set_aside += line.outcome is Outcome.SET_ASIDE
            return
        self.created += line.action in (Action.CREATE, Action.IMPORT)
        self.updated += line.action is Action.UPDATE
        self.moved += line.action is Action.MOVE
        self.deleted += line.action in (Action.DELETE, Action.DEDUPE, Action.RELEASE)
        self.linked += line.action is Action.LINK
        self.imported += line.action is Action.IMPORT
        self.pulled += line.action is Action.UPDATE and line.side is Side.LOCAL
        self.released += line.action is Action.RELEASE
        self.writes_remote += line.side is Side.REMOTE
        self.writes_local += line.side is Side.LOCAL


@dataclass(slots=True)
class Report:
    """The report of one run. ``requests`` are HTTP round trips to Graph, ``seconds`` wall time.

    ``unfinished`` says that the run stopped before its plan was carried out; ``error`` is the
    code of what stopped it, empty when nothing did.
    """

    kinds: dict[str, KindReport] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    unfinished: bool = False
    error: str = ""

    def kind(self, name: str) -> KindReport:
        """Return the counts of a kind, zeros on first use."""
        return self.kinds.setdefault(name, KindReport())

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing in it that a person would look for.

        What was only remembered (a new etag, an edit that stands in Exchange) is no news.
        """
        progress = {"planned", "worked", "read"}
        return not self.error and not any(
            number
            for counts in self.kinds.values()
            for name, number in asdict(counts).items()
            if name not in progress
        )

    def as_json(self) -> dict[str, Any]:
        """Return the part that design section 11 promises to scripts."""
        names = (
            "writes_remote",
            "writes_local",
            "created",
            "updated",
            "deleted",
            "linked",
            "set_aside",
            "review",
        )
        return {
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "kinds": {
                kind: {name: getattr(counts, name) for name in names}
                for kind, counts in self.kinds.items()
            },
        }
