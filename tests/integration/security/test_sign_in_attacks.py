"""Attacks on connecting: whatever is slipped in, nobody's card gets a mailbox by it.

Each attacker is a real browser of the CRM and a real sign-in at the emulated Microsoft.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection
from agentbox_sync.services.microsoft import callback_url
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card.pages import text_of, to
from tests.integration.card.signing_in import JANE, TENANT, TOM, connect, leave, seed
from tests.integration.oauth.visitor import Visitor
from tests.integration.security.attackers import (
    a_self_managed,
    answer_at,
    browser_of,
    flows_of,
    signed_in,
    stored,
)

ELSEWHERE = "77777777-8888-4777-8666-555555555555"
MALLORY = "mallory@evil.example"


@pytest.fixture
def tom(db: None) -> Staff:
    return a_staff_member("Tom Reed", email=TOM)


@pytest.fixture
def janes(jane: Staff) -> Client:
    return browser_of(a_self_managed(jane))


@pytest.fixture
def toms(tom: Staff) -> Client:
    return browser_of(a_self_managed(tom))


def refused(client: Client, query: dict[str, str]) -> str:
    """Open the callback, see that nothing is stored by it, and return what the page says."""
    before = stored()
    page = client.get(to("callback"), query, follow=True)
    assert stored() == before
    return text_of(page)


# ------------------------------------------------------------------------------------ the state


def test_an_answer_that_is_replayed_connects_nothing_a_second_time(
    jane: Staff, janes: Client, control: Any
) -> None:
    answer = signed_in(janes, jane, JANE)
    janes.get(to("callback"), answer)
    kept = Connection.objects.get()
    janes.post(to("disconnect", kept.pk))
    assert "not known here" in refused(janes, answer)
    assert Connection.objects.get().tokens == ""


def test_an_answer_without_or_with_a_made_up_state_is_refused(
    jane: Staff, janes: Client, control: Any
) -> None:
    answer = signed_in(janes, jane, JANE)
    for state in ("", "0", answer["state"][:-1], answer["state"].swapcase(), "admin-consent.x"):
        refused(janes, {**answer, "state": state})
    assert answer["state"] in flows_of(janes), "what a stranger tries uses up nothing of Jane's"


def test_the_callback_of_an_attacker_in_the_victims_browser_connects_nothing(
    jane: Staff, tom: Staff, janes: Client, toms: Client, control: Any
) -> None:
    """Login CSRF: Tom would have Jane's work end up in his mailbox, or his card with her."""
    answer = signed_in(toms, tom, TOM)
    assert "not known here" in refused(janes, answer)
    assert not Connection.objects.exists()


def test_a_callback_is_finished_by_nobody_but_whoever_began(
    jane: Staff, tom: Staff, janes: Client, control: Any
) -> None:
    answer = signed_in(janes, jane, JANE)
    # One who may manage no card but Tom's, and one who may manage Jane's as well.
    thieves = [a_self_managed(tom), a_login(None, MASTER_USERS)]
    # The very session, copied to another person; and the very browser, with another one at it.
    for copied in map(browser_of, thieves):
        session = copied.session
        kept = {name: what for name, what in janes.session.items() if name.startswith("agentbox")}
        session.update(kept)
        session.save()
        assert flows_of(copied)
        assert "not known here" in refused(copied, answer)
    janes.force_login(thieves[1])
    assert "not known here" in refused(janes, answer)
    assert not Connection.objects.exists()


# ------------------------------------------------------------------------------------- the code


def test_a_code_of_an_attacker_in_the_victims_own_flow_is_refused(
    jane: Staff, tom: Staff, janes: Client, toms: Client, control: Any
) -> None:
    """Code injection: the state is Jane's, so that only PKCE and the nonce stand in the way."""
    injected = signed_in(toms, tom, TOM)
    answer = signed_in(janes, jane, JANE)
    assert "is connected" not in refused(janes, {**answer, "code": injected["code"]})
    assert not Connection.objects.exists()
    # The stolen code is worth nothing to its thief either: it does not fit their verifier.
    refused(toms, {**injected, "code": answer["code"]})
    assert not Connection.objects.exists()


def test_answers_of_two_tabs_that_were_crossed_connect_neither_card(
    jane: Staff, tom: Staff, master: Client, control: Any
) -> None:
    first, second = signed_in(master, jane, JANE), signed_in(master, tom, TOM)
    refused(master, {**first, "code": second["code"]})
    refused(master, {**second, "code": first["code"]})
    assert not Connection.objects.exists()


def test_each_tab_finishes_its_own_card_in_whatever_order(
    jane: Staff, tom: Staff, master: Client, control: Any
) -> None:
    """The control of the test above: uncrossed, both are connected."""
    first, second = signed_in(master, jane, JANE), signed_in(master, tom, TOM)
    master.get(to("callback"), second)
    master.get(to("callback"), first)
    bound = dict(Connection.objects.values_list("staff", "user_name"))
    assert bound == {jane.pk: JANE, tom.pk: TOM}


def test_further_parameters_of_an_answer_are_not_listened_to(
    jane: Staff, tom: Staff, janes: Client, control: Any
) -> None:
    """What Microsoft does not vouch for decides neither whose card nor which tenant it is."""
    answer = signed_in(janes, jane, JANE)
    answer |= {"staff": str(tom.pk), "user": "1", "tenant": ELSEWHERE, "client_info": "e30"}
    answer |= {"iss": "https://login.evil.example/v2.0", "scope": "Mail.ReadWrite"}
    janes.get(to("callback"), answer)
    kept = Connection.objects.get()
    assert (kept.staff_id, kept.tenant_id, kept.user_name) == (jane.pk, TENANT, JANE)
    assert "Mail.ReadWrite" not in kept.scopes


# ----------------------------------------------------------------------------------- the tenant


def test_a_mailbox_of_another_company_is_refused(
    jane: Staff, janes: Client, control: Any, settings: Any
) -> None:
    settings.MS365_TENANT = "organizations"
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ALLOWED_TENANTS": [TENANT]}
    world = seed()
    person = {"upn": MALLORY, "display_name": "Jane Ashcroft", "mail": JANE, "password": "x"}
    world["tenants"].append(
        {"id": ELSEWHERE, "domain": "evil.example", "name": "Evil", "users": [person]}
    )
    control("reset", {})
    control("seed", world)
    visitor, url = leave(janes, jane)
    visitor.sign_in(url, MALLORY, "x")
    if visitor.answer is None:
        visitor.submit("accept")
    visitor.session.close()
    assert "company" in refused(janes, visitor.came_back())
    assert not Connection.objects.exists()


def test_an_answer_in_another_tenants_name_leaves_the_flow_where_it_was(
    jane: Staff, janes: Client, control: Any, settings: Any
) -> None:
    """Mix-up: begun at our tenant, and the setting names another one when the answer comes."""
    answer = signed_in(janes, jane, JANE)
    settings.MS365_TENANT = ELSEWHERE
    refused(janes, answer)
    assert not Connection.objects.exists()


# ------------------------------------------------------------------------- login CSRF on connect


def test_a_page_of_an_attacker_cannot_press_connect(jane: Staff, control: Any) -> None:
    janes = browser_of(a_self_managed(jane), enforce_csrf_checks=True)
    before = stored()
    pressed = janes.post(
        to("connect", jane.pk), {"provider": "microsoft"}, headers={"origin": "https://evil.test"}
    )
    assert pressed.status_code == 403
    assert stored() == before
    assert not flows_of(janes)


def test_an_attacker_whose_account_is_signed_in_at_microsoft_is_asked_about(
    jane: Staff, control: Any
) -> None:
    """The victim's browser has the attacker's cookies at Microsoft: the question, no by default.

    And no page of the attacker answers it for her.
    """
    janes = browser_of(a_self_managed(jane), enforce_csrf_checks=True)
    token = _token(janes.get(to("card", jane.pk)).content.decode())
    page = janes.post(
        to("connect", jane.pk), {"provider": "microsoft", "csrfmiddlewaretoken": token}
    )
    found = re.search(r'href="(http[^"]*authorize[^"]*)"', page.content.decode())
    assert found
    answer = answer_at(Visitor(callback_url()), found.group(1).replace("&amp;", "&"), TOM)
    asked = janes.get(to("callback"), answer, follow=True)
    assert "Is this the right account?" in text_of(asked)
    question = asked.redirect_chain[-1][0]
    forged = janes.post(question, {"answer": "keep"}, headers={"origin": "https://evil.test"})
    assert forged.status_code == 403
    assert not Connection.objects.exists()
    own = {"csrfmiddlewaretoken": _token(asked.content.decode())}
    janes.post(question, own)
    assert not Connection.objects.exists()


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_an_approval_that_anybody_can_write_into_an_address_allows_nothing(
    jane: Staff, janes: Client, control: Any
) -> None:
    forged = {"state": "admin-consent.made-up", "admin_consent": "True", "tenant": ELSEWHERE}
    refused(janes, forged)
    refused(janes, {**forged, "state": next(iter(flows_of(janes)), "admin-consent.")})
    assert not Connection.objects.exists()


# ----------------------------------------------------------------------------- session fixation


def test_a_session_that_an_attacker_planted_is_not_the_one_that_signs_in(jane: Staff) -> None:
    user = a_self_managed(jane, username="jane")
    planted = SessionStore()
    planted["planted"] = "by Mallory"
    planted.create()
    victim, attacker = Client(), Client()
    for browser in (victim, attacker):
        browser.cookies["sessionid"] = planted.session_key
    victim.post("/accounts/login/", {"login": "jane", "password": "secret"})
    assert victim.session["_auth_user_id"] == str(user.pk)
    assert victim.cookies["sessionid"].value != planted.session_key
    assert attacker.get(to("card", jane.pk)).status_code == 302, "still asked to sign in"


def test_a_sign_in_that_was_begun_ends_with_the_session(
    jane: Staff, janes: Client, control: Any
) -> None:
    answer = signed_in(janes, jane, JANE)
    user = jane.__class__.objects.get(pk=jane.pk).user
    janes.logout()
    janes.force_login(user)
    assert "not known here" in refused(janes, answer)
    assert not Connection.objects.exists()


def test_a_question_that_is_held_cannot_be_guessed_or_answered_by_its_neighbour(
    jane: Staff, tom: Staff, janes: Client, toms: Client, control: Any
) -> None:
    page = connect(janes, jane, TOM)
    question = page.redirect_chain[-1][0]
    key = question.rstrip("/").rpartition("/")[2]
    before = stored()
    for guess in (key[:-1], key.swapcase(), "0", key + "A"):
        assert janes.post(to("confirm", guess), {"answer": "keep"}).status_code == 404
    assert toms.post(question, {"answer": "keep"}).status_code == 404
    assert stored() == before
