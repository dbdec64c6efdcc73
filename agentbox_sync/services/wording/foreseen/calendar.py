"""What a preview says of calendar entries."""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

from agentbox_sync.core.groups import Deed, Group
from agentbox_sync.services.wording.foreseen.words import EMPTIED, ForeseenWords

CALENDAR_WORDS = ForeseenWords(
    clauses={
        Deed.DELETED.value: ngettext_lazy(
            "%(n)d entry will be removed from %(whose)s",
            "%(n)d entries will be removed from %(whose)s",
            "n",
        ),
        EMPTIED: ngettext_lazy(
            "%(n)d entry will lose details that are filled in now",
            "%(n)d entries will lose details that are filled in now",
            "n",
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "%(n)d appointment will be cancelled in the CRM",
            "%(n)d appointments will be cancelled in the CRM",
            "n",
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "%(n)d entry will be added to %(whose)s",
            "%(n)d entries will be added to %(whose)s",
            "n",
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "%(n)d entry will be updated in %(whose)s",
            "%(n)d entries will be updated in %(whose)s",
            "n",
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "%(n)d entry will be added to the CRM",
            "%(n)d entries will be added to the CRM",
            "n",
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "%(n)d entry will be updated in the CRM",
            "%(n)d entries will be updated in the CRM",
            "n",
        ),
        Group.LINKED.value: ngettext_lazy(
            "%(n)d entry is on both sides already and will be linked, not added again",
            "%(n)d entries are on both sides already and will be linked, not added again",
            "n",
        ),
        Group.CONFLICT.value: ngettext_lazy(
            "%(n)d entry differs on both sides, and one side’s details replace the other’s",
            "%(n)d entries differ on both sides, and one side’s details replace the other’s",
            "n",
        ),
        Group.MOVED.value: ngettext_lazy(
            "%(n)d entry will be moved to another calendar in %(whose)s",
            "%(n)d entries will be moved to another calendar in %(whose)s",
            "n",
        ),
        Group.AMBIGUOUS.value: ngettext_lazy(
            "%(n)d entry may be more than one in %(whose)s and waits for a decision",
            "%(n)d entries may be more than one in %(whose)s and wait for a decision",
            "n",
        ),
        Group.OFFERED.value: ngettext_lazy(
            "%(n)d entry is only in %(whose)s and waits for a decision",
            "%(n)d entries are only in %(whose)s and wait for a decision",
            "n",
        ),
        Group.LEFT.value: ngettext_lazy(
            "%(n)d entry stays in %(whose)s as it is and is no longer followed",
            "%(n)d entries stay in %(whose)s as they are and are no longer followed",
            "n",
        ),
    },
    deeds={
        Deed.DELETED.value: ngettext_lazy(
            "remove %(n)d entry from %(whose)s", "remove %(n)d entries from %(whose)s", "n"
        ),
        EMPTIED: ngettext_lazy(
            "empty details of %(n)d entry", "empty details of %(n)d entries", "n"
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "cancel %(n)d appointment in the CRM", "cancel %(n)d appointments in the CRM", "n"
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "add %(n)d entry to %(whose)s", "add %(n)d entries to %(whose)s", "n"
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "add %(n)d entry to the CRM", "add %(n)d entries to the CRM", "n"
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "update %(n)d entry in %(whose)s", "update %(n)d entries in %(whose)s", "n"
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "update %(n)d entry in the CRM", "update %(n)d entries in the CRM", "n"
        ),
        Group.LINKED.value: ngettext_lazy("link %(n)d entry", "link %(n)d entries", "n"),
    },
    read=ngettext_lazy("%(n)d entry read from Exchange.", "%(n)d entries read from Exchange.", "n"),
)
