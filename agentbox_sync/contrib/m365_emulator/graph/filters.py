from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..records import Contact, Folder
from .errors import GraphError
from .opentypes import bare_name
from .properties import STRINGS
from .validation import property_key

Test = Callable[[Any], bool]
TOKENS = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)|([A-Za-z_]\w*)|(.))")
WORDS = ("eq", "ne", "ge", "gt", "le", "lt")
TIMES = {"createdDateTime": "created", "lastModifiedDateTime": "modified"}
COMPARE: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "contains": lambda a, b: b in a,
    "endswith": str.endswith,
}


@dataclass(frozen=True)
class Filter:
    """A parsed $filter; the hints let a large folder be answered from an index."""

    test: Test
    email: str | None = None
    stamp: tuple[str, str] | None = None
    uses_property: bool = False
    fits_folders: bool = False  # asks for nothing that a folder does not have


def parse(text: str) -> Filter:
    """Read a $filter over contacts, or folders; GraphError 400 for what Outlook does not take."""
    return finished(Reader(text))


def finished(reader: Reader) -> Filter:
    test = reader.alternatives()
    if reader.peek():
        raise invalid(f"at '{reader.peek()}'")
    alone = reader.comparisons == 1 and not reader.negated
    return Filter(
        test,
        reader.email if alone else None,
        reader.stamp if alone else None,
        uses_property=reader.properties > 0,
        fits_folders=reader.properties + reader.display_names == reader.comparisons,
    )


def invalid(where: str) -> GraphError:
    return GraphError(
        400,
        "ErrorInvalidUrlQueryFilter",
        f"The query filter contains one or more invalid nodes ({where}).",
    )


class Reader:
    """Reads a filter over contacts; other kinds say what else they have."""

    def __init__(self, text: str) -> None:
        self.tokens = [
            next(g for g in m.groups() if g is not None) for m in TOKENS.finditer(text.strip())
        ]
        self.at = 0
        self.comparisons = 0
        self.negated = False
        self.email: str | None = None
        self.stamp: tuple[str, str] | None = None
        self.properties = 0
        self.display_names = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token.lower() != expected.lower()):
            raise invalid(f"'{expected or 'more'}' expected at '{token}'")
        self.at += 1
        return token

    def literal(self) -> str:
        token = self.take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token[0].isdigit():
            return token
        raise invalid(f"a value expected at '{token}'")

    def alternatives(self) -> Test:
        tests = [self.conjunction()]
        while self.peek().lower() == "or":
            self.take()
            tests.append(self.conjunction())
        return tests[0] if len(tests) == 1 else lambda c: any(t(c) for t in tests)

    def conjunction(self) -> Test:
        tests = [self.factor()]
        while self.peek().lower() == "and":
            self.take()
            tests.append(self.factor())
        return tests[0] if len(tests) == 1 else lambda c: all(t(c) for t in tests)

    def factor(self) -> Test:
        if self.peek() == "(":
            self.take()
            test = self.alternatives()
            self.take(")")
            return test
        if self.peek().lower() == "not":
            self.take()
            self.negated = True
            inner = self.factor()
            return lambda c: not inner(c)
        self.comparisons += 1
        word = self.take()
        if word.lower() in FUNCTIONS:
            return self.function(word.lower())
        if word == "emailAddresses":
            return self.any_email()
        if word == "singleValueExtendedProperties":
            return self.any_property()
        if word.lower() == "extensions":
            return self.any_extension()
        return self.comparison(word)

    def comparison(self, name: str) -> Test:
        operator = self.take().lower()
        if operator not in WORDS:
            raise invalid(f"'{operator}' after '{name}'")
        if name in TIMES:
            value, attribute = self.literal(), TIMES[name]
            return lambda c: COMPARE[operator](getattr(c, attribute), value)
        if name not in STRINGS or operator not in ("eq", "ne"):
            raise invalid(f"{name} {operator}")
        self.display_names += name == "displayName"
        if self.peek().lower() == "null":
            self.take()
            return lambda c: (c.values.get(name) is None) == (operator == "eq")
        value = self.literal().lower()
        return lambda c: COMPARE[operator](str(c.values.get(name) or "").lower(), value)

    def function(self, word: str) -> Test:
        self.take("(")
        name = self.take()
        self.take(",")
        value = self.literal().lower()
        self.take(")")
        if word != "startswith" or name not in STRINGS:
            raise invalid(f"{word}({name})")
        self.display_names += name == "displayName"
        return lambda c: str(c.values.get(name) or "").lower().startswith(value)

    def any_email(self) -> Test:
        # Only address, only eq: all that the documentation grants for contacts.
        variable = self._open_any()
        for token in (variable, "/", "address", "eq"):
            self.take(token)
        address = self.literal().lower()
        self.take(")")
        self.email = address
        return lambda c: any(str(e.get("address")).lower() == address for e in c.emails)

    def any_extension(self) -> Test:
        variable = self._open_any()
        for token in (variable, "/", "id", "eq"):
            self.take(token)
        name = bare_name(self.literal())
        self.take(")")
        return lambda c: name in c.open

    def any_property(self) -> Test:
        variable = self._open_any()
        name: str | None = None
        checks: list[tuple[str, str, str]] = []
        while True:
            kind, operator, value = self._property_part(variable)
            if kind == "id":
                name = property_key(value)
                if name is None or operator != "eq":
                    raise invalid(f"property id '{value}'")
            else:
                checks.append((kind, operator, value.lower()))
            if self.peek().lower() != "and":
                break
            self.take()
        self.take(")")
        if name is None or not checks:
            raise invalid("singleValueExtendedProperties/Any needs an id and a value")
        self.properties += 1
        if len(checks) == 1 and checks[0][1] == "eq":
            self.stamp = (name, checks[0][2])

        def test(item: Contact | Folder, wanted: str = name) -> bool:
            held = item.extended.get(wanted)
            return held is not None and all(
                (COMPARE.get(op) or FUNCTIONS[op])(held.lower(), value) for _, op, value in checks
            )

        return test

    def _property_part(self, variable: str) -> tuple[str, str, str]:
        if self.peek().lower() in FUNCTIONS:
            operator = self.take().lower()
            self.take("(")
            part = self._member(variable)
            self.take(",")
            value = self.literal()
            self.take(")")
            return part, operator, value
        part = self._member(variable)
        operator = self.take().lower()
        if operator not in ("eq", "ne"):
            raise invalid(f"'{operator}' on an extended property")
        return part, operator, self.literal()

    def _member(self, variable: str) -> str:
        self.take(variable)
        self.take("/")
        part = self.take().lower()
        if part not in ("id", "value"):
            raise invalid(f"'{part}' of an extended property")
        return part

    def _open_any(self) -> str:
        self.take("/")
        self.take("any")
        self.take("(")
        variable = self.take()
        self.take(":")
        return variable


def property_ids(text: str) -> list[str]:
    """The ids named by `$filter=id eq '…' or id eq '…'` inside an $expand."""
    found: list[str] = []
    for literal in extension_ids(text):
        key = property_key(literal)
        if key is None:
            raise invalid("property id")
        found.append(key)
    return found


def extension_ids(text: str) -> list[str]:
    reader = Reader(text)
    found: list[str] = []
    while True:
        reader.take("id")
        reader.take("eq")
        found.append(reader.literal())
        if not reader.peek():
            return found
        reader.take("or")
