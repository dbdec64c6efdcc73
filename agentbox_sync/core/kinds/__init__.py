"""The kinds of item that are synced; each module here is one slice, with the same names.

A slice offers ``RECORD`` (the typed dict of its atoms), ``ATOMS``, ``canonical``, ``strong_keys``
and ``KIND``, the description that the engine works with. Adding a kind is copying a module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# Both are JSON values by atom: they are stored, hashed and compared as they are.
Record = Mapping[str, Any]
Canonical = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Locality:
    """What a canonical form depends on beside the record itself.

    ``phone_region`` is the ISO 3166 country that a number without a prefix belongs to, ``zone``
    the IANA name of the mailbox's time zone.
    """

    phone_region: str = "US"
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item, as the engine sees it.

    ``version`` counts changes of ``canonical``; a link remembers under which one its bases were
    made. ``strong_keys`` gives, strongest first, the groups of keys by which two items that were
    never linked may be the same one.
    """

    name: str
    atoms: tuple[str, ...]
    version: int
    canonical: Callable[[Record, Locality], dict[str, Any]]
    strong_keys: Callable[[Canonical], tuple[tuple[str, ...], ...]]


def is_empty(value: object) -> bool:
    """Tell whether a canonical value says "known to be empty"."""
    return value is None or value in ([], {})
