"""Who they are is read from Exchange while a person looks, and is not kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django_q.models import OrmQ

from agentbox_sync.core.changes import LinkState
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Collection, Connection, Decision, Inbox, Link
from agentbox_sync.services import look as looking
from tests.builders.worker import work
from tests.integration.card.pages import text_of, to
from tests.integration.twoway.world import TwoWay


@pytest.fixture
def offered(world: TwoWay) -> Link:
    """Nina was added in Outlook and waits for a person; nothing of her is staged any more."""
    world.choose(adoption="review")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    world.add("Nina", "nina@example.com", companyName="Theirs", mobilePhone="0498 765 432")
    world.run_well()
    Inbox.objects.all().delete()
    (link,) = world.offers()
    return link


def is_offered(link: Link) -> bool:
    link.refresh_from_db()
    return link.state == LinkState.QUARANTINED


def test_the_list_is_there_without_microsoft_and_names_are_read_when_asked(
    world: TwoWay, offered: Link, master: Client
) -> None:
    before = world.requests
    page = master.get(to("reviews", world.connection.pk), {"list": "born"})
    assert "Somebody in Exchange" in text_of(page)
    assert world.requests == before

    page = master.get(to("reviews", world.connection.pk), {"list": "born", "look": 1})
    assert "Nina" in text_of(page)
    assert "Theirs · nina@example.com · 0498 765 432" in text_of(page)
    assert world.requests > before
    # Nothing of it was kept: it is nobody's business of ours until a person takes it.
    assert not Inbox.objects.exists()
    offered.refresh_from_db()
    assert offered.base_remote == {}


def test_what_is_staged_needs_no_look(world: TwoWay, offered: Link, master: Client) -> None:
    record = {"name": {"given": "Nina"}, "emails": ["nina@example.com"]}
    chain = Collection.objects.get(connection=world.connection, is_open=True)
    Inbox.objects.create(collection=chain, remote_id=offered.remote_id, record=record)
    before = world.requests
    page = master.get(to("reviews", world.connection.pk), {"list": "born", "look": 1})
    assert "Nina" in text_of(page)
    assert world.requests == before


def test_who_went_meanwhile_is_said(world: TwoWay, offered: Link, master: Client) -> None:
    world.remove(offered.remote_id)
    for address in (
        to("reviews", world.connection.pk) + "?list=born&look=1",
        to("review", world.connection.pk, "born", offered.pk),
    ):
        page = master.get(address)
        assert "Not in Exchange any more" in text_of(page)
        assert 'name="one"' not in page.content.decode()


@pytest.mark.parametrize("status", [503, 429, 401])
def test_when_microsoft_does_not_answer_the_page_says_so_and_works(
    status: int, world: TwoWay, offered: Link, master: Client
) -> None:
    world.fault(path=r"\$batch", status=status, headers={"Retry-After": "0"})
    for address in (
        to("reviews", world.connection.pk) + "?list=born&look=1",
        to("review", world.connection.pk, "born", offered.pk),
    ):
        page = master.get(address)
        assert page.status_code == 200
        assert 'class="agentbox-trouble" role="alert"' in page.content.decode()
        assert f"dismiss:{offered.pk}" in page.content.decode()
    world.no_faults()


def test_a_run_in_progress_is_not_disturbed(
    world: TwoWay, offered: Link, master: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 1)
    lease = acquire(lease_key(world.connection.pk), 60)
    assert lease is not None
    before = world.requests
    page = master.get(to("reviews", world.connection.pk), {"list": "born", "look": 1})
    assert "A sync is running at this moment." in text_of(page)
    assert world.requests == before
    lease.release()


def test_a_run_that_found_a_page_looking_is_called_when_the_page_has_looked(
    world: TwoWay, offered: Link, master: Client
) -> None:
    world.add("Otto", "otto@example.com")  # who still waits when Nina is taken in
    world.run_well()
    Inbox.objects.all().delete()
    OrmQ.objects.all().delete()
    address, names = to("reviews", world.connection.pk), {"list": "born", "look": 1}
    master.get(address, names)
    assert not OrmQ.objects.exists(), "nobody has called"

    taken_in = {"list": "born", "one": f"accept:{offered.pk}"}
    master.post(to("decide", world.connection.pk), taken_in)
    lease = acquire(lease_key(world.connection.pk), 60)  # a page looks, and the worker is there
    assert lease is not None
    work()
    assert is_offered(offered)
    lease.release()
    master.get(address, names)
    work()

    assert not is_offered(offered)


def test_a_connection_that_needs_a_sign_in_says_so(
    world: TwoWay, offered: Link, master: Client
) -> None:
    Connection.objects.update(state=Connection.State.NEEDS_SIGN_IN)
    page = master.get(to("review", world.connection.pk, "born", offered.pk))
    assert "Microsoft needs a sign-in first" in text_of(page)


def test_whom_an_item_may_be_is_proposed_and_can_be_searched_for(
    world: TwoWay, offered: Link, master: Client
) -> None:
    alike = world.contact("Nina Unsynced", email="nina@example.com", company="Ours")
    other = world.contact("Robert Jones", email="bob@example.com")
    address = to("review", world.connection.pk, "born", offered.pk)

    text = text_of(master.get(address))
    assert "Nina Unsynced looks the same" in text
    assert "In the CRM differs: Ours In Exchange differs: Theirs" in text
    assert "What looks like the same one is in the CRM already." in text
    assert "Robert Jones" not in text

    page = master.post(address, {"q": "jones rob"})
    assert "Robert Jones" in text_of(page)
    assert f'name="pk" value="{other.pk}"' in page.content.decode()
    assert "None of the synced contacts is called “xyz”." in text_of(
        master.post(address, {"q": "xyz"})
    )

    master.post(
        to("decide", world.connection.pk),
        {
            "list": "born",
            "one": f"link:{offered.pk}",
            "model": "agentbox_crm.contact",
            "pk": str(alike.pk),
        },
    )
    decision = Decision.objects.get()
    assert (decision.verb, decision.local_pk) == ("link", str(alike.pk))


def test_the_name_of_whom_somebody_looks_for_is_in_no_address(
    world: TwoWay, offered: Link, master: Client
) -> None:
    world.contact("Robert Jones", email="bob@example.com")
    address = to("review", world.connection.pk, "born", offered.pk)
    body = master.get(address).content.decode()
    (form,) = re.findall(r'<form[^>]*role="search"', body)
    assert 'method="post"' in form
    assert "Robert Jones" not in text_of(master.get(address, {"q": "jones rob"}))


def test_a_contact_that_is_synced_already_cannot_be_linked_twice(
    world: TwoWay, offered: Link, master: Client
) -> None:
    page = master.post(
        to("review", world.connection.pk, "born", offered.pk), {"q": "stays@example.com"}
    )
    assert "synced with another item already" in text_of(page)
    assert 'value="link:' not in page.content.decode()


def test_those_that_a_contact_may_be_stand_beside_it(world: TwoWay, master: Client) -> None:
    for company in ("First Firm", "Second Firm"):
        world.add("Olivia", "olivia@example.com", companyName=company)
    contact = world.contact("Olivia Rutherford", email="olivia@example.com", company="Ours")
    world.run_well()
    link = world.linked(contact)

    page = master.get(to("review", world.connection.pk, "ambiguous", link.pk))

    text = text_of(page)
    assert "Ours" in text
    assert "First" in text
    assert "Second" in text
    assert page.content.decode().count(f'value="link:{link.pk}"') == 2
    assert text.count("This one is the same Olivia") == 2
