"""Saving the settings of one kind; what cannot be saved comes back as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.forms import FORMS, KindForm
from agentbox_sync.forms.questions import Difference
from agentbox_sync.host.registry import offered
from agentbox_sync.models import Connection, KindSettings
from agentbox_sync.services import configure as configuring
from agentbox_sync.views.access import (
    card_address,
    is_live,
    page,
    to_card,
    visible_connection,
)
from agentbox_sync.views.card import card_context
from agentbox_sync.views.drawing import draw


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that was not saved, and why: answers that cannot stand, or another window."""

    form: KindForm
    differences: tuple[Difference, ...] = ()


@page
@require_http_methods(["GET", "HEAD", "POST"])
def configure(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Save the settings of one kind, or show again what was typed and what is in the way."""
    connection, standing = visible_connection(request, pk)
    if not standing.manages or kind not in FORMS or kind not in offered():
        raise Http404
    returned = None
    if request.method == "POST" and is_live(request, connection):
        returned = _save(request, connection, kind)
    if returned is None:
        return to_card(request, connection.staff)
    context = card_context(request, connection.staff, standing, returned)
    context |= {
        "title": _("Connections"),
        "staff_name": context["card"].staff_name,
        "card_address": card_address(request, connection.staff),
    }
    return draw(request, "agentbox_sync/returned.html", context)


def _save(request: HttpRequest, connection: Connection, kind: str) -> Returned | None:
    form_of = FORMS[kind]
    settings = configuring.current(connection, kind)
    form = form_of(settings, request.POST)
    if not form.is_valid():
        return Returned(form)
    version = form.cleaned_data["version"]
    try:
        saved = configuring.configure(request.user, connection, kind, form.values, version)
    except configuring.Stale:
        now = configuring.current(connection, kind)
        mine = form_of.taking(now, request.POST, now.version)
        if not mine.is_valid():
            return Returned(mine)
        if differences := mine.differences(form_of(now)):
            return Returned(mine, tuple(differences))
        saved = now  # somebody saved exactly this meanwhile
    messages.success(request, _told(saved))
    return None


def _told(saved: KindSettings) -> str:
    if not saved.is_on:
        return _("Saved. Nothing is synced while the status is Disabled.")
    if saved.is_approved:
        return _("Saved.")
    return _("Saved. What would change is being looked up; nothing is written before you say go.")
