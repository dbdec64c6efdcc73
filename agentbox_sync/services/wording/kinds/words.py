"""The shape of the words of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind. ``counts`` and ``parts`` are plural sentences with ``%(n)d``.

    ``counts`` is keyed by a count of the report, in the order in which a report reads them;
    ``parts`` by an atom of which Exchange may take only a part, ``unfit`` by one of which no number
    says what is missing. ``called`` returns what an item
    with these values is listed under, "" where nothing names it, and ``nameless`` is what one that
    is only in Exchange is called until somebody looks at it. ``sought`` are the texts by which a
    row that may be the same one is searched, and ``search`` says what may be typed to find it by
    hand. The sentences behind them are about one item;
    ``%(name)s`` is what was searched for, the staff member or the item.
    """

    name: str
    title: Any
    label: Any
    sync_label: Any
    amount: Any
    privacy: Any
    progress: Any
    removals: Any
    counts: Mapping[str, Any]
    parts: Mapping[str, tuple[Any, Any]]
    called: Callable[[Mapping[str, Any]], str]
    sought: Callable[[Mapping[str, Any]], Sequence[str]]
    nameless: Any
    search: Any
    nobody_called: Any
    nobody_alike: Any
    is_taken: Any
    granted: Any
    released: Any
    written: Any
    in_outlook: Any
    unfit: Mapping[str, Any] = field(default_factory=dict)

    def say(self, count: str, number: int) -> str:
        """Return one line of a report."""
        return str(self.counts[count] % {"n": number})
