from __future__ import annotations

from tests.integration.card.conftest import jane, janes_browser, master

__all__ = ["jane", "janes_browser", "master"]
