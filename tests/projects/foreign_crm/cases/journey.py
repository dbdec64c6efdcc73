"""The one-way journey of a CRM that was not built for us."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from agentbox_sync.models import Change, Link, LocalChange
from tests.projects.foreign_crm.cases.builders import a_party, an_employee
from tests.projects.foreign_crm.cases.world import World
from tests.projects.foreign_crm.models import Firm, Label, Party, PartyPhone


def connected(world: World, **values: object) -> World:
    world.connect()
    world.choose(**values)
    return world


def test_all_parties_arrive_with_phones_and_mails_of_their_own_tables(world):
    midnight = dt.datetime(1985, 7, 15, tzinfo=ZoneInfo("Europe/Dublin"))  # UTC is a day behind
    for number in range(45):
        a_party(f"Person{number:02} Example", of=world.employee)
    a_party(
        "Ciara Byrne",
        of=world.employee,
        firm=Firm.objects.create(trading_name="Byrne & Daughters"),
        phones={"gsm": ["085 012 3456"], "home": ["01 234 5678"], "desk": ["01 800 1", "01 800 2"]},
        mails=["ciara@byrne.example", "office@byrne.example"],
        born_at=midnight,
        remark="Calls before noon.",
    )
    told = connected(world).run()
    mailbox = world.mailbox()
    assert told["created"] == len(mailbox) == 46
    ciara = mailbox["Ciara"]
    assert ciara["surname"] == "Byrne"
    assert ciara["companyName"] == "Byrne & Daughters"
    assert ciara["mobilePhone"] == "085 012 3456"
    assert ciara["homePhones"] == ["01 234 5678"]
    assert ciara["businessPhones"] == ["01 800 1", "01 800 2"]
    addresses = [row["address"] for row in ciara["emailAddresses"]]
    assert addresses == ["ciara@byrne.example", "office@byrne.example"]
    assert ciara["birthday"].startswith("1985-07-15")
    assert ciara["personalNotes"] == "Calls before noon."


def test_a_second_run_asks_once_and_writes_nothing(world):
    for number in range(5):
        a_party(f"Person{number}", of=world.employee, mails=[f"p{number}@example.com"])
    connected(world).run()
    again = world.run()
    assert (again["requests"], again["writes_remote"], again["writes_local"]) == (1, 0, 0)
    forced = world.run(forced=True)
    assert (forced["requests"], forced["writes_remote"], forced["writes_local"]) == (1, 0, 0)


def test_a_phone_that_changes_in_the_child_table_travels_with_the_next_run(world):
    a_party("Ciara", of=world.employee, phones={"gsm": ["085 012 3456"]})
    a_party("Niamh", of=world.employee)
    connected(world).run()
    phone = PartyPhone.objects.get()
    phone.number = "085 765 4321"
    phone.save()
    assert LocalChange.objects.get().local_pk == str(phone.party_id)
    assert world.run()["updated"] == 1
    assert world.mailbox()["Ciara"]["mobilePhone"] == "085 765 4321"
    assert not LocalChange.objects.exists()


def test_a_phone_that_goes_and_one_that_comes_travel_too(world):
    party = a_party("Ciara", of=world.employee, phones={"gsm": ["085 012 3456"]})
    connected(world).run()
    party.phones.get().delete()
    PartyPhone.objects.create(
        party=party, label=Label.objects.create(code="home"), number="01 234 5678"
    )
    assert world.run()["updated"] == 1
    ciara = world.mailbox()["Ciara"]
    assert not ciara["mobilePhone"]
    assert ciara["homePhones"] == ["01 234 5678"]


def test_a_firm_that_is_renamed_is_renamed_for_all_its_people(world):
    firm = Firm.objects.create(trading_name="Old & Sons")
    for name in ("Ciara", "Niamh"):
        a_party(name, of=world.employee, firm=firm)
    connected(world).run()
    firm.trading_name = "New & Daughters"
    firm.save()
    assert world.run()["updated"] == 2
    assert {row["companyName"] for row in world.mailbox().values()} == {"New & Daughters"}


def test_a_party_that_is_handed_over_is_removed_although_removals_are_retained(world):
    party = a_party("Ciara", of=world.employee)
    a_party("Niamh", of=world.employee)
    connected(world, removal="retain").run()
    party.responsible = an_employee("Seán Walsh")
    party.save()
    assert world.run()["deleted"] == 1
    assert set(world.mailbox()) == {"Niamh"}
    assert Change.objects.filter(action="delete").get().cause == "lost_access"


def test_a_party_that_was_handed_over_and_shared_stays_unless_it_is_narrowed(world):
    party = a_party("Ciara", of=world.employee)
    connected(world, primary_owner_only=False).run()
    party.responsible = an_employee("Seán Walsh")
    party.save()
    party.shared_with.add(world.employee)
    assert world.run()["writes_remote"] == 0
    assert set(world.mailbox()) == {"Ciara"}


def test_an_archived_party_has_left_the_filter_and_comes_back_without_a_double(world):
    party = a_party("Ciara", of=world.employee)
    connected(world, removal="retain").run()
    party.archived_at = timezone.now()
    party.save()
    assert world.run()["writes_remote"] == 0
    assert set(world.mailbox()) == {"Ciara"}
    link = Link.objects.get()
    assert (link.state, link.reason) == ("retained", "left_filter")
    Party.with_archive.filter(pk=party.pk).update(archived_at=None, given="Keira")
    world.run(forced=True)
    assert set(world.mailbox()) == {"Keira"}


def test_an_archived_party_is_removed_where_the_settings_say_so(world):
    party = a_party("Ciara", of=world.employee)
    connected(world, removal="delete").run()
    party.archived_at = timezone.now()
    party.save()
    assert world.run()["deleted"] == 1
    assert world.mailbox() == {}
    assert Change.objects.filter(action="delete").get().cause == "left_filter"


def test_a_party_that_is_deleted_with_its_phones_is_removed(world):
    party = a_party("Ciara", of=world.employee, phones={"gsm": ["1", "2"]}, mails=["c@x.example"])
    connected(world, removal="delete").run()
    party.delete()
    assert world.run()["deleted"] == 1
    assert world.mailbox() == {}
    assert Change.objects.filter(action="delete").get().cause == "deleted"


def test_an_employee_who_is_deleted_is_disconnected(world):
    a_party("Ciara", of=world.employee)
    connected(world).run()
    world.employee.delete()
    world.connection.refresh_from_db()
    assert (world.connection.state, world.connection.tokens) == ("disconnected", "")
    assert Party.objects.get().responsible is None
