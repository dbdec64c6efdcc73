"""One item that waits, looked at closely: both sides, and with whom it may be linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from agentbox_sync import conf
from agentbox_sync.core.changes import LinkState, LocalItem, LocalKey
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.matching import Index
from agentbox_sync.core.rules import Order
from agentbox_sync.host.registry import KINDS, get_adapter
from agentbox_sync.models import Connection, KindSettings
from agentbox_sync.services import waiting
from agentbox_sync.services.compare import Comparison, compare, show
from agentbox_sync.services.look import Unseen, alike, look
from agentbox_sync.services.names import labels_of, named
from agentbox_sync.services.rows import settings_of, store_of
from agentbox_sync.services.shelves import Shelf
from agentbox_sync.services.waiting import Choice, Row, link_key
from agentbox_sync.services.wording.choices import choice_words
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.values import recognised_by

MOST_PARTNERS = 10


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody whom the item may be. ``is_taken``: already synced with another item.

    ``key`` names a row of the CRM, ``remote_id`` an item in Exchange; the other one is empty.
    """

    label: str
    facts: tuple[str, ...]
    versions: Comparison
    key: LocalKey | None = None
    remote_id: str = ""
    url: str = ""
    is_alike: bool = False
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Closer:
    """What a page about one item shows. ``unseen`` is why Exchange could not be looked into.

    ``asked`` is what was searched for in the CRM; ``None`` where nothing is searched.
    """

    row: Row
    choices: tuple[Choice, ...]
    linking: Choice | None = None
    versions: Comparison | None = None
    partners: tuple[Partner, ...] = ()
    asked: str | None = None
    unseen: str = ""
    is_double: bool = False


def closer(connection: Connection, link: Any, shelf: Shelf, asked: str | None = None) -> Closer:
    """Look closely at a link of a list; reads from Exchange, outside of any transaction."""
    settings = settings_of(connection, link.kind)
    every = waiting.choices_of(link, shelf, settings.status)
    linking = next((choice for choice in every if choice.order == Order.LINK), None)
    row = _row(link, shelf, every)
    found = Closer(row, tuple(c for c in every if c.order != Order.LINK), linking)
    if not link.has_row:
        return _born(connection, link, found, settings, asked)
    return _with_row(connection, link, found, settings)


def _row(link: Any, shelf: Shelf, choices: tuple[Choice, ...]) -> Row:
    said = choice_words(link.kind, shelf.name, link.open_verb).open if link.open_pk else ""
    return Row(
        link=link,
        label=name_of(link.kind, link.base_local) or waiting.nameless(link),
        url=get_adapter().item_url(link_key(link)) if link.has_row else "",
        open_pk=link.open_pk,
        open_words=str(said),
        failed=waiting.failure_of(link),
        choices=choices,
    )


def _born(
    connection: Connection, link: Any, found: Closer, settings: KindSettings, asked: str | None
) -> Closer:
    """An item that was born in Exchange: what it says, and the rows that it may be."""
    try:
        record = look(connection, link.kind, [link.remote_id]).get(link.remote_id)
    except Unseen as error:
        # What is staged was read by a run: better than nothing while Microsoft is away.
        record = waiting.staged_of(connection, [link]).get(link.remote_id, {})
        found = replace(found, unseen=error.code)
    if record is None:
        gone = replace(found.row, label=_("Not in Exchange any more"), is_gone=True)
        return replace(found, row=gone, choices=(), linking=None)
    row = replace(
        found.row,
        label=name_of(link.kind, record) or found.row.label,
        facts=recognised_by(link.kind, record),
        record=record,
        is_unread=not record,
    )
    versions = show(link.kind, record, _("In Exchange"), connection.zone) if record else None
    found = replace(found, row=row, versions=versions)
    if found.linking is None:
        return found
    partners = _rows(connection, settings, record, asked)
    return replace(
        found,
        partners=tuple(sorted(partners, key=lambda one: not one.is_alike)),
        asked=asked or "",
        is_double=any(one.is_alike for one in partners),
    )


def _rows(
    connection: Connection, settings: KindSettings, record: Record, asked: str | None
) -> list[Partner]:
    """Return the rows of the CRM that were asked for, else those that are like the item."""
    kind = settings.KIND
    store = store_of(connection, kind, settings)
    texts = [asked] if asked else WORDS[kind].sought(record)
    found: dict[LocalKey, LocalItem] = {}
    for text in texts:
        found |= {item.key: item for item in store.search(text, MOST_PARTNERS)}
    rows = list(found.values())[:MOST_PARTNERS]
    same = _like(kind, record, rows)
    taken = set(
        connection.links.filter(kind=kind, local_pk__in=[item.key.pk for item in rows])
        .exclude(state=LinkState.DEAD)
        .exclude(remote_id="")
        .values_list("local_model", "local_pk")
    )
    labels = labels_of(kind, [item.key for item in rows])
    return [
        Partner(
            label=named(kind, item.key, labels.get(item.key) or name_of(kind, item.record)),
            facts=recognised_by(kind, item.record),
            versions=compare(kind, item.record, record, zone=connection.zone),
            key=item.key,
            url=get_adapter().item_url(item.key),
            is_alike=item.key in same,
            is_taken=tuple(item.key) in taken,
        )
        for item in rows
    ]


def _like(kind: str, record: Record, rows: list[LocalItem]) -> set[LocalKey]:
    """Return the rows that a first meeting would take for the same as an item."""
    locality = Locality(phone_region=str(conf.option("PHONE_REGION")))
    canonical, index = KINDS[kind].canonical, Index(KINDS[kind])
    names = {"/".join(item.key): item.key for item in rows}
    for item in rows:
        index.add("/".join(item.key), canonical(item.record, locality))
    return {names[name] for name in index.alike(canonical(record, locality))}


def _with_row(connection: Connection, link: Any, found: Closer, settings: KindSettings) -> Closer:
    """A row of the CRM: beside what Exchange said last, or beside the items that it may be."""
    key = link_key(link)
    item = store_of(connection, link.kind, settings).read([key])[key]
    record: Mapping[str, Any] = item.record if isinstance(item, LocalItem) else link.base_local
    label = name_of(link.kind, record) or found.row.label
    found = replace(found, row=replace(found.row, label=label))
    if link.remote_id:
        titles = (_("In the CRM"), _("In Exchange, when it was last there"))
        versions = compare(
            link.kind,
            record,
            link.base_remote,
            titles=titles,
            everything=True,
            zone=connection.zone,
        )
        return replace(found, versions=versions)
    if not isinstance(item, LocalItem):
        return replace(found, versions=show(link.kind, record, _("In the CRM"), connection.zone))
    try:
        others = alike(connection, link.kind, record)
    except Unseen as error:
        versions = show(link.kind, record, _("In the CRM"), connection.zone)
        return replace(found, versions=versions, unseen=error.code)
    partners = tuple(
        Partner(
            label=name_of(link.kind, seen.record) or waiting.nameless(link),
            facts=recognised_by(link.kind, seen.record),
            versions=compare(link.kind, record, seen.record, zone=connection.zone),
            remote_id=seen.remote_id,
            is_alike=True,
        )
        for seen in others
    )
    return replace(
        found, versions=show(link.kind, record, _("In the CRM"), connection.zone), partners=partners
    )
