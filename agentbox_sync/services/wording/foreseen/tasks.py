"""What a preview says of tasks."""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

from agentbox_sync.core.groups import Deed, Group
from agentbox_sync.services.wording.foreseen.words import EMPTIED, ForeseenWords

TASK_WORDS = ForeseenWords(
    clauses={
        Deed.DELETED.value: ngettext_lazy(
            "%(n)d task will be removed from %(whose)s",
            "%(n)d tasks will be removed from %(whose)s",
            "n",
        ),
        EMPTIED: ngettext_lazy(
            "%(n)d task will lose details that are filled in now",
            "%(n)d tasks will lose details that are filled in now",
            "n",
        ),
        Deed.RELEASED.value: ngettext_lazy(
            "%(n)d task will be marked as completed in the CRM",
            "%(n)d tasks will be marked as completed in the CRM",
            "n",
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "%(n)d task will be added to %(whose)s",
            "%(n)d tasks will be added to %(whose)s",
            "n",
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "%(n)d task will be updated in %(whose)s",
            "%(n)d tasks will be updated in %(whose)s",
            "n",
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "%(n)d task will be added to the CRM",
            "%(n)d tasks will be added to the CRM",
            "n",
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "%(n)d task will be updated in the CRM",
            "%(n)d tasks will be updated in the CRM",
            "n",
        ),
        Group.LINKED.value: ngettext_lazy(
            "%(n)d task is on both sides already and will be linked, not added again",
            "%(n)d tasks are on both sides already and will be linked, not added again",
            "n",
        ),
        Group.CONFLICT.value: ngettext_lazy(
            "%(n)d task differs on both sides, and one side’s details replace the other’s",
            "%(n)d tasks differ on both sides, and one side’s details replace the other’s",
            "n",
        ),
        Group.MOVED.value: ngettext_lazy(
            "%(n)d task will be moved to another list in %(whose)s",
            "%(n)d tasks will be moved to another list in %(whose)s",
            "n",
        ),
        Group.AMBIGUOUS.value: ngettext_lazy(
            "%(n)d task may be more than one in %(whose)s and waits for a decision",
            "%(n)d tasks may be more than one in %(whose)s and wait for a decision",
            "n",
        ),
        Group.OFFERED.value: ngettext_lazy(
            "%(n)d task is only in %(whose)s and waits for a decision",
            "%(n)d tasks are only in %(whose)s and wait for a decision",
            "n",
        ),
        Group.LEFT.value: ngettext_lazy(
            "%(n)d task stays in %(whose)s as it is and is no longer followed",
            "%(n)d tasks stay in %(whose)s as they are and are no longer followed",
            "n",
        ),
    },
    deeds={
        Deed.DELETED.value: ngettext_lazy(
            "remove %(n)d task from %(whose)s", "remove %(n)d tasks from %(whose)s", "n"
        ),
        EMPTIED: ngettext_lazy("empty details of %(n)d task", "empty details of %(n)d tasks", "n"),
        Deed.RELEASED.value: ngettext_lazy(
            "complete %(n)d task in the CRM", "complete %(n)d tasks in the CRM", "n"
        ),
        Deed.CREATED_REMOTE.value: ngettext_lazy(
            "add %(n)d task to %(whose)s", "add %(n)d tasks to %(whose)s", "n"
        ),
        Deed.CREATED_LOCAL.value: ngettext_lazy(
            "add %(n)d task to the CRM", "add %(n)d tasks to the CRM", "n"
        ),
        Deed.WRITTEN_REMOTE.value: ngettext_lazy(
            "update %(n)d task in %(whose)s", "update %(n)d tasks in %(whose)s", "n"
        ),
        Deed.WRITTEN_LOCAL.value: ngettext_lazy(
            "update %(n)d task in the CRM", "update %(n)d tasks in the CRM", "n"
        ),
        Group.LINKED.value: ngettext_lazy("link %(n)d task", "link %(n)d tasks", "n"),
    },
    read=ngettext_lazy("%(n)d task read from Exchange.", "%(n)d tasks read from Exchange.", "n"),
)
