from __future__ import annotations

from tests.contracts.emulated import emulator, microsoft

__all__ = ["emulator", "microsoft"]
