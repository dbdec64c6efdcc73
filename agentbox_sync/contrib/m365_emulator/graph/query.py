from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .errors import bad_request, invalid_query, not_covered
from .filters import Filter, extension_ids, property_ids
from .filters import parse as parse_filter
from .messages import Call
from .properties import ALL, STRINGS

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
LIST = frozenset(OPTIONS) - {"$deltatoken"}
DELTA = frozenset(OPTIONS)  # which it refuses one by one
ONE = frozenset({"$select", "$expand", "$format"})
PAGED = frozenset({"$select", "$top", "$skip", "$count", "$format"})
COUNT = frozenset({"$filter", "$search"})
EXPAND = re.compile(
    r"^(singleValueExtendedProperties|extensions)\s*\(\s*\$filter\s*=\s*(.+)\)$",
    re.IGNORECASE | re.DOTALL,
)
SORTABLE = frozenset({*STRINGS, "createdDateTime", "lastModifiedDateTime", "id"})


@dataclass(frozen=True)
class Grammar:
    """What the options may name for one kind of resource."""

    names: frozenset[str]
    filter: Callable[[str], Filter] = parse_filter
    sortable: frozenset[str] = SORTABLE
    expands: frozenset[str] = frozenset()  # beside extended properties and extensions


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
    extensions: tuple[str, ...] | None = None  # open extensions to expand; empty: all
    expanded: frozenset[str] = frozenset()  # what else is to come along
    given: tuple[tuple[str, str], ...] = ()

    def page_size(self, call: Call) -> int:
        wanted = self.top if self.top is not None else call.prefer.max_page_size
        return min(wanted or call.state.switches.default_page, LARGEST_PAGE)


def check_names(call: Call, takes: frozenset[str]) -> None:
    """Refuse parameters that the operation does not have, unless the switch lets them pass."""
    if call.state.switches.unknown_parameters == "ignore":
        return
    for name, _ in call.request.query:
        option = name.lower() if name.startswith("$") else f"${name.lower()}"
        if option not in takes:
            raise bad_request(f"The query parameter '{name}' is not supported.")


def check_plain(call: Call, names: frozenset[str]) -> dict[str, str]:
    """The options of a directory's list, each once and its `$select` known; raises GraphError."""
    given = call.request.query
    options = {name.lower(): value for name, value in given}
    if len(options) < len(given):
        raise bad_request("A query option was specified more than once.")
    if options.get("$select"):
        options["$select"] = ",".join(_select(options["$select"], names))
    return options


def read(call: Call, names: frozenset[str] | Grammar = ALL) -> Options:
    """Check every option against what the resource has; raises GraphError."""
    grammar = names if isinstance(names, Grammar) else Grammar(names)
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
    expand = _expand(values.get("$expand", ""), grammar.expands)
    return Options(
        select=_select(values["$select"], grammar.names) if values.get("$select") else None,
        top=_number("$top", values["$top"], 1) if "$top" in values else None,
        skip=_number("$skip", values["$skip"], 0) if "$skip" in values else 0,
        filter=grammar.filter(values["$filter"]) if "$filter" in values else None,
        orderby=_orderby(values["$orderby"], grammar.sortable) if values.get("$orderby") else (),
        count=values.get("$count", "").lower() == "true",
        properties=expand.properties,
        extensions=expand.extensions,
        expanded=expand.others,
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


def _orderby(text: str, sortable: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    canonical = {name.lower(): name for name in sortable}
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


@dataclass
class _Expand:
    properties: tuple[str, ...] | None = None
    extensions: tuple[str, ...] | None = None
    others: frozenset[str] = frozenset()


def _expand(text: str, expands: frozenset[str]) -> _Expand:
    """The extended properties, open extensions and the like that are to come with items."""
    found = _Expand()
    for part in split_outside(text) if text else ():
        name = part.partition("(")[0].strip().lower()
        match = EXPAND.match(part)
        if name == "extensions":
            found.extensions = tuple(extension_ids(match[2].strip())) if match else ()
        elif match is not None:
            found.properties = tuple(property_ids(match[2].strip()))
        elif part.lower() in {other.lower() for other in expands}:
            found.others |= {other for other in expands if other.lower() == part.lower()}
        elif name in ("photo", "multivalueextendedproperties", "attachments"):
            raise not_covered(f"$expand={name}")
        else:
            raise invalid_query("$expand takes singleValueExtendedProperties($filter=id eq '…').")
    return found


def split_outside(text: str) -> list[str]:
    """The parts between commas that stand in no parentheses and in no quotes."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
