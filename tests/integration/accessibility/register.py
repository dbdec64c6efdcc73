"""Which addresses the tests of this folder visit, to be held against urls.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Addresses that show no page of their own, each with what it answers instead.
WITHOUT_A_PAGE = {
    "allow": "leads back to the card",
    "go": "leads on to the preview or the card",
    "let_go": "leads back to the card",
    "organisation_check": "leads back to the organisation",
    "pause": "leads back to the card",
    "progress": "JSON",
    "resume": "leads back to the card",
    "retry": "leads back to what was set aside",
    "stay": "leads back to the card",
    "sync": "leads back to the card or on to the preview",
    "withdraw": "leads back to what waits",
}
VISITED: set[str] = set()


def visiting(*names: str) -> Callable[[Any], Any]:
    """Say which addresses a test visits."""

    def remember(test: Any) -> Any:
        VISITED.update(names)
        return test

    return remember
