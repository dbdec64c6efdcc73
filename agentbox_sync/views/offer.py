"""Where Microsoft 365 is offered: one page of switches for Master Users."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models.connection import Provider
from agentbox_sync.permissions import is_master_user
from agentbox_sync.services import offer as offering
from agentbox_sync.services.offer import Place
from agentbox_sync.views.access import card_address, page, to_card, visible_staff
from agentbox_sync.views.drawing import draw

ANSWERS = {"on": True, "off": False, "site": None}


@page
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Show the switches and save them; ``back`` names the card that the reader came from."""
    if not is_master_user(request.user):
        raise Http404
    back = request.POST.get("back", "") or request.GET.get("back", "")
    staff = visible_staff(request, back)[0] if back else None
    if request.method == "POST":
        offering.offer(request.user, _chosen(request))
        messages.success(request, _("Saved."))
        if staff is not None:
            return to_card(request, staff)
        return HttpResponseRedirect(reverse("agentbox_sync:offer"))
    site, *offices = offering.switchboard()
    own = get_adapter().office_of(staff) if staff is not None else None
    context: dict[str, Any] = {
        "title": _("Where %(provider)s is offered") % {"provider": Provider.MICROSOFT.label},
        "provider": Provider.MICROSOFT.label,
        "site": site,
        "offices": [(place, place.key == own) for place in offices],
        "back": back,
        "overview_address": reverse("agentbox_sync:overview"),
    }
    if staff is not None:
        context["card_address"] = card_address(request, staff)
        context["staff_name"] = get_adapter().staff_name(staff)
    return draw(request, "agentbox_sync/offer.html", context)


def _chosen(request: HttpRequest) -> dict[str, bool | None]:
    """Return what was chosen, by office key; what is no answer changes nothing."""
    chosen: dict[str, bool | None] = {}
    for place in offering.switchboard():
        answer = request.POST.get(name_of(place), "")
        if answer in ANSWERS and not (answer == "site" and place.key == offering.WHOLE_SITE):
            chosen[place.key] = ANSWERS[answer]
    return chosen


def name_of(place: Place) -> str:
    """Return the name of a switch in the form."""
    return f"office-{place.key}" if place.key else "site"
