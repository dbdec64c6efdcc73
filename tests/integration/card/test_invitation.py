"""Connect invitations: one person, one use, three days, and nothing that a stranger could do."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Invitation, ProviderSwitch
from agentbox_sync.services import retention
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, primary_buttons, text_of, to
from tests.integration.card.signing_in import JANE, PASSWORD, TOM, links_of
from tests.integration.oauth.visitor import Visitor

LINK = re.compile(r"https?://\S+/invitation/[\w-]+/")


@pytest.fixture(autouse=True)
def jane_has_a_login(janes_browser: Client, jane: Staff) -> None:
    """The browser of the one is the login of the other."""
    jane.refresh_from_db()


def link_of(page: HttpResponse) -> str:
    found = LINK.search(page.content.decode())
    assert found, text_of(page)
    return found.group()


def a_link(master: Client, staff: Staff) -> str:
    """The path of a link that a Master User made to copy."""
    return urlsplit(link_of(master.post(to("invite", staff.pk), {"way": "link"}))).path


def follow(client: Client, path: str, account: str = JANE) -> HttpResponse:
    """Press Connect on the invitation, sign in at Microsoft, come back."""
    visitor, url = start(client, path)
    visitor.sign_in(url, account, PASSWORD)
    if visitor.answer is None:
        visitor.submit("accept")
    page = client.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    return page


def start(client: Client, path: str) -> tuple[Visitor, str]:
    url = links_of(client.post(path))["Continue to Microsoft"]
    return Visitor(conf.base_url() + to("callback")), url


def test_a_master_user_sends_a_link_and_the_staff_member_connects(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    page = master.post(to("invite", jane.pk), {"way": "mail"}, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert "Invited, not connected yet" in text_of(page)
    (message,) = mail.outbox
    assert message.to == [JANE]
    (link,) = LINK.findall(message.body)
    assert link.startswith(conf.base_url())
    page = janes_browser.get(urlsplit(link).path)
    assert primary_buttons(page) == ["Connect"]
    page = follow(janes_browser, urlsplit(link).path)
    assert page.redirect_chain[-1] == (card_of(jane), 302)
    assert condition_of(page) == "disabled"
    made = Connection.objects.get(staff=jane)
    assert (made.user_name, made.connected_by_id) == (JANE, jane.user_id)
    assert "Invited" not in text_of(master.get(card_of(jane)))


def test_an_invitation_gives_no_other_right(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    assert janes_browser.post(to("connect", jane.pk), {"provider": "microsoft"}).status_code == 404
    follow(janes_browser, path)
    made = Connection.objects.get(staff=jane)
    for name, args in (("sync", ()), ("disconnect", ()), ("configure", ("contacts",))):
        assert janes_browser.post(to(name, made.pk, *args)).status_code == 404
    made.refresh_from_db()
    assert made.is_live


def test_a_link_works_once(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    follow(janes_browser, path)
    for answer in (janes_browser.get(path, follow=True), janes_browser.post(path, follow=True)):
        assert answer.redirect_chain == [(card_of(jane), 302)]
        assert "that invitation was used, withdrawn, or is too old" in text_of(answer)
    Connection.objects.all().delete()
    janes_browser.post(path)
    assert not Connection.objects.exists()


def test_two_tabs_of_one_link_connect_once(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    answers = []
    for _ in range(2):
        visitor, url = start(janes_browser, path)
        visitor.sign_in(url, JANE, PASSWORD)
        if visitor.answer is None:
            visitor.submit("accept")
        answers.append(visitor.came_back())
        visitor.session.close()
    first, second = (janes_browser.get(to("callback"), answer, follow=True) for answer in answers)
    assert "is connected to Microsoft 365" in text_of(first)
    assert "that invitation was used" in text_of(second)
    assert Connection.objects.count() == 1


def test_looking_and_going_to_microsoft_in_vain_uses_nothing_up(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    janes_browser.get(path)
    visitor, url = start(janes_browser, path)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("cancel")
    page = janes_browser.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    assert "the sign-in was cancelled at Microsoft" in text_of(page)
    follow(janes_browser, path)
    assert Connection.objects.get().is_live


@pytest.mark.parametrize("end", ["expired", "withdrawn", "replaced"])
def test_a_link_that_is_over_begins_nothing(
    end: str, jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    assert janes_browser.get(path).status_code == 200
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif end == "withdrawn":
        master.post(to("invite", jane.pk), {"way": "withdraw"})
    else:
        assert a_link(master, jane) != path
    for answer in (janes_browser.get(path), janes_browser.post(path)):
        assert answer.headers["Location"] == card_of(jane)


def test_a_link_that_is_withdrawn_during_the_sign_in_connects_nothing(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    visitor, url = start(janes_browser, a_link(master, jane))
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("accept")
    master.post(to("invite", jane.pk), {"way": "withdraw"})
    page = janes_browser.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    assert "that invitation was used, withdrawn, or is too old" in text_of(page)
    assert not Connection.objects.exists()


def test_another_account_than_the_cards_is_asked_about(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    page = follow(janes_browser, a_link(master, jane), TOM)
    assert "Is this the right account?" in text_of(page)
    janes_browser.post(page.redirect_chain[-1][0], {"answer": "drop"})
    assert not Connection.objects.exists()
    assert Invitation.objects.get().used_at is None


# ------------------------------------------------------------------------------------- strangers


def test_the_link_is_worth_nothing_to_anybody_else(
    jane: Staff, master: Client, client: Client, control: Any
) -> None:
    path = a_link(master, jane)
    tom = Client()
    tom.force_login(a_login(a_staff_member("Tom Reed", email=TOM), AGENTS))
    nobody = Client()
    nobody.force_login(a_login(None, AGENTS))
    for browser in (tom, nobody):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
    assert "/login/" in client.get(path).headers["Location"]
    assert "/login/" in client.post(path).headers["Location"]
    answer = master.post(path, follow=True)
    assert answer.redirect_chain == [(card_of(jane), 302)]
    assert "This invitation is for Jane Ashcroft alone." in text_of(answer)


def test_a_changed_link_is_not_there(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    token = path.rstrip("/").rpartition("/")[2]
    digest = Invitation.objects.get().digest
    swapped = token.swapcase()
    for tampered in (swapped, token[:-1], f"{token}A", token[::-1], digest, "0", str(jane.pk)):
        assert tampered != token
        assert janes_browser.get(to("invitation", tampered)).status_code == 404
        assert janes_browser.post(to("invitation", tampered)).status_code == 404


def test_the_key_of_another_invitation_cannot_be_slipped_into_a_form(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    mine = Invitation.objects.get()
    tom = a_staff_member("Tom Reed", email=TOM)
    a_login(tom, AGENTS)
    a_link(master, tom)
    others = Invitation.objects.get(staff=tom)
    janes_browser.post(path, {"invitation": others.pk, "staff": tom.pk})
    kept = list(janes_browser.session["agentbox_sync.flows"].values())
    assert {(entry["staff"], entry["invitation"]) for entry in kept} == {
        (str(jane.pk), str(mine.pk))
    }


def test_the_link_is_kept_nowhere(jane: Staff, master: Client) -> None:
    token = a_link(master, jane).rstrip("/").rpartition("/")[2]
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM agentbox_sync_invitation")
        text = repr(cursor.fetchall())
    text += json.dumps([session.get_decoded() for session in Session.objects.all()])
    assert token not in text
    assert Invitation.objects.get().digest in text, "the control: the row was read"
    assert token not in master.get(to("invite", jane.pk)).content.decode(), "shown once"


# ------------------------------------------------------------------------------ who sends what


def test_a_mail_server_that_fails_leaves_the_link_to_copy(
    jane: Staff, master: Client, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = master.post(to("invite", jane.pk), {"way": "mail"})
    assert "did not take the message. Copy the link instead." in text_of(page)
    assert link_of(page)
    assert Invitation.objects.get().mailed_at is None


def test_whoever_cannot_sign_in_to_the_crm_is_not_invited(master: Client) -> None:
    tom = a_staff_member("Tom Reed", email=TOM)
    for answer in (
        master.get(to("invite", tom.pk)),
        master.post(to("invite", tom.pk), {"way": "link"}),
        master.post(to("invite", tom.pk), {"way": "mail"}),
    ):
        assert "Tom Reed has no login for the CRM" in text_of(answer)
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_a_card_without_an_address_gets_a_link_to_copy(jane: Staff, master: Client) -> None:
    Staff.objects.filter(pk=jane.pk).update(email="")
    assert primary_buttons(master.get(to("invite", jane.pk))) == ["Make a link to copy"]
    master.post(to("invite", jane.pk), {"way": "mail"})
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_a_name_that_would_break_the_mail_does_not(jane: Staff, master: Client) -> None:
    jane.first_name, jane.last_name = "Jane\nBcc: x@evil.example", "<b>O'Brien</b>"
    jane.save()
    master.post(to("invite", jane.pk), {"way": "mail"})
    (message,) = mail.outbox
    assert message.recipients() == [JANE]
    assert "<b>O'Brien</b>" in message.body, "plain text is not escaped"


def test_a_new_link_ends_the_one_before(jane: Staff, master: Client) -> None:
    a_link(master, jane)
    a_link(master, jane)
    open_ones = Invitation.objects.filter(withdrawn_at=None)
    assert (Invitation.objects.count(), open_ones.count()) == (2, 1)
    assert "has invited them" in text_of(master.get(to("invite", jane.pk)))


def test_connecting_in_another_way_ends_the_invitation(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    url = links_of(master.post(to("connect", jane.pk), {"provider": "microsoft"}))
    visitor = Visitor(conf.base_url() + to("callback"))
    visitor.sign_in(url["Continue to Microsoft"], JANE, PASSWORD)
    visitor.submit("accept")
    master.get(to("callback"), visitor.came_back())
    visitor.session.close()
    assert Connection.objects.get().is_live
    assert janes_browser.get(path).status_code == 302


def test_where_the_provider_is_switched_off_an_invitation_begins_nothing(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    path = a_link(master, jane)
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    page = janes_browser.post(path, follow=True)
    assert "Microsoft 365 is not switched on here" in text_of(page)


def test_whoever_has_to_sign_in_again_can_be_invited(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    follow(janes_browser, a_link(master, jane))
    Connection.objects.update(state=Connection.State.NEEDS_SIGN_IN)
    assert "Invite them to sign in" in text_of(master.get(card_of(jane)))
    follow(janes_browser, a_link(master, jane))
    assert Connection.objects.get().state == Connection.State.CONNECTED


def test_old_invitations_are_forgotten(jane: Staff, master: Client) -> None:
    a_link(master, jane)
    retention.trim()
    assert Invitation.objects.count() == 1
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=91))
    retention.trim()
    assert not Invitation.objects.exists()


def test_a_deleted_staff_record_takes_its_invitations_along(jane: Staff, master: Client) -> None:
    a_link(master, jane)
    make.a_syncing_connection(jane)
    jane.delete()
    assert not Invitation.objects.exists()
