"""What people type, what each side makes of it, and where a typed token went.

Every value that a person types holds a token of its own (``t17``), so that it is decidable where
an edit went. A token belongs to the person whose contact it was typed into.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.contacts import canonical as full_canonical

T = TypeVar("T")

ATOMS = ("name", "company", "mobile_phone", "emails", "notes")
LABELS = {"buyer": "Client: buying", "seller": "Client: selling"}
LOCALITY = Locality(
    phone_region="AU", zone="Australia/Sydney", managed=tuple(sorted(LABELS.values()))
)
CATEGORIES = "categories"
NOTES_FIT = 20  # characters that the server keeps
EMAILS_FIT = 3
TAIL = " zzzz zzzz zzzz zzzz zzzz"

_TEXT_TOKEN = re.compile(r"\bt(\d+)\b", re.IGNORECASE)
_PHONE_TOKEN = re.compile(r"\+614(\d{8})")
_NO_TOKENS: frozenset[int] = frozenset()


def typed(atom: str, token: int, key: str, style: int) -> Any:
    """Return what a person types into an atom; ``style`` varies how, ``key`` is their address."""
    text = f"t{token}"
    if atom == "name":
        return {"given": text, "surname": "Doe" if style % 2 else "van  Dyk"}
    if atom == "company":
        return f" {text}  & Co " if style % 2 else text
    if atom == "mobile_phone":
        digits = f"{token:08d}"
        return f"04{digits[:2]}-{digits[2:5]}-{digits[5:]}" if style % 2 else f"+61 4{digits}"
    if atom == "emails":
        more = [f"{text}.{place}@example.org" for place in range(3)] if style % 4 == 0 else []
        return [key, f"{text}@Example.com", *more]
    return text + (TAIL if style % 2 else "")


def emptied(atom: str) -> Any:
    """Return the value of an atom that a person cleared."""
    return [] if atom == "emails" else {} if atom == "name" else ""


def server_form(atom: str, value: Any) -> Any:
    """Return what the server makes of a value: trimmed, folded, cut short, respelt."""
    if atom == "name":
        parts = {part: " ".join(str(text).split()) for part, text in (value or {}).items()}
        return {part: text for part, text in parts.items() if text}
    if atom == CATEGORIES:
        return list(value or ())
    if atom == "emails":
        return [address[:1].upper() + address[1:] for address in (value or ())[:EMAILS_FIT]]
    text = str(value or "")
    if atom == "notes":
        return text[:NOTES_FIT].strip()
    return " ".join(text.split())


def host_form(atom: str, value: Any) -> Any:
    """Return what the CRM's ``save()`` makes of a value."""
    if atom == "mobile_phone":
        return str(value or "").replace("-", "").replace(" ", "")
    if atom == "name":
        return {k: v.upper() if k == "surname" else v for k, v in (value or {}).items()}
    return value


def own_names(record: Record) -> set[str]:
    """Return the categories of a record that are a person's own."""
    return set(record.get(CATEGORIES) or ()) - set(LOCALITY.managed)


def host_refuses(record: Record) -> bool:
    """Tell whether the CRM's validation rejects a record."""
    return "!!" in str(record.get("company") or "")


def _frozen(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return tuple(sorted(value.items()))
    return tuple(value) if kind is list else value


@lru_cache(maxsize=200_000)
def _canonical_of(atom: str, frozen: Any) -> Any:
    value = dict(frozen) if atom == "name" and frozen is not None else frozen
    return full_canonical({atom: value}, LOCALITY)[atom]


class Remembered(Generic[T]):
    """What a function made of records, by which object each of them is.

    Nothing in a world changes a record in place, so one that was seen reads as it did. It is held
    beside what was made of it, so that no other object can come to stand in its place.
    """

    AT_MOST = 4_000

    def __init__(self, make: Callable[[Record], T]) -> None:
        self._make = make
        self._known: dict[int, tuple[Record, T]] = {}

    def __call__(self, record: Record) -> T:
        known = self._known.get(id(record))
        if known is not None and known[0] is record:
            return known[1]
        if len(self._known) >= self.AT_MOST:
            self._known.clear()
        made = self._make(record)
        self._known[id(record)] = record, made
        return made


_ALL_ATOMS = frozenset(CONTACTS.atoms)
_form_of = Remembered(
    lambda record: {
        atom: _canonical_of(atom, _frozen(value))
        for atom, value in record.items()
        if atom in _ALL_ATOMS
    }
)


def canonical(record: Record, locality: Locality = LOCALITY) -> dict[str, Any]:
    """Return the real canonical form, remembering it: parsing phones is slow."""
    del locality
    return _form_of(record)


def canon(atom: str, value: Any) -> Any:
    """Return the canonical form of one atom's value."""
    return _canonical_of(atom, _frozen(value))


KIND = replace(CONTACTS, canonical=canonical)


@lru_cache(maxsize=200_000)
def _tokens_in(atom: str, frozen: Any) -> frozenset[int]:
    if atom == "mobile_phone":
        number = str(_canonical_of(atom, frozen) or "")
        return frozenset(int(digits) for digits in _PHONE_TOKEN.findall(number))
    return frozenset(int(number) for number in _TEXT_TOKEN.findall(str(frozen)))


def tokens(atom: str, value: Any) -> frozenset[int]:
    """Return the tokens that a value of an atom still shows."""
    return _tokens_in(atom, _frozen(value)) if value else _NO_TOKENS


_tokens_of = Remembered(
    lambda record: frozenset().union(*(tokens(a, value) for a, value in record.items() if value))
)


def tokens_of(record: Mapping[str, Any]) -> frozenset[int]:
    """Return the tokens that a record still shows."""
    return _tokens_of(record)


def tokens_of_all(records: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the tokens that any of the records shows."""
    found: set[int] = set()
    for record in records:
        found |= tokens_of(record)
    return found


def compatible(atom: str, local: Any, remote: Any) -> bool:
    """Tell whether both sides say the same, up to what each is known to do to a value."""
    mine, theirs = canon(atom, local), canon(atom, remote)
    return (
        mine == theirs
        or canon(atom, server_form(atom, local)) == theirs
        or mine == canon(atom, host_form(atom, remote))
        # both at once: the server cut what the host had respelt
        or canon(atom, host_form(atom, server_form(atom, local)))
        == canon(atom, host_form(atom, remote))
    )
