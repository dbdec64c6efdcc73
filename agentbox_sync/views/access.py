"""The doors of every page: who is there, may they, and where else they are sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import admin, messages
from django.contrib.admin import sites
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from agentbox_sync.models import AuditEntry, Connection
from agentbox_sync.permissions import (
    Standing,
    is_master_user,
    own_staff,
    standing,
    standing_on_own,
)
from agentbox_sync.services.card import can_run, load_connection, load_staff
from agentbox_sync.views.reticence import reticent

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Send anonymous visitors to sign in, whatever they asked for, and keep nothing in caches."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reticent(request)
        if not request.user.is_authenticated:
            return sign_in(request)
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to the host's sign-in, or to the admin's where LOGIN_URL leads nowhere.

    Only the path is carried along: a query may hold what Microsoft sent (code and state).
    """
    answer = redirect_to_login(request.path)
    target = urlsplit(answer.url)
    if target.netloc or _leads_somewhere(target.path):
        return answer
    return redirect_to_login(request.path, reverse("admin:login"))


def _leads_somewhere(path: str) -> bool:
    prefix = get_script_prefix()
    try:
        resolve("/" + path.removeprefix(prefix).lstrip("/"))
    except Resolver404:
        return False
    return True


def visible_staff(request: HttpRequest, quoted_pk: str) -> tuple[Any, Standing]:
    """Return a staff record and what the reader is to it; Http404 for forbidden and absent."""
    key = unquote(quoted_pk)
    if is_master_user(request.user):
        staff, found = load_staff(key), Standing(is_master=True)
    else:
        # Others' records are not even looked for, so that forbidden and absent cannot differ.
        own = own_staff(request.user)
        staff = own if own is not None and str(own.pk) == key else None
        found = standing_on_own(staff) if staff is not None else Standing()
    if staff is None:
        raise Http404
    return staff, found


def visible_connection(request: HttpRequest, pk: int) -> tuple[Connection, Standing]:
    """Return a connection and what the reader is to it; Http404 for forbidden and absent."""
    connection = load_connection(pk)
    found = standing(request.user, connection.staff) if connection is not None else Standing()
    if connection is None or not found.sees:
        raise Http404
    return connection, found


def staff_for_master(request: HttpRequest, quoted_pk: str) -> Any:
    """Return a staff record for a Master User; Http404 for everybody else and for absent."""
    staff, found = visible_staff(request, quoted_pk)
    if not found.is_master:
        raise Http404
    return staff


def managed_connection(request: HttpRequest, pk: int) -> Connection:
    """Return a connection that the reader may change; Http404 for forbidden and absent."""
    connection, found = visible_connection(request, pk)
    if not found.manages:
        raise Http404
    return connection


def card_address(request: HttpRequest, staff: Any) -> str:
    """Return the address of the card for this reader: the tab in the admin, else our own page.

    Our own page is for whoever may not enter an admin that has the tab.
    """
    # Not type(staff): where users are the staff, a host may return the lazy request.user.
    model = staff._meta.model
    # The site named "admin" first: redirects should not depend on a WeakSet.
    for site in sorted(sites.all_sites, key=lambda site: (site is not admin.site, site.name)):
        if not site.is_registered(model) or not site.has_permission(request):
            continue
        address = getattr(site.get_model_admin(model), "connections_address", None)
        if address is None:
            continue
        try:
            return str(address(staff))
        except NoReverseMatch:
            continue  # registered with a site that has no place in the URLs
    return reverse("agentbox_sync:card", args=[quote(staff.pk)])


def trail_address(request: HttpRequest, staff: Any) -> str:
    """Return where the admin tells who did what on a card; empty for whoever may not enter it."""
    if not admin.site.has_permission(request):
        return ""
    try:
        address = reverse("admin:agentbox_sync_auditentry_changelist")
    except NoReverseMatch:
        return ""  # a host whose admin has another name, or none
    key = AuditEntry._meta.get_field("staff").target_field.name
    return f"{address}?{urlencode({f'staff__{key}__exact': staff.pk})}"


def to_preview(connection: Connection, kind: str) -> HttpResponseRedirect:
    """Redirect to the page that shows what would change."""
    return HttpResponseRedirect(reverse("agentbox_sync:preview", args=[connection.pk, kind]))


def to_card(request: HttpRequest, staff: Any) -> HttpResponseRedirect:
    """Redirect to the card; the address is our own, never one from the request."""
    return HttpResponseRedirect(card_address(request, staff))


def is_live(request: HttpRequest, connection: Connection) -> bool:
    """Tell whether the account is still connected; where it is not, the person is told."""
    if not connection.is_live:
        messages.warning(request, _("Nothing was done, because this account is disconnected."))
    elif connection.is_leaving:
        messages.warning(
            request, _("Nothing was done, because this account is being disconnected.")
        )
    return connection.is_live and not connection.is_leaving


def can_begin(request: HttpRequest, connection: Connection) -> bool:
    """Tell whether a run would begin; where it would not, the person is told what comes first."""
    if connection.is_paused:
        messages.warning(
            request, _("Nothing was begun, because syncing is paused. Resume it first.")
        )
    elif not can_run(connection):
        messages.warning(request, _("Nothing was begun, because Microsoft needs a sign-in first."))
    return can_run(connection)
