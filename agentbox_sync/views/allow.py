"""Letting a staff member manage their own settings: the checkbox on the card of a Master User."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.services import allow as allowing
from agentbox_sync.views.access import page, staff_for_master, to_card


@page
@require_http_methods(["GET", "HEAD", "POST"])
def allow(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Save the checkbox; Master Users alone."""
    staff = staff_for_master(request, staff_pk)
    if request.method == "POST":
        self_managed = "self_managed" in request.POST
        allowing.allow(request.user, staff, self_managed)
        said = (
            _("Saved. %(name)s may manage this card from now on.")
            if self_managed
            else _("Saved. %(name)s may look at this card, and not change it.")
        )
        messages.success(request, said % {"name": get_adapter().staff_name(staff)})
    return to_card(request, staff)
