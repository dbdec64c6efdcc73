"""Invitations: a Master User makes one, and the staff member follows its link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Invitation
from agentbox_sync.permissions import is_master_user
from agentbox_sync.services import invite as inviting
from agentbox_sync.views import landing
from agentbox_sync.views.access import card_address, page, staff_for_master, to_card
from agentbox_sync.views.connect import depart
from agentbox_sync.views.drawing import draw

MAIL, LINK, WITHDRAW = "mail", "link", "withdraw"


@page
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Offer to send or to copy a link, and show it once; Master Users alone.

    The link is in no database, so that the answer to the POST is the one place to copy it from.
    """
    staff = staff_for_master(request, staff_pk)
    adapter = get_adapter()
    name, address = adapter.staff_name(staff), adapter.staff_address(staff)
    link, way = "", request.POST.get("way", "") if request.method == "POST" else ""
    if way == WITHDRAW:
        if inviting.withdraw(request.user, staff):
            messages.success(request, _("The invitation was withdrawn; its link is worthless."))
        return to_card(request, staff)
    has_login = adapter.has_login(staff)
    if has_login and (way == LINK or (way == MAIL and address)):
        made, link = inviting.invite(request.user, staff)
        if way == MAIL and _is_sent(request, made, link, staff):
            messages.success(request, _("The invitation was sent to %(name)s.") % {"name": name})
            return to_card(request, staff)
    context: dict[str, Any] = {
        "title": _("Invite %(name)s to connect") % {"name": name},
        "staff": staff,
        "staff_name": name,
        "address": address,
        "has_login": has_login,
        "open": inviting.current(staff),
        "link": link,
        "card_address": card_address(request, staff),
    }
    return draw(request, "agentbox_sync/invite.html", context)


def _is_sent(request: HttpRequest, made: Invitation, link: str, staff: Any) -> bool:
    try:
        inviting.send(request.user, made, link, staff)
    except inviting.NotSent:
        messages.error(
            request,
            _("The mail server of the CRM did not take the message. Copy the link instead."),
        )
        return False
    return True


@page
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the staff member who was invited begin; Http404 for everybody else and a wrong link."""
    found = inviting.find(token)
    if found is None:
        raise Http404
    if not inviting.is_for(request.user, found):
        if not is_master_user(request.user):
            raise Http404
        name = get_adapter().staff_name(found.staff)
        messages.info(request, _("This invitation is for %(name)s alone.") % {"name": name})
        return to_card(request, found.staff)
    if not inviting.is_invited(request.user, found.staff, str(found.pk)):
        landing.keep(request, found.staff_id, "invitation_over", {})
        return to_card(request, found.staff)
    if request.method == "POST":
        return depart(request, found.staff, found.provider, invitation=str(found.pk))
    adapter = get_adapter()
    context = {
        "title": _("Connect your Microsoft 365 account"),
        "invitation": found,
        "staff_name": adapter.staff_name(found.staff),
        "expected_address": adapter.staff_address(found.staff),
        "card_address": card_address(request, found.staff),
    }
    return draw(request, "agentbox_sync/invitation.html", context)
