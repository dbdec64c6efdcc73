"""Every way back from Microsoft ends on the card, with a sentence and a next step."""

from __future__ import annotations

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.services.connect import _CODES, SESSION_KEY
from agentbox_sync.services.wording.landings import LANDINGS, banner
from tests.integration.card.pages import card_of, text_of, to

CONTRACT = {
    "",
    *("declined", "admin_approval_needed", "expired", "tampered", "wrong_tenant"),
    *("personal_account", "missing_scopes", "configuration", "unreachable", "mailbox_taken"),
    *("other_account", "no_mailbox", "admin_consented", "unknown"),
}


@pytest.mark.parametrize("is_master", [True, False])
@pytest.mark.parametrize("code", sorted(CONTRACT | {code for _, code in _CODES}))
def test_every_code_has_a_sentence_and_a_next_step(code: str, is_master: bool) -> None:
    assert code in LANDINGS
    said = banner(code, {}, name="Jane Ashcroft", is_master=is_master)
    for sentence in (said.sentence, said.step):
        assert sentence.endswith(".")
        assert "%(" not in sentence


def test_only_master_users_are_told_of_commands_and_logs() -> None:
    """The positive control: a Master User is told."""
    told = {code: banner(code, {}, name="Jane", is_master=False).step for code in LANDINGS}
    assert not [code for code, step in told.items() if "manage.py" in step or "log of" in step]
    assert "manage.py" in banner("configuration", {}, name="Jane", is_master=True).step


def test_a_code_of_tomorrow_reads_as_unknown() -> None:
    said = banner("brand_new", {}, name="Jane")
    assert said == banner("unknown", {}, name="Jane")


def test_the_approval_link_is_offered_only_when_it_leads_to_microsoft() -> None:
    url = "https://login.microsoftonline.com/x/adminconsent"
    assert banner("admin_approval_needed", {"admin_consent_url": url}, name="Jane").link == url
    for bad in ("javascript:alert(1)", "", "http://login.example"):
        assert not banner("admin_approval_needed", {"admin_consent_url": bad}, name="Jane").link
    assert not banner("declined", {"admin_consent_url": url}, name="Jane").link


def test_a_banner_is_shown_once_and_only_on_its_own_card(jane: Staff, master: Client) -> None:
    tom = Staff.objects.create(first_name="Tom", email="tom@x.example", office=jane.office)
    session = master.session
    session["agentbox_sync.landings"] = {str(jane.pk): {"code": "declined", "parameters": {}}}
    session.save()
    sentence = str(LANDINGS["declined"].sentence)
    assert sentence not in text_of(master.get(card_of(tom)))
    assert sentence in text_of(master.get(card_of(jane)))
    assert sentence not in text_of(master.get(card_of(jane)))


def test_a_sign_in_that_this_browser_did_not_begin_ends_on_a_page_of_its_own(
    jane: Staff, janes_browser: Client
) -> None:
    page = janes_browser.get(to("callback"), {"code": "stolen", "state": "made up"})
    assert page.status_code == 400
    assert "this browser did not begin the sign-in" in text_of(page)
    assert f'href="{card_of(jane)}"' in page.content.decode()
    assert "stolen" not in page.content.decode()


def test_a_master_user_without_a_card_is_led_back_to_the_crm(master: Client) -> None:
    page = master.get(to("callback"))
    assert page.status_code == 400
    assert "Back to the CRM" in text_of(page)


def test_a_sign_in_that_took_too_long_lands_on_the_card(jane: Staff, master: Client) -> None:
    session = master.session
    kept = {"user": session["_auth_user_id"], "staff": str(jane.pk), "flow": {}}
    session[SESSION_KEY] = {"s": {**kept, "begun_at": "2020-01-01T00:00:00+00:00"}}
    session.save()
    page = master.get(to("callback"), {"code": "x", "state": "s"}, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert "took too long or was used before" in text_of(page)
    assert master.get(to("callback"), {"code": "x", "state": "s"}).status_code == 400


def test_the_staff_record_may_be_gone_when_somebody_comes_back(jane: Staff, master: Client) -> None:
    session = master.session
    kept = {"user": session["_auth_user_id"], "staff": str(jane.pk), "flow": {}}
    session[SESSION_KEY] = {"s": {**kept, "begun_at": "2020-01-01T00:00:00+00:00"}}
    session.save()
    jane.delete()
    assert master.get(to("callback"), {"code": "x", "state": "s"}).status_code == 400
