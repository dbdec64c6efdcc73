"""The kinds of item that are synced; each module here is one slice, with the same names.

A slice offers ``RECORD`` (the typed dict of its atoms), ``ATOMS``, ``canonical``, ``strong_keys``
and ``KIND``, the description that the engine works with. Adding a kind is copying a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agentbox_sync.core.windows import Turn, Window

# Both are JSON values by atom: they are stored, hashed and compared as they are.
Record = Mapping[str, Any]
Canonical = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Locality:
    """What a canonical form depends on beside the record itself.

    ``phone_region`` is the ISO 3166 country that a number without a prefix belongs to, ``zone``
    the IANA name of the mailbox's time zone. ``managed`` are the names among an item's categories
    that are ours to set and to take off; every other one is the person's own.
    """

    phone_region: str = "US"
    zone: str = "UTC"
    managed: tuple[str, ...] = ()

    def managing(self, more: Iterable[str]) -> Locality:
        """Return the same with more managed names: those that were managed once."""
        names = dict.fromkeys((*self.managed, *more))
        return self if len(names) == len(self.managed) else replace(self, managed=tuple(names))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item, as the engine sees it.

    ``version`` counts changes of ``canonical``; a link remembers under which one its bases were
    made. ``strong_keys`` gives, strongest first, the groups of keys by which two items that were
    never linked may be the same one. ``named_by`` are the atoms by which people look for an item.

    ``shared`` atoms hold names of ours beside names of the person's own: only ours are compared,
    and they are written into what stands there. ``woven(record, shown, locality)`` returns the
    record with the person's own names in it; a base that does not know the atom says "none".

    ``is_windowed``: items take place in time, and only what does so within a window is synced;
    ``takes_place(canonical, window)`` tells it. ``closed(ties)`` are the atoms that may not be
    written in Exchange where others are concerned by an item; ``untold(canonical)`` those that
    stay closed even where its guests may be told. ``is_private``: an item born in Exchange that
    never comes in.

    ``spends_stamps``: Exchange remembers the stamp of a create, whatever became of its item, and
    refuses it from then on; so what was given up goes out again under another one.

    ``keyed`` atoms are lists of rows, each of which is merged by itself: they name the field of a
    row that tells which one it is. A row that says nothing else is as good as none.

    ``later`` atoms are not in a create: they are written as soon as it was answered.
    Writing one of the ``dropping`` atoms has Exchange drop their rows: those are written again.

    ``composed`` texts have a block of the CRM's own below a mark, which is never taken in.

    ``ids_move``: an item that a person puts into another collection has another id there. The
    ``stamped`` atoms lie in our stamp itself: what has lost it does not show them.

    ``series(canonical)`` names what an item comes again as, empty where it does not (``None``: no
    item of the kind does), and ``is_over(canonical)`` tells that it is done: whoever does one of a
    series has both sides go on with it. ``aftermath(before, shown)`` are the atoms that Exchange
    then changes by itself; ``follows(before, shown)`` tells that it may be the next one, and
    ``comes_next(before, shown)`` that it takes place when the next one by its rule does.
    ``turn_of(canonical, now)`` tells when an item takes place next, for whoever lists what is to
    come; a kind without it does not take place in time.
    """

    name: str
    atoms: tuple[str, ...]
    version: int
    canonical: Callable[[Record, Locality], dict[str, Any]]
    strong_keys: Callable[[Canonical], tuple[tuple[str, ...], ...]]
    named_by: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()
    woven: Callable[[Record, Record, Locality], Record] = lambda record, shown, locality: record
    is_windowed: bool = False
    takes_place: Callable[[Canonical, Window], bool] = lambda canonical, window: True
    closed: Callable[[frozenset[str]], frozenset[str]] = lambda ties: frozenset()
    untold: Callable[[Canonical], frozenset[str]] = lambda canonical: frozenset()
    is_private: Callable[[Record], bool] = lambda record: False
    spends_stamps: bool = False
    keyed: Mapping[str, str] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    dropping: frozenset[str] = frozenset()
    composed: frozenset[str] = frozenset()
    ids_move: bool = False
    stamped: frozenset[str] = frozenset()
    series: Callable[[Canonical], str] | None = None
    is_over: Callable[[Canonical], bool] = lambda canonical: False
    aftermath: Callable[[Canonical, Canonical], frozenset[str]] = lambda before, shown: frozenset()
    follows: Callable[[Canonical, Canonical], bool] = lambda before, shown: False
    comes_next: Callable[[Canonical, Canonical], bool] = lambda before, shown: False
    turn_of: Callable[[Canonical, datetime], Turn | None] | None = None


def is_empty(value: object) -> bool:
    """Tell whether a canonical value says "known to be empty"."""
    return value is None or value in ([], {})
