from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import bad_request, invalid_query, not_covered
from .filters import Filter, property_ids
from .filters import parse as parse_filter
from .messages import Call
from .properties import ALL, STRINGS

DEFAULT_PAGE = 10
LARGEST_PAGE = 1000
OPTIONS = (
    "$select",
    "$top",
    "$skip",
    "$filter",
    "$orderby",
    "$count",
    "$expand",
    "$search",
    "$format",
    "$skiptoken",
    "$deltatoken",
)
EXPAND = re.compile(
    r"^singleValueExtendedProperties\s*\(\s*\$filter\s*=\s*(.+)\)$", re.IGNORECASE | re.DOTALL
)
SORTABLE = {*STRINGS, "createdDateTime", "lastModifiedDateTime", "id"}


@dataclass(frozen=True)
class Options:
    """The OData system query options of one request, read and checked."""

    select: tuple[str, ...] | None = None
    top: int | None = None
    skip: int = 0
    filter: Filter | None = None
    orderby: tuple[tuple[str, bool], ...] = ()  # property, descending
    count: bool = False
    properties: tuple[str, ...] | None = None  # extended properties to expand
    given: tuple[tuple[str, str], ...] = ()

    def page_size(self, call: Call) -> int:
        wanted = self.top if self.top is not None else call.prefer.max_page_size
        return min(wanted or DEFAULT_PAGE, LARGEST_PAGE)


def read(call: Call, names: frozenset[str] = ALL) -> Options:
    """Check every option against what the resource has; raises GraphError."""
    values: dict[str, str] = {}
    for name, value in call.request.query:
        option = name.lower()
        if not option.startswith("$"):
            if f"${option}" in OPTIONS:
                option = f"${option}"  # the $ is optional in Graph
            else:
                continue
        if option not in OPTIONS:
            raise bad_request(f"The query parameter '{name}' is not supported.")
        if option in values:
            raise bad_request(
                f"Query option '{name}' was specified more than once, but it must "
                "be specified at most once."
            )
        values[option] = value
    if "$search" in values:
        raise not_covered("$search")
    return Options(
        select=_select(values["$select"], names) if values.get("$select") else None,
        top=_number("$top", values["$top"], 1) if "$top" in values else None,
        skip=_number("$skip", values["$skip"], 0) if "$skip" in values else 0,
        filter=parse_filter(values["$filter"]) if "$filter" in values else None,
        orderby=_orderby(values["$orderby"]) if values.get("$orderby") else (),
        count=values.get("$count", "").lower() == "true",
        properties=_expand(values["$expand"]) if values.get("$expand") else None,
        given=tuple(values.items()),
    )


def _number(name: str, text: str, least: int) -> int:
    if not text.isdigit() or int(text) < least:
        raise bad_request(
            f"Invalid value '{text}' for {name} query option found. The {name} "
            f"query option requires an integer of at least {least}."
        )
    return int(text)


def _select(text: str, names: frozenset[str]) -> tuple[str, ...]:
    canonical = {name.lower(): name for name in names}
    chosen = []
    for word in (part.strip() for part in text.split(",")):
        if word.lower() not in canonical:
            raise bad_request(f"Could not find a property named '{word}'.")
        chosen.append(canonical[word.lower()])
    return tuple(chosen)


def _orderby(text: str) -> tuple[tuple[str, bool], ...]:
    canonical = {name.lower(): name for name in SORTABLE}
    order = []
    for part in text.split(","):
        words = part.split()
        direction = words[1].lower() if len(words) == 2 else "asc"
        if len(words) not in (1, 2) or direction not in ("asc", "desc"):
            raise bad_request(f"Syntax error in $orderby: '{part.strip()}'.")
        if words[0].lower() not in canonical:
            raise invalid_query(f"The property '{words[0]}' does not support sorting.")
        order.append((canonical[words[0].lower()], direction == "desc"))
    return tuple(order)


def _expand(text: str) -> tuple[str, ...]:
    match = EXPAND.match(text.strip())
    if match is None:
        if text.strip().lower().startswith(("extensions", "photo", "multivalue")):
            raise not_covered(f"$expand={text.strip().split('(')[0]}")
        raise invalid_query("$expand takes singleValueExtendedProperties($filter=id eq '…').")
    return tuple(property_ids(match[1].strip()))
