"""What people may choose for contacts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.forms.kind import KindForm
from agentbox_sync.models import ContactSettings


class ContactsForm(KindForm):
    """Exchange Contacts Configuration."""

    model = ContactSettings
    explanations = {
        "status": {
            Status.DISABLED.value: _("Nothing is read or written. What is on the phone stays."),
            Status.ONE_WAY.value: _(
                "Contacts of the CRM appear on the phone and follow every change made in the CRM. "
                "Contacts that are not from the CRM are never touched."
            ),
        },
        "removal": {
            Removal.RETAIN.value: _(
                "A contact that leaves the CRM or the selection stays on the phone as it is."
            ),
            Removal.DELETE.value: _(
                "A contact that the CRM put there is removed from the phone again. Contacts that "
                "were there before stay."
            ),
        },
    }
