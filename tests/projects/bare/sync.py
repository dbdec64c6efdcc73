"""The least that is worth a sync: colleagues find each other in their phones."""

from __future__ import annotations

from django.contrib.auth.models import User

from agentbox_sync.host.adapter import ContactSource, CRMAdapter
from agentbox_sync.host.mapping import Parts


class Colleagues(ContactSource):
    model = "auth.User"
    fields = {"name": Parts(given="first_name", surname="last_name"), "emails": "email"}

    def accessible(self, staff):
        return User.objects.exclude(pk=staff.pk).filter(is_active=True)

    def concerned_staff(self, pk):
        return User.objects.values_list("pk", flat=True)


class BareAdapter(CRMAdapter):
    sources = (Colleagues,)
