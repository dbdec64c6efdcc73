"""Django's own user is the staff record, and colleagues are the contacts."""

from __future__ import annotations

import html

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from agentbox_sync import conf
from agentbox_sync.models import Connection, ContactSettings, StaffSettings
from agentbox_sync.services import connect, microsoft, sync
from agentbox_sync.services.configure import configure
from agentbox_sync.services.execute import execute
from agentbox_sync.services.wording.landings import LANDINGS
from tests.contracts.emulated import JANE, PASSWORD
from tests.integration.oauth.visitor import Visitor

VALUES = {
    "MS365_CLIENT_ID": "22222222-3333-4444-8555-666666666666",
    "MS365_CLIENT_SECRET": "only-for-tests",
    "MS365_TOKEN_KEYS": Fernet.generate_key().decode(),
}
MICROSOFT = microsoft  # the fixture of this name is the emulated one


@pytest.fixture
def jane(transactional_db):
    return User.objects.create_user("jane", JANE, "secret", is_staff=True, first_name="Jane")


@pytest.fixture
def at(microsoft, settings):
    """Microsoft, and the values that a deployment adds."""
    for name, value in VALUES.items():
        setattr(settings, name, value)
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = microsoft.url
    settings.MS365_TENANT = microsoft.look(f"mailbox/{JANE}")["owner"]["tenant"]
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "SETTLE_DELAY": 0}
    app = {
        "client_id": conf.required("MS365_CLIENT_ID"),
        "client_secret": conf.required("MS365_CLIENT_SECRET"),
        "redirect_uris": [MICROSOFT.callback_url()],
    }
    microsoft.control("seed", {"apps": [app]})
    return microsoft


def test_colleagues_travel_into_the_mailbox(jane, at):
    for name in ("Tom", "Una"):
        User.objects.create_user(name.lower(), f"{name.lower()}@bare.example", first_name=name)
    StaffSettings.objects.create(staff=jane, self_managed=True)
    session = {}
    departure = connect.begin(jane, jane, session)
    visitor = Visitor(MICROSOFT.callback_url())
    visitor.sign_in(departure.authorization_url, JANE, PASSWORD)
    visitor.submit("accept")
    visitor.session.close()
    connection = connect.finish(jane, session, visitor.came_back()).connection
    version = ContactSettings.objects.get(connection=connection).version
    configure(jane, connection, "contacts", {"status": "one_way"}, version)
    sync.approve(connection, ["contacts"], jane)
    report, _ = execute(connection.pk)
    assert report.kind("contacts").created == 2
    rows = at.look(f"mailbox/{JANE}")["contacts"]
    assert sorted(row["givenName"] for row in rows) == ["Tom", "Una"]
    tom = User.objects.get(username="tom")
    tom.first_name = "Tomás"
    tom.save()
    report, _ = execute(connection.pk)
    assert report.kind("contacts").updated == 1
    report, _ = execute(connection.pk)
    assert (report.requests, report.kind("contacts").writes_remote) == (1, 0)


def test_the_user_page_of_the_admin_has_the_tab_and_keeps_its_own_form(jane):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root", password="secret"))
    page = browser.get(reverse("admin:auth_user_change", args=[jane.pk])).content.decode()
    assert 'class="agentbox-tabs"' in page
    assert "Permissions" in page
    card = reverse("admin:auth_user_connections", args=[jane.pk])
    assert f'href="{card}"' in page
    assert browser.get(card).status_code == 200


def test_a_user_is_their_own_staff_record_and_manages_it_where_allowed(jane, at):
    browser = Client()
    browser.force_login(jane)
    assert browser.get(reverse("admin:auth_user_connections", args=[jane.pk])).status_code == 200
    other = User.objects.create_user("tom")
    assert browser.get(reverse("admin:auth_user_connections", args=[other.pk])).status_code == 404
    address = reverse("agentbox_sync:connect", args=[jane.pk])
    assert browser.post(address, {"provider": "microsoft"}).status_code == 404
    StaffSettings.objects.create(staff=jane, self_managed=True)
    assert browser.post(address, {"provider": "microsoft"}).status_code == 200


@pytest.mark.parametrize("missing", ["MS365_CLIENT_ID", "MS365_CLIENT_SECRET", "MS365_TOKEN_KEYS"])
def test_without_microsofts_values_connect_ends_in_a_sentence(missing, jane, monkeypatch):
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    StaffSettings.objects.create(staff=jane, self_managed=True)
    browser = Client()
    browser.force_login(jane)
    address = reverse("agentbox_sync:connect", args=[jane.pk])
    answer = browser.post(address, {"provider": "microsoft"}, follow=True)
    assert answer.status_code == 200
    assert str(LANDINGS["configuration"].sentence) in html.unescape(answer.content.decode())
    assert not Connection.objects.exists()


def test_a_user_who_is_deleted_is_disconnected(jane, at):
    connection = Connection.objects.create(
        staff=jane,
        tenant_id="t",
        object_id="o",
        tokens="secret",
        connected_by=jane,
        connected_at=jane.date_joined,
    )
    jane.delete()
    connection.refresh_from_db()
    assert (connection.state, connection.tokens, connection.staff_id) == ("disconnected", "", None)
