"""Signing in to the demo host."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.builders.crm import a_login, a_staff_member, an_appointment
from tests.builders.second_factor import a_phone

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
    form["password2"] = form["password1"]
    for address in (reverse("account_signup"), reverse("socialaccount_signup")):
        client.post(address, form)
        assert not User.objects.exists()
    assert "Ask one of yours" in client.get(reverse("account_signup")).text
    assert "sign up" not in client.get(reverse("account_login")).text.lower()


def test_addresses_are_nothing_that_a_person_changes_here(client, jane):
    client.force_login(jane)
    for address in ("email/", "confirm-email/", "confirm-email/some-key/"):
        assert client.get(f"/accounts/{address}").status_code == 404
        client.post(f"/accounts/{address}", {"email": "x@example.com", "action_add": ""})
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_to_another_site_after_signing_in(client, jane, wanted):
    form = {"login": "jane", "password": "secret", "next": wanted}
    assert client.post(reverse("account_login"), form).url == "/"


def new_password(client, address, password="brisk-Jetty-77"):
    """Ask for a link, follow it, choose; returns the last page."""
    asked = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    assert "If a login has this address" in asked.text
    if not mail.outbox:
        return None
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    return client.post(where, {"password1": password, "password2": password}, follow=True), link


def test_a_forgotten_password_is_replaced_by_mail_and_the_link_works_once(client, jane):
    other = Client()
    other.force_login(jane)
    page, link = new_password(client, jane.email)
    assert "Your new password is saved." in page.text
    assert mail.outbox[0].subject == "My Office: Choose a new password"
    assert "_auth_user_id" not in client.session
    assert other.get("/admin/").status_code == 302
    assert "This link does not work any more." in client.get(link, follow=True).text
    form = {"login": "jane", "password": "brisk-Jetty-77"}
    assert client.post(reverse("account_login"), form).url == "/"


def test_an_address_that_was_taken_away_in_the_admin_gets_no_link_any_more(client, jane):
    former = jane.email
    new_password(client, former)
    assert EmailAddress.objects.get().email == former  # allauth keeps a table of its own
    jane.email = "jane@new.example"
    jane.save()
    EmailAddress.objects.create(user=jane, email=former, verified=True)
    mail.outbox.clear()
    assert new_password(client, former) is None
    assert new_password(client, jane.email, "golden-Ferry-31")


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, jane):
    assert new_password(client, "nobody@example.com") is None


def test_a_mail_server_that_is_away_changes_no_answer_and_tells_no_address(
    client, jane, settings, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert new_password(client, jane.email) is None
    assert "could not be mailed: ConnectionRefusedError" in caplog.text
    assert jane.email not in caplog.text


def test_the_admins_form_for_the_password_leads_to_the_one_that_counts_attempts(client, jane):
    client.force_login(jane)
    answer = client.get("/admin/password_change/")
    assert answer.url == reverse("account_change_password")


def test_a_changed_password_signs_others_out_and_keeps_this_one(client, jane):
    other = Client()
    for browser in (client, other):
        browser.force_login(jane)
    form = {"oldpassword": "secret", "password1": "brisk-Jetty-77", "password2": "brisk-Jetty-77"}
    client.post(reverse("account_change_password"), form)
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def test_signing_out_needs_a_press_and_ends_at_the_door(client, jane):
    client.force_login(jane)
    assert "Sign out?" in client.get(reverse("account_logout")).text
    assert client.get("/admin/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/admin/").status_code == 302


PAGES = ["account_login", "account_signup", "account_reset_password", "account_inactive"]
PAGES += ["account_reset_password_done", "account_reset_password_from_key_done"]
PAGES += ["socialaccount_login_cancelled", "socialaccount_login_error", "microsoft_login"]
INSIDE = ["account_reauthenticate", "account_change_password", "account_logout"]
INSIDE += ["mfa_index", "mfa_activate_totp", "socialaccount_connections", "microsoft_login"]
OF_A_PHONE = ["mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"]
OF_A_PHONE += ["mfa_reauthenticate", "mfa_index"]


def assert_is_of_this_house(text):
    assert "entrance-card" in text
    assert "<style" not in text
    assert " style=" not in text
    assert "third-party" not in text.lower()
    assert text.count("<script") == text.count("<script src=") == 1
    assert text.count("<h1>") == 1


@pytest.mark.parametrize("name", PAGES)
def test_pages_before_the_door_have_our_look_and_need_nothing_inline(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code in {200, 401}  # the second of a sign-in that Microsoft refused
    assert_is_of_this_house(answer.text)


@pytest.mark.parametrize("name", [*INSIDE, *OF_A_PHONE])
def test_pages_behind_the_door_have_our_look_and_need_nothing_inline(client, jane, name):
    if name in OF_A_PHONE:
        RecoveryCodes.activate(jane)
        a_phone(jane)
    client.force_login(jane)
    client.post(reverse("account_reauthenticate"), {"password": "secret"})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_is_of_this_house(answer.text)


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


def test_a_page_that_does_not_exist_leads_back(client, jane):
    client.force_login(jane)
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "Back to the CRM" in answer.text


@pytest.mark.parametrize("language", ["en-US,en;q=0.9", "en-GB", "fr-FR,fr;q=0.9", ""])
def test_dates_are_written_as_in_australia_unless_german_is_asked_for(client, jane, language):
    client.force_login(jane)
    an_appointment(jane.staff)  # on 4 March 2030 at 9 am in Sydney
    listed = client.get("/admin/agentbox_crm/appointment/", headers={"accept-language": language})
    assert "4 Mar 2030, 9 a.m." in listed.text


def test_dates_are_written_in_german_where_that_is_asked_for(client, jane):
    client.force_login(jane)
    an_appointment(jane.staff)
    listed = client.get("/admin/agentbox_crm/appointment/", headers={"accept-language": "de-DE"})
    assert "4. März 2030 09:00" in listed.text
