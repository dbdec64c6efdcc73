"""axe-core finds nothing on any page that a person sees: light and dark, wide and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agentbox_sync import urls
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import ContactClass, Staff
from agentbox_sync.core.changes import Rest
from agentbox_sync.models import ContactSettings, ProviderSwitch, StaffSettings
from agentbox_sync.services.invite import invite
from tests.builders.crm import a_login, a_staff_member, an_office
from tests.environment.accessibility import violations
from tests.integration.accessibility import test_organisation
from tests.integration.accessibility.register import VISITED, WITHOUT_A_PAGE, visiting
from tests.integration.accessibility.visitor import Visitor
from tests.integration.card import builders as make
from tests.integration.card import test_first_line as first_lines
from tests.integration.card.office import a_desk, master_user
from tests.integration.card.pages import card_of, to
from tests.integration.card.test_access_in_browser import hold_another_account
from tests.integration.card.test_pages import full_card
from tests.integration.card.test_preview import asked_about, everything
from tests.integration.overview.builders import an_office_without, everybody
from tests.integration.reviews import builders as waits

pytestmark = pytest.mark.browser


@visiting("card", "mine", "configure", "set_aside", "runs")
def test_the_card(jane: Staff, master: Visitor) -> None:
    master.visit("not connected", card_of(jane))
    a_login(jane)
    invite(a_login(), jane)
    master.visit("invited", card_of(jane))
    connection = full_card(jane)
    ContactClass.objects.create(name="Buyers")
    settings = ContactSettings.objects.get(connection=connection)
    master.visit("everything", card_of(jane))
    master.visit("outside of the admin", to("card", jane.pk))
    master.visit("set aside", to("set_aside", connection.pk))
    master.visit("runs", to("runs", connection.pk))
    master.visit("no such run", to("runs", connection.pk) + "?ending=stopped")
    behind = make.answers(settings, status="two_way", version=settings.version)
    ContactSettings.objects.update(version=settings.version + 1, removal="delete")
    master.send("changed meanwhile", to("configure", connection.pk, "contacts"), behind)
    master.send(
        "not saved", to("configure", connection.pk, "contacts"), {"contacts-status": "nonsense"}
    )
    StaffSettings.objects.update_or_create(staff=jane, defaults={"self_managed": False})
    master.enter(jane.user)
    master.visit("only looked at", to("mine"))
    assert master.complaints() == ""


def test_what_is_planted_into_a_page_of_ours_is_found(jane: Staff, master: Visitor) -> None:
    """The control, under the Content-Security-Policy that the page comes with."""
    master.visit("not connected", card_of(jane))
    master.page.evaluate("document.querySelector('.agentbox-card label').remove()")
    assert "select-name" in violations(master.page)[0]


SITUATIONS = {condition: situation for situation, condition, *_ in reversed(first_lines.CASES)}


def test_every_first_line(transactional_db: None, master: Visitor) -> None:
    for condition, situation in SITUATIONS.items():
        staff = a_staff_member("Jane Ashcroft")
        situation(staff)
        master.glance(condition.value, card_of(staff), ".agentbox-headline")
        ProviderSwitch.objects.all().delete()
    assert master.complaints() == ""


@visiting("offer", "help", "invite", "invitation", "connect", "callback", "confirm")
def test_connecting(jane: Staff, master: Visitor, control: Any, settings: Any) -> None:
    an_office("Manly")
    login = a_login(jane, AGENTS)
    master.visit("where it is offered", to("offer") + f"?back={jane.pk}")
    master.visit("help", to("help", jane.pk))
    master.visit("invite", to("invite", jane.pk))
    master.send("the link", to("invite", jane.pk), {"way": "link"})
    master.visit("invite somebody without a login", to("invite", a_staff_member("Tom Reed").pk))
    master.visit("card with a switch", card_of(jane))
    master.send("on the way to Microsoft", to("connect", jane.pk), {"provider": "microsoft"})
    master.visit("an unknown way back", to("callback"))
    _, link = invite(a_login(), jane)
    master.enter(login)
    master.visit("invitation", link[link.index("/", 8) :])
    cookie, address = hold_another_account(a_login(None, MASTER_USERS), settings, jane)
    master.keep(cookie)
    master.visit("another account", address)
    assert master.complaints() == ""


@visiting("preview")
def test_what_would_happen(jane: Staff, master: Visitor) -> None:
    ready = everything(jane)
    master.visit("ready", to("preview", ready.connection_id, "contacts"))
    for state in ("asked", "making", "failed"):
        preview = asked_about(a_staff_member(f"{state} Example"), state)
        master.visit(state, to("preview", preview.connection_id, "contacts"))
    assert master.complaints() == ""


@visiting("reviews", "review", "decide", "changes", "undo", "why")
def test_what_waits_and_what_was_done(jane: Staff, master: Visitor) -> None:
    connection = waits.a_two_way_connection(jane)
    names = "Ada Lane", "Bea Moss", "Cy Noon", "Di Orr", "Eve Pitt"
    ada, bea, cy, di, eve = waits.people(jane, *names)
    master.visit("nothing waits", to("reviews", connection.pk))
    nina = waits.born(connection, {"name": {"given": "Nina"}, "mobile_phone": "0498 765 432"})
    waits.born(connection)
    waits.rests(connection, ada)
    contested = waits.rests(connection, bea, Rest.CONTESTED)
    waits.rests(connection, di, Rest.DISMISSED)
    waits.a_decision(waits.ambiguous(connection, eve), decided_by=a_login())
    run = make.a_run(connection, counts={"contacts": {"updated": 1, "created": 1}})
    change = waits.a_change(connection, di, run=run, after={"company": "New Firm"})
    waits.a_conflict(connection, cy, before={"company": "Theirs"}, after={"company": "Ours"})
    make.a_stop(connection, [ada, bea])
    for name in ("born", "ambiguous", "contested", "removed", "dismissed", "conflicts", "decided"):
        master.visit(name, to("reviews", connection.pk) + f"?list={name}")
    master.visit("one that was born", to("review", connection.pk, "born", nina.pk))
    master.visit("a contested one", to("review", connection.pk, "contested", contested.pk))
    lot = {"list": "born", "all": "accept"}
    master.send("several at once", to("decide", connection.pk), lot)
    master.visit("what a run did", to("changes", run.pk))
    master.visit("undo", to("undo", change.pk))
    master.visit("why", to("why", "agentbox_crm.contact", ada.pk))
    on_its_page = f"/admin/agentbox_crm/contact/{ada.pk}/change/"
    master.glance("why on the page of a contact", on_its_page, ".agentbox-why-panel")
    assert master.complaints() == ""


@visiting("disconnect")
def test_leaving(jane: Staff, master: Visitor) -> None:
    connection = make.a_syncing_connection(jane)
    master.visit("nothing is there", to("disconnect", connection.pk))
    make.a_link(connection)
    master.visit("something is there", to("disconnect", connection.pk))
    assert master.complaints() == ""


@visiting("overview", "at_once")
def test_everybody(jane: Staff, master: Visitor) -> None:
    master.visit("nobody is connected", to("overview"))
    made = everybody()
    an_office_without()
    make.a_heartbeat(make.ago(hours=2))
    master.visit("everybody", to("overview"))
    master.visit("nobody fits", to("overview") + "?q=xyz")
    master.send("sync", to("at_once"), {"all": "sync"})
    pks = ",".join(str(one.pk) for one in made.values() if one)
    master.send("paused", to("at_once"), {"order": "pause", "ids": pks})
    master.visit("my office", "/admin/agentbox_crm/my-office/")
    assert master.complaints() == ""


def test_every_address_is_visited_or_shows_no_page() -> None:
    assert test_organisation.pytestmark  # whose pages are visited there
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    assert names == VISITED | WITHOUT_A_PAGE.keys()
    assert not VISITED & WITHOUT_A_PAGE.keys()


@pytest.mark.parametrize("name", WITHOUT_A_PAGE)
def test_what_is_said_to_show_no_page_shows_none(
    name: str, jane: Staff, client: Client, settings: Any
) -> None:
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = "http://127.0.0.1:9"
    desk = a_desk(jane)
    client.force_login(master_user(jane))
    for answer in (client.get(desk.address(name)), client.post(desk.address(name))):
        is_page = answer.status_code == 200 and "html" in answer.headers["Content-Type"]
        assert not is_page, name
