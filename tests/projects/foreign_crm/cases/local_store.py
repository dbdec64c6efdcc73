"""The LocalStore contract, held by the host store on a CRM that was not built for us."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.core.changes import LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.contracts.local_store import *  # noqa: F403
from tests.contracts.local_store import seen, write
from tests.projects.foreign_crm.models import Employee, Firm, Label, Party, PartyMail, PartyPhone
from tests.projects.foreign_crm.sync import Parties

pytestmark = pytest.mark.django_db

MAPPING = RecordMapping(KIND, Parties.fields)


class ForeignSide:
    """A :class:`tests.contracts.local_store.LocalSide` on the brokerage."""

    refused = ("emails", ["no address"])

    def __init__(self) -> None:
        self.staff = Employee.objects.create(full_title="Róisín Daly")
        self.colleague = Employee.objects.create(full_title="Seán Walsh")
        for code in ("gsm", "home", "desk"):
            Label.objects.create(code=code)
        selection = {"primary_owner_only": False}
        self.store = HostStore(Parties(), MAPPING, self.staff, selection)

    def add(self, given: str, **atoms: Any) -> LocalKey:
        party = Party.objects.create(given=given, responsible=self.staff)
        key = LocalKey(Party._meta.label_lower, str(party.pk))
        self.edit(key, **atoms)
        return key

    def edit(self, key: LocalKey, *, past_save: bool = False, **atoms: Any) -> None:
        party = Party.objects.get(pk=key.pk)
        if "notes" in atoms:
            party.remark = atoms["notes"]
            if past_save:
                Party.objects.filter(pk=key.pk).update(remark=party.remark)
            else:
                party.save()
        if "emails" in atoms:
            party.mails.all().delete()
            mails = [PartyMail(party=party, address=address) for address in atoms["emails"]]
            PartyMail.objects.bulk_create(mails)
        if "mobile_phone" in atoms:
            party.phones.filter(label="gsm").delete()
            number = PartyPhone(party=party, label_id="gsm", number=atoms["mobile_phone"])
            PartyPhone.objects.bulk_create([number]) if past_save else number.save()

    def delete(self, key: LocalKey) -> None:
        Party.objects.get(pk=key.pk).delete()

    def deselect(self, key: LocalKey) -> None:
        Party.objects.filter(pk=key.pk).update(archived_at=timezone.now())

    def revoke(self, key: LocalKey) -> None:
        Party.objects.filter(pk=key.pk).update(responsible=self.colleague)

    def only_show(self, key: LocalKey) -> None:
        party = Party.objects.get(pk=key.pk)
        party.shared_with.add(self.staff)
        Party.objects.filter(pk=key.pk).update(responsible=self.colleague)

    def stored(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for row in Party.with_archive.values():
            pk = row.pop("uid")
            # Who looks after a party is no part of what the contract calls the contact.
            del row["responsible_id"]
            row["phones"] = list(PartyPhone.objects.filter(party=pk).values())
            row["mails"] = list(PartyMail.objects.filter(party=pk).values())
            found[str(pk)] = row
        return found


@pytest.fixture
def side() -> ForeignSide:
    return ForeignSide()


# ------------------------------------------------------------- what only this CRM is like


def test_what_stands_behind_a_relation_is_fixed(side: ForeignSide) -> None:
    key = side.add("Ciara")
    Party.objects.filter(pk=key.pk).update(firm=Firm.objects.create(trading_name="Acme"))

    assert seen(side, key).record["company"] == "Acme"
    assert seen(side, key).fixed == {"company"}


def test_rows_of_a_child_table_are_changed_in_place_added_and_deleted(side: ForeignSide) -> None:
    key = side.add("Ciara", mobile_phone="086 111 1111")
    for rank, number in enumerate(("01 111", "01 222")):
        PartyPhone.objects.create(party_id=key.pk, label_id="home", number=number, rank=rank)
    first = PartyPhone.objects.get(number="01 111").pk

    write(side, key, home_phones=["01 333"])

    (row,) = PartyPhone.objects.filter(label="home")
    assert (row.pk, row.number) == (first, "01 333")
    assert PartyPhone.objects.get(label="gsm").number == "086 111 1111"

    write(side, key, home_phones=["01 333", "01 444"])
    assert seen(side, key).record["home_phones"] == ["01 333", "01 444"]


def test_a_row_whose_label_does_not_exist_is_refused(side: ForeignSide) -> None:
    key = side.add("Ciara")
    Label.objects.filter(code="gsm").delete()
    before = side.stored()

    answer = write(side, key, mobile_phone="086 111 1111")

    assert isinstance(answer, ItemRefused)
    assert side.stored() == before


def test_a_birthday_stays_the_day_that_the_crm_shows(side: ForeignSide) -> None:
    key = side.add("Ciara")

    item = write(side, key, birthday="1980-07-15")  # summer time in Dublin

    assert isinstance(item, LocalItem)
    assert item.record["birthday"] == "1980-07-15"


def test_an_archived_party_keeps_its_rows_and_is_not_written(side: ForeignSide) -> None:
    key = side.add("Ciara", notes="Old")
    item = seen(side, key)
    side.deselect(key)

    assert isinstance(side.store.update(item, {"notes": "Ours"}, ("notes",)), ItemChanged)
    assert Party.with_archive.get().remark == "Old"
