"""The emulated Microsoft that the Graph client is tried on."""

from __future__ import annotations

from tests.contracts.emulated import emulated, emulator, microsoft

__all__ = ["emulated", "emulator", "microsoft"]
