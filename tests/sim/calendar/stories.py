"""What the stories of a calendar begin with."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.rules import Policy, Removal, Status
from tests.sim.calendar.world import World


def a_world(**policy: Any) -> World:
    """Return a two-way world."""
    return World(
        "a story", Policy(**{"status": Status.TWO_WAY, "removal": Removal.DELETE, **policy})
    )


def synced(world: World, **atoms: Any) -> str:
    """Enter an appointment in the CRM, and sync it."""
    pk = world.crm.insert(world.typed(**atoms))
    world.sync()
    return pk


def moved(day: str) -> dict[str, Any]:
    """Return a date of a series in the afternoon."""
    when = {"start": f"{day}T15:00:00", "end": f"{day}T16:00:00", "zone": "UTC"}
    return {"original": day, "when": when}


def off(day: str) -> dict[str, Any]:
    """Return a date of a series that is cancelled."""
    return {"original": day, "cancelled": True}


def a_series(world: World, *exceptions: dict[str, Any]) -> tuple[str, list[str]]:
    """Enter a weekly series and sync it; return its row and its first dates."""
    record = world.weekly(world.typed())
    return synced(world, **{**record, "exceptions": list(exceptions)}), world.dates(record)


def dates_of(world: World, pk: str) -> tuple[list[Any], list[Any]]:
    """Return which dates differ, here and there."""
    return world.crm.rows[pk].record["exceptions"], world.event_of(pk).record["exceptions"]
