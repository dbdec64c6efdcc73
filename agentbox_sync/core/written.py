"""What a server makes of a value that it was given."""

from __future__ import annotations

from typing import Any

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
