"""The second factor: who must show it, what is closed without it, and what follows its loss."""

from __future__ import annotations

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from config.settings.test import _DEFAULTS
from tests.builders.crm import a_login, a_staff_member
from tests.builders.second_factor import Phone, a_phone
from tests.integration.card import builders as make

pytestmark = pytest.mark.django_db

ENROL, ASK = "/accounts/2fa/totp/activate/", "/accounts/2fa/reauthenticate/"


@pytest.fixture
def mary():
    return a_login(None, MASTER_USERS, username="mary", email="mary@harbourvale.example")


def password_of(name="mary", client=None, **more):
    client = client or Client()
    form = {"login": name, "password": "secret", **more}
    return client, client.post(reverse("account_login"), form)


def by_phone(user):
    """Somebody who has set it up, signed in with the code; returns browser and phone."""
    phone = a_phone(user)
    RecoveryCodes.activate(user)
    client, answer = password_of(user.username)
    client.post(answer.url, {"code": phone.code()})
    return client, phone


@pytest.fixture
def enrol(transactional_db):
    """Sets up an authenticator as the page says; what follows it follows a commit."""

    def enrol(client):
        page = client.get(ENROL).text
        phone = Phone(re.search(r'<code class="entrance-code">(\w+)</code>', page)[1])
        answer = client.post(ENROL, {"code": phone.code()})
        assert answer.url == reverse("mfa_view_recovery_codes")
        return phone

    return enrol


def assert_closed(client, where=ENROL):
    """Neither a page nor a change is open, in the admin, the app or beside them."""
    connection = make.a_syncing_connection(a_staff_member())
    pages = ["/", "/admin/", "/admin/agentbox_crm/contact/", "/admin/jsi18n/", "/accounts/2fa/"]
    pages += [reverse("agentbox_sync:mine"), reverse("socialaccount_connections")]
    pages += [reverse("agentbox_sync:card", args=[connection.staff_id])]
    for page in pages:
        assert client.get(page).headers.get("Location", "").startswith(where), page
    changes = [reverse("agentbox_sync:sync", args=[connection.pk])]
    changes += [reverse("agentbox_sync:progress", args=[connection.pk])]
    changes += ["/admin/agentbox_crm/office/add/", reverse("microsoft_login") + "?process=connect"]
    changes += [reverse("account_change_password"), reverse("mfa_generate_recovery_codes")]
    for change in changes:
        answer = client.post(change, {"name": "Planted"}, headers={"accept": "application/json"})
        assert answer.headers.get("Location", "").startswith(where), change
    assert not connection.runs.exists()


def test_a_master_user_without_one_sets_it_up_and_goes_on_where_she_wanted(mary, enrol):
    client, answer = password_of(next="/admin/agentbox_crm/contact/")
    assert client.get(answer.url).url == ENROL
    page = client.get(ENROL).text
    assert "data:image/svg+xml" in page
    assert "Back to the CRM" not in page
    enrol(client)
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert len(re.findall(r"<code>\d{8}</code>", codes.text)) == 10
    assert 'href="/admin/agentbox_crm/contact/"' in codes.text
    assert client.get("/admin/agentbox_crm/contact/").status_code == 200
    later = client.get(reverse("mfa_view_recovery_codes")).text
    assert "/admin/agentbox_crm/contact/" not in later
    assert [m.subject for m in mail.outbox] == ["My Office: Authenticator App Activated"]


def test_an_address_that_nobody_verified_keeps_nobody_from_setting_it_up(mary):
    EmailAddress.objects.create(user=mary, email=mary.email)
    client, _ = password_of()
    assert "Set up your second factor" in client.get(ENROL).text


@pytest.mark.parametrize("groups, fields", [([MASTER_USERS], {}), ([], {"is_superuser": True})])
def test_nothing_but_setting_it_up_is_open_without_one(groups, fields):
    a_login(None, *groups, username="mary", **fields)
    client, _ = password_of()
    assert_closed(client)
    assert client.post(reverse("account_logout")).status_code == 302


def test_an_agent_needs_none(client):
    a_login(a_staff_member(), AGENTS, username="jane")
    client, _ = password_of("jane")
    assert client.get("/admin/agentbox_crm/contact/").status_code == 200
    assert client.get(ENROL).status_code == 200  # and may have one


def test_whoever_becomes_master_user_is_asked_at_the_next_page(client):
    user = a_login(a_staff_member(), AGENTS, username="jane")
    client, _ = password_of("jane")
    assert client.get("/admin/").status_code == 200
    user.groups.set(Group.objects.filter(name=MASTER_USERS))
    assert client.get("/admin/").url == ENROL


def test_the_code_is_asked_at_sign_in_and_the_password_alone_is_nobody(mary):
    phone = a_phone(mary)
    client, answer = password_of()
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/admin/").url.startswith("/admin/login/")
    wrong = client.post(answer.url, {"code": "000000"})
    assert "This code is not right." in wrong.text
    spaced = f"{phone.code()[:3]} {phone.code()[3:]}"
    assert client.post(answer.url, {"code": spaced}).url == "/"
    assert client.get("/admin/").status_code == 200


def test_the_page_of_the_code_shows_none(mary):
    a_phone(mary)
    client, answer = password_of()
    assert "authenticator shows" not in client.get(answer.url).text


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_a_code_works_once_for_all_of_its_time(mary, ahead):
    phone = a_phone(mary)
    client, answer = password_of()
    code = phone.code(ahead)
    assert client.post(answer.url, {"code": code}).status_code == 302
    thief, answer = password_of()
    assert "each works once" in thief.post(answer.url, {"code": code}).text


def test_a_recovery_code_lets_in_once(mary):
    client, phone = by_phone(mary)
    client.post(ASK, {"code": phone.code(1)})
    code = client.get(reverse("mfa_download_recovery_codes")).text.split()[0]
    for expected in (302, 200):
        other, answer = password_of()
        assert other.post(answer.url, {"code": code}).status_code == expected


def test_a_session_from_before_the_authenticator_gains_nothing_by_it(mary):
    thief, _ = password_of()
    assert thief.get("/admin/").url == ENROL
    owner, _ = by_phone(mary)
    assert_closed(thief, where=ASK)
    assert "Set up" not in thief.get(ENROL, follow=True).text
    asked = thief.get("/admin/")
    assert asked.url == f"{ASK}?next=%2Fadmin%2F"
    assert thief.post(asked.url, {"code": "000000"}).status_code == 200
    assert owner.get("/admin/").status_code == 200


def test_a_session_that_shows_the_code_later_goes_on(mary):
    early, _ = password_of()
    phone = a_phone(mary)
    assert early.post(f"{ASK}?next=/admin/", {"code": phone.code(), "next": "/admin/"}).url
    assert early.get("/admin/").status_code == 200


def test_the_password_again_does_not_stand_for_the_code(mary):
    client, _ = password_of()
    a_phone(mary)
    client.post(reverse("account_reauthenticate"), {"password": "secret"})
    assert client.get("/admin/").url.startswith(ASK)


def test_another_phone_is_set_up_after_the_code_and_the_old_one_is_dead(mary, enrol):
    client, old = by_phone(mary)
    assert "/reauthenticate/" in client.post(reverse("mfa_deactivate_totp")).url
    client.post(ASK, {"code": old.code(1)})
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/admin/").url == ENROL
    client.post(reverse("account_reauthenticate"), {"password": "secret"})
    new = enrol(client)
    assert new.secret != old.secret
    other, answer = password_of()
    assert other.post(answer.url, {"code": old.code()}).status_code == 200
    assert other.post(answer.url, {"code": new.code(1)}).status_code == 302


def test_secrets_and_seeds_are_sealed_in_the_database(mary):
    phone = by_phone(mary)[1]
    rows = list(Authenticator.objects.values_list("data", flat=True))
    assert len(rows) == 2
    assert {row.get("secret", row.get("seed"))[:3] for row in rows} == {"f1:"}
    assert phone.secret not in str(rows)


def test_a_lost_key_is_told_in_words_and_rotation_keeps_the_phones(mary, settings, capsys):
    phone = a_phone(mary)
    new = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0="
    settings.MS365_TOKEN_KEYS = f"{new},{_DEFAULTS['MS365_TOKEN_KEYS']}"
    call_command("second_factor", "--rotate")
    settings.MS365_TOKEN_KEYS = new
    client, answer = password_of()
    assert client.post(answer.url, {"code": phone.code()}).status_code == 302
    settings.MS365_TOKEN_KEYS = _DEFAULTS["MS365_TOKEN_KEYS"]
    client, answer = password_of()
    assert "MS365_TOKEN_KEYS" in client.post(answer.url, {"code": phone.code(1)}).text
    call_command("second_factor")
    assert "mary: cannot be read" in capsys.readouterr().out
    with pytest.raises(CommandError, match="MS365_TOKEN_KEYS=new,old"):
        call_command("second_factor", "--rotate")


def test_the_command_lists_and_resets(mary, capsys):
    a_login(None, AGENTS, username="jane")
    call_command("second_factor")
    assert capsys.readouterr().out == "mary: none yet, asked for at sign-in\n"
    client, _ = by_phone(mary)
    call_command("second_factor")
    assert capsys.readouterr().out.startswith(f"mary: since {time.strftime('%Y-')}")
    call_command("second_factor", "--reset", "mary")
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").url == ENROL
    call_command("second_factor", "--reset", "mary")
    assert "nothing was changed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nobody"):
        call_command("second_factor", "--reset", "nobody")


def press_reset(user, victim):
    client = Client()
    client.force_login(user)
    form = {"action": "take_second_factor_away", "_selected_action": [victim.pk]}
    return client.post("/admin/auth/user/", form, follow=True)


def test_a_superuser_takes_it_away_in_the_admin_and_the_log_says_so(mary):
    client, _ = by_phone(mary)
    root = a_login(None, is_superuser=True)
    assert "sets up a new one" in press_reset(root, mary).text
    assert client.get("/admin/").url == ENROL
    log = Client()
    log.force_login(root)
    assert "Took the second factor away." in log.get(f"/admin/auth/user/{mary.pk}/history/").text
    assert "nothing was changed" in press_reset(root, mary).text
    assert log.get("/admin/mfa/authenticator/").status_code == 404


def test_whoever_may_only_edit_logins_cannot_take_it_away(mary):
    by_phone(mary)
    clerk = a_login()
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    press_reset(clerk, mary)
    assert Authenticator.objects.filter(user=mary).count() == 2
