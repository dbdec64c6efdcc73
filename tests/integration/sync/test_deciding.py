"""A person's word about a pair is kept until a run has carried it out, and is theirs."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.rules import Order
from agentbox_sync.models import Connection, ContactSettings, Decision, Link
from agentbox_sync.services.configure import configure
from agentbox_sync.services.decide import decide, withdraw
from agentbox_sync.services.disconnect import disconnect
from agentbox_sync.services.wording.choices import FAILED, outcome_words
from tests.builders import crm
from tests.builders.connections import a_mailbox_connection, contact_settings

pytestmark = pytest.mark.django_db

KIND = "contacts"
CONTACT = "agentbox_crm.contact"


@pytest.fixture
def jane() -> Staff:
    return crm.a_staff_member()


@pytest.fixture
def user(jane: Staff) -> User:
    return crm.a_login(jane)


@pytest.fixture
def connection(jane: Staff) -> Connection:
    connection = a_mailbox_connection(jane)
    contact_settings(connection, status="two_way", primary_owner_only=False)
    return connection


def a_row(connection: Connection, contact: Contact | None = None, **columns: Any) -> Link:
    """An item born in Exchange that waits, unless named otherwise."""
    number = Link.objects.count()
    return Link.objects.create(
        connection=connection,
        kind=KIND,
        local_model=CONTACT if contact else "",
        local_pk=str(contact.pk) if contact else "",
        **{
            "remote_id": f"AAMk{number}",
            "stamp": f"stamp-{number}",
            "state": "quarantined",
            "reason": "" if contact else "born_in_exchange",
            "origin": "crm" if contact else "exchange",
            **columns,
        },
    )


def removed(connection: Connection, contact: Contact, reason: str = "removed_in_exchange") -> Link:
    return a_row(connection, contact, state="retained", reason=reason)


def ambiguous(connection: Connection, contact: Contact) -> Link:
    return a_row(connection, contact, remote_id="", error="ambiguous")


def contact_of(staff: Staff, level: str = crm.OWNER) -> Contact:
    return crm.a_contact(access={staff: level})


def outcomes(link: Link) -> list[tuple[str, str]]:
    return list(link.decisions.order_by("pk").values_list("verb", "outcome"))


# ------------------------------------------------------------------------------- what is kept


def test_an_order_is_kept_with_its_author_and_wakes_a_run(
    connection: Connection, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="agentbox_sync")
    links = [a_row(connection), a_row(connection)]

    taken = decide(user, connection, KIND, [link.pk for link in links], Order.DISMISS)

    assert taken == 2
    assert [
        (one.link, one.verb, one.decided_by, one.closed_at, one.outcome)
        for one in Decision.objects.order_by("pk")
    ] == [(link, "dismiss", user, None, "") for link in links]
    connection.refresh_from_db()
    assert (connection.wake, connection.wants_full) == (True, False)
    assert OrmQ.objects.count() == 1
    assert f"user {user.pk}: dismiss about 2 links" in caplog.text


def test_whoever_changes_their_mind_replaces_the_order(connection: Connection, user: User) -> None:
    link = a_row(connection)

    decide(user, connection, KIND, [link.pk], Order.DISMISS)
    decide(user, connection, KIND, [link.pk], Order.ACCEPT)

    assert outcomes(link) == [("dismiss", "replaced"), ("accept", "")]


def test_an_order_can_be_taken_back_until_it_is_carried_out(
    connection: Connection, user: User
) -> None:
    link = a_row(connection)
    decide(user, connection, KIND, [link.pk], Order.ACCEPT)
    decision = Decision.objects.get()

    assert withdraw(user, decision)
    assert not withdraw(user, decision)

    assert outcomes(link) == [("accept", "withdrawn")]


# --------------------------------------------------------------------------- what is possible


def test_what_no_run_has_carried_out_ends_with_the_connection(
    connection: Connection, user: User
) -> None:
    waits, done = a_row(connection), a_row(connection)
    decide(user, connection, KIND, [waits.pk], Order.ACCEPT)
    decide(user, connection, KIND, [done.pk], Order.DISMISS)
    Decision.objects.filter(link=done).update(closed_at=timezone.now(), outcome="done")

    disconnect(user, connection)

    # Connected again, months later perhaps, the mailbox finds no order that still waits.
    assert outcomes(waits) == [("accept", "disconnected")]
    assert outcomes(done) == [("dismiss", "done")]
    assert "disconnected" in FAILED
    assert "disconnected" in outcome_words("disconnected", is_open=False)


def test_what_no_run_has_carried_out_ends_when_the_kind_is_switched_off(
    connection: Connection, user: User
) -> None:
    waits = a_row(connection)
    decide(user, connection, KIND, [waits.pk], Order.ACCEPT)
    version = ContactSettings.objects.get().version

    # Another setting leaves it open.
    settings = configure(user, connection, KIND, {"removal": "delete"}, version)
    assert outcomes(waits) == [("accept", "")]
    configure(user, connection, KIND, {"status": "disabled"}, settings.version)

    assert outcomes(waits) == [("accept", "switched_off")]
    assert "switched_off" in FAILED
    assert "switched off" in outcome_words("switched_off", is_open=False)
    assert decide(user, connection, KIND, [waits.pk], Order.ACCEPT) == 0


@pytest.mark.parametrize("change", [{"leaving_at": timezone.now()}, {"state": "disconnected"}])
def test_nothing_is_ordered_behind_the_back_of_a_disconnect(
    connection: Connection, user: User, change: dict[str, Any]
) -> None:
    link = a_row(connection)
    Connection.objects.filter(pk=connection.pk).update(**change)  # in another tab

    assert decide(user, connection, KIND, [link.pk], Order.ACCEPT) == 0
    assert outcomes(link) == []


def test_what_is_not_possible_is_left_out(connection: Connection, user: User, jane: Staff) -> None:
    offer = a_row(connection)
    gone = removed(connection, contact_of(jane))
    elsewhere = a_row(a_mailbox_connection())
    ids = [offer.pk, gone.pk, elsewhere.pk, 10**9]

    assert decide(user, connection, KIND, ids, Order.ACCEPT) == 1
    assert decide(user, connection, KIND, ids, Order.RESTORE) == 1
    assert decide(user, connection, KIND, [elsewhere.pk], Order.ACCEPT) == 0

    assert (outcomes(offer), outcomes(gone)) == ([("accept", "")], [("restore", "")])
    assert OrmQ.objects.count() == 2  # nothing taken, nobody woken


def test_one_way_takes_nothing_into_the_crm(connection: Connection, user: User) -> None:
    contact_settings(connection, status="one_way")
    offer = a_row(connection)

    assert decide(user, connection, KIND, [offer.pk], Order.ACCEPT) == 0
    assert decide(user, connection, KIND, [offer.pk], Order.DISMISS) == 1


@pytest.mark.parametrize("status", ["disabled", "gone"])
def test_nothing_can_be_ordered_where_nothing_runs(
    connection: Connection, user: User, status: str
) -> None:
    link = a_row(connection)
    if status == "disabled":
        contact_settings(connection, status="disabled")
    else:
        connection.state = Connection.State.DISCONNECTED
        connection.save()

    assert decide(user, connection, KIND, [link.pk], Order.DISMISS) == 0


def test_only_what_is_in_scope_and_writable_is_released(
    connection: Connection, user: User, jane: Staff
) -> None:
    contacts = [contact_of(jane), contact_of(jane, crm.VIEW), crm.a_contact()]
    links = [removed(connection, one, "contested") for one in contacts]

    taken = decide(user, connection, KIND, [link.pk for link in links], Order.RELEASE)

    assert taken == 1
    assert [len(outcomes(link)) for link in links] == [1, 0, 0]


# ------------------------------------------------------------------------------ who is linked


def link_to(connection: Connection, user: User, link: Link, **partner: Any) -> int:
    return decide(user, connection, KIND, [link.pk], Order.LINK, partner)


def test_an_offered_item_is_linked_to_a_free_row_in_scope(
    connection: Connection, user: User, jane: Staff
) -> None:
    link, contact = a_row(connection), contact_of(jane)

    assert link_to(connection, user, link, model=CONTACT, pk=str(contact.pk)) == 1

    decision = Decision.objects.get()
    assert decision.parameters == {"model": CONTACT, "pk": str(contact.pk)}
    assert (decision.local_model, decision.local_pk) == (CONTACT, str(contact.pk))


def test_an_offered_item_is_linked_to_nobody_elses_row_and_to_none_with_a_pair(
    connection: Connection, user: User, jane: Staff
) -> None:
    link, mine, theirs, paired = a_row(connection), *(crm.a_contact() for _ in range(3))
    mine.access.create(staff=jane, level=crm.OWNER)
    paired.access.create(staff=jane, level=crm.OWNER)
    a_row(connection, paired, state="active")

    refused: list[dict[str, str]] = [
        {},
        {"model": CONTACT, "pk": ""},
        {"model": CONTACT, "pk": "nonsense"},
        {"model": CONTACT, "pk": "0" + str(mine.pk)},
        {"model": "agentbox_crm.staff", "pk": str(mine.pk)},
        {"model": CONTACT, "pk": str(theirs.pk)},
        {"model": CONTACT, "pk": str(paired.pk)},
        {"remote_id": "AAMk9"},
    ]
    assert [link_to(connection, user, link, **partner) for partner in refused] == [0] * 8
    assert link_to(connection, user, link, model=CONTACT, pk=str(mine.pk)) == 1


def test_an_ambiguous_row_is_linked_to_an_item_that_nobody_has(
    connection: Connection, user: User, jane: Staff
) -> None:
    link = ambiguous(connection, contact_of(jane))
    offered = a_row(connection)
    taken = a_row(connection, contact_of(jane), state="active")

    assert link_to(connection, user, link) == 0
    assert link_to(connection, user, link, remote_id=taken.remote_id) == 0
    assert link_to(connection, user, link, remote_id=offered.remote_id) == 1
    assert link_to(connection, user, link, remote_id="AAMkNew") == 1

    assert outcomes(link) == [("link", "replaced"), ("link", "")]


def test_several_links_are_not_given_one_partner(
    connection: Connection, user: User, jane: Staff
) -> None:
    ids = [ambiguous(connection, contact_of(jane)).pk for _ in range(2)]

    assert decide(user, connection, KIND, ids, Order.LINK, {"remote_id": "AAMkNew"}) == 0
    assert decide(user, connection, KIND, ids, Order.CREATE) == 2
