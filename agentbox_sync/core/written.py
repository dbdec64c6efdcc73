"""What a server makes of a value that it was given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentbox_sync.core.kinds import Canonical

# No server cuts more than this off: what is shorter was shortened by a person.
SHORTEST_TEXT = 16
SHORTEST_LIST = 2


def is_written_form(sent: Any, shown: Any) -> bool:
    """Tell whether ``shown`` is what a server makes of ``sent``: the same, or cut short."""
    if sent == shown:
        return True
    if isinstance(sent, str) and isinstance(shown, str):
        return len(shown) >= SHORTEST_TEXT and sent.startswith(shown)
    if isinstance(sent, list) and isinstance(shown, list):
        return len(shown) >= SHORTEST_LIST and sent[: len(shown)] == shown
    return False


def with_own_writes(
    base_local: Canonical, base_remote: Canonical, remote: Canonical, sent: Iterable[Canonical]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the bases, moved to unanswered writes of ours that are seen to have landed.

    Otherwise our own echo would look like an edit in Exchange and undo what a person did in the
    CRM meanwhile (sync-engine section 2.2, rule b).
    """
    here, there = dict(base_local), dict(base_remote)
    for written in sent:
        for atom, value in written.items():
            if atom not in remote or remote[atom] == base_remote.get(atom):
                continue
            if is_written_form(value, remote[atom]):
                here[atom], there[atom] = value, remote[atom]
    return here, there
