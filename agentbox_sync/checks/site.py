"""The site around us: sessions, addresses, the staff card in the admin."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.contrib.admin.sites import all_sites
from django.contrib.sessions.backends import signed_cookies
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.urls import NoReverseMatch, reverse

from agentbox_sync import conf
from agentbox_sync.checks.staff import find_staff_model


@register("agentbox_sync")
def check_sessions(**_: Any) -> list[CheckMessage]:
    """What a sign-in at Microsoft must come back to is kept here, and comes back."""
    found: list[CheckMessage] = []
    if _keeps_sessions_in_cookies():
        found.append(
            Error(
                "Sessions are kept in cookies: the secrets of a sign-in would leave this server, "
                "and could be used twice.",
                hint='SESSION_ENGINE = "django.contrib.sessions.backends.db"',
                id="agentbox_sync.E060",
            )
        )
    if str(conf.host("SESSION_COOKIE_SAMESITE")).lower() == "strict":
        found.append(
            Error(
                "SESSION_COOKIE_SAMESITE is Strict: who comes back from Microsoft would not be "
                "signed in here.",
                hint='SESSION_COOKIE_SAMESITE = "Lax"',
                id="agentbox_sync.E061",
            )
        )
    return found


@register("agentbox_sync")
def check_addresses(**_: Any) -> list[CheckMessage]:
    """Our addresses are among the site's."""
    try:
        reverse("agentbox_sync:callback")
    except NoReverseMatch:
        return [
            Error(
                "The addresses of agentbox_sync are not among those of the site.",
                hint='path("connections/", include("agentbox_sync.urls")),',
                id="agentbox_sync.E062",
            )
        ]
    return []


@register("agentbox_sync")
def check_card(**_: Any) -> list[CheckMessage]:
    """The staff model's admin shows the Connections tab."""
    staff = find_staff_model()
    if staff is None or check_addresses():
        return []  # with the addresses comes what a host's URLconf does to its admin
    admins = [site.get_model_admin(staff) for site in all_sites if site.is_registered(staff)]
    # By what the tab adds: admin classes stand above us.
    if any(hasattr(admin, "connections_view") for admin in admins):
        return []
    name = staff.__name__
    if not admins:
        return [
            Caution(
                f"{staff._meta.label} is not in the admin, so nobody can open its card.",
                hint=f"admin.site.register({name}, ...)",
                id="agentbox_sync.W064",
            )
        ]
    return [
        Caution(
            f"The admin of {staff._meta.label} has no Connections tab.",
            hint="from agentbox_sync.admin import ConnectionsTabMixin, add_connections_tab\n"
            f"class {name}Admin(ConnectionsTabMixin, admin.ModelAdmin): ...\n"
            f"or, for an admin class that is not yours: add_connections_tab({name})",
            id="agentbox_sync.W063",
        )
    ]


def _keeps_sessions_in_cookies() -> bool:
    try:
        engine = import_module(conf.host("SESSION_ENGINE"))
        return issubclass(engine.SessionStore, signed_cookies.SessionStore)
    except (ImportError, AttributeError, TypeError):
        return False  # no engine at all: Django says so itself
