"""The tab on the host's own change page, whatever else the host put there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.test import Client, RequestFactory
from django.urls import path, reverse

from agentbox_sync.admin import ConnectionsTabMixin, add_connections_tab
from agentbox_sync.contrib.reference_crm.models import Staff
from tests.builders.crm import a_login
from tests.integration.card.pages import card_of


def details_of(staff: Staff) -> str:
    return reverse("admin:agentbox_crm_staff_change", args=[staff.pk])


def tabs_in(page: Any) -> int:
    return page.content.decode().count('class="agentbox-tabs"')


def test_both_pages_lead_to_each_other(jane: Staff, master: Client) -> None:
    details, card = master.get(details_of(jane)), master.get(card_of(jane))
    for page, here in ((details, details_of(jane)), (card, card_of(jane))):
        tabs = page.content.decode().split('class="agentbox-tabs"')[1].split("</nav>")[0]
        assert tabs_in(page) == 1
        assert f'href="{details_of(jane)}"' in tabs
        assert f'href="{card_of(jane)}"' in tabs
        assert tabs.split('aria-current="page"')[0].rstrip().endswith(f'href="{here}"')


def test_there_is_no_tab_on_the_add_page_nor_in_a_popup(jane: Staff, master: Client) -> None:
    assert tabs_in(master.get(reverse("admin:agentbox_crm_staff_add"))) == 0
    assert tabs_in(master.get(details_of(jane), {"_popup": "1"})) == 0


def test_the_tab_stays_when_the_host_shows_its_form_again(jane: Staff, master: Client) -> None:
    page = master.post(details_of(jane), {"first_name": ""})
    assert page.status_code == 200
    assert tabs_in(page) == 1


def test_a_colleagues_page_shows_no_tab_that_would_lead_nowhere(
    jane: Staff, janes_browser: Client
) -> None:
    tom = Staff.objects.create(first_name="Tom", email="tom@x.example", office=jane.office)
    assert tabs_in(janes_browser.get(details_of(tom))) == 0
    assert tabs_in(janes_browser.get(details_of(jane))) == 1


def test_a_staff_model_that_is_nobodys_has_no_card(master: Client) -> None:
    assert (
        master.get(reverse("admin:index") + "agentbox_crm/staff/none/connections/").status_code
        == 404
    )


# ------------------------------------------------------------ hosts that we have never seen


class LikeImportExport:
    """django-import-export sets the one attribute that a template is named by."""

    change_form_template = "exporting/change_form.html"

    def change_view(self, request: Any, object_id: str, **kwargs: Any) -> Any:
        return super().change_view(request, object_id, **kwargs)  # type: ignore[misc]


class LikeSimpleHistory:
    """django-simple-history wraps render_change_form and adds addresses of its own."""

    def get_urls(self) -> list[Any]:
        history = path("<path:object_id>/history/<int:version>/", self.no_page, name="version")
        return [history, *super().get_urls()]  # type: ignore[misc]

    def no_page(self, request: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def render_change_form(self, request: Any, context: dict[str, Any], **kwargs: Any) -> Any:
        context["history"] = "kept"
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc]


EXPORTING = (
    '{% extends "admin/change_form.html" %}'
    "{% block object-tools-items %}<li>Export</li>{{ block.super }}{% endblock %}"
)
PROJECT = (
    '{% extends "exporting/change_form.html" %}'
    "{% block content %}<p>{{ history }}</p>{{ block.super }}{% endblock %}"
)


@pytest.fixture
def templates(settings: Any) -> None:
    """The templates of such a host."""
    engine = dict(settings.TEMPLATES[0])
    own = {"exporting/change_form.html": EXPORTING, "project/change_form.html": PROJECT}
    loaders = [
        ("django.template.loaders.locmem.Loader", own),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    engine["APP_DIRS"] = False
    engine["OPTIONS"] = {**engine["OPTIONS"], "loaders": loaders}
    settings.TEMPLATES = [engine]


@pytest.mark.parametrize(
    "bases",
    [
        (ConnectionsTabMixin, LikeImportExport, LikeSimpleHistory, admin.ModelAdmin),
        (ConnectionsTabMixin, LikeSimpleHistory, LikeImportExport, admin.ModelAdmin),
    ],
    ids=["export first", "history first"],
)
@pytest.mark.parametrize("given", ["exporting/change_form.html", "project/change_form.html", None])
def test_the_hosts_own_page_stays_around_the_tab(
    bases: tuple[type, ...], given: str | None, jane: Staff, templates: None
) -> None:
    body = {} if given is None else {"change_form_template": given}
    model_admin = type("HostAdmin", bases, body)(Staff, admin.site)
    request = RequestFactory().get(details_of(jane))
    request.user = a_login(None, is_superuser=True)
    page = model_admin.change_view(request, str(jane.pk)).render()
    assert tabs_in(page) == 1
    assert "<li>Export</li>" in page.content.decode()
    assert ("<p>kept</p>" in page.content.decode()) is (given == "project/change_form.html")


def test_a_model_that_is_registered_already_gets_the_tab(jane: Staff) -> None:
    site = admin.AdminSite(name="elsewhere")
    site.register(User, UserAdmin)
    site.register(Group)
    add_connections_tab(User, site)
    add_connections_tab(User, site)
    given = site.get_model_admin(User)
    assert isinstance(given, ConnectionsTabMixin)
    assert isinstance(given, UserAdmin)
    assert given.fieldsets == UserAdmin.fieldsets
    assert [url.name for url in given.get_urls()].count("auth_user_connections") == 1
    assert not isinstance(site.get_model_admin(Group), ConnectionsTabMixin)


@pytest.mark.parametrize("key", ["a/b", "9b2f6c0e-5b62-4a35-8a76-0d6a3a1f4a10", "Ä_ö"])
def test_the_address_of_a_card_holds_any_key(key: str) -> None:
    staff = Staff(pk=key)
    address = admin.site.get_model_admin(Staff).connections_address(staff)
    assert quote(key) in address or "%" in address
    assert address.count("/") == card_of(Staff(pk=1)).count("/")
