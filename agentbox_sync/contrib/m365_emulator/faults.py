from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ACTIONS = ("answer", "drop", "truncate")
# What may happen to the caller's account or mailbox while it is at work.
EFFECTS = (
    "kill_delta",
    "revoke_sessions",
    "revoke_consent",
    "challenge",
    "disable_account",
)
MOMENTS = ("before", "after")
KNOWN = {
    "name",
    "method",
    "path",
    "status",
    "code",
    "message",
    "headers",
    "body",
    "times",
    "nth",
    "probability",
    "seed",
    "commit",
    "action",
    "delay",
    "body_contains",
    "effect",
    "clock",
    "after_items",
}


class BadRule(ValueError):
    """A fault rule cannot be read; the message says which part."""


@dataclass
class Rule:
    """One scripted misfortune and how often it struck."""

    id: int
    method: str
    path: re.Pattern[str]
    name: str = ""
    status: int = 0  # 0: nothing but the delay
    code: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    times: int = 0  # 0: without limit
    nth: int = 0  # strike only at the n-th match
    probability: float = 1.0
    seed: int = 0
    commit: str = "before"
    action: str = "answer"
    delay: float = 0.0
    body_contains: str = ""
    effect: str = ""
    clock: float = 0.0  # seconds that the clock jumps when it strikes
    after_items: int = 0  # of a batch: how many operations are done before it strikes
    matched: int = 0
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random)

    @property
    def answers(self) -> bool:
        """Whether it replaces the true answer (a mere delay does not)."""
        return self.status > 0 or self.action != "answer"

    def strikes(self, method: str, path: str, body: str) -> bool:
        if self.times and self.fired >= self.times:
            return False
        if self.method not in ("*", method) or not self.path.search(path):
            return False
        if self.body_contains and self.body_contains not in body:
            return False
        self.matched += 1
        if self.nth and self.matched != self.nth:
            return False
        if self.probability < 1.0 and self.dice.random() >= self.probability:
            return False
        self.fired += 1
        return True

    def as_dict(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "method": self.method,
            "path": self.path.pattern,
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "headers": dict(self.headers),
            "times": self.times,
            "nth": self.nth,
            "probability": self.probability,
            "seed": self.seed,
            "commit": self.commit,
            "action": self.action,
            "delay": self.delay,
            "body_contains": self.body_contains,
            "effect": self.effect,
            "clock": self.clock,
            "after_items": self.after_items,
            "matched": self.matched,
            "fired": self.fired,
        }
        return shown


class Faults:
    """The rules in force, in the order they were given; the first that strikes decides."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._last = 0

    def add(self, given: Mapping[str, Any]) -> Rule:
        """Take one rule as control sends it; raises BadRule."""
        unknown = set(given) - KNOWN
        if unknown:
            raise BadRule(f"A fault rule has no {min(unknown)!r}.")
        action = given.get("action", "answer")
        if action not in ACTIONS:
            raise BadRule(f"The action must be one of {', '.join(ACTIONS)}.")
        if given.get("commit", "before") not in MOMENTS:
            raise BadRule(f"The commit must be one of {', '.join(MOMENTS)}.")
        try:
            pattern = re.compile(given.get("path", ""))
            status, times, nth, seed, after_items = (
                int(given.get(name, 0))
                for name in ("status", "times", "nth", "seed", "after_items")
            )
            probability, delay, clock = (
                float(given.get(name, default))
                for name, default in (("probability", 1), ("delay", 0), ("clock", 0))
            )
        except (re.error, TypeError, ValueError) as error:
            raise BadRule(f"A part of the rule cannot be read: {error}.") from error
        effect = given.get("effect", "")
        if effect and effect not in EFFECTS:
            raise BadRule(f"The effect must be one of {', '.join(EFFECTS)}.")
        if after_items and action == "answer" and not status:
            status = 503
        if status == 0 and action == "answer" and not (delay or effect or clock):
            raise BadRule(
                "A rule needs a status, a delay, an effect, a clock jump, or the action drop or "
                "truncate."
            )
        self._last += 1
        rule = Rule(
            id=self._last,
            method=str(given.get("method", "*")).upper(),
            path=pattern,
            name=str(given.get("name", "")),
            code=str(given.get("code", "")),
            message=str(given.get("message", "")),
            headers={str(k): str(v) for k, v in (given.get("headers") or {}).items()},
            body=given.get("body"),
            commit=given.get("commit", "before"),
            action=action,
            body_contains=str(given.get("body_contains", "")),
            status=status,
            times=times,
            nth=nth,
            seed=seed,
            probability=probability,
            delay=delay,
            effect=effect,
            clock=clock,
            after_items=after_items,
            dice=random.Random(seed),
        )
        self.rules.append(rule)
        return rule

    def strike(self, method: str, path: str, body: str = "") -> Rule | None:
        return next((rule for rule in self.rules if rule.strikes(method, path, body)), None)

    def strike_token(self, path: str) -> Rule | None:
        """For the token endpoint: a rule for everything means Graph, so it must name `token`."""
        return next(
            (
                rule
                for rule in self.rules
                if "token" in rule.path.pattern and rule.strikes("POST", path, "")
            ),
            None,
        )

    def remove(self, number: int) -> None:
        """Take one rule away; raises BadRule."""
        kept = [rule for rule in self.rules if rule.id != number]
        if len(kept) == len(self.rules):
            raise BadRule(f"There is no fault rule {number} any more.")
        self.rules = kept

    def clear(self) -> None:
        self.rules.clear()
