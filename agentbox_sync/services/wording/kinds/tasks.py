"""What tasks are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.core.kinds.text import line
from agentbox_sync.services.wording.kinds.words import KindWords
from agentbox_sync.services.wording.values.times import date_text


def _called(record: Mapping[str, Any]) -> str:
    """Return the title with the day it is due: an agent calls people back every week."""
    title, due = line(record.get("title")) or "", date_text(record.get("due"))
    return f"{title} · {due}" if title and due else title or due


TASK_WORDS = KindWords(
    name=TASKS.name,
    title=_("Exchange Tasks Configuration"),
    label=_("Tasks"),
    sync_label=_("Sync Tasks Now"),
    amount=ngettext_lazy("%(n)d task", "%(n)d tasks", "n"),
    privacy=_(
        "Tasks that are only in To Do stay private: nothing of what they say is kept in the CRM "
        "unless somebody takes them in."
    ),
    progress=ngettext_lazy("%(done)d of %(n)d task done.", "%(done)d of %(n)d tasks done.", "n"),
    removals=ngettext_lazy(
        "%(n)d task would be removed from Exchange or emptied.",
        "%(n)d tasks would be removed from Exchange or emptied.",
        "n",
    ),
    counts={
        "created": ngettext_lazy(
            "%(n)d task was created in Exchange.", "%(n)d tasks were created in Exchange.", "n"
        ),
        "updated": ngettext_lazy(
            "%(n)d task was updated in Exchange.", "%(n)d tasks were updated in Exchange.", "n"
        ),
        "linked": ngettext_lazy(
            "%(n)d task was already in Exchange and was linked, not duplicated.",
            "%(n)d tasks were already in Exchange and were linked, not duplicated.",
            "n",
        ),
        "deleted": ngettext_lazy(
            "%(n)d task was removed from Exchange.", "%(n)d tasks were removed from Exchange.", "n"
        ),
        "moved": ngettext_lazy(
            "%(n)d task was moved to the list that was chosen.",
            "%(n)d tasks were moved to the list that was chosen.",
            "n",
        ),
        "imported": ngettext_lazy(
            "%(n)d task was taken from To Do into the CRM.",
            "%(n)d tasks were taken from To Do into the CRM.",
            "n",
        ),
        "released": ngettext_lazy(
            "%(n)d task was marked as completed in the CRM.",
            "%(n)d tasks were marked as completed in the CRM.",
            "n",
        ),
        "writes_local": ngettext_lazy(
            "%(n)d task was changed in the CRM.", "%(n)d tasks were changed in the CRM.", "n"
        ),
        "set_aside": ngettext_lazy("%(n)d task was set aside.", "%(n)d tasks were set aside.", "n"),
        "review": ngettext_lazy(
            "%(n)d task may be more than one in Exchange and waits for a decision.",
            "%(n)d tasks may be more than one in Exchange and wait for a decision.",
            "n",
        ),
        "held_back": ngettext_lazy(
            "%(n)d removal was held back by the safety stop.",
            "%(n)d removals were held back by the safety stop.",
            "n",
        ),
        "put_off": ngettext_lazy(
            "%(n)d removal that the preview had not shown waits for the next sync.",
            "%(n)d removals that the preview had not shown wait for the next sync.",
            "n",
        ),
        "left_out": ngettext_lazy(
            "%(n)d task did not fit into Exchange whole.",
            "%(n)d tasks did not fit into Exchange whole.",
            "n",
        ),
    },
    parts={},
    called=_called,
    sought=lambda record: [line(record.get("title")) or ""],
    nameless=_("A task in Exchange"),
    search=_("Title"),
    nobody_called=_("None of the synced tasks is called “%(name)s”."),
    nobody_alike=_("None of the synced tasks looks like this one. Search for it."),
    is_taken=_("This task is synced with another item already, so it cannot be linked."),
    granted=_("In the CRM: the task is open again, for %(name)s."),
    released=_("In the CRM: the task is marked as completed again; it is not deleted."),
    written=_("In the CRM: the old value is put back at once."),
    in_outlook=_(
        "In To Do, search for “%(name)s”; Outlook shows the same tasks. Microsoft gives no direct "
        "link to a task."
    ),
)
