"""The list of a preview for people: a page of each group, with names, reasons and both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from agentbox_sync.core.actions import Action, Side
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.groups import Group
from agentbox_sync.core.kinds import Record
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Inbox, Link, Preview, PreviewRow
from agentbox_sync.services.compare import Comparison, compare, show
from agentbox_sync.services.names import named
from agentbox_sync.services.rows import records_of
from agentbox_sync.services.wording.foreseen import EXPLAINED, TITLES
from agentbox_sync.services.wording.kinds import name_of
from agentbox_sync.services.wording.rules import because
from agentbox_sync.services.wording.tones import Tone
from agentbox_sync.services.wording.values import field_label

SHOWN = 20
# What a person should have seen before they say go stands open.
OPENED = (Group.REMOVED, Group.CONFLICT, Group.AMBIGUOUS)
_TONES = {Group.REMOVED: Tone.BAD, Group.CONFLICT: Tone.CAREFUL, Group.AMBIGUOUS: Tone.CAREFUL}
# These are told by name alone: either nothing is written, or what they say is nobody's business.
_BY_NAME = frozenset({Action.REVIEW, Action.REST, Action.OFFER, Action.RELEASE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: who it is, why, what is written where, and both sides where anything is written."""

    number: int
    name: str
    url: str
    because: str
    ways: tuple[str, ...] = ()
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One group and one page of it; ``start`` and the others are numbers of rows, from 1."""

    group: Group
    title: str
    explained: str
    tone: str
    total: int
    start: int
    entries: tuple[Entry, ...]
    is_open: bool

    @property
    def tone_class(self) -> str:
        """Return the class that colours the group; empty for one that needs no warning."""
        return f"agentbox-tone-{self.tone}" if self.tone else ""

    @property
    def last(self) -> int:
        """Return the number of the last row on this page."""
        return self.start + len(self.entries) - 1

    @property
    def before(self) -> int:
        """Return where the page before begins; 0 on the first one."""
        return max(1, self.start - SHOWN) if self.start > 1 else 0

    @property
    def after(self) -> int:
        """Return where the next page begins; 0 on the last one."""
        return self.last + 1 if self.entries and self.last < self.total else 0


@dataclass(frozen=True, slots=True)
class _Sides:
    """What both sides say now of the rows of a page."""

    local: Mapping[LocalKey, Record] = field(default_factory=dict)
    links: Mapping[int, Link] = field(default_factory=dict)
    staged: Mapping[str, Record] = field(default_factory=dict)
    zone: str = ""

    def here(self, row: PreviewRow) -> Record:
        """Return the CRM's side; what was remembered of it where it has gone."""
        link = self.links.get(row.link_id)
        return self.local.get(_key(row)) or (link.base_local if link else {})

    def there(self, row: PreviewRow) -> Record:
        """Return Exchange's side: what was remembered, and over it what was seen since."""
        link = self.links.get(row.link_id)
        remembered = link.base_remote if link and link.remote_id == row.remote_id else {}
        return {**remembered, **self.staged.get(row.remote_id, {})}


def shelves(preview: Preview, starts: Mapping[str, int]) -> tuple[Shelf, ...]:
    """Return every group that has rows, from the number that ``starts`` names for it.

    A few queries, whatever the number of rows: a row's number is its place in its group.
    """
    totals = {group: int(preview.counts.get(group) or 0) for group in Group}
    pages = {
        group: min(max(1, starts.get(group, 1)), total) for group, total in totals.items() if total
    }
    rows = _rows(preview, pages)
    sides = _read(preview, rows)
    return tuple(
        Shelf(
            group=group,
            title=str(TITLES[group]),
            explained=str(EXPLAINED[group]),
            tone=_TONES.get(group, ""),
            total=totals[group],
            start=start,
            entries=tuple(_entry(preview.kind, row, sides) for row in rows if row.group == group),
            is_open=group in OPENED or group in starts or len(pages) == 1,
        )
        for group, start in pages.items()
    )


def _rows(preview: Preview, pages: Mapping[Group, int]) -> list[PreviewRow]:
    wanted = Q(pk__in=[])
    for group, start in pages.items():
        wanted |= Q(group=group.value, number__gte=start, number__lt=start + SHOWN)
    return list(preview.rows.filter(wanted).order_by("group", "number"))


def _read(preview: Preview, rows: list[PreviewRow]) -> _Sides:
    keys = [_key(row) for row in rows if row.local_pk and row.action != Action.DELETE]
    link_ids = {row.link_id for row in rows if row.link_id}
    remote_ids = {row.remote_id for row in rows if row.remote_id}
    staged = Inbox.objects.filter(
        collection__connection=preview.connection_id,
        collection__kind=preview.kind,
        collection__is_open=True,
        remote_id__in=remote_ids,
    )
    return _Sides(
        local=records_of(preview.connection, preview.kind, keys) if keys else {},
        links=Link.objects.in_bulk(link_ids) if link_ids else {},
        staged=dict(staged.values_list("remote_id", "record")) if remote_ids else {},
        zone=preview.connection.zone,
    )


def _key(row: PreviewRow) -> LocalKey:
    return LocalKey(row.local_model, row.local_pk)


def _entry(kind: str, row: PreviewRow, sides: _Sides) -> Entry:
    here, there = sides.here(row), sides.there(row)
    # Who may see a person no longer is told by what lies in their own mailbox.
    first, second = (there, here) if row.action == Action.DELETE else (here, there)
    known = name_of(kind, first) or name_of(kind, second)
    name = named(kind, _key(row), known) or _("An item without a name")
    return Entry(
        number=row.number,
        name=name,
        url=get_adapter().item_url(_key(row)) if _key(row) in sides.local else "",
        because=because(row.cause),
        ways=tuple(_ways(kind, row)),
        comparison=_comparison(kind, row, here, there, sides.zone),
    )


def _ways(kind: str, row: PreviewRow) -> list[str]:
    """Return which side gets what; nothing for an item that is new as a whole."""
    if row.action not in (Action.UPDATE, Action.LINK):
        return []
    said = []
    for side, atoms in ((Side.REMOTE, row.push), (Side.LOCAL, row.pull)):
        labels = ", ".join(field_label(kind, atom) for atom in atoms)
        if labels:
            text = _("Outlook gets what the CRM says: %(fields)s.")
            if side is Side.LOCAL:
                text = _("The CRM gets what Outlook says: %(fields)s.")
            said.append(text % {"fields": labels})
    return said


def _comparison(
    kind: str, row: PreviewRow, here: Record, there: Record, zone: str
) -> Comparison | None:
    if row.action in _BY_NAME:
        return None
    if row.action in (Action.DELETE, Action.DEDUPE, Action.IMPORT):
        return show(kind, there, _("In Exchange"), zone)
    if row.action == Action.CREATE:
        return show(kind, {a: here.get(a) for a in row.push}, _("In the CRM"), zone)
    atoms = [*row.push, *row.pull]
    return compare(kind, here, there, atoms=atoms, zone=zone) if atoms else None
