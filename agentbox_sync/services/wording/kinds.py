"""What each kind is called on pages; one entry a kind, in the order of the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agentbox_sync.core.kinds.contacts import KIND as CONTACTS


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind. ``counts`` and ``parts`` are plural sentences with ``%(n)d``.

    ``counts`` is keyed by a count of the report, in the order in which a report reads them;
    ``parts`` by an atom of which Exchange may take only a part.
    """

    name: str
    title: Any
    label: Any
    sync_label: Any
    amount: Any
    progress: Any
    removals: Any
    counts: Mapping[str, Any]
    parts: Mapping[str, tuple[Any, Any]]

    def say(self, count: str, number: int) -> str:
        """Return one line of a report."""
        return str(self.counts[count] % {"n": number})


CONTACT_WORDS = KindWords(
    name=CONTACTS.name,
    title=_("Exchange Contacts Configuration"),
    label=_("Contacts"),
    sync_label=_("Sync Contact Now"),
    amount=ngettext_lazy("%(n)d contact", "%(n)d contacts", "n"),
    progress=ngettext_lazy(
        "%(done)d of %(n)d contact done.", "%(done)d of %(n)d contacts done.", "n"
    ),
    removals=ngettext_lazy(
        "%(n)d contact would be removed from Exchange or emptied.",
        "%(n)d contacts would be removed from Exchange or emptied.",
        "n",
    ),
    counts={
        "created": ngettext_lazy(
            "%(n)d contact was created in Exchange.",
            "%(n)d contacts were created in Exchange.",
            "n",
        ),
        "updated": ngettext_lazy(
            "%(n)d contact was updated in Exchange.",
            "%(n)d contacts were updated in Exchange.",
            "n",
        ),
        "linked": ngettext_lazy(
            "%(n)d contact was already in Exchange and was linked, not duplicated.",
            "%(n)d contacts were already in Exchange and were linked, not duplicated.",
            "n",
        ),
        "deleted": ngettext_lazy(
            "%(n)d contact was removed from Exchange.",
            "%(n)d contacts were removed from Exchange.",
            "n",
        ),
        "writes_local": ngettext_lazy(
            "%(n)d contact was changed in the CRM.",
            "%(n)d contacts were changed in the CRM.",
            "n",
        ),
        "set_aside": ngettext_lazy(
            "%(n)d contact was set aside.", "%(n)d contacts were set aside.", "n"
        ),
        "review": ngettext_lazy(
            "%(n)d contact may be more than one person in Exchange and waits for a decision.",
            "%(n)d contacts may be more than one person in Exchange and wait for a decision.",
            "n",
        ),
        "held_back": ngettext_lazy(
            "%(n)d removal was held back by the safety stop.",
            "%(n)d removals were held back by the safety stop.",
            "n",
        ),
        "left_out": ngettext_lazy(
            "%(n)d contact did not fit into Exchange whole.",
            "%(n)d contacts did not fit into Exchange whole.",
            "n",
        ),
    },
    parts={
        "emails": (
            ngettext_lazy(
                "%(n)d e-mail address went to Exchange",
                "%(n)d e-mail addresses went to Exchange",
                "n",
            ),
            ngettext_lazy("%(n)d more stays in the CRM.", "%(n)d more stay in the CRM.", "n"),
        ),
        "home_phones": (
            ngettext_lazy(
                "%(n)d home phone number went to Exchange",
                "%(n)d home phone numbers went to Exchange",
                "n",
            ),
            ngettext_lazy("%(n)d more stays in the CRM.", "%(n)d more stay in the CRM.", "n"),
        ),
        "business_phones": (
            ngettext_lazy(
                "%(n)d work phone number went to Exchange",
                "%(n)d work phone numbers went to Exchange",
                "n",
            ),
            ngettext_lazy("%(n)d more stays in the CRM.", "%(n)d more stay in the CRM.", "n"),
        ),
    },
)

WORDS: dict[str, KindWords] = {words.name: words for words in (CONTACT_WORDS,)}
