"""200 idle mailboxes of one organisation, which share their requests."""

from __future__ import annotations

from tests.bench.fleet import measure_organisation as measure

__all__ = ["measure"]
