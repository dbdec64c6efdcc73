"""Signing in to the demo host."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.builders.crm import a_login, a_staff_member, an_appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_login(a_staff_member(), "Agents", username="jane", email="jane@harbourvale.example")


@pytest.mark.parametrize("name", ["jane", "jane@harbourvale.example"])
def test_user_name_and_address_both_sign_in(client, jane, name):
    answer = client.post(reverse("account_login"), {"login": name, "password": "secret"})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_after_signing_in_a_person_is_where_she_wanted_to_be(client, jane):
    wanted = client.get("/admin/agentbox_crm/contact/", follow=True)
    assert wanted.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    form = {"login": "jane", "password": "secret", "next": "/admin/agentbox_crm/contact/"}
    answer = client.post(reverse("account_login"), form)
    assert answer.url == "/admin/agentbox_crm/contact/"


def test_a_wrong_password_is_answered_with_a_sentence(client, jane):
    answer = client.post(reverse("account_login"), {"login": "jane", "password": "wrong"})
    assert answer.status_code == 200
    assert "not correct" in answer.text


def test_the_admins_own_sign_in_is_no_way_around(client, jane):
    answer = client.post("/admin/login/", {"username": "jane", "password": "secret"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_nobody_can_sign_up(client):
    form = {"email": "x@example.com", "username": "x", "password1": "Xy12-abcd", "password2": ""}
    answer = client.post(reverse("account_signup"), form)
    assert "Sign Up Closed" in answer.text
    assert "sign up" not in client.get(reverse("account_login")).text.lower()


def test_a_login_that_is_no_staff_is_told_so(client):
    client.force_login(a_login(is_staff=False))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "You may not do that." in answer.text


def test_every_page_carries_the_content_security_policy(client, jane):
    client.force_login(jane)
    for address in (reverse("account_login"), "/admin/", "/admin/agentbox_crm/my-office/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_sign_in_page_needs_no_inline_script_or_style(client):
    text = client.get(reverse("account_login")).text
    assert "<style" not in text
    assert " style=" not in text
    assert text.count("<script") == text.count("<script src=") == 1


def test_a_page_that_does_not_exist_leads_back(client, jane):
    client.force_login(jane)
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "Back to the CRM" in answer.text


@pytest.mark.parametrize("language", ["en-US,en;q=0.9", "en-GB", "de-DE,de;q=0.9", ""])
def test_dates_are_written_as_in_australia_whatever_the_browser_asks_for(client, jane, language):
    client.force_login(jane)
    an_appointment(jane.staff)  # on 4 March 2030 at 9 am in Sydney
    listed = client.get("/admin/agentbox_crm/appointment/", headers={"accept-language": language})
    assert "4 Mar 2030, 9 a.m." in listed.text
