"""What contacts are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.contacts import display_name
from agentbox_sync.services.wording.kinds.words import KindWords

CONTACT_WORDS = KindWords(
    name=CONTACTS.name,
    title=_("Exchange Contacts Configuration"),
    label=_("Contacts"),
    sync_label=_("Sync Contact Now"),
    amount=ngettext_lazy("%(n)d contact", "%(n)d contacts", "n"),
    privacy=_(
        "Contacts that are only in Outlook stay private: nothing of what they say is kept in the "
        "CRM unless somebody takes them in."
    ),
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
        "moved": ngettext_lazy(
            "%(n)d contact was moved to the folder that was chosen.",
            "%(n)d contacts were moved to the folder that was chosen.",
            "n",
        ),
        "imported": ngettext_lazy(
            "%(n)d contact was taken from Outlook into the CRM.",
            "%(n)d contacts were taken from Outlook into the CRM.",
            "n",
        ),
        "released": ngettext_lazy(
            "Access to %(n)d contact was taken away in the CRM.",
            "Access to %(n)d contacts was taken away in the CRM.",
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
        "put_off": ngettext_lazy(
            "%(n)d removal that the preview had not shown waits for the next sync.",
            "%(n)d removals that the preview had not shown wait for the next sync.",
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
    called=display_name,
    sought=lambda record: [*(record.get("emails") or ()), display_name(record)],
    nameless=_("Somebody in Exchange"),
    search=_("Name, company or e-mail"),
    nobody_called=_("None of the synced contacts is called “%(name)s”."),
    nobody_alike=_("None of the synced contacts looks like this one. Search for it."),
    is_taken=_("This contact is synced with another item already, so it cannot be linked."),
    granted=_("In the CRM: %(name)s gets access to the contact again, as to a new one."),
    released=_("In the CRM: %(name)s loses access to the contact again; the contact itself stays."),
    written=_("In the CRM: the old value is put back at once, for everybody who has this contact."),
    in_outlook=_(
        "In Outlook, look under People and search for “%(name)s”. Microsoft gives no direct link "
        "to a contact."
    ),
)
