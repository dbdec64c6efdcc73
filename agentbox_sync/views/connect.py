"""Connecting: leaving for Microsoft, coming back, and going apart again."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.core.errors import FixConfiguration, SyncError, TryLater
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models.connection import Provider
from agentbox_sync.permissions import is_offered
from agentbox_sync.services import connect as connecting
from agentbox_sync.services import disconnect as disconnecting
from agentbox_sync.services.card import load_staff, switched_on
from agentbox_sync.views import landing
from agentbox_sync.views.access import (
    card_address,
    managed_connection,
    page,
    to_card,
    visible_staff,
)
from agentbox_sync.views.drawing import draw

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def connect(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Answer a POST with a page that carries the link to Microsoft.

    Not a redirect: a host's ``form-action 'self'`` would silently stop it. A GET (somebody had to
    sign in to the CRM first) leads to the card.
    """
    staff, standing = visible_staff(request, staff_pk)
    if not standing.manages:
        raise Http404
    if request.method != "POST":
        return to_card(staff)
    provider = request.POST.get("provider", "")
    if provider not in Provider.values or not is_offered(provider, staff):
        landing.keep(request, staff.pk, "not_offered", {})
        return to_card(staff)
    try:
        departure = connecting.begin(request.user, staff, request.session)
    except SyncError as error:
        log.warning(
            "sign-in for staff %s could not begin: %s (%s)", staff.pk, error.code, error.next_step
        )
        landing.keep(request, staff.pk, _code_of(error), {})
        return to_card(staff)
    context = {
        "departure": departure,
        "staff_name": get_adapter().staff_name(staff),
        "card_address": card_address(staff),
        "title": _("Sign in at Microsoft"),
    }
    return draw(request, "agentbox_sync/departure.html", context)


def _code_of(error: SyncError) -> str:
    if isinstance(error, FixConfiguration):
        return "configuration"
    return "unreachable" if isinstance(error, TryLater) else "unknown"


@require_safe
@page
def callback(request: HttpRequest) -> HttpResponse:
    """Take what Microsoft sent, and go on to the card, where a banner says how it ended."""
    ended = connecting.finish(request.user, request.session, request.GET.dict())
    staff = load_staff(str(ended.staff_pk)) if ended.staff_pk is not None else None
    if staff is None:
        own = get_adapter().staff_for_user(request.user)
        context = {
            "title": _("This sign-in is not known here"),
            "way_back": card_address(own) if own is not None else "/",
            "way_back_label": _("My staff card") if own is not None else _("Back to the CRM"),
        }
        return draw(request, "agentbox_sync/unknown.html", context, status=400)
    is_renewed = ended.connection is not None and bool(switched_on(ended.connection))
    code = "renewed" if is_renewed and not ended.code else ended.code
    landing.keep(request, staff.pk, code, ended.parameters)
    return to_card(staff)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what disconnecting means, then do it."""
    connection = managed_connection(request, pk)
    name = get_adapter().staff_name(connection.staff)
    if not connection.is_live:
        messages.info(request, _("%(name)s is not connected any more.") % {"name": name})
        return to_card(connection.staff)
    if request.method == "POST":
        disconnecting.disconnect(request.user, connection)
        messages.success(
            request,
            _("%(name)s is disconnected. What is in Exchange stayed there.") % {"name": name},
        )
        return to_card(connection.staff)
    context = {
        "connection": connection,
        "staff_name": name,
        "staff_key": quote(connection.staff_id),
        "card_address": card_address(connection.staff),
        "title": _("Disconnect %(name)s?") % {"name": name},
    }
    return draw(request, "agentbox_sync/disconnect.html", context)
