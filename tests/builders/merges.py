"""Merges of a pair in canonical form, and what was ordered for an atom."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.atoms import Verb
from agentbox_sync.core.merge import Merge, Sides, merge
from agentbox_sync.core.rules import Mode

WAS, CRM, OUTLOOK = "Was", "In the CRM", "In Outlook"

ONE_WAY, PUT_BACK = Mode.ONE_WAY, Mode.PUT_BACK
CRM_WINS, EXCHANGE_WINS = Mode.CRM_WINS, Mode.EXCHANGE_WINS
TWO_WAY = (CRM_WINS, EXCHANGE_WINS)
KEEP, ABSORB, PUSH, PULL, TRACK, LEAVE, FREEZE = Verb


def merged(
    base: dict[str, Any],
    local: dict[str, Any],
    remote: dict[str, Any],
    mode: Mode = CRM_WINS,
    **more: Any,
) -> Merge:
    """Merge a pair whose sides agreed on ``base``."""
    return merge(Sides(base, base, local, remote, **more), mode)


def of_company(base: object, local: object, remote: object, mode: Mode, **more: Any) -> Merge:
    return merged({"company": base}, {"company": local}, {"company": remote}, mode, **more)


def met(local: dict[str, Any], remote: dict[str, Any], mode: Mode) -> Merge:
    """Merge a pair that was never linked."""
    return merge(Sides({}, {}, local, remote), mode)


def verb_of(result: Merge, bases: tuple[object, object]) -> Verb:
    """Return what was ordered for the company, of which both bases are given."""
    if result.push or result.pull:
        assert not (result.push and result.pull)
        return PUSH if result.push else PULL
    if result.drift:
        return TRACK
    now = result.base_local.get("company"), result.base_remote.get("company")
    if now == bases:
        return KEEP
    return ABSORB if (now[0] or None) == (now[1] or None) else LEAVE
