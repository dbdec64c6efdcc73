"""Idle mailboxes of one organisation share a request, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync import conf, jobs
from agentbox_sync.graph import delta
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Collection, Connection, Lease, Organisation, Run
from agentbox_sync.services import glance
from tests.builders import crm
from tests.contracts.emulated import JANE, PASSWORD

from .office import TOM, Office

EXTRA = 3


@pytest.fixture
def idle(office: Office) -> Office:
    """Jane, Tom and three more: everybody is read, and nothing waits."""
    for number in range(EXTRA):
        upn = f"p{number}@agency.example"
        crm.a_staff_member(f"Person {number}", email=upn)
        office.seed({"upn": upn, "display_name": f"Person {number}", "password": PASSWORD})
    office.connect_all()
    for connection in Connection.objects.all():
        office.travel(connection, status="two_way")
    assert jobs.poll_due() == EXTRA + 2
    due()
    return office


def due() -> None:
    past = timezone.now() - timedelta(minutes=5)
    Connection.objects.update(polled_at=past, succeeded_at=past, not_before=None, wake=False)


def polled() -> int:
    recent = timezone.now() - timedelta(minutes=1)
    return Connection.objects.filter(polled_at__gt=recent, succeeded_at__gt=recent).count()


def last_items(office: Office) -> list[dict[str, Any]]:
    return office.microsoft.exchanges()[-1]["request_body"]["requests"]


def test_everybody_is_looked_at_in_one_request(idle: Office) -> None:
    before, runs = idle.requests, Run.objects.count()
    links = set(Collection.objects.values_list("link", flat=True))
    assert jobs.poll_due() == EXTRA + 2
    assert idle.requests - before == 1
    assert len(last_items(idle)) == EXTRA + 2
    assert polled() == EXTRA + 2
    assert Run.objects.count() == runs
    assert links.isdisjoint(Collection.objects.values_list("link", flat=True))
    assert not Lease.objects.exclude(owner="").exists()
    # Each item counts against its own mailbox.
    assert all(row.spent for row in Lease.objects.filter(key__startswith="connection:"))
    assert jobs.poll_due() == 0


def test_one_in_which_something_changed_is_read_by_itself(idle: Office) -> None:
    contact = idle.contact(email="olivia@example.com")
    Connection.objects.filter(pk=idle.connection.pk).update(polled_at=None)
    assert jobs.poll_due() == EXTRA + 2
    due()
    idle.edit(idle.linked(contact).remote_id, companyName="Kauri")
    before = idle.requests
    assert jobs.poll_due() == EXTRA + 2
    assert 2 <= idle.requests - before <= 4
    contact.refresh_from_db()
    assert contact.company == "Kauri"
    assert polled() == EXTRA + 2


def test_whoever_has_something_waiting_in_the_crm_is_not_looked_at(idle: Office) -> None:
    ids = list(Connection.objects.order_by("pk").values_list("pk", flat=True))
    idle.contact(email="olivia@example.com")
    (group,) = glance.groups(ids)
    assert sorted(group) == sorted(set(ids) - {idle.connection.pk})
    assert jobs.poll_due() == EXTRA + 2
    assert idle.people() == ["Olivia"]


@pytest.mark.parametrize(
    "changed",
    [
        {"wants_full": True},
        {"failures": 1},
        {"state": "paused"},
        {"scanned_at": None},
        {"organisation": None},
        {"tallies": None},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whoever_wants_a_run_of_their_own_gets_one(idle: Office, changed: dict[str, Any]) -> None:
    pk = idle.connection.pk
    assert any(pk in group for group in glance.groups([*ids_of(idle)]))
    Connection.objects.filter(pk=pk).update(**changed)
    assert not any(pk in group for group in glance.groups([*ids_of(idle)]))


def ids_of(office: Office) -> list[int]:
    return list(Connection.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "fault, state, reason",
    [
        ({"status": 403, "code": "ErrorAccessDenied"}, "suspended", "ErrorAccessDenied"),
        ({"status": 404, "code": "MailboxNotEnabledForRESTAPI"}, "suspended", None),
        ({"status": 410}, "connected", ""),
        ({"status": 400, "code": "ErrorInvalidSyncStateData"}, "connected", ""),
    ],
    ids=["shut", "gone", "cursor", "token"],
)
def test_a_poisoned_item_harms_its_mailbox_alone(
    idle: Office, fault: dict[str, Any], state: str, reason: str | None
) -> None:
    times = 1 if state == "connected" else 2
    idle.fault(path=f"/users/{idle.oid(JANE)}/.*delta", times=times, **fault)
    jobs.poll_due()
    idle.connection.refresh_from_db()
    assert idle.connection.state == state
    assert reason in (None, idle.connection.reason)
    others = Connection.objects.exclude(pk=idle.connection.pk)
    assert not others.exclude(state="connected", failures=0, reason="").exists()
    assert polled() == EXTRA + (2 if state == "connected" else 1)


def test_a_throttled_mailbox_waits_for_itself_alone(idle: Office) -> None:
    path = f"/users/{idle.oid(TOM)}/.*delta"
    idle.fault(status=429, path=path, times=1, headers={"Retry-After": "120"})
    before = idle.requests
    jobs.poll_due()
    tom = Connection.objects.get(staff=idle.tom)
    assert tom.not_before is not None
    assert tom.not_before > timezone.now() + timedelta(seconds=100)
    assert polled() == EXTRA + 1
    assert idle.requests - before == 1, "nobody came back in the pause"
    due()
    Connection.objects.filter(pk=tom.pk).update(not_before=tom.not_before)
    jobs.poll_due()
    assert [item for item in last_items(idle) if idle.oid(TOM) in item["url"]] == []


def test_a_mailbox_that_another_worker_is_at_is_left_out(idle: Office) -> None:
    lease = acquire(lease_key(idle.connection.pk), 60)
    assert lease is not None
    jobs.poll_due()
    assert len(last_items(idle)) == EXTRA + 1
    assert polled() == EXTRA + 1
    lease.release()


def test_a_request_that_gets_lost_is_made_up_for_one_by_one(idle: Office) -> None:
    idle.fault(action="drop", path=r"\$batch", times=1, commit="before")
    assert jobs.poll_due() == EXTRA + 2
    assert polled() == EXTRA + 2


def test_where_a_batch_takes_no_delta_link_everybody_is_read_alone(
    idle: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "DELTA_LINK_WORKS_IN_BATCH", False)
    before = idle.requests
    assert jobs.poll_due() == EXTRA + 2
    assert idle.requests - before == EXTRA + 2


def test_a_secret_that_has_expired_is_asked_about_once(idle: Office, settings: Any) -> None:
    Organisation.objects.update(renewed_at=timezone.now())
    right = conf.required("MS365_CLIENT_SECRET")
    settings.MS365_CLIENT_SECRET = "expired"
    asked = idle.microsoft.look("stats")["tokens"]
    before = idle.requests
    jobs.poll_due()
    assert idle.requests == before
    refused = idle.microsoft.look("stats")["tokens"]
    assert sum(refused.values()) - sum(asked.values()) <= 1
    assert Organisation.objects.get().reason == "secret_refused"
    assert set(Connection.objects.values_list("state", "reason")) == {
        ("connected", "configuration")
    }
    settings.MS365_CLIENT_SECRET = right
    Organisation.objects.update(renewed_at=timezone.now())
    Connection.objects.update(failures=0, reason="", not_before=None)
    assert jobs.poll_due() == EXTRA + 2
    assert Organisation.objects.get().reason == ""
