"""An invitation in the wrong hands, or changed by a letter, opens nothing and stores nothing."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Invitation
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card.pages import card_of, text_of, to
from tests.integration.card.signing_in import JANE, TOM, leave, links_of
from tests.integration.security.attackers import (
    a_self_managed,
    answer_at,
    browser_of,
    flows_of,
    stored,
)

ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def janes(jane: Staff) -> Client:
    return browser_of(a_login(jane))


@pytest.fixture
def token(jane: Staff, janes: Client, master: Client) -> str:
    page = master.post(to("invite", jane.pk), {"way": "link"})
    return urlsplit(page.context["link"]).path.rstrip("/").rpartition("/")[2]


def opened(client: Client, token: str) -> str:
    return links_of(client.post(to("invitation", token)))["Continue to Microsoft"]


def test_a_link_with_one_letter_changed_is_not_there(token: str, janes: Client) -> None:
    before = stored()
    for place, letter in enumerate(token):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % len(ALPHABET)]
        changed = f"{token[:place]}{other}{token[place + 1 :]}"
        assert janes.post(to("invitation", changed)).status_code == 404
    assert stored() == before
    assert not flows_of(janes)


def test_a_link_longer_shorter_or_in_another_case_is_not_there(token: str, janes: Client) -> None:
    before = stored()
    digest = Invitation.objects.get().digest
    for changed in (token + "=", token + "A", token * 2, token[1:], token.upper(), token.lower()):
        assert janes.post(f"/agentbox/invitation/{changed}/").status_code == 404
    for changed in (digest, f" {token}", f"{token}%00", f"{token}%0a", f"..%2f{token}", "A" * 9999):
        assert janes.post(f"/agentbox/invitation/{changed}/").status_code == 404
    assert stored() == before
    assert not flows_of(janes)


def test_a_link_of_somebody_else_opens_nothing_whoever_holds_it(
    jane: Staff, token: str, master: Client
) -> None:
    tom = a_staff_member("Tom Reed", email=TOM)
    before = stored()
    thieves = [a_login(tom), a_login(None), a_login(None, is_superuser=True)]
    for thief in map(browser_of, thieves):
        answer = thief.post(to("invitation", token))
        assert answer.status_code in (302, 404)
        assert answer.headers.get("Location", card_of(jane)) == card_of(jane)
        assert not flows_of(thief)
    assert stored() == before


def test_a_link_that_was_begun_cannot_be_finished_for_another_card(
    jane: Staff, token: str, janes: Client, control: Any
) -> None:
    """Jane may connect her own card by it; she may manage no card, her own included."""
    tom = a_staff_member("Tom Reed", email=TOM)
    visitor, _url = leave(browser_of(a_self_managed(tom)), tom)
    answer = answer_at(visitor, opened(janes, token), JANE)
    janes.get(to("callback"), {**answer, "staff": str(tom.pk), "invitation": "1"})
    assert dict(Connection.objects.values_list("staff", "user_name")) == {jane.pk: JANE}


def test_a_link_that_was_used_opens_nothing_again(
    jane: Staff, token: str, janes: Client, control: Any
) -> None:
    visitor, _url = leave(browser_of(a_login(None, is_superuser=True)), jane)
    janes.get(to("callback"), answer_at(visitor, opened(janes, token), JANE))
    Connection.objects.update(state=Connection.State.DISCONNECTED)
    before, begun = stored(), flows_of(janes)
    for again in (janes.get, janes.post):
        page = again(to("invitation", token), follow=True)
        assert "that invitation was used, withdrawn, or is too old" in text_of(page)
    assert stored() == before
    assert flows_of(janes) == begun


def test_a_made_up_invitation_in_ones_own_sign_in_gives_no_right(
    jane: Staff, token: str, janes: Client, control: Any
) -> None:
    before = stored()
    given = {"provider": "microsoft", "invitation": str(Invitation.objects.get().pk)}
    assert janes.post(to("connect", jane.pk), given).status_code == 404
    assert not flows_of(janes)
    assert stored() == before


def test_the_link_is_in_no_address_that_leaves_the_crm(
    token: str, janes: Client, control: Any
) -> None:
    """Neither Microsoft nor a Referer header learns it."""
    page = janes.post(to("invitation", token))
    assert token not in " ".join(links_of(page).values())
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.content.decode().count('rel="noreferrer"') == 2
