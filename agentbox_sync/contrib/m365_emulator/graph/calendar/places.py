from __future__ import annotations

from typing import Any

from ..errors import unreadable
from ..properties import ADDRESS_PARTS
from .checks import one_of, only

KNOWN = (
    "displayName",
    "address",
    "coordinates",
    "locationType",
    "locationUri",
    "locationEmailAddress",
    "uniqueId",
    "uniqueIdType",
)
COORDINATES = ("accuracy", "altitude", "altitudeAccuracy", "latitude", "longitude")
TYPES = (
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
)


def read_places(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise unreadable(f"The property '{name}' must be a collection.")
    found = [read_place(name, entry) for entry in value]
    return [place for place in found if place]


def read_place(name: str, value: Any) -> dict[str, Any] | None:
    """A place as Graph shows it again; one without a name is none."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise unreadable(f"The property '{name}' must be an object.")
    only(value, KNOWN, "location")
    title = value.get("displayName")
    if title is not None and not isinstance(title, str):
        raise unreadable("The property 'displayName' must be a string.")
    if not title:
        return None
    place: dict[str, Any] = {
        "displayName": title,
        "locationType": one_of("locationType", value.get("locationType") or "default", TYPES),
        "uniqueId": title,
        "uniqueIdType": "private",
    }
    for part in ("locationUri", "locationEmailAddress"):
        if value.get(part):
            place[part] = value[part]
    place |= _object(value, "address", ADDRESS_PARTS, str)
    place |= _object(value, "coordinates", COORDINATES, int, float)
    return place


def _object(
    value: dict[str, Any], part: str, names: tuple[str, ...], *kinds: type
) -> dict[str, dict[str, Any]]:
    given = value.get(part)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise unreadable(f"The property '{part}' must be an object.")
    for name, entry in given.items():
        if name not in names and "@odata." not in name:
            raise unreadable(f"The property '{name}' does not exist on '{part}'.")
        if entry is not None and not isinstance(entry, kinds):
            raise unreadable(f"The property '{name}' of '{part}' is of another type.")
    return {part: {name: given[name] for name in names if given.get(name) is not None}}
