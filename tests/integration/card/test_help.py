"""Help where it is needed: what stands in the way at Microsoft, and the way back."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.errors import SuspendConnection
from agentbox_sync.models import Connection
from agentbox_sync.services.connect import _bad_end
from agentbox_sync.services.wording.landings import LANDINGS
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, text_of, to
from tests.integration.card.signing_in import JANE, PASSWORD, TOM, connect, leave, seed
from tests.integration.oauth.visitor import Visitor

APPROVED = "If you have just approved the CRM at Microsoft, that is done"


@pytest.fixture
def strict(control: Any) -> Any:
    """A company in which only the administrator, Tom, may allow a program."""
    control("reset", {})
    given = seed(user_consent=False)
    given["tenants"][0]["users"][1]["admin"] = True
    control("seed", given)
    return control


def link_on(page: Any) -> str:
    found = re.search(r'id="agentbox-approval" value="([^"]*)"', page.content.decode())
    assert found, text_of(page)
    return html.unescape(found.group(1))


def approve(url: str, step: str = "accept") -> dict[str, str]:
    """The administrator opens the link in a browser of their own, and answers."""
    visitor = Visitor(to_callback())
    visitor.sign_in(url, TOM, PASSWORD)
    visitor.submit(step)
    answer = visitor.came_back()
    visitor.session.close()
    return answer


def to_callback() -> str:
    return f"http://localhost:8000{to('callback')}"


def test_the_page_helps_with_everything_that_microsoft_may_say(
    jane: Staff, master: Client, control: Any
) -> None:
    page = master.get(to("help", jane.pk))
    for name in ("not-found", "other-account", "declined", "approval", "no-mailbox"):
        assert f'id="{name}"' in page.content.decode()
    text = text_of(page)
    assert f"The card expects {JANE} ." in text
    assert ".onmicrosoft.com" in text
    link = link_on(page)
    assert urlsplit(link).path.endswith("/adminconsent")
    mailto = re.search(r'href="(mailto:[^"]*)"', page.content.decode())
    assert mailto
    assert link in unquote(html.unescape(mailto.group(1)))


def test_every_banner_leads_to_a_part_of_the_page_that_is_there(
    jane: Staff, master: Client, control: Any
) -> None:
    body = master.get(to("help", jane.pk)).content.decode()
    topics = {words.topic for words in LANDINGS.values()} - {""}
    assert topics == {"declined", "approval", "other-account", "no-mailbox"}
    for topic in topics:
        assert f'id="{topic}"' in body


def test_the_card_leads_to_the_help(jane: Staff, master: Client) -> None:
    assert f'href="{to("help", jane.pk)}"' in master.get(card_of(jane)).content.decode()


def test_without_microsoft_the_page_says_so_and_helps_with_the_rest(
    jane: Staff, master: Client, settings: Any
) -> None:
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = "http://127.0.0.1:9"
    page = master.get(to("help", jane.pk))
    assert page.status_code == 200
    assert "The link cannot be shown at the moment" in text_of(page)
    assert "mailto:" not in page.content.decode()


# ---------------------------------------------------------------- the administrator's approval


def test_an_approval_by_the_administrator_lets_everybody_connect(
    jane: Staff, master: Client, strict: Any
) -> None:
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    assert "Need admin approval" in visitor.text
    visitor.submit("cancel")
    page = master.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    assert "administrator to approve the CRM first" in text_of(page)
    help_at = f"{to('help', jane.pk)}#approval"
    assert f'href="{help_at}"' in page.content.decode()
    approve(link_on(master.get(help_at)))
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    master.get(to("callback"), visitor.came_back())
    visitor.session.close()
    assert Connection.objects.get(staff=jane).is_live


def test_an_administrator_who_is_nobody_here_is_told_that_it_is_done(
    jane: Staff, master: Client, client: Client, strict: Any
) -> None:
    answer = approve(link_on(master.get(to("help", jane.pk))))
    page = client.get(to("callback"), answer, follow=True)
    assert "/login/" in page.redirect_chain[0][0]
    assert "state" not in parse_qs(urlsplit(page.redirect_chain[0][0]).query)
    assert APPROVED in text_of(page)


def test_an_administrator_who_works_here_is_told_that_it_is_done(
    jane: Staff, master: Client, janes_browser: Client, strict: Any
) -> None:
    page = janes_browser.get(to("callback"), approve(link_on(master.get(to("help", jane.pk)))))
    assert page.status_code == 200
    assert APPROVED in text_of(page)
    assert f'href="{card_of(jane)}"' in page.content.decode()


def test_an_administrator_who_declined_is_not_told_that_it_is_done(
    jane: Staff, master: Client, janes_browser: Client, strict: Any
) -> None:
    page = janes_browser.get(
        to("callback"), approve(link_on(master.get(to("help", jane.pk))), "cancel")
    )
    assert "the CRM was not approved" in text_of(page)
    assert APPROVED not in text_of(page)


def test_an_approval_that_somebody_wrote_into_an_address_does_nothing(
    jane: Staff, master: Client, control: Any
) -> None:
    query = {"admin_consent": "True", "tenant": "x", "state": "admin-consent.made-up"}
    page = master.get(to("callback"), query)
    assert "If you have just approved" in text_of(page), "a condition, and no claim"
    assert not Connection.objects.exists()
    assert condition_of(master.get(card_of(jane))) == "not_connected"


# --------------------------------------------------------------------------------- no mailbox


def test_an_account_without_a_mailbox_is_not_connected_and_the_licence_is_named(
    jane: Staff, master: Client, control: Any
) -> None:
    control("reset", {})
    control("seed", seed(mailbox=False))
    page = connect(master, jane)
    assert "that account has no mailbox in Microsoft 365" in text_of(page)
    assert f'href="{to("help", jane.pk)}#no-mailbox"' in page.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize("code", ["ErrorAccessDenied", "HTTP403"])
def test_a_policy_that_keeps_the_crm_out_is_no_missing_mailbox(code: str) -> None:
    assert _bad_end("1", SuspendConnection(code=code)).code == "mailbox_refused"


@pytest.mark.parametrize("code", ["MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox"])
def test_a_missing_mailbox_is_known_by_microsofts_codes(code: str) -> None:
    assert _bad_end("1", SuspendConnection(code=code)).code == "no_mailbox"


def test_a_cancelled_sign_in_leads_to_the_help(jane: Staff, master: Client, control: Any) -> None:
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("cancel")
    page = master.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    assert f'href="{to("help", jane.pk)}#declined"' in page.content.decode()


def test_help_is_there_for_whoever_may_only_look(
    jane: Staff, janes_browser: Client, control: Any
) -> None:
    make.a_syncing_connection(jane)
    page = janes_browser.get(to("help", jane.pk))
    assert page.status_code == 200
    assert "An invitation lets" not in text_of(page)
