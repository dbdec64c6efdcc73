"""Under which heading a person reads a row of a plan, and what it comes to on each side."""

from __future__ import annotations

from enum import StrEnum

from agentbox_sync.core.actions import Action, Row, Side


class Group(StrEnum):
    """The headings of a preview, in the order in which people read them: what hurts comes first."""

    REMOVED = "removed"
    """Something goes away on a side: an item, an access, or the value of a field."""
    CONFLICT = "conflict"
    """A value that somebody meant is replaced by the other side's."""
    AMBIGUOUS = "ambiguous"
    """A person is asked, and nothing happens before."""
    TAKEN_IN = "taken_in"
    """It is created in the CRM."""
    UPDATED = "updated"
    CREATED = "created"
    """It is created in Exchange."""
    LINKED = "linked"
    """It is on both sides already; what is empty is filled."""
    MOVED = "moved"
    """It goes to another folder in Exchange."""
    OFFERED = "offered"
    """It was born in Exchange, and a person is asked about it."""
    LEFT = "left"
    """It stays in Exchange as it is, and is no longer followed."""


class Deed(StrEnum):
    """What a row comes to, for the sentences that count: one row may do several."""

    DELETED = "deleted"
    RELEASED = "released"
    EMPTIED_REMOTE = "emptied_remote"
    EMPTIED_LOCAL = "emptied_local"
    CREATED_REMOTE = "created_remote"
    CREATED_LOCAL = "created_local"
    WRITTEN_REMOTE = "written_remote"
    WRITTEN_LOCAL = "written_local"


_GROUPS = {
    Action.DELETE: Group.REMOVED,
    Action.RELEASE: Group.REMOVED,
    Action.DEDUPE: Group.REMOVED,  # it may be a double that is removed again
    Action.REVIEW: Group.AMBIGUOUS,
    Action.IMPORT: Group.TAKEN_IN,
    Action.UPDATE: Group.UPDATED,
    Action.CREATE: Group.CREATED,
    Action.LINK: Group.LINKED,
    Action.OFFER: Group.OFFERED,
    Action.MOVE: Group.MOVED,
    Action.REST: Group.LEFT,
}


def group_of(row: Row) -> Group | None:
    """Return the heading of a row; ``None`` for what nobody would look for."""
    if row.removes_anything:
        return Group.REMOVED
    if row.conflicts:
        return Group.CONFLICT
    return _GROUPS.get(row.action)


def deeds_of(row: Row) -> frozenset[Deed]:
    """Return what a row does on either side; nothing for one that only remembers or asks."""
    deeds = {
        Deed.DELETED: row.action in (Action.DELETE, Action.DEDUPE),
        Deed.RELEASED: row.action is Action.RELEASE,
        Deed.EMPTIED_REMOTE: Side.REMOTE in row.blanks,
        Deed.EMPTIED_LOCAL: Side.LOCAL in row.blanks,
        Deed.CREATED_REMOTE: row.action is Action.CREATE,
        Deed.CREATED_LOCAL: row.action is Action.IMPORT,
        Deed.WRITTEN_REMOTE: bool(row.push) and row.action is not Action.CREATE,
        Deed.WRITTEN_LOCAL: bool(row.pull),
    }
    return frozenset(deed for deed, does in deeds.items() if does)
