"""Two versions of an item side by side, with the words marked in which they differ.

Drawn by ``agentbox_sync/compare.html``, which takes a :class:`Comparison` as ``comparison``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agentbox_sync import conf
from agentbox_sync.core.difference import Piece, differing
from agentbox_sync.core.kinds import Locality, Record, is_empty
from agentbox_sync.host.registry import KINDS
from agentbox_sync.services.wording.values import (
    absent_text,
    field_label,
    field_text,
    zone_among,
)


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field of both versions; a side that is empty has no pieces."""

    atom: str
    label: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to show of two versions. ``same`` counts the fields that are alike and not shown.

    ``is_change``: the left one became the right one; otherwise both stand beside each other.
    """

    left_title: str
    right_title: str
    fields: tuple[ComparedField, ...]
    same: int = 0
    is_change: bool = False

    @property
    def left_mark(self) -> str:
        """Return the element that marks what differs on the left."""
        return "del" if self.is_change else "mark"

    @property
    def right_mark(self) -> str:
        """Return the element that marks what differs on the right."""
        return "ins" if self.is_change else "mark"

    @property
    def nothing(self) -> str:
        """Return what to say where there is no field to show."""
        if not self.right_title:
            return _("Nothing is filled in.")
        return _("There is no difference between the two.")


def compare(
    kind: str,
    left: Record,
    right: Record,
    *,
    atoms: Iterable[str] | None = None,
    titles: tuple[str, str] | None = None,
    is_change: bool = False,
    everything: bool = False,
    zone: str = "",
) -> Comparison:
    """Compare two records of a kind, raw or canonical, each as it is at hand.

    ``atoms`` are those to show, in the order of the kind; without it those that either side
    knows. An atom that a side does not know counts as empty there. Fields that are alike are
    counted, and shown only with ``everything``. Without ``titles`` the left one is what the CRM
    says and the right one what Exchange says; with ``is_change``, before and after. ``zone`` are
    the mailbox's clocks, for moments where neither side names any.
    """
    known = KINDS[kind].atoms
    wanted = set(atoms) if atoms is not None else {*left, *right}
    order = [atom for atom in known if atom in wanted] + sorted(wanted - set(known))
    # What was remembered is told on the clocks of the other side.
    clocks = zone_among(left, right) or zone
    rows = [_field(kind, atom, left, right, clocks) for atom in order]
    # What is empty on both sides is no news to anybody.
    rows = [row for row in rows if row.left or row.right]
    shown = tuple(row for row in rows if everything or row.differs)
    first, second = titles or (
        (_("Before"), _("After")) if is_change else (_("In the CRM"), _("In Exchange"))
    )
    return Comparison(first, second, shown, len(rows) - len(shown), is_change)


def show(kind: str, record: Record, title: str, zone: str = "") -> Comparison:
    """Return one version by itself: every field that says anything, and nothing marked."""
    return compare(kind, record, record, titles=(title, ""), everything=True, zone=zone)


def _field(kind: str, atom: str, left: Record, right: Record, zone: str) -> ComparedField:
    here, there = left.get(atom), right.get(atom)
    first, second = field_text(kind, atom, here, zone), field_text(kind, atom, there, zone)
    if _alike(kind, atom, left, right):
        # Two notations of the same: nobody should look for a difference that does not count.
        text = first or second
        pieces = (Piece(text),) if text else ()
        return ComparedField(atom, field_label(kind, atom), pieces, pieces, differs=False)
    absent = absent_text(kind, atom)
    mine, theirs = differing(first or absent, second or absent)
    return ComparedField(atom, field_label(kind, atom), mine, theirs, differs=True)


def _alike(kind: str, atom: str, left: Record, right: Record) -> bool:
    locality = Locality(phone_region=str(conf.option("PHONE_REGION")))
    if atom in KINDS[kind].shared:  # what is set side by side is ours, whatever is set today
        locality = locality.managing([*(left.get(atom) or ()), *(right.get(atom) or ())])
    canonical = KINDS[kind].canonical
    mine = canonical({atom: left.get(atom)}, locality).get(atom, left.get(atom))
    theirs = canonical({atom: right.get(atom)}, locality).get(atom, right.get(atom))
    return mine == theirs or (is_empty(mine or None) and is_empty(theirs or None))
