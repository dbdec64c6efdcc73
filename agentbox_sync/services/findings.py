"""What a person should look at: set aside, not whole, changed in Exchange, held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from agentbox_sync.core.changes import LinkState, LocalKey, Rest
from agentbox_sync.core.decisions import RULES
from agentbox_sync.core.kinds.contacts import display_name
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection, Link, Review
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import WORDS

SHOWN = 50
SHOWN_IN_STOP = 500

SET_ASIDE = Q(state=LinkState.QUARANTINED) | (Q(state=LinkState.RETAINED) & ~Q(error=""))
PARTIAL = Q(state=LinkState.ACTIVE) & ~Q(left_out=[])
DRIFTED = Q(state=LinkState.ACTIVE) & ~Q(drift=[])
AWAY = Q(state=LinkState.RETAINED, error="", reason__in=[Rest.REMOVED_IN_EXCHANGE, Rest.MOVED_AWAY])


@dataclass(frozen=True, slots=True)
class Finding:
    """One item and the sentence about it. ``url`` is empty where the CRM has no page for it."""

    label: str
    url: str
    sentence: str


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
    drifted: int = 0
    away: int = 0
    stops: tuple[Stop, ...] = ()
    in_exchange: int = 0

    @property
    def waiting_removals(self) -> int:
        """Return how many removals wait for a Master User's word."""
        return sum(stop.total for stop in self.stops if not stop.approved)

    def __bool__(self) -> bool:
        return bool(self.set_aside_total or self.partial_total or self.drifted or self.away)


def with_counts(rows: QuerySet[Connection]) -> QuerySet[Connection]:
    """Let each connection carry the counts that :func:`find` starts from: no query of their own."""
    links = Link.objects.all()
    return rows.annotate(
        count_active=_count(links.filter(state=LinkState.ACTIVE)),
        count_set_aside=_count(links.filter(SET_ASIDE)),
        count_partial=_count(links.filter(PARTIAL)),
        count_drifted=_count(links.filter(DRIFTED)),
        count_away=_count(links.filter(AWAY)),
        count_stops=_count(Review.objects.filter(closed_at=None)),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    per_connection = rows.filter(connection=OuterRef("pk")).order_by().values("connection")
    counted = per_connection.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def find(connection: Connection) -> Findings:
    """Return what a person should look at; ``connection`` comes from :func:`with_counts`."""
    counted: Any = connection
    has_problems = counted.count_set_aside or counted.count_partial
    problems = _problems(connection) if has_problems else []
    stops = list(connection.reviews.filter(closed_at=None)) if counted.count_stops else []
    known = {LocalKey(link.local_model, link.local_pk): link for link in problems}
    keys = [(link.kind, key) for key, link in known.items()]
    keys += [(stop.kind, _key(row)) for stop in stops for row in stop.rows[:SHOWN_IN_STOP]]
    labels = _labels(connection, keys, known)
    return Findings(
        set_aside=tuple(
            _finding(link, labels, item_sentence(link.error))
            for link in problems
            if link.state != LinkState.ACTIVE
        ),
        set_aside_total=counted.count_set_aside,
        partial=tuple(
            _finding(link, labels, partial_sentence(link))
            for link in problems
            if link.state == LinkState.ACTIVE
        ),
        partial_total=counted.count_partial,
        drifted=counted.count_drifted,
        away=counted.count_away,
        stops=tuple(_stop(stop, labels) for stop in stops),
        in_exchange=counted.count_active,
    )


def partial_sentence(link: Link) -> str:
    """Return what went to Exchange and what stayed: counted from the two bases."""
    said = []
    for atom in link.left_out:
        went, stays = WORDS[link.kind].parts.get(atom, (None, None))
        here, there = link.base_local.get(atom), link.base_remote.get(atom)
        if went is None or not isinstance(here, list):
            said.append(_("A part of this item did not fit into Exchange; it stays in the CRM."))
            continue
        kept = len(there or ())
        sentences = went % {"n": kept}, stays % {"n": max(0, len(here) - kept)}
        said.append("; ".join(str(sentence) for sentence in sentences))
    return " ".join(said)


def _problems(connection: Connection) -> list[Link]:
    """Return the first of each list, both in one query."""
    is_partial = Case(When(state=LinkState.ACTIVE, then=1), default=0)
    place = Window(RowNumber(), partition_by=is_partial, order_by=("kind", "pk"))
    wanted = connection.links.filter(SET_ASIDE | PARTIAL).annotate(place=place)
    return list(wanted.filter(place__lte=SHOWN).order_by("kind", "pk"))


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
        labels |= get_adapter().item_label(kind, unique)
        nameless = [key for key in unique if not labels.get(key)]
        for link in _remembered(connection, kind, nameless, links):
            key = LocalKey(link.local_model, link.local_pk)
            labels[key] = display_name(link.base_local) or _("An item without a name")
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
    return Finding(labels.get(key, _("An item without a name")), _url(key), sentence)


def _stop(review: Review, labels: Mapping[LocalKey, str]) -> Stop:
    reasons = {rule.name: rule.because for rule in RULES}
    return Stop(
        pk=review.pk,
        title=str(WORDS[review.kind].removals % {"n": len(review.rows)}),
        total=len(review.rows),
        limit=review.limit,
        approved=review.approved_at is not None,
        items=tuple(
            Finding(
                labels.get(_key(row), _("An item without a name")),
                _url(_key(row)),
                reasons.get(str(row.get("cause", "")), ""),
            )
            for row in review.rows[:SHOWN_IN_STOP]
        ),
    )


def _url(key: LocalKey) -> str:
    return get_adapter().item_url(key)
