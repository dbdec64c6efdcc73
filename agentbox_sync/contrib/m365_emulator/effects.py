from __future__ import annotations

from typing import TYPE_CHECKING

from .control_access import revoke_sessions, set_enabled
from .faults import Rule

if TYPE_CHECKING:
    from .entra.accounts import User
    from .state import State


def befall(state: State, rule: Rule, user: User | None, client_id: str) -> None:
    """Do what a rule does beside its answer: to the clock, and to whoever is at work."""
    if rule.clock:
        state.clock.advance(rule.clock)
    if rule.effect and user is not None:
        happen(state, rule.effect, user, client_id)
    if rule.clock or rule.effect:
        state.touch()


def happen(state: State, effect: str, user: User, client_id: str) -> None:
    """One of faults.EFFECTS befalls a person; an empty client_id means every app."""
    if effect == "kill_delta":
        state.mailbox(user).kill_delta_tokens()
    elif effect == "challenge":
        state.grants.challenge(user.oid)
    elif effect == "disable_account":
        set_enabled(state, user, enabled=False)
    else:
        revoke_sessions(state, user)
        if effect == "revoke_consent":
            state.grants.forget(user, client_id)
