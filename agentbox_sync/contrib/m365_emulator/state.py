from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .calendar.mail import MailRecord
from .calendar.records import Event
from .clock import Clock
from .entra.accounts import Directory, User
from .entra.flows import Flows
from .entra.grants import Grants
from .faults import Faults
from .graph.throttle import Throttle
from .identifiers import Identifiers
from .log import TrafficLog
from .mailbox import Mailbox
from .records import Contact
from .stats import Stats
from .switches import Switches
from .todo.records import Task
from .webhooks.notices import tell_contact, tell_event, tell_task
from .webhooks.post import Post
from .webhooks.subscription import Subscriptions


@dataclass
class Latency:
    """How slow the wire and the service pretend to be, in milliseconds."""

    item_ms: float = 0.0
    round_trip_ms: float = 0.0


class State:
    """Everything the emulator knows. Whoever reads or writes it holds `lock`."""

    def __init__(self, log_file: Path | None = None, seed: int | None = None) -> None:
        self.lock = threading.RLock()
        self.log = TrafficLog(log_file)
        self.stats = Stats()
        self.version = 0
        self._clear(seed)

    def _clear(self, seed: int | None) -> None:
        self.ids = Identifiers(seed)
        self.clock = Clock()
        self.switches = Switches()
        self.signing_key = self.ids.token(32)
        self.directory = Directory()
        self.grants = Grants()
        self.flows = Flows()
        self.mailboxes: dict[str, Mailbox] = {}
        self.sessions: dict[str, list[str]] = {}
        self.faults = Faults()
        self.latency = Latency()
        self.throttle = Throttle()
        self.subscriptions = Subscriptions()
        self.post = Post()
        self.mail = MailRecord()

    def reset(self, seed: int | None = None) -> None:
        """As after the first start: no tenants, no mailboxes, no faults, real time."""
        self._clear(seed)
        self.stats.clear()
        self.log.clear()
        self.touch()

    def touch(self) -> None:
        """Note that something worth a snapshot changed."""
        self.version += 1

    def mailbox(self, user: User) -> Mailbox:
        if user.oid not in self.mailboxes:
            self.keep_mailbox(Mailbox(user.oid, self.ids, self.clock))
        return self.mailboxes[user.oid]

    def keep_mailbox(self, box: Mailbox) -> None:
        """Put a mailbox in its owner's place, and listen to what happens in it."""

        def tell(change: str, contact: Contact, folder: str) -> None:
            tell_contact(self, box.owner, change, contact, folder)

        def tell_of(change: str, event: Event) -> None:
            tell_event(self, box.owner, change, event)

        box.tell = tell

        def tell_of_task(change: str, task: Task) -> None:
            tell_task(self, box.owner, change, task)

        box.calendars.tell = tell_of
        box.todo.tell = tell_of_task
        self.mailboxes[box.owner] = box

    def names(self) -> dict[str, str]:
        return {user.oid: user.upn for user in self.directory.users.values()}

    def summary(self) -> dict[str, Any]:
        return {
            "tenants": len(self.directory.tenants),
            "users": len(self.directory.users),
            "apps": len(self.directory.apps),
            "contacts": sum(len(m.contacts) for m in self.mailboxes.values()),
            "events": sum(len(m.calendars.events) for m in self.mailboxes.values()),
            "tasks": sum(len(m.todo.tasks) for m in self.mailboxes.values()),
        }
