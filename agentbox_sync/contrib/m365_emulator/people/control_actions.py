from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..control_access import set_enabled
from ..control_webhooks import change_subscriptions
from ..effects import happen
from ..entra.consent import POLICIES
from .fault_form import read_rule

if TYPE_CHECKING:
    from ..state import State

SAID = {
    "fault": "The fault is set.",
    "removed": "The fault is removed.",
    "cleared": "All faults are removed.",
    "latency": "The latency is set.",
    "clock": "The clock was moved.",
    "stats": "Counters and log start over.",
    "reset": "Everything was reset.",
    "account": "Done to the account.",
    "policy": "The policy is set.",
    "webhook": "Done to the subscriptions.",
}
GRAPH = r"^/(me|users)"
PRESETS: dict[str, dict[str, Any]] = {
    "429": {
        "name": "Throttled once",
        "path": GRAPH,
        "status": 429,
        "times": 1,
        "headers": {"Retry-After": "2"},
    },
    "503": {"name": "Unavailable once", "path": GRAPH, "status": 503, "times": 1},
    "lost": {
        "name": "Answer lost after the write",
        "method": "POST",
        "path": r"^/\$batch",
        "commit": "after",
        "action": "drop",
        "times": 1,
    },
    "half": {
        "name": "Half a batch",
        "method": "POST",
        "path": r"^/\$batch",
        "status": 504,
        "after_items": 3,
        "times": 1,
    },
    "410": {
        "name": "Delta starts over",
        "path": r"/delta",
        "status": 410,
        "times": 1,
    },
    "consent": {
        "name": "Consent withdrawn",
        "path": GRAPH,
        "effect": "revoke_consent",
        "times": 1,
    },
    "jump": {"name": "Clock jumps an hour", "path": GRAPH, "clock": 3600, "times": 1},
    "slow": {"name": "Everything three seconds late", "path": GRAPH, "delay": 3},
    "third": {
        "name": "Three in ten fail",
        "path": GRAPH,
        "status": 503,
        "probability": 0.3,
        "seed": 1,
    },
}


ACCOUNT = {
    "revoke_sessions": "Revoke sessions",
    "revoke_consent": "Withdraw consent",
    "challenge": "Challenge the token",
    "kill_delta": "Forget delta tokens",
    "disable_account": "Disable",
    "enable": "Enable again",
}


def act(state: State, what: str, form: dict[str, str]) -> str:
    """Do what a form of the control page asks for; the key of what is said then.

    Raises BadRule and ValueError, whose message is shown. The caller holds the lock.
    """
    if what not in ACTS:
        raise ValueError("This cannot be done.")
    return ACTS[what](state, form)


def _preset(state: State, form: dict[str, str]) -> str:
    if form.get("name") not in PRESETS:
        raise ValueError("This cannot be done.")
    state.faults.add(PRESETS[form["name"]])
    return "fault"


def _fault(state: State, form: dict[str, str]) -> str:
    state.faults.add(read_rule(form))
    return "fault"


def _remove(state: State, form: dict[str, str]) -> str:
    number = form.get("id", "")
    if not number.isdecimal():
        raise ValueError("Choose a fault of the list.")
    state.faults.remove(int(number))
    return "removed"


def _clear(state: State, form: dict[str, str]) -> str:
    state.faults.clear()
    return "cleared"


def _latency(state: State, form: dict[str, str]) -> str:
    item, trip = (_number(form, name, "The latency") for name in ("item_ms", "round_trip_ms"))
    state.latency.item_ms, state.latency.round_trip_ms = max(0.0, item), max(0.0, trip)
    return "latency"


def _clock(state: State, form: dict[str, str]) -> str:
    if form.get("reset"):
        state.clock.reset()
    else:
        state.clock.advance(60 * _number(form, "minutes", "The jump of the clock"))
    state.touch()
    return "clock"


def _number(form: dict[str, str], name: str, what: str) -> float:
    try:
        value = float(form.get(name) or 0)
    except ValueError:
        raise ValueError(f"{what} is a number, such as 40.") from None
    if not isfinite(value):
        raise ValueError(f"{what} is a number, such as 40.")
    return value


def _stats(state: State, form: dict[str, str]) -> str:
    state.stats.clear()
    state.log.clear()
    return "stats"


def _reset(state: State, form: dict[str, str]) -> str:
    if form.get("sure") != "on":
        raise ValueError("Tick the box first.")
    state.reset()
    return "reset"


def _webhook(state: State, form: dict[str, str]) -> str:
    change_subscriptions(state, form)
    state.touch()
    return "webhook"


def _account(state: State, form: dict[str, str]) -> str:
    user = state.directory.user(form.get("upn", ""))
    action = form.get("action", "")
    if user is None or action not in ACCOUNT:
        raise ValueError("Choose a person and what is to happen.")
    if action == "enable":
        set_enabled(state, user, enabled=True)
    else:
        happen(state, action, user, "")
    state.touch()
    return "account"


def _policy(state: State, form: dict[str, str]) -> str:
    tenant, policy = state.directory.tenant(form.get("tenant", "")), form.get("policy", "")
    if tenant is None or policy not in POLICIES:
        raise ValueError("Choose an organization and its policy.")
    state.directory.tenants[tenant.id] = replace(tenant, consent_policy=policy)
    state.touch()
    return "policy"


ACTS: dict[str, Callable[[State, dict[str, str]], str]] = {
    "preset": _preset,
    "fault": _fault,
    "remove": _remove,
    "clear": _clear,
    "latency": _latency,
    "clock": _clock,
    "stats": _stats,
    "reset": _reset,
    "account": _account,
    "policy": _policy,
    "webhook": _webhook,
}
