"""Mailboxes that travel both ways, and the browsers of those who decide."""

from __future__ import annotations

from tests.integration.card.conftest import jane, janes_browser, master
from tests.integration.twoway.conftest import colleague, disconnected, emulator, microsoft, world

__all__ = [
    "colleague",
    "disconnected",
    "emulator",
    "jane",
    "janes_browser",
    "master",
    "microsoft",
    "world",
]
