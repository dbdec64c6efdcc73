"""What a person should look at: set aside, not whole, changed in Exchange, held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import SETTINGS, Connection, Link, Review
from agentbox_sync.services import shelves, tallies
from agentbox_sync.services.names import labels_of, named
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.rules import because
from agentbox_sync.services.wording.values import field_label

SHOWN = 50
SHOWN_IN_STOP = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One item and the sentence about it. ``url`` is empty where the CRM has no page for it."""

    label: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list of questions, and how many stand in it."""

    name: str
    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One guard stop: exactly this list waits. ``approved``: it was let go and waits for a run."""

    pk: int
    title: str
    total: int
    limit: int
    approved: bool
    items: tuple[Finding, ...]

    @property
    def more(self) -> int:
        """Return how many of the list are not shown."""
        return self.total - len(self.items)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything of one connection; the totals count what the lists cut off."""

    set_aside: tuple[Finding, ...] = ()
    set_aside_total: int = 0
    partial: tuple[Finding, ...] = ()
    partial_total: int = 0
    frozen: tuple[Finding, ...] = ()
    frozen_total: int = 0
    drifted: int = 0
    withheld: int = 0
    away: int = 0
    elsewhere: int = 0
    without_folder: int = 0
    stops: tuple[Stop, ...] = ()
    in_exchange: int = 0
    waiting: tuple[Waiting, ...] = ()
    conflicts: int = 0

    @property
    def waiting_removals(self) -> int:
        """Return how many removals wait for a Master User's word."""
        return sum(stop.total for stop in self.stops if not stop.approved)

    def __bool__(self) -> bool:
        listed = self.set_aside_total or self.partial_total or self.frozen_total
        return bool(listed or self.differs or self.waiting)

    @property
    def differs(self) -> bool:
        """Tell whether anything is different in Exchange."""
        differing = self.drifted or self.withheld or self.away or self.elsewhere
        return bool(differing or self.conflicts)


def with_counts(rows: QuerySet[Connection]) -> QuerySet[Connection]:
    """Let each connection carry the counts that :func:`find` starts from: no query of their own."""
    open_stops = Review.objects.filter(connection=OuterRef("pk"), closed_at=None)
    return rows.annotate(
        **{  # one of a kind at most is open
            f"stop_{kind}_{name}": Subquery(open_stops.filter(kind=kind).values(name)[:1])
            for kind in SETTINGS
            for name in _OF_A_STOP
        },
        **shelves.counts(),
    )


_OF_A_STOP = ("id", "rows", "limit", "approved_at")


def _open_stops(counted: Any) -> list[Review]:
    """Return the guard stops that a connection carries."""
    found = (
        Review(kind=kind, **{name: getattr(counted, f"stop_{kind}_{name}") for name in _OF_A_STOP})
        for kind in SETTINGS
    )
    return sorted((stop for stop in found if stop.pk is not None), key=lambda stop: stop.pk)


def find(connection: Connection) -> Findings:
    """Return what a person should look at; ``connection`` comes from :func:`with_counts`."""
    counted: Any = connection
    numbers = tallies.totals(tallies.of(connection))
    listed = _listed(connection, numbers)
    set_aside = [link for link in listed if link.state != LinkState.ACTIVE]
    partial = [link for link in listed if link not in set_aside and link.left_out]
    frozen = [link for link in listed if link not in set_aside and link.frozen]
    stops = _open_stops(counted)
    known = {LocalKey(link.local_model, link.local_pk): link for link in listed}
    keys = [(link.kind, key) for key, link in known.items()]
    keys += [(stop.kind, _key(row)) for stop in stops for row in stop.rows[:SHOWN_IN_STOP]]
    labels = _labels(connection, keys, known)
    return Findings(
        set_aside=tuple(_finding(link, labels, item_sentence(link.error)) for link in set_aside),
        set_aside_total=numbers["set_aside"],
        partial=tuple(_finding(link, labels, partial_sentence(link)) for link in partial),
        partial_total=numbers["partial"],
        frozen=tuple(_finding(link, labels, frozen_sentence(link)) for link in frozen),
        frozen_total=numbers["frozen"],
        drifted=numbers["drifted"],
        withheld=numbers["withheld"],
        away=numbers["away"],
        elsewhere=numbers["elsewhere"],
        without_folder=numbers["without_folder"],
        stops=tuple(_stop(stop, labels) for stop in stops),
        in_exchange=numbers["active"],
        waiting=_waiting(counted),
        conflicts=counted.waiting_conflicts,
    )


def _waiting(counted: Any) -> tuple[Waiting, ...]:
    amounts = {name: getattr(counted, f"waiting_{name}") for name in shelves.SHELVES}
    return tuple(
        Waiting(name, str(shelves.SHELVES[name].title), amounts[name])
        for name in shelves.asked_in(amounts)
    )


def partial_sentence(link: Link) -> str:
    """Return what went to Exchange and what stayed: counted from the two bases."""
    said = []
    for atom in link.left_out:
        if unfit := WORDS[link.kind].unfit.get(atom):
            said.append(str(unfit))
            continue
        went, stays = WORDS[link.kind].parts.get(atom, (None, None))
        here, there = link.base_local.get(atom), link.base_remote.get(atom)
        if went is None or not isinstance(here, list):
            said.append(_("A part of this item did not fit into Exchange; it stays in the CRM."))
            continue
        kept = len(there or ())
        sentences = went % {"n": kept}, stays % {"n": max(0, len(here) - kept)}
        said.append("; ".join(str(sentence) for sentence in sentences))
    return " ".join(said)


def frozen_sentence(link: Link) -> str:
    """Return which fields both sides kept rewriting."""
    fields = ", ".join(field_label(link.kind, atom) for atom in link.frozen)
    return ngettext(
        "The CRM and Exchange keep correcting each other in one field: %(fields)s.",
        "The CRM and Exchange keep correcting each other in %(n)d fields: %(fields)s.",
        len(link.frozen),
    ) % {"n": len(link.frozen), "fields": fields}


def _listed(connection: Connection, numbers: Mapping[str, int]) -> list[Link]:
    """Return the first of each list, oldest first, all in one query."""
    wanted = [name for name in ("set_aside", "partial", "frozen") if numbers[name]]
    if not wanted:
        return []
    # Joined by UNION: by OR, PostgreSQL would try every pair against the three lists.
    firsts = [_first(connection, tallies.CONDITIONS[name]) for name in wanted]
    shown = firsts[0].union(*firsts[1:]) if len(firsts) > 1 else firsts[0]
    return list(connection.links.filter(pk__in=shown).order_by("pk"))


def _first(connection: Connection, condition: Q) -> QuerySet[Any]:
    """Return the keys of the first of a list; SQLite joins only what is not itself cut off."""
    cut = connection.links.filter(condition).order_by("pk").values("pk")[:SHOWN]
    return Link.objects.filter(pk__in=cut).values("pk")


def _key(row: Mapping[str, Any]) -> LocalKey:
    return LocalKey(str(row["model"]), str(row["pk"]))


def _labels(
    connection: Connection,
    keys: Iterable[tuple[str, LocalKey]],
    links: Mapping[LocalKey, Link],
) -> dict[LocalKey, str]:
    """Return a name for every item; one that left the CRM is called as it was remembered."""
    by_kind: dict[str, list[LocalKey]] = defaultdict(list)
    for kind, key in keys:
        by_kind[kind].append(key)
    labels: dict[LocalKey, str] = {}
    for kind, wanted in by_kind.items():
        unique = list(dict.fromkeys(wanted))
        labels |= labels_of(kind, unique)
        nameless = [key for key in unique if not labels.get(key)]
        for link in _remembered(connection, kind, nameless, links):
            key = LocalKey(link.local_model, link.local_pk)
            if key in nameless:  # a row of another table may have the same number
                labels[key] = name_of(kind, link.base_local) or _("An item without a name")
    return labels


def _remembered(
    connection: Connection, kind: str, keys: list[LocalKey], known: Mapping[LocalKey, Link]
) -> Iterable[Link]:
    if all(key in known for key in keys):
        return [known[key] for key in keys]
    pks = [key.pk for key in keys]
    return connection.links.filter(kind=kind, local_pk__in=pks).exclude(state=LinkState.DEAD)


def _finding(link: Link, labels: Mapping[LocalKey, str], sentence: str) -> Finding:
    key = LocalKey(link.local_model, link.local_pk)
    label = labels.get(key, _("An item without a name"))
    return Finding(named(link.kind, key, label), _url(key), sentence)


def _stop(review: Review, labels: Mapping[LocalKey, str]) -> Stop:
    return Stop(
        pk=review.pk,
        title=str(WORDS[review.kind].removals % {"n": len(review.rows)}),
        total=len(review.rows),
        limit=review.limit,
        approved=review.approved_at is not None,
        items=tuple(
            Finding(
                named(
                    review.kind,
                    _key(row),
                    labels.get(_key(row), _("An item without a name")),
                ),
                _url(_key(row)),
                because(str(row.get("cause", ""))),
            )
            for row in review.rows[:SHOWN_IN_STOP]
        ),
    )


def _url(key: LocalKey) -> str:
    return get_adapter().item_url(key)
