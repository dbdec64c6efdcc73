from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..faults import Rule


class BadField(ValueError):
    """One field of the form cannot be read; the message says what it takes."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Kind:
    """One misfortune as the form offers it: what it fixes, and which fields it asks for."""

    words: str
    fixed: dict[str, Any]
    asks: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "status": Kind("Refused with a status", {}, ("status", "code", "retry_after")),
    "status_after": Kind(
        "Done, and yet answered with a status",
        {"commit": "after"},
        ("status", "code", "retry_after"),
    ),
    "reset_before": Kind("Connection cut, nothing done", {"action": "drop"}),
    "reset_after": Kind("Done, then the connection is cut", {"action": "drop", "commit": "after"}),
    "truncate": Kind("Done, half of the answer arrives", {"action": "truncate", "commit": "after"}),
    "slow": Kind("Answered late", {}, ("delay",)),
    "batch": Kind(
        "Only part of a batch is done", {"method": "POST"}, ("after_items", "status", "retry_after")
    ),
    "gone": Kind("410: the delta token is gone", {"status": 410}),
    "revoke_consent": Kind("Consent is withdrawn", {"effect": "revoke_consent"}),
    "revoke_sessions": Kind("Sessions are revoked", {"effect": "revoke_sessions"}),
    "challenge": Kind("A younger token is wanted", {"effect": "challenge"}),
    "kill_delta": Kind("All delta tokens die", {"effect": "kill_delta"}),
    "disable_account": Kind("The account is disabled", {"effect": "disable_account"}),
    "clock": Kind("The clock jumps", {}, ("clock",)),
}
COMMON = ("name", "method", "path", "body_contains", "times", "nth", "probability", "seed")
NUMBERS: dict[str, tuple[Callable[[str], float], str]] = {
    "status": (int, "The status is a whole number, such as 503."),
    "retry_after": (int, "Retry-After is a whole number of seconds."),
    "times": (int, "How often at most is a whole number; leave it empty for always."),
    "nth": (int, "The n-th request is a whole number, such as 3."),
    "seed": (int, "The seed of the dice is a whole number."),
    "after_items": (int, "How many operations are done is a whole number, such as 3."),
    "probability": (float, "The probability is a number from 0 to 1: 0.3 strikes 3 times in 10."),
    "delay": (float, "The delay is a number of seconds, such as 3."),
    "clock": (float, "The jump is a number of seconds, with a minus to go back."),
}
NEEDED = {
    "status": "status",
    "status_after": "status",
    "slow": "delay",
    "batch": "after_items",
    "clock": "clock",
}
BLANK = dict.fromkeys(
    (*COMMON, "kind", "status", "code", "retry_after", "delay", "after_items", "clock"), ""
) | {"kind": "status", "method": "*", "path": "^/(me|users)", "status": "503", "times": "1"}


def read_rule(form: dict[str, str]) -> dict[str, Any]:
    """The rule that a form describes, as control takes it; raises BadField.

    Without a `kind` the fields are those of a rule, as they are.
    """
    kind = KINDS.get(form.get("kind", ""))
    fields = {name: value.strip() for name, value in form.items() if value.strip()}
    if form.get("kind") and kind is None:
        raise BadField("kind", "Choose what happens from the list.")
    if kind is not None:
        fields = {k: v for k, v in fields.items() if k in COMMON or k in kind.asks}
        needed = NEEDED.get(form["kind"], "")
        if needed and needed not in fields:
            raise BadField(needed, NUMBERS[needed][1])
    for name, (kind_of, words) in NUMBERS.items():
        if name in fields:
            _check(name, fields[name], kind_of, words)
    rule: dict[str, Any] = {k: v for k, v in fields.items() if k != "retry_after"}
    if "retry_after" in fields:
        rule["headers"] = {"Retry-After": fields["retry_after"]}
    return rule | kind.fixed if kind is not None else rule


def _check(name: str, text: str, kind_of: Callable[[str], float], words: str) -> None:
    try:
        value = kind_of(text)
    except ValueError:
        raise BadField(name, words) from None
    if name == "probability" and not 0 <= value <= 1:
        raise BadField(name, words)
    if name == "status" and not 400 <= value <= 599:
        raise BadField(name, "The status is one of an error: 400 to 599.")


def happens(rule: Rule) -> str:
    """What a rule does, in words."""
    done = "done, then " if rule.commit == "after" and rule.answers else ""
    parts = []
    if rule.after_items:
        parts.append(f"{rule.after_items} operations of a batch are done, the others fail")
    elif rule.action == "drop":
        parts.append(f"{done}connection cut")
    elif rule.action == "truncate":
        parts.append(f"{done}half of the answer")
    elif rule.status:
        parts.append(f"{done}answered {rule.status}{' ' + rule.code if rule.code else ''}")
    if "Retry-After" in rule.headers:
        parts.append(f"Retry-After {rule.headers['Retry-After']} s")
    if rule.delay:
        parts.append(f"late by {rule.delay:g} s")
    if rule.effect:
        parts.append(rule.effect.replace("_", " "))
    if rule.clock:
        parts.append(f"clock {rule.clock:+g} s")
    return ", ".join(parts)


def when(rule: Rule) -> str:
    """When it strikes, in words."""
    parts = []
    if rule.nth:
        parts.append(f"only match number {rule.nth}")
    if rule.probability < 1:
        parts.append(f"with probability {rule.probability:g}, seed {rule.seed}")
    if rule.times:
        parts.append("once" if rule.times == 1 else f"at most {rule.times} times")
    if rule.body_contains:
        parts.append(f"where the body holds “{rule.body_contains}”")
    return ", ".join(parts) or "every time"


def is_spent(rule: Rule) -> bool:
    """Whether it will never strike again."""
    return bool(rule.times and rule.fired >= rule.times) or bool(
        rule.nth and rule.matched >= rule.nth
    )
