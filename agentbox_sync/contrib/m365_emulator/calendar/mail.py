"""A record of every mail that Exchange would have sent because somebody touched a calendar."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000


@dataclass(frozen=True)
class Mail:
    """`kind`: invitation, update, cancellation, forward, or the answer of somebody invited."""

    number: int
    at: str
    kind: str
    sender: str
    to: tuple[str, ...]
    subject: str
    uid: str
    day: str  # the date of a series it is about, empty for all of it
    comment: str
    app: str  # the application that caused it, empty for a person
    request_id: str

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "to": list(self.to)}


class MailRecord:
    """The latest mails, counted since the start or the last reset.

    Whoever lets an application write to people on purpose says that mail ``is_expected``, and the
    log says it of each exchange that caused some: whatever is not is somebody's mistake.
    """

    def __init__(self) -> None:
        self.sent: deque[Mail] = deque(maxlen=KEPT)
        self.total = 0
        self.is_expected = False

    def add(self, **what: Any) -> Mail:
        self.total += 1
        mail = Mail(number=self.total, **what)
        self.sent.append(mail)
        return mail

    def clear(self) -> None:
        self.sent.clear()
        self.total = 0

    def after(self, number: int) -> list[Mail]:
        return [mail for mail in self.sent if mail.number > number]

    def caused_by(self, request_id: str) -> list[Mail]:
        """What one exchange with Graph sent, for its line in the log."""
        found: list[Mail] = []
        for mail in reversed(self.sent):
            if mail.request_id == request_id:
                found.append(mail)
            elif found:
                break
        return found[::-1]


def addresses(recipients: Iterable[Any]) -> tuple[str, ...]:
    """The addresses of attendees or recipients, each once."""
    found = (str(entry["emailAddress"]["address"] or "") for entry in recipients)
    return tuple(dict.fromkeys(address for address in found if address))
