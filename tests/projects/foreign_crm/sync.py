"""What the brokerage declares to agentbox_sync."""

from __future__ import annotations

from django.db.models import Q

from agentbox_sync.host.adapter import ContactSource, CRMAdapter
from agentbox_sync.host.mapping import Children, Day, Parts
from tests.projects.foreign_crm.models import Employee, Firm, Party


class Parties(ContactSource):
    model = "foreign_crm.Party"
    fields = {
        "name": Parts(given="given", surname="family"),
        "company": "firm__trading_name",
        "emails": Children("mails", "address"),
        "mobile_phone": Children("phones", "number", where={"label__code": "gsm"}, single=True),
        "home_phones": Children("phones", "number", where={"label__code": "home"}),
        "business_phones": Children("phones", "number", where={"label__code": "desk"}),
        "birthday": Day("born_at"),
        "notes": "remark",
    }
    depends_on = {
        "foreign_crm.PartyPhone": "party_id",
        "foreign_crm.PartyMail": "party_id",
        "foreign_crm.Firm": "parties",
    }
    m2m = ("shared_with",)
    prefetch = ("shared_with",)

    def accessible(self, staff):
        # With the archive: an archived party has left the filter, nobody lost access to it.
        mine = Q(responsible=staff) | Q(shared_with=staff)
        return Party.with_archive.filter(mine).distinct()

    def selected(self, items, staff, selection):
        items = items.filter(archived_at=None)
        return items.filter(responsible=staff) if selection["primary_owner_only"] else items

    def is_read_only(self, item, staff):
        return item.responsible_id != staff.pk

    def new(self, staff):
        # The brokerage's forms ask for a firm: one who deals for themselves stands in this one.
        private, _ = Firm.objects.get_or_create(trading_name="Private")
        return Party(responsible=staff, firm=private)

    def grant(self, item, staff):
        """Who is responsible may see it: nothing is left to do."""

    def release(self, item, staff):
        item.shared_with.remove(staff)
        Party.with_archive.filter(pk=item.pk, responsible=staff).update(responsible=None)

    def concerned_staff(self, pk):
        party = Party.with_archive.filter(pk=pk)
        return {*party.values_list("responsible", flat=True), *_shared(pk)}


class BrokerageAdapter(CRMAdapter):
    sources = (Parties,)

    def staff_address(self, staff):
        return staff.work_mail

    def office_of(self, staff):
        return staff.branch

    def offices(self):
        named = Employee.objects.exclude(branch="").order_by("branch")
        return {name: name for name in named.values_list("branch", flat=True).distinct()}

    def staff_for_user(self, user):
        return Employee.objects.filter(account=user.pk).first() if user.pk else None


def _shared(pk):
    return Party.shared_with.through.objects.filter(party=pk).values_list("employee", flat=True)
