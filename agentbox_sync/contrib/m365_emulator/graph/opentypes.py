from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..calendar.records import Event
from ..records import Contact
from ..todo.records import Task, TaskList
from .errors import GraphError, invalid_property, unreadable
from .messages import Call

PREFIX = "Microsoft.OutlookServices.OpenTypeExtension."
OTHER_PREFIX = "microsoft.graph.openTypeExtension."
TYPE = "#microsoft.graph.openTypeExtension"
Extension = Mapping[str, Any]
Extended = Contact | Event | Task | TaskList


def read_extension(body: Any, known: str = "") -> tuple[str, dict[str, Any]]:
    """Name and data of an extension as it is sent; raises GraphError 400."""
    if not isinstance(body, dict):
        raise unreadable("An extension must be one JSON object.")
    name = body.get("extensionName", known)
    if not isinstance(name, str) or not name:
        raise invalid_property("An extension needs an extensionName.")
    name = bare_name(name)
    if known and name != known:
        raise invalid_property("The extensionName of an extension cannot be changed.")
    data: dict[str, Any] = {}
    for key, value in body.items():
        if "@odata." in key or key in ("extensionName", "id"):
            continue
        values = value if isinstance(value, list) else [value]
        if any(isinstance(v, (dict, list)) for v in values):
            raise unreadable(
                f"The property '{key}' of an open extension must be a primitive value or a "
                "collection of them."
            )
        data[key] = value
    return name, data


def bare_name(name: str) -> str:
    for prefix in (PREFIX, OTHER_PREFIX):
        if name.lower().startswith(prefix.lower()):
            return name[len(prefix) :]
    return name


def claim_names(call: Call, names: Iterable[str]) -> None:
    """Take places for named properties; raises GraphError 507 when the mailbox has none left."""
    held = call.mailbox.belongings.property_names
    fresh = set(names) - held
    most = call.state.switches.max_property_names
    if fresh and most and len(held) + len(fresh) > most:
        raise GraphError(
            507, "ErrorQuotaExceeded", "The mailbox has no room for another named property."
        )
    held |= fresh


def shown(item: Extended, wanted: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The extensions of an item as Graph shows them: all, or those named."""
    names = list(item.open) if not wanted else [bare_name(name) for name in wanted]
    return [as_json(name, item.open[name]) for name in names if name in item.open]


def as_json(name: str, data: Extension) -> dict[str, Any]:
    return {"@odata.type": TYPE, "id": f"{PREFIX}{name}", "extensionName": name, **data}
