"""From the admin's own sign-in to a synced mailbox, where allauth cannot even be imported."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from agentbox_sync.models import Connection, Run
from tests.builders.worker import work
from tests.contracts.emulated import JANE, PASSWORD
from tests.integration.oauth.visitor import Visitor
from tests.projects.bare.cases.journey import MICROSOFT, at

__all__ = ["at"]


def to(name, *arguments):
    return reverse(f"agentbox_sync:{name}", args=arguments)


@pytest.mark.parametrize("name", ["allauth", "allauth.account", "allauth.mfa.models"])
def test_allauth_is_neither_installed_nor_importable(name):
    assert not any("allauth" in app.name for app in apps.get_app_configs())
    with pytest.raises(ImportError):
        importlib.import_module(name)


def test_a_master_user_signs_in_connects_configures_and_syncs(transactional_db, at):
    jane = User.objects.create_user("jane", JANE, "secret", first_name="Jane")
    User.objects.create_user("tom", "tom@bare.example", first_name="Tom")
    User.objects.create_superuser("root", "root@bare.example", "secret")
    browser = Client(headers={"host": "localhost"})
    card = reverse("admin:auth_user_connections", args=[jane.pk])

    door = browser.get(card)
    assert door.url.startswith(reverse("admin:login"))
    entered = browser.post(door.url, {"username": "root", "password": "secret", "next": card})
    assert entered.url == card

    leaving = browser.post(to("connect", jane.pk), {"provider": "microsoft"})
    visitor = Visitor(MICROSOFT.callback_url())
    visitor.sign_in(leaving.context["departure"].authorization_url, JANE, PASSWORD)
    visitor.submit("accept")
    visitor.session.close()
    browser.get(to("callback"), visitor.came_back())
    connection = Connection.objects.get(state="connected")
    assert connection.connected_by.username == "root"

    form = browser.get(card).context["sections"][0]["form"]
    values = {**form.initial, "status": "one_way"}
    filled = {form.add_prefix(name): value for name, value in values.items()}
    browser.post(to("configure", connection.pk, "contacts"), filled)
    work()  # looks at what would happen
    preview = browser.get(to("preview", connection.pk, "contacts"))
    browser.post(to("go", connection.pk, "contacts"), {"seen": preview.context["look"].seal})
    work()
    rows = at.look(f"mailbox/{JANE}")["contacts"]
    assert {row["givenName"] for row in rows} >= {"Tom"}
    assert Run.objects.get(connection=connection).state == "finished"
    assert "Report of the last run" in browser.get(card).content.decode()
