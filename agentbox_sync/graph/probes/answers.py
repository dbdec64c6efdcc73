"""What a probe finds out, and the round of all probes of a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agentbox_sync.core.errors import (
    FixConfiguration,
    OutcomeUnknown,
    ServerFault,
    SignInAgain,
    StopRun,
    SyncError,
    Throttled,
    Unreachable,
)
from agentbox_sync.graph.errors import Asked, code_of, error_of
from agentbox_sync.graph.exchange import Response

# What says that nothing more can be asked, by whatever probe.
FINAL = (SignInAgain, FixConfiguration, StopRun, Throttled, Unreachable)


class Fit(StrEnum):
    """What an answer says about our code."""

    FITS = "fits"
    DIFFERS = "differs"
    NOTED = "noted"
    """Whatever the answer is, the code copes; it is told for the record."""
    OPEN = "open"
    """No answer: the question stays open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One fact about Microsoft 365.

    ``settles`` is the dotted name, module and attribute parted by a colon, of what leans on it.
    ``advice`` says what to change where the fact is another one than the code supposes.
    """

    question: str
    told: str
    settles: str
    fit: Fit
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question; ``ask`` returns what was found, and raises Unanswered."""

    question: str
    settles: str
    ask: Callable[[], tuple[str, Fit]]
    advice: str = ""


class Unanswered(Exception):
    """A step that a probe needs did not go as it should; the message says how."""


class Workshop(Protocol):
    """The place of a kind's probes in the mailbox."""

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the place."""

    def probes(self) -> Sequence[Probe]:
        """Return the questions, in the order in which they are asked."""

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""


def ask_all(probes: Sequence[Probe], heard: Callable[[Answer], None]) -> None:
    """Ask every question, and hand each answer on at once.

    One that cannot be answered keeps no other from being asked. Raises the errors of :data:`FINAL`.
    """
    for probe in probes:
        try:
            told, fit = probe.ask()
        except Unanswered as why:
            told, fit = str(why), Fit.OPEN
        except (OutcomeUnknown, ServerFault) as error:
            told, fit = f"no answer: {error.code}", Fit.OPEN
        advice = probe.advice if fit is Fit.DIFFERS else ""
        heard(Answer(probe.question, told, probe.settles, fit, advice))


def compared(told: str, *, supposed: bool, found: bool) -> tuple[str, Fit]:
    """Return an answer that says whether a supposition of ours holds."""
    return told, Fit.FITS if supposed == found else Fit.DIFFERS


def status_of(response: Response) -> str:
    """Return an answer of Graph in short: its status, and the code of a refusal."""
    return f"{response.status} {code_of(response)}".strip()


def checked(response: Response, wait: float | None) -> Response:
    """Return an answer that says something about the question, a refusal included.

    Raises those of :data:`FINAL`, ServerFault and OutcomeUnknown for one that does not.
    """
    if response.ok:
        return response
    error: SyncError = error_of(response, Asked.WRITE, retry_after=wait)
    if isinstance(error, (*FINAL, OutcomeUnknown, ServerFault)):
        raise error
    return response
