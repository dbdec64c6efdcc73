"""Who did what: every deed leaves an entry with its author, and nobody changes one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agentbox_sync import urls
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import AuditEntry, Connection, StaffSettings
from agentbox_sync.models.audit import Action, Doorway, Written
from agentbox_sync.services import audit, retention
from agentbox_sync.services.disconnect import disconnect, forget_staff
from agentbox_sync.services.sync import approve
from agentbox_sync.services.wording import audit as words
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.office import Desk
from tests.integration.card.pages import card_of, text_of, to
from tests.integration.card.signing_in import JANE, PASSWORD, TOM, connect, leave, links_of
from tests.integration.oauth.visitor import Visitor
from tests.integration.security.deeds import DEEDS, OF_EVERY_KIND, WITHOUT_A_DEED, Deed

LIST = reverse("admin:agentbox_sync_auditentry_changelist")


@pytest.fixture
def mary(db: None) -> Any:
    return a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen")


@pytest.fixture
def marys_browser(mary: Any) -> Client:
    client = Client()
    client.force_login(mary)
    return client


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("pk"))


def last() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


# ------------------------------------------------------------------------------- every address


@pytest.mark.parametrize("deed, kind", OF_EVERY_KIND)
def test_what_is_pressed_is_told_with_its_author(
    deed: Deed, desk: Desk, mary: Any, marys_browser: Client
) -> None:
    pressed = deed.pressed(desk)
    before = desk.state(trail=False)
    known = AuditEntry.objects.count()
    assert marys_browser.post(desk.address(deed.name), pressed).status_code in (200, 302)
    assert desk.state(trail=False) != before, "nothing was done, so there was nothing to tell"
    told = entries()[known:]
    assert deed.action in [entry.action for entry in told]
    for entry in told:
        assert (entry.actor, entry.actor_name, entry.doorway) == (mary, "Mary Chen", "page")
        if deed.name == "offer" or deed.name.startswith("organisation"):
            continue  # about no card
        assert (entry.staff, entry.staff_key) == (desk.staff, str(desk.staff.pk))
        if deed.name not in ("allow", "invite"):
            assert entry.connection == desk.connection


@pytest.mark.parametrize("deed, kind", OF_EVERY_KIND)
def test_what_cannot_be_told_is_not_done(deed: Deed, desk: Desk, marys_browser: Client) -> None:
    pressed = deed.pressed(desk)
    before = desk.state()
    marys_browser.raise_request_exception = False
    with database.execute_wrapper(_no_entry_is_written(deed.action)):
        assert marys_browser.post(desk.address(deed.name), pressed).status_code == 500
    if deed.action != Action.INVITATION_MAILED:  # the link exists, and nobody says it was sent
        assert desk.state() == before


def _no_entry_is_written(action: Action) -> Callable[..., Any]:
    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO" in sql and AuditEntry._meta.db_table in sql and action in params:
            raise DatabaseError("the disk of the trail is full")
        return execute(sql, params, many, context)

    return refuse


def test_every_address_is_told_or_says_why_not() -> None:
    told = {deed.name for deed in DEEDS}
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    assert told | WITHOUT_A_DEED.keys() == names
    assert not told & WITHOUT_A_DEED.keys()


def test_every_action_is_done_somewhere() -> None:
    """A word for a deed that nothing writes would promise what the trail does not hold."""
    pressed = {deed.action for deed in DEEDS}
    elsewhere = {Action.CONNECTED, Action.SIGNED_IN_AGAIN, Action.ERASED}
    elsewhere |= {Action.ORGANISATION_CONNECTED, Action.MAILBOXES_MATCHED}
    assert set(Action) == pressed | elsewhere


def test_looking_people_up_is_told(desk: Desk, mary: Any, marys_browser: Client) -> None:
    marys_browser.post(desk.address("organisation_mailboxes"), {"way": "look"})
    assert (last().action, last().actor) == (Action.MAILBOXES_MATCHED, mary)


def test_pressing_in_vain_is_no_deed(desk: Desk, marys_browser: Client) -> None:
    known = AuditEntry.objects.count()
    settings = desk.connection.contactsettings
    marys_browser.post(desk.address("allow"), {})
    marys_browser.post(desk.address("offer"), {"site": "on"})
    marys_browser.post(desk.address("stay"), {})
    marys_browser.post(desk.address("configure"), make.answers(settings))
    assert AuditEntry.objects.count() == known


# ------------------------------------------------------------------------------------ connecting


def come_back(client: Client, visitor: Visitor, url: str, account: str) -> Any:
    visitor.sign_in(url, account, PASSWORD)
    if visitor.answer is None:
        visitor.submit("accept")
    page = client.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    return page


def test_signing_in_is_told_with_the_way_it_was_done(
    jane: Staff, mary: Any, marys_browser: Client, janes_browser: Client, control: Any
) -> None:
    connect(marys_browser, jane)
    assert (last().action, last().subject["way"]) == (Action.CONNECTED, "for_another")
    StaffSettings.objects.create(staff=jane, self_managed=True)
    connect(janes_browser, jane)
    assert (last().action, last().subject["way"]) == (Action.SIGNED_IN_AGAIN, "own_sign_in")
    assert last().actor_id == jane.__class__.objects.get(pk=jane.pk).user_id
    marys_browser.post(to("disconnect", Connection.objects.get().pk))
    page = marys_browser.post(to("invite", jane.pk), {"way": "link"})
    link = urlsplit(page.context["link"]).path
    url = links_of(janes_browser.post(link))["Continue to Microsoft"]
    come_back(janes_browser, leave(janes_browser, jane)[0], url, JANE)
    assert (last().action, last().subject["way"]) == (Action.CONNECTED, "invitation")
    assert last().subject["is_confirmed"] is False
    assert [entry.connection for entry in entries() if entry.action == Action.CONNECTED] == (
        [Connection.objects.get()] * 2
    )


def test_an_account_that_was_kept_against_the_card_is_told(
    jane: Staff, marys_browser: Client, control: Any
) -> None:
    page = connect(marys_browser, jane, TOM)
    assert not entries()
    question = page.redirect_chain[-1][0]
    marys_browser.post(question, {"answer": "keep"})
    assert (last().action, last().subject["is_confirmed"]) == (Action.CONNECTED, True)
    assert TOM not in json.dumps(last().subject)


# ------------------------------------------------------------------------- without a person


def test_a_command_is_told_as_one(jane: Staff) -> None:
    connection = make.a_connection(jane)
    make.settings_of(connection, approved=False)
    approve(connection, ["contacts"], None)
    assert (last().action, last().doorway, last().actor_name) == ("approved", "command", "")
    contact = a_contact()
    key = contact.pk
    contact.delete()
    call_command("agentbox_forget", "agentbox_crm.contact", str(key), "--yes")
    assert last().action == Action.ERASED
    assert last().subject["pk"] == str(key)


def test_a_staff_record_that_is_deleted_leaves_its_key_and_who_did_what(desk: Desk) -> None:
    user = a_login(None, first_name="Mary")
    disconnect(user, desk.connection)
    Connection.objects.update(state=Connection.State.CONNECTED)
    key = desk.staff.pk
    desk.staff.delete()
    user.delete()
    told = [(entry.doorway, entry.actor_name, entry.staff_key) for entry in entries()][-2:]
    assert told == [(Doorway.PAGE, "Mary", str(key)), (Doorway.HOST, "", str(key))]
    assert {(entry.staff, entry.actor) for entry in entries()[-2:]} == {(None, None)}


def test_a_staff_record_without_a_connection_leaves_nothing(jane: Staff) -> None:
    forget_staff(jane)
    assert not entries()


# --------------------------------------------------------------------------- what an entry says


def test_of_settings_it_says_what_they_were_and_what_they_are(
    desk: Desk, marys_browser: Client
) -> None:
    settings = desk.connection.contactsettings
    pressed = make.answers(settings, status="two_way", conflict="exchange_wins")
    marys_browser.post(desk.address("configure"), pressed)
    assert last().subject == {
        "before": {"status": "one_way", "conflict": "crm_wins"},
        "after": {"status": "two_way", "conflict": "exchange_wins"},
    }
    assert "Sync Status: One-way: CRM to Exchange → Two-way" in words.details(last())


@pytest.mark.parametrize("deed, kind", OF_EVERY_KIND)
def test_no_entry_holds_an_address_or_what_an_item_says(
    deed: Deed, desk: Desk, marys_browser: Client
) -> None:
    marys_browser.post(desk.address(deed.name), deed.pressed(desk))
    text = json.dumps(list(AuditEntry.objects.values()), default=str)
    for said in (desk.staff.email, desk.connection.user_name, "Lane", "Old", "@"):
        assert said not in text
    assert str(desk.staff.pk) in text, "the control"


def test_whoever_signs_in_with_an_address_is_named_without_it(jane: Staff) -> None:
    user = a_login(None, username="mary.chen@harbourvale.example")
    with transaction.atomic():
        entry = audit.record(user, Action.PAUSED, staff_key=jane.pk, note="ada@client.example")
    assert entry.actor_name == "mary.chen"
    assert entry.subject == {"note": audit.HIDDEN}


def test_a_deed_about_thousands_names_the_first_and_the_number(db: None) -> None:
    told = audit.ids(range(5000))
    assert (told["number"], len(told["ids"])) == (5000, audit.MOST_IDS)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="atomic"):
        audit.record(None, Action.PAUSED)
    assert not entries()


# --------------------------------------------------------------------------------- written once


def test_no_code_changes_or_deletes_an_entry(db: None) -> None:
    entry = audit.record(None, Action.PAUSED)
    entry.action = Action.RESUMED
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["action"]),
    ):
        with pytest.raises(Written):
            attempt()
    assert [one.action for one in entries()] == [Action.PAUSED]


def test_old_entries_go_with_their_own_retention_time(db: None, settings: Any) -> None:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "AUDIT_RETENTION_DAYS": 365}
    kept = audit.record(None, Action.PAUSED)
    for days in (364, 366):
        at = timezone.now() - timedelta(days=days)
        AuditEntry._base_manager.create(at=at, action="paused", doorway="page", actor_name=days)
    retention.trim()
    assert [one.pk for one in entries()] == [kept.pk, kept.pk + 1]


# --------------------------------------------------------------------------------- in the admin


def test_a_master_user_finds_who_did_what(desk: Desk, mary: Any, marys_browser: Client) -> None:
    tom = a_staff_member("Tom Reed")
    marys_browser.post(desk.address("disconnect"))
    marys_browser.post(to("allow", tom.pk), {"self_managed": "on"})
    page = text_of(marys_browser.get(LIST))
    assert "Mary Chen Disconnected" in page
    assert "Tom Reed The staff member may manage their own card. A page" in page
    found = text_of(marys_browser.get(LIST, {"action": "disconnected"}))
    assert "The staff member may manage" not in found
    found = text_of(marys_browser.get(LIST, {"staff__id__exact": tom.pk}))
    assert "The staff member may manage" in found
    assert "Mary Chen Disconnected" not in found
    assert "Mary Chen Disconnected" in text_of(marys_browser.get(LIST, {"q": "Chen"}))
    assert "Mary Chen" not in text_of(marys_browser.get(LIST, {"q": "Nobody"}))


def test_the_card_leads_a_master_user_to_its_part_of_the_trail(
    desk: Desk, marys_browser: Client, janes_browser: Client
) -> None:
    other = a_staff_member("Tom Reed")
    for staff in (desk.staff, other):
        marys_browser.post(to("allow", staff.pk), {"self_managed": "on"})
    found = re.search(
        r'href="([^"]*)">Who did what', marys_browser.get(card_of(desk.staff)).content.decode()
    )
    assert found
    page = text_of(marys_browser.get(found.group(1)))
    assert "Changed who may manage the card Jane Ashcroft" in page
    assert "Changed who may manage the card Tom Reed" not in page
    assert "Who did what" not in text_of(janes_browser.get(card_of(desk.staff)))


def test_a_long_trail_takes_twelve_statements(desk: Desk, marys_browser: Client) -> None:
    for number in range(120):
        user = a_login(None, AGENTS)
        audit.record(user, Action.SYNC_ASKED, connection=desk.connection, run=number)
    with CaptureQueriesContext(database) as queries:
        assert marys_browser.get(LIST).status_code == 200
    assert len(queries) <= 12, "\n".join(query["sql"] for query in queries.captured_queries)
