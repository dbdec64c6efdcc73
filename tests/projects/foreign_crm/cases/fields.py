"""Every field that the brokerage maps, both ways: changed, and emptied."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agentbox_sync.host.registry import get_mapping
from tests.projects.foreign_crm.cases.builders import a_party
from tests.projects.foreign_crm.cases.world import World
from tests.projects.foreign_crm.models import Firm, Label, Party, PartyMail, PartyPhone

DUBLIN = ZoneInfo("Europe/Dublin")
LABELS = {"mobile_phone": "gsm", "home_phones": "home", "business_phones": "desk"}
# Atom -> property, what the person types there, and what the CRM says then; then both emptied.
TYPED = {
    "name": ({"givenName": "Anchor", "surname": "Ní Bhriain"}, ("Anchor", "Ní Bhriain")),
    "emails": (
        {"emailAddresses": [{"address": "a@x.example"}, {"address": "b@x.example"}]},
        ["a@x.example", "b@x.example"],
    ),
    "mobile_phone": ({"mobilePhone": "085 012 3456"}, ["085 012 3456"]),
    "home_phones": ({"homePhones": ["01 234 5678", "01 234 5679"]}, ["01 234 5678", "01 234 5679"]),
    "business_phones": ({"businessPhones": ["01 800 1234"]}, ["01 800 1234"]),
    "birthday": ({"birthday": "1985-07-15T11:59:00Z"}, dt.date(1985, 7, 15)),
    "notes": ({"personalNotes": "Gate 12\nDog"}, "Gate 12\nDog"),
}
EMPTIED = {
    "name": ({"surname": None}, ("Anchor", "")),
    "emails": ({"emailAddresses": []}, []),
    "mobile_phone": ({"mobilePhone": None}, []),
    "home_phones": ({"homePhones": []}, []),
    "business_phones": ({"businessPhones": []}, []),
    "birthday": ({"birthday": None}, None),
    "notes": ({"personalNotes": None}, ""),
}


def said(party: Party, atom: str) -> object:
    """What the CRM says now."""
    party.refresh_from_db()
    if atom == "name":
        return party.given, party.family
    if atom == "emails":
        return [row.address for row in party.mails.all()]
    if atom == "birthday":
        return timezone.localtime(party.born_at, DUBLIN).date() if party.born_at else None
    if atom == "notes":
        return party.remark.replace("\r\n", "\n")
    return [row.number for row in party.phones.filter(label=LABELS[atom])]


def say(party: Party, atom: str, value: object) -> None:
    """Type it into the CRM as its own forms would store it."""
    if atom in LABELS:
        party.phones.filter(label=LABELS[atom]).delete()
        for number in value:
            PartyPhone.objects.create(party=party, label_id=LABELS[atom], number=number)
    elif atom == "emails":
        party.mails.all().delete()
        for address in value:
            PartyMail.objects.create(party=party, address=address)
    else:
        party.refresh_from_db()
        if atom == "name":
            party.given, party.family = value
        elif atom == "birthday":
            born = dt.datetime.combine(value, dt.time(), DUBLIN) if value else None
            party.born_at = born
        else:
            party.remark = value
        party.save()


def shown(item: dict[str, object], typed: dict[str, object]) -> dict[str, object]:
    """What Exchange says of the typed properties, in the form in which they were typed."""
    found = {name: item[name] or None for name in typed}
    if found.get("emailAddresses"):
        found["emailAddresses"] = [{"address": row["address"]} for row in found["emailAddresses"]]
    return found


@pytest.fixture
def roomy(world: World, settings: pytest.FixtureRequest) -> World:
    """Emptying counts as removing for the guard, and here everything is emptied once."""
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "GUARD_FLOOR": 1000}
    for code in LABELS.values():
        Label.objects.create(code=code)
    world.connect()
    world.choose(status="two_way")
    return world


def a_linked_party(world: World) -> tuple[Party, str]:
    party = a_party("Anchor Person", of=world.employee, mails=["anchor@x.example"])
    world.run()
    world.run()
    return party, world.mailbox()["Anchor"]["id"]


def test_the_walk_leaves_no_field_of_the_mapping_out() -> None:
    mapping = get_mapping("contacts")
    assert set(TYPED) == set(EMPTIED) == set(mapping.atoms) - mapping.fixed(Party)


def test_what_is_typed_or_emptied_in_exchange_arrives_in_the_crm(roomy: World) -> None:
    party, remote_id = a_linked_party(roomy)
    for values in (TYPED, EMPTIED):
        for atom, (typed, expected) in values.items():
            roomy.edit(remote_id, **typed)
            roomy.run()
            assert said(party, atom) == expected, atom


def test_what_is_typed_or_emptied_in_the_crm_arrives_in_exchange(roomy: World) -> None:
    party, _ = a_linked_party(roomy)
    for values in (TYPED, EMPTIED):
        for atom, (expected, typed) in values.items():
            say(party, atom, typed)
            roomy.run()
            wanted = {name: value or None for name, value in expected.items()}
            assert shown(roomy.mailbox()["Anchor"], expected) == wanted, atom


def test_what_the_crm_cannot_take_is_put_back(roomy: World) -> None:
    firm = Firm.objects.create(trading_name="Byrne & Daughters")
    a_party("Anchor Person", of=roomy.employee, firm=firm)
    roomy.run()
    roomy.run()
    roomy.edit(roomy.mailbox()["Anchor"]["id"], companyName="Mine")

    roomy.run()

    assert roomy.mailbox()["Anchor"]["companyName"] == "Byrne & Daughters"
    assert Firm.objects.get(pk=firm.pk).trading_name == "Byrne & Daughters"
