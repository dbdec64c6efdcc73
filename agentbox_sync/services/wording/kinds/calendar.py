"""What the entries of a calendar are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.text import line
from agentbox_sync.services.wording.kinds.words import KindWords
from agentbox_sync.services.wording.values.times import begins


def _called(record: Mapping[str, Any]) -> str:
    """Return the subject with its day: most of an agent's week is called alike."""
    subject = line(record.get("subject")) or ""
    day = begins(record.get("when"))
    return f"{subject} · {day}" if subject and day else subject or day


CALENDAR_WORDS = KindWords(
    name=CALENDAR.name,
    title=_("Exchange Calendar Configuration"),
    label=_("Calendar"),
    sync_label=_("Sync Calendars Now"),
    amount=ngettext_lazy("%(n)d calendar entry", "%(n)d calendar entries", "n"),
    privacy=_(
        "Private entries in Outlook never come into the CRM. Of others that are only in Outlook "
        "nothing is kept in the CRM unless somebody takes them in."
    ),
    progress=ngettext_lazy(
        "%(done)d of %(n)d calendar entry done.", "%(done)d of %(n)d calendar entries done.", "n"
    ),
    removals=ngettext_lazy(
        "%(n)d calendar entry would be removed from Exchange or emptied.",
        "%(n)d calendar entries would be removed from Exchange or emptied.",
        "n",
    ),
    counts={
        "created": ngettext_lazy(
            "%(n)d calendar entry was created in Exchange.",
            "%(n)d calendar entries were created in Exchange.",
            "n",
        ),
        "updated": ngettext_lazy(
            "%(n)d calendar entry was updated in Exchange.",
            "%(n)d calendar entries were updated in Exchange.",
            "n",
        ),
        "linked": ngettext_lazy(
            "%(n)d calendar entry was already in Exchange and was linked, not duplicated.",
            "%(n)d calendar entries were already in Exchange and were linked, not duplicated.",
            "n",
        ),
        "deleted": ngettext_lazy(
            "%(n)d calendar entry was removed from Exchange.",
            "%(n)d calendar entries were removed from Exchange.",
            "n",
        ),
        "moved": ngettext_lazy(
            "%(n)d calendar entry was moved to the calendar that was chosen.",
            "%(n)d calendar entries were moved to the calendar that was chosen.",
            "n",
        ),
        "imported": ngettext_lazy(
            "%(n)d calendar entry was taken from Outlook into the CRM.",
            "%(n)d calendar entries were taken from Outlook into the CRM.",
            "n",
        ),
        "released": ngettext_lazy(
            "%(n)d appointment was cancelled in the CRM.",
            "%(n)d appointments were cancelled in the CRM.",
            "n",
        ),
        "writes_local": ngettext_lazy(
            "%(n)d calendar entry was changed in the CRM.",
            "%(n)d calendar entries were changed in the CRM.",
            "n",
        ),
        "set_aside": ngettext_lazy(
            "%(n)d calendar entry was set aside.", "%(n)d calendar entries were set aside.", "n"
        ),
        "review": ngettext_lazy(
            "%(n)d calendar entry may be more than one in Exchange and waits for a decision.",
            "%(n)d calendar entries may be more than one in Exchange and wait for a decision.",
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
            "%(n)d calendar entry did not fit into Exchange whole.",
            "%(n)d calendar entries did not fit into Exchange whole.",
            "n",
        ),
    },
    parts={},
    unfit={
        "exceptions": _(
            "Some dates of this series could not be set in Outlook, which never brings back a date "
            "that was cancelled there. What the CRM says of them stands in the CRM alone."
        ),
    },
    called=_called,
    sought=lambda record: [line(record.get("subject")) or ""],
    nameless=_("An entry in Exchange"),
    search=_("Subject"),
    nobody_called=_("None of the synced calendar entries is called “%(name)s”."),
    nobody_alike=_("None of the synced calendar entries looks like this one. Search for it."),
    is_taken=_("This entry is synced with another item already, so it cannot be linked."),
    granted=_("In the CRM: the appointment takes place again, with %(name)s."),
    released=_("In the CRM: the appointment is cancelled again; it is not deleted."),
    written=_("In the CRM: the old value is put back at once, for everybody who takes part."),
    in_outlook=_(
        "In Outlook, open the calendar on that day and look for “%(name)s”. Microsoft gives no "
        "direct link to it."
    ),
)
