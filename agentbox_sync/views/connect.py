"""Connecting: leaving for Microsoft, and coming back."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.core.errors import FixConfiguration, SyncError, TryLater
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models.connection import Provider
from agentbox_sync.permissions import is_offered
from agentbox_sync.services import confirm as confirming
from agentbox_sync.services import connect as connecting
from agentbox_sync.services.bind import Landing
from agentbox_sync.services.card import load_staff, switched_on
from agentbox_sync.services.microsoft import CLOUD_LACKS
from agentbox_sync.services.organisation import approve
from agentbox_sync.views import landing, organisation
from agentbox_sync.views.access import (
    card_address,
    page,
    to_card,
    visible_staff,
)
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.reticence import reticent, taken_query

log = logging.getLogger(__name__)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Answer a POST with a page that carries the link to Microsoft.

    Not a redirect: a host's ``form-action 'self'`` would silently stop it. A GET (somebody had to
    sign in to the CRM first) leads to the card.
    """
    staff, standing = visible_staff(request, staff_pk)
    if not standing.manages:
        raise Http404
    if request.method != "POST":
        return to_card(request, staff)
    return depart(request, staff, request.POST.get("provider", ""))


def depart(request: HttpRequest, staff: Any, provider: str, invitation: str = "") -> HttpResponse:
    """Return the page that leads to Microsoft, or go back to the card where that is in vain."""
    if provider not in Provider.values or not is_offered(provider, staff):
        landing.keep(request, staff.pk, "not_offered", {})
        return to_card(request, staff)
    try:
        departure = connecting.begin(request.user, staff, request.session, invitation)
    except SyncError as error:
        log.warning(
            "sign-in for staff %s could not begin: %s (%s)", staff.pk, error.code, error.next_step
        )
        landing.keep(request, staff.pk, _code_of(error), {})
        return to_card(request, staff)
    context = {
        "departure": departure,
        "staff_name": get_adapter().staff_name(staff),
        "card_address": card_address(request, staff),
        "title": _("Sign in at Microsoft"),
    }
    return draw(request, "agentbox_sync/departure.html", context)


def _code_of(error: SyncError) -> str:
    if error.code == CLOUD_LACKS:
        return CLOUD_LACKS
    if isinstance(error, FixConfiguration):
        return "configuration"
    return "unreachable" if isinstance(error, TryLater) else "unknown"


@transaction.non_atomic_requests  # Microsoft is asked for what the answer stands for
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Take what Microsoft sent, and go on to the card, where a banner says how it ended.

    An administrator who approved the CRM need not be anybody here: told so, then asked to sign in.
    """
    reticent(request)
    query = taken_query(request)
    is_approved = connecting.is_approval(query) and "error" not in query
    if is_approved and not request.user.is_authenticated:
        messages.info(
            request,
            _(
                "If you have just approved the CRM at Microsoft, that is done, and you may close "
                "this page. Whoever sent you the link presses Connect next."
            ),
        )
    return _callback(request, query)


@page
@require_safe
def _callback(request: HttpRequest, query: dict[str, str]) -> HttpResponse:
    if approve.is_answer(query):
        return organisation.came_back(request, query)
    ended = connecting.finish(request.user, request.session, query)
    if ended.code == confirming.QUESTION:
        return HttpResponseRedirect(
            reverse("agentbox_sync:confirm", args=[ended.parameters["key"]])
        )
    return _land(request, ended, query)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether an account that the card does not know is the right one; "no" unless told."""
    held = confirming.look_up(request.user, request.session, key)
    staff = load_staff(held.kept["staff"]) if held is not None else None
    if held is None or staff is None:
        raise Http404
    if request.method == "POST":
        keep = request.POST.get("answer", "") == "keep"
        ended = connecting.answer(request.user, request.session, key, keep=keep)
        if ended is None:
            raise Http404
        return _land(request, ended, {})
    adapter = get_adapter()
    context = {
        "title": _("Is this the right account?"),
        "held": held,
        "staff_name": adapter.staff_name(staff),
        "expected_address": adapter.staff_address(staff),
        "card_address": card_address(request, staff),
    }
    return draw(request, "agentbox_sync/confirm_account.html", context)


@transaction.non_atomic_requests  # Microsoft may be asked where its pages are
@page
@require_safe
def help_page(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Show what helps when connecting does not work, with the approval link."""
    staff, standing = visible_staff(request, staff_pk)
    adapter = get_adapter()
    link = connecting.approval_link()
    words = {
        "subject": _("Please approve the CRM in Microsoft 365"),
        "body": _(
            "Please open this link, sign in as the administrator of our Microsoft 365 and accept. "
            "It lets our staff connect their own accounts to the CRM:"
        )
        + f"\n\n{link}\n",
    }
    context = {
        "title": _("When connecting does not work"),
        "standing": standing,
        "staff_name": adapter.staff_name(staff),
        "expected_address": adapter.staff_address(staff),
        "approval_link": link,
        "approval_mail": "mailto:?" + urlencode(words, quote_via=quote) if link else "",
        "card_address": card_address(request, staff),
    }
    return draw(request, "agentbox_sync/help.html", context)


def _land(request: HttpRequest, ended: Landing, query: dict[str, str]) -> HttpResponse:
    staff = load_staff(str(ended.staff_pk)) if ended.staff_pk is not None else None
    if staff is None:
        is_approval = connecting.is_approval(query)
        own = get_adapter().staff_for_user(request.user)
        context = {
            "title": _("Approval at Microsoft")
            if is_approval
            else _("This sign-in is not known here"),
            "is_approval": is_approval,
            "is_declined": "error" in query,
            "way_back": card_address(request, own) if own is not None else "/",
            "way_back_label": _("My staff card") if own is not None else _("Back to the CRM"),
        }
        return draw(
            request, "agentbox_sync/unknown.html", context, status=200 if is_approval else 400
        )
    code = ended.code
    if not code and ended.connection is not None and switched_on(ended.connection):
        code = "renewed_paused" if ended.connection.is_paused else "renewed"
    landing.keep(request, staff.pk, code, ended.parameters)
    return to_card(request, staff)
