"""What the answers mean that every kind has, in the words of the people who choose them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Removal, Status

LABELS: Mapping[str, Mapping[str, Any]] = {
    "deletion": {Deletion.KEEP.value: _("Keep in the CRM, leave it away in Exchange")},
}

EXPLANATIONS: Mapping[str, Mapping[str, Any]] = {
    "status": {
        Status.DISABLED.value: _("Nothing is read or written. What is on the phone stays."),
    },
    "removal": {
        Removal.RETAIN.value: _("It stays on the phone as it is, and the CRM stops changing it."),
        Removal.DELETE.value: _(
            "What the CRM put there is removed from the phone again. What was there before stays."
        ),
    },
    "strict": {
        "on": _(
            "An edit made in Outlook or on the phone is put back with the next run, and what was "
            "deleted there is created again. Otherwise such an edit stays until the CRM changes "
            "the same field. The CRM is not changed either way."
        ),
    },
    "conflict": {
        Conflict.CRM_WINS.value: _(
            "Outlook and the phone get the CRM's value; the other one is kept in the log."
        ),
        Conflict.EXCHANGE_WINS.value: _(
            "The CRM gets the value from Outlook or the phone; its own is kept in the log."
        ),
    },
    "deletion": {
        Deletion.KEEP.value: _(
            "Nothing happens in the CRM, and it does not come back to the phone by itself. The "
            "card counts what stays away."
        ),
        Deletion.RESTORE.value: _("Nothing happens in the CRM; the next run puts it back."),
    },
    "adoption": {
        Adoption.IGNORE.value: _(
            "It stays in Outlook alone. Only its id is remembered here, nothing that it says."
        ),
        Adoption.REVIEW.value: _(
            "It stays in Outlook alone until somebody accepts it on this card."
        ),
        Adoption.IMPORT.value: _(
            "It is written into the CRM with the next run, and both sides stay alike from then on."
        ),
    },
}

# What is chosen, on a line that does not say what was asked.
BRIEFS: Mapping[str, Mapping[str, Any]] = {
    "completed": {
        Removal.RETAIN.value: _("What is completed stays"),
        Removal.DELETE.value: _("What is completed is removed"),
    },
    "removal": {
        Removal.RETAIN.value: _("What leaves the CRM stays"),
        Removal.DELETE.value: _("What leaves the CRM is removed"),
    },
    "deletion": {
        Deletion.KEEP.value: _("What is removed in Exchange stays away"),
        Deletion.RESTORE.value: _("What is removed in Exchange is put back"),
        Deletion.APPLY.value: _("What is removed in Exchange is followed in the CRM"),
    },
    "adoption": {
        Adoption.IGNORE.value: _("What is new in Exchange is left alone"),
        Adoption.REVIEW.value: _("What is new in Exchange is asked about"),
        Adoption.IMPORT.value: _("What is new in Exchange is taken into the CRM"),
    },
}

# What is said where the CRM cannot carry an answer out, so that nobody looks for it.
MISSING: Mapping[tuple[str, str], Any] = {
    ("status", Status.TWO_WAY.value): _(
        "Two-way is not offered: this CRM does not let the sync write any field."
    ),
    ("adoption", Adoption.IMPORT.value): _(
        "This CRM does not let the sync add to it, so taking items in is not offered."
    ),
    ("deletion", Deletion.APPLY.value): _(
        "This CRM does not let the sync follow a removal, so that is not offered."
    ),
}
