"""What a preview says of contacts."""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

from agentbox_sync.core.groups import Deed, Group
from agentbox_sync.services.wording.foreseen.words import EMPTIED, ForeseenWords

CONTACT_WORDS = ForeseenWords(
    clauses={
        Deed.DELETED.value: ngettext_lazy(
            "%(n)d person will be removed from %(whose)s",
            "%(n)d people will be removed from %(whose)s",
            "n",
        ),
        EMPTIED: ngettext_lazy(
            "%(n)d person will lose details that are filled in now",
            "%(n)d people will lose details that are filled in now",
            "n",
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "%(name)s will lose access to %(n)d person in the CRM",
            "%(name)s will lose access to %(n)d people in the CRM",
            "n",
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "%(n)d person will be added to %(whose)s",
            "%(n)d people will be added to %(whose)s",
            "n",
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "%(n)d person will be updated in %(whose)s",
            "%(n)d people will be updated in %(whose)s",
            "n",
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "%(n)d person will be added to the CRM",
            "%(n)d people will be added to the CRM",
            "n",
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "%(n)d person will be updated in the CRM",
            "%(n)d people will be updated in the CRM",
            "n",
        ),
        Group.LINKED.value: ngettext_lazy(
            "%(n)d person is on both sides already and will be linked, not added again",
            "%(n)d people are on both sides already and will be linked, not added again",
            "n",
        ),
        Group.CONFLICT.value: ngettext_lazy(
            "%(n)d person differs on both sides, and one side’s details replace the other’s",
            "%(n)d people differ on both sides, and one side’s details replace the other’s",
            "n",
        ),
        Group.MOVED.value: ngettext_lazy(
            "%(n)d person will be moved to another folder in %(whose)s",
            "%(n)d people will be moved to another folder in %(whose)s",
            "n",
        ),
        Group.AMBIGUOUS.value: ngettext_lazy(
            "%(n)d person may be more than one in %(whose)s and waits for a decision",
            "%(n)d people may be more than one in %(whose)s and wait for a decision",
            "n",
        ),
        Group.OFFERED.value: ngettext_lazy(
            "%(n)d person is only in %(whose)s and waits for a decision",
            "%(n)d people are only in %(whose)s and wait for a decision",
            "n",
        ),
        Group.LEFT.value: ngettext_lazy(
            "%(n)d person stays in %(whose)s as it is and is no longer followed",
            "%(n)d people stay in %(whose)s as they are and are no longer followed",
            "n",
        ),
    },
    deeds={
        Deed.DELETED.value: ngettext_lazy(
            "remove %(n)d person from %(whose)s", "remove %(n)d people from %(whose)s", "n"
        ),
        EMPTIED: ngettext_lazy(
            "empty details of %(n)d person", "empty details of %(n)d people", "n"
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "take access to %(n)d person", "take access to %(n)d people", "n"
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "add %(n)d person to %(whose)s", "add %(n)d people to %(whose)s", "n"
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "add %(n)d person to the CRM", "add %(n)d people to the CRM", "n"
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "update %(n)d person in %(whose)s", "update %(n)d people in %(whose)s", "n"
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "update %(n)d person in the CRM", "update %(n)d people in the CRM", "n"
        ),
        Group.LINKED.value: ngettext_lazy("link %(n)d person", "link %(n)d people", "n"),
    },
    read=ngettext_lazy("%(n)d person read from Exchange.", "%(n)d people read from Exchange.", "n"),
)
