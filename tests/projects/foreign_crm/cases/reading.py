"""UUID keys, child tables, an archive behind the default manager, and a join that repeats rows."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentbox_sync.core.changes import Absence, Cause, LocalKey
from agentbox_sync.host import store as host_store
from agentbox_sync.host.registry import get_mapping, get_sources
from agentbox_sync.host.store import HostStore
from tests.integration.host.builders import a_connection, forget_hints, hinted, key_of
from tests.projects.foreign_crm.cases.builders import a_party, an_employee
from tests.projects.foreign_crm.models import Label, PartyPhone

pytestmark = pytest.mark.django_db


def store_of(employee, **selection):
    chosen = {"classes": [], "primary_owner_only": False} | selection
    return HostStore(get_sources()["contacts"], get_mapping("contacts"), employee, chosen)


def full(employee, number):
    return [
        a_party(
            f"Person{n}",
            of=employee,
            phones={"gsm": ["1"], "home": ["2", "3"]},
            mails=["a@x.example"],
            shared_with=[employee, an_employee()],
        )
        for n in range(number)
    ]


def queries_of(act):
    with CaptureQueriesContext(database) as seen:
        act()
    return len(seen)


@pytest.mark.parametrize("number", [0, 3, 7])
def test_uuid_keys_are_read_in_their_order_and_each_once(roisin, number, monkeypatch):
    monkeypatch.setattr(host_store, "CHUNK", 3)
    made = sorted(str(party.pk) for party in full(roisin, number))
    assert [item.key.pk for item in store_of(roisin).scan()] == made


def test_child_tables_cost_the_same_however_many_parties_there_are(roisin):
    def scan():
        return list(store_of(roisin).scan())

    full(roisin, 1)
    few = queries_of(scan)
    made = full(roisin, 12)
    assert queries_of(scan) == few

    def read():
        return store_of(roisin).read([key_of(party) for party in made])

    assert queries_of(read) <= few


def test_the_causes_are_told_apart(roisin):
    other = an_employee("Seán Walsh")
    archived = a_party("Archived", of=roisin, archived_at=timezone.now())
    shared = a_party("Shared", of=other, shared_with=[roisin])
    foreign = a_party("Foreign", of=other)
    nobodys = a_party("Nobody's")
    gone = LocalKey("foreign_crm.party", str(uuid.uuid4()))
    no_uuid = LocalKey("foreign_crm.party", "17")
    keys = [*(key_of(party) for party in (archived, shared, foreign, nobodys)), gone, no_uuid]
    found = store_of(roisin, primary_owner_only=True).read(keys)
    assert found == {
        keys[0]: Absence(keys[0], Cause.LEFT_FILTER),
        keys[1]: Absence(keys[1], Cause.LEFT_FILTER),
        keys[2]: Absence(keys[2], Cause.LOST_ACCESS),
        keys[3]: Absence(keys[3], Cause.LOST_ACCESS),
        gone: Absence(gone, Cause.DELETED),
        no_uuid: Absence(no_uuid, Cause.DELETED),
    }


def test_a_party_that_is_only_shared_is_read_only(roisin):
    a_party("Own", of=roisin)
    a_party("Shared", of=an_employee("Seán Walsh"), shared_with=[roisin])
    found = {item.record["name"]["given"]: item.read_only for item in store_of(roisin).scan()}
    assert found == {"Own": False, "Shared": True}


def test_sharing_from_either_end_is_noticed(roisin):
    hers = a_connection(roisin)
    party = a_party("Ciara", of=an_employee("Seán Walsh"))
    forget_hints()
    roisin.shared_parties.add(party)
    assert hinted(hers) == {str(party.pk)}
    forget_hints()
    party.shared_with.add(an_employee())
    assert hinted(hers) == {str(party.pk)}
    forget_hints()
    roisin.shared_parties.clear()
    assert hinted(hers) == {str(party.pk)}


def test_a_phone_concerns_whom_its_party_concerns(roisin):
    hers, his = a_connection(roisin), a_connection(an_employee("Seán Walsh"))
    party = a_party("Ciara", of=roisin)
    forget_hints()
    phone = PartyPhone.objects.create(
        party=party, label=Label.objects.create(code="gsm"), number="1"
    )
    assert (hinted(hers), hinted(his)) == ({str(party.pk)}, set())
    forget_hints()
    phone.delete()
    assert (hinted(hers), hinted(his)) == ({str(party.pk)}, set())
