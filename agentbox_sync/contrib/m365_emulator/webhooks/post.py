from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..clock import iso, iso_of
from .health import Health
from .wire import post, reachable

if TYPE_CHECKING:
    from ..state import State
    from .subscription import Subscription

LOOK = 0.05  # seconds between looks at what is due
FIRST_PAUSE = 10.0
PATIENCE = 4 * 3600.0
WARNING = 15 * 60.0  # how long before a token or a subscription ends its app is told
TOGETHER = 100  # notifications in one request at most


@dataclass
class Letter:
    """One notification on its way; times are the emulator's."""

    subscription: str
    url: str
    value: dict[str, Any]
    born: float
    due: float
    attempts: int = 0
    lifecycle: bool = False


@dataclass
class Post:
    """What is to be delivered, and what was."""

    waiting: list[Letter] = field(default_factory=list)
    address: str = ""  # a loopback address that stands in for every public host
    sent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=200))
    counts: Counter[str] = field(default_factory=Counter)
    health: Health = field(default_factory=Health)
    busy: int = 0

    # letters ------------------------------------------------------------------------------

    def write(
        self, state: State, subscription: Subscription, change: str, data: dict[str, Any]
    ) -> None:
        """A change notification, as many times as the switches say."""
        value = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": iso_of(subscription.expires),
            "changeType": change,
            "resource": data["@odata.id"],
            "clientState": subscription.client_state,
            "tenantId": subscription.tenant,
            "resourceData": data,
        }
        now = state.clock.timestamp()
        due = now + state.switches.notify_delay_ms / 1000
        if state.switches.notify_lose:
            self.counts["lost"] += 1
            return
        for _ in range(state.switches.notify_copies):
            url = subscription.notification_url
            self.waiting.append(Letter(subscription.id, url, value, now, due))

    def announce(self, state: State, subscription: Subscription, event: str) -> bool:
        """A lifecycle notification, where the subscription names an address for it.

        Of tasks Graph announces reauthorizations alone.
        """
        is_told = subscription.kind != "todoTask" or event == "reauthorizationRequired"
        if not subscription.lifecycle_url or not is_told:
            return False
        value = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": iso_of(subscription.expires),
            "tenantId": subscription.tenant,
            "clientState": subscription.client_state,
            "lifecycleEvent": event,
        }
        now, url = state.clock.timestamp(), subscription.lifecycle_url
        self.waiting.append(Letter(subscription.id, url, value, now, now, lifecycle=True))
        return True

    # delivery -----------------------------------------------------------------------------

    def due(self, state: State) -> list[list[Letter]]:
        """What goes out now, by address; letters of a sleeping subscription wait."""
        now = state.clock.timestamp()
        ready: list[Letter] = []
        letters, self.waiting = self.waiting, []
        for letter in letters:
            subscription = state.subscriptions.by_id.get(letter.subscription)
            if subscription is None and not letter.lifecycle:
                continue  # nobody wants to hear of it any more
            asleep = (
                subscription is not None
                and not letter.lifecycle
                and state.switches.subscription_lapse
                and not subscription.app_only
                and subscription.authorized_until <= now
            )
            if now - letter.born > PATIENCE:
                self._lose(state, letter)
            elif asleep or letter.due > now:
                self.waiting.append(letter)
            else:
                ready.append(letter)
        if state.switches.notify_order == "shuffled":
            state.ids.random.shuffle(ready)
        by_address: dict[tuple[str, bool], list[Letter]] = {}
        for letter in ready:
            by_address.setdefault((letter.url, letter.lifecycle), []).append(letter)
        size = TOGETHER if state.switches.notify_together else 1
        batches = [
            group[at : at + size]
            for group in by_address.values()
            for at in range(0, len(group), size)
        ]
        self.busy += len(batches)
        return batches

    async def deliver(self, state: State, letters: list[Letter]) -> None:
        url, host = letters[0].url, urlsplit(letters[0].url).netloc
        with state.lock:
            now, limits = state.clock.timestamp(), state.switches
            verdict = self.health.verdict(host, now)
            address = self.address
        if verdict == "drop" and not letters[0].lifecycle:
            with state.lock:
                for letter in letters:
                    self._lose(state, letter)
                self.busy -= 1
            return
        if verdict == "slow" and all(not letter.attempts for letter in letters):
            with state.lock:
                for letter in letters:
                    letter.due, letter.attempts = now + Health.WINDOW, 1
                self.waiting += letters
                self.busy -= 1
            return
        body = json.dumps({"value": [letter.value for letter in letters]}).encode()
        status, seconds = 0, 0.0
        if reachable(url, address):
            started = time.monotonic()
            reply = await post(url, address, body, "application/json", limits.webhook_timeout)
            status, seconds = reply.status, time.monotonic() - started
        with state.lock:
            self.health.note(host, now, seconds, limits.webhook_slow, limits.webhook_timeout)
            self._settle(state, letters, status)
            self.busy -= 1

    def _settle(self, state: State, letters: list[Letter], status: int) -> None:
        now, good = state.clock.timestamp(), 200 <= status < 300
        self.counts["delivered" if good else "failed"] += len(letters)
        entry = {"at": iso(state.clock.now()), "url": letters[0].url, "status": status}
        self.sent.append({**entry, "value": [letter.value for letter in letters]})
        if not good:
            for letter in letters:
                letter.attempts += 1
                letter.due = now + FIRST_PAUSE * 2 ** (letter.attempts - 1)
            self.waiting += letters

    def _lose(self, state: State, letter: Letter) -> None:
        """After four hours a notification is lost, and the app hears that it missed something."""
        self.counts["lost"] += 1
        subscription = state.subscriptions.by_id.get(letter.subscription)
        if subscription is not None and not letter.lifecycle:
            self.announce(state, subscription, "missed")

    # what people look at -------------------------------------------------------------------

    def as_dict(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "pending": len(self.waiting) + self.busy,
            "waiting": [asdict(letter) for letter in self.waiting],
            "delivered": self.counts["delivered"],
            "failed": self.counts["failed"],
            "lost": self.counts["lost"],
            "sent": list(self.sent),
        }


async def deliver(state: State) -> None:
    """Deliver what is due, for as long as the emulator runs."""
    tasks: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(LOOK)
        with state.lock:
            keep_watch(state)
            batches = state.post.due(state)
        for letters in batches:  # one that is slow to answer holds nobody up
            task = asyncio.create_task(state.post.deliver(state, letters))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


def keep_watch(state: State) -> None:
    """Let subscriptions end, and tell apps in time that theirs are about to. Holds the lock."""
    now = state.clock.timestamp()
    if not state.subscriptions.by_id:
        return
    state.subscriptions.drop_expired(now)
    for subscription in list(state.subscriptions.by_id.values()):
        ends = subscription.expires
        if state.switches.subscription_lapse and not subscription.app_only:
            ends = min(ends, subscription.authorized_until)
        if not subscription.warned and ends - now < WARNING:
            state.subscriptions.warn(subscription)
            state.post.announce(state, subscription, "reauthorizationRequired")
            state.touch()
