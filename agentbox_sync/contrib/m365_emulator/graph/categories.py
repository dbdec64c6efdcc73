from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..belongings import Category
from . import query
from .errors import GraphError, invalid_property, item_not_found, unreadable
from .messages import Answer, Call

NAMES = frozenset({"id", "displayName", "color"})
COLORS = ("none", *(f"preset{number}" for number in range(25)))


def list_categories(call: Call) -> Answer:
    options = query.read(call, NAMES)
    found = list(call.mailbox.belongings.categories.values())
    size = options.top or len(found) or 1
    body: dict[str, Any] = {"@odata.context": _context(call)}
    if options.count:
        body["@odata.count"] = len(found)
    page = found[options.skip : options.skip + size]
    body["value"] = [_json(category, options.select) for category in page]
    return Answer(200, body)


def count_categories(call: Call) -> Answer:
    return Answer(200, str(len(call.mailbox.belongings.categories)))


def get_category(call: Call) -> Answer:
    return _one(call, 200, _find(call), query.read(call, NAMES).select)


def create_category(call: Call) -> Answer:
    body = _read(call)
    name = (body.get("displayName") or "").strip()
    if not name:
        raise invalid_property("A category needs a displayName.")
    held = call.mailbox.belongings.categories
    if name.lower() in {category.name.lower() for category in held.values()}:
        raise GraphError(
            409, "nameAlreadyExists", f"A category with the name '{name}' exists already."
        )
    category = Category(call.state.ids.guid(), name, body.get("color") or "none")
    held[category.id] = category
    return _one(call, 201, category)


def recolor_category(call: Call) -> Answer:
    category, body = _find(call), _read(call)
    if body.get("displayName", category.name) != category.name:
        raise invalid_property("The displayName of a category cannot be changed once it is set.")
    category = replace(category, color=body.get("color") or category.color)
    call.mailbox.belongings.categories[category.id] = category
    return _one(call, 200, category)


def delete_category(call: Call) -> Answer:
    """Items keep the name: it is a text on them, not a reference."""
    del call.mailbox.belongings.categories[_find(call).id]
    return Answer(204)


def _find(call: Call) -> Category:
    found = call.mailbox.belongings.categories.get(call.args["category"].lower())
    if found is None:
        raise item_not_found()
    return found


def _read(call: Call) -> dict[str, Any]:
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    for name, value in body.items():
        if "@odata." in name:
            continue
        if name == "id":
            raise invalid_property("The property 'id' is read-only and cannot be set.")
        if name not in NAMES:
            raise unreadable(
                f"The property '{name}' does not exist on type 'microsoft.graph.outlookCategory'."
            )
        if value is not None and not isinstance(value, str):
            raise unreadable(f"The property '{name}' must be a string.")
    color = body.get("color")
    if color is not None and color.lower() not in COLORS:
        raise unreadable(f"'{color}' is not a member of the enumeration categoryColor.")
    return {**body, "color": color.lower()} if color else body


def _json(category: Category, select: Any = None) -> dict[str, Any]:
    shown = {"id": category.id, "displayName": category.name, "color": category.color}
    return shown if select is None else {k: v for k, v in shown.items() if k in {"id", *select}}


def _one(call: Call, status: int, category: Category, select: Any = None) -> Answer:
    context = f"{_context(call)}/$entity"
    return Answer(status, {"@odata.context": context, **_json(category, select)})


def _context(call: Call) -> str:
    return call.context("/outlook/masterCategories")
