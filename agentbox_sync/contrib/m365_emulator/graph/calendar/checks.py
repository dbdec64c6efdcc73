from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...zones import any_iana_of, is_zone
from ..errors import GraphError, bad_request, unreadable

if TYPE_CHECKING:
    from ...switches import Switches
    from ..messages import Call


def check_zone(name: str, switches: Switches) -> None:
    """Raises GraphError 400 for a zone that the mailbox server does not take."""
    if is_zone(name) or (switches.iana_names == "any" and any_iana_of(name) is not None):
        return
    raise GraphError(
        400,
        "TimeZoneNotSupportedException",
        "A valid TimeZone value must be specified. The following TimeZone value is not supported: "
        f"'{name}'.",
    )


def zone_asked(call: Call) -> str:
    """The zone of the answer's times; raises GraphError 400 for one that the server lacks."""
    name = call.prefer.time_zone or "UTC"
    check_zone(name, call.state.switches)
    return name


def text_of(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise wrong_kind(name, "a string")
    return value


def read_boolean(name: str, value: Any) -> bool:
    """True or false, also as a text: python-o365 and an example of Microsoft's send it so."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise null(name) if value is None else wrong_kind(name, "a boolean")
    return value


def one_of(name: str, value: Any, members: tuple[str, ...]) -> str:
    """A member of an enumeration, which is read without regard to case."""
    found = next((m for m in members if m.lower() == str(value).lower()), None)
    if found is None:
        raise unreadable(f"'{value}' is not a value that '{name}' can have.")
    return found


def only(value: Mapping[str, Any], known: tuple[str, ...], kind: str) -> None:
    for name in value:
        if name not in known and "@odata." not in name:
            raise unreadable(
                f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'."
            )


def wrong_kind(name: str, expected: str) -> GraphError:
    return unreadable(f"The property '{name}' must be {expected}.")


def null(name: str) -> GraphError:
    return bad_request(
        f"A null value was found for the property named '{name}', which has a type that does not "
        "allow null values."
    )
