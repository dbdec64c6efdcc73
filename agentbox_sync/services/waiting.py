"""What waits for a person's decision, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.orders import possible
from agentbox_sync.core.rules import Status
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection, Decision, Inbox, Link
from agentbox_sync.services import names
from agentbox_sync.services.shelves import Shelf, Standing, links_of
from agentbox_sync.services.wording.choices import (
    FAILED,
    ChoiceWords,
    choice_words,
    label_of,
    outcome_words,
)
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.values import recognised_by

PAGE = 20  # as many as Microsoft answers in one request


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be decided about a row."""

    order: str
    words: ChoiceWords
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a choice does on one side to the items named in ``of``; empty where to all alike."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Together:
    """One thing that may be decided about several rows, perhaps of several kinds."""

    order: str
    label: str
    crm: tuple[Meaning, ...]
    exchange: tuple[Meaning, ...]
    is_best: bool = False


def together(
    names: Mapping[str, str], place: str, order: str, *, is_best: bool = False
) -> Together:
    """Return a choice about items of these kinds, by the name that each has here."""
    words = {kind: choice_words(kind, place, order) for kind in names}
    return Together(
        order,
        label_of(names, place, order),
        _meanings(names, {kind: str(said.crm) for kind, said in words.items()}),
        _meanings(names, {kind: str(said.exchange) for kind, said in words.items()}),
        is_best,
    )


def _meanings(names: Mapping[str, str], texts: Mapping[str, str]) -> tuple[Meaning, ...]:
    found: dict[str, list[str]] = {}
    for kind, text in texts.items():
        found.setdefault(text, []).append(names[kind])
    return tuple(
        Meaning(", ".join(of) if len(found) > 1 else "", text) for text, of in found.items()
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One link on a page. ``facts`` are empty where nothing is known of it yet (``is_unread``).

    ``open_pk`` is the decision that waits for the next run, ``failed`` why the last one came to
    nothing.
    """

    link: Link
    label: str
    url: str = ""
    facts: tuple[str, ...] = field(default=(), repr=False)
    record: Record = field(default_factory=dict, repr=False)
    is_unread: bool = False
    is_gone: bool = False
    open_pk: int | None = None
    open_words: str = ""
    failed: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def kind(self) -> str:
        """Return what items of this kind are called."""
        return str(WORDS[self.link.kind].label)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; ``after`` is where the next one begins, 0 on the last."""

    rows: tuple[Row, ...]
    after: int = 0
    place: str = ""

    @property
    def unread(self) -> list[str]:
        """Return the remote ids of the rows of which nothing is known yet."""
        return [row.link.remote_id for row in self.rows if row.is_unread]

    @property
    def is_mixed(self) -> bool:
        """Tell whether there are items of several kinds."""
        return len({row.link.kind for row in self.rows}) > 1

    @property
    def choices(self) -> tuple[Together, ...]:
        """Return what may be decided about at least one row, in the order of the list."""
        found: dict[str, dict[str, bool]] = {}
        for row in self.rows:
            for choice in row.choices:
                kinds = found.setdefault(choice.order, {})
                kinds[row.link.kind] = kinds.get(row.link.kind, True) and choice.is_best
        return tuple(
            together(
                {kind: str(WORDS[kind].label) for kind in kinds},
                self.place,
                order,
                is_best=all(kinds.values()),
            )
            for order, kinds in found.items()
        )


def page_of(connection: Connection, shelf: Shelf, standing: Standing, after: int = 0) -> Page:
    """Return one page of a list, the rows behind ``after``."""
    rows = with_decisions(links_of(connection, shelf)).filter(pk__gt=after)
    links: list[Any] = list(rows[: PAGE + 1])
    shown = links[:PAGE]
    labels = labels_of(shown)
    staged = staged_of(connection, [link for link in shown if not link.has_row])
    return Page(
        tuple(_row(link, shelf, standing, labels, staged) for link in shown),
        shown[-1].pk if len(links) > PAGE else 0,
        shelf.name,
    )


def labels_of(links: Sequence[Link]) -> dict[LocalKey, str]:
    """Return what the CRM calls the rows of these links."""
    labels: dict[LocalKey, str] = {}
    for kind in dict.fromkeys(link.kind for link in links):
        keys = [link_key(link) for link in links if link.kind == kind and link.has_row]
        labels |= names.labels_of(kind, keys)
    return labels


def staged_of(connection: Connection, links: Sequence[Link]) -> dict[str, Record]:
    """Return what is staged of items that wait, by remote id: it needs no look into Exchange."""
    if not links:
        return {}
    rows = Inbox.objects.filter(
        collection__connection=connection,
        collection__is_open=True,
        remote_id__in=[link.remote_id for link in links],
    )
    return {row.remote_id: row.record for row in rows if row.record and not row.removed}


def link_key(link: Link) -> LocalKey:
    """Return the key of the CRM's row."""
    return LocalKey(link.local_model, link.local_pk)


def _row(
    link: Any,
    shelf: Shelf,
    standing: Standing,
    labels: Mapping[LocalKey, str],
    staged: Mapping[str, Record],
) -> Row:
    record = staged.get(link.remote_id, {}) if not link.has_row else link.base_local
    open_words = ""
    if link.open_pk is not None:
        open_words = str(choice_words(link.kind, shelf.name, link.open_verb).open)
    return Row(
        link=link,
        label=names.named(
            link.kind, link_key(link), labels.get(link_key(link), "") or name_of(link.kind, record)
        )
        or nameless(link),
        url=get_adapter().item_url(link_key(link)) if link.has_row else "",
        facts=() if link.has_row else recognised_by(link.kind, record),
        record=record,
        is_unread=not link.has_row and not record,
        open_pk=link.open_pk,
        open_words=open_words,
        failed=failure_of(link),
        choices=choices_of(link, shelf, standing.statuses[link.kind]),
    )


def failure_of(link: Any) -> str:
    """Return why the last decision about a link came to nothing; empty where it did not."""
    outcome = link.last_outcome or ""
    return outcome_words(outcome, is_open=False) if outcome in FAILED else ""


def choices_of(link: Link, shelf: Shelf, status: str) -> tuple[Choice, ...]:
    """Return what may be decided about a link, the recommended choice first."""
    orders = possible(link, two_way=status == Status.TWO_WAY)
    offered = [order for order in shelf.orders if order in orders]
    return tuple(
        Choice(order.value, choice_words(link.kind, shelf.name, order), place == 0)
        for place, order in enumerate(offered)
    )


def nameless(link: Link) -> str:
    """Return what to call an item of which nothing is known."""
    return _("An item without a name") if link.has_row else str(WORDS[link.kind].nameless)


def link_on(connection: Connection, shelf: Shelf, pk: int) -> Any | None:
    """Return a link of a list with its open decision, ``None`` when it does not stand there."""
    return with_decisions(links_of(connection, shelf)).filter(pk=pk).first()


def with_decisions(links: QuerySet[Link]) -> QuerySet[Any]:
    """Let each link carry the decision that waits for the next run, ``None`` without one."""
    return links.annotate(
        decided=FilteredRelation("decisions", condition=Q(decisions__closed_at=None)),
        open_pk=F("decided__pk"),
        open_verb=F("decided__verb"),
        last_outcome=Subquery(
            Decision.objects.filter(link=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
        ),
    )


def following(connection: Connection, shelf: Shelf, pk: int) -> int:
    """Return the next link behind ``pk`` that nobody has decided about; 0 for none."""
    rest = with_decisions(links_of(connection, shelf)).filter(pk__gt=pk, open_pk=None)
    return int(rest.values_list("pk", flat=True).first() or 0)


def is_on_page(connection: Connection, shelf: Shelf, pk: int, after: int) -> bool:
    """Tell whether a link stands on the page that begins behind ``after``."""
    before = links_of(connection, shelf).filter(pk__gt=after, pk__lt=pk)
    return len(before.values_list("pk", flat=True)[:PAGE]) < PAGE


def with_read(page: Page, shown: Mapping[str, Record | None]) -> Page:
    """Return the page with what was read of its items just now."""
    return replace(page, rows=tuple(_read(row, shown) for row in page.rows))


def _read(row: Row, shown: Mapping[str, Record | None]) -> Row:
    if not row.is_unread or row.link.remote_id not in shown:
        return row
    record = shown[row.link.remote_id]
    if record is None:
        return _replaced(row, label=_("Not in Exchange any more"), is_gone=True, choices=())
    name = name_of(row.link.kind, record) or nameless(row.link)
    return _replaced(row, label=name, facts=recognised_by(row.link.kind, record), record=record)


def _replaced(row: Row, **values: Any) -> Row:
    return replace(row, is_unread=False, **values)


def ids(texts: Iterable[str]) -> list[int]:
    """Return the numbers among texts that a browser sent."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]
