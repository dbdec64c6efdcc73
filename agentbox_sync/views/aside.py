"""What was set aside, and trying it again."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection
from agentbox_sync.services import aside, retry, tallies
from agentbox_sync.services.waiting import ids
from agentbox_sync.views.access import (
    can_begin,
    card_address,
    is_live,
    managed_connection,
    page,
    to_card,
    visible_connection,
)
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.reviews import number


@page
@require_safe
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page of what was set aside, with the reasons."""
    connection, standing = visible_connection(request, pk)
    if not is_live(request, connection):
        return to_card(request, connection.staff)
    after = number(request.GET.get("after", ""))
    total = tallies.totals(tallies.of(connection))["set_aside"]
    context = {
        "connection": connection,
        "staff_name": get_adapter().staff_name(connection.staff),
        "card_address": card_address(request, connection.staff),
        "title": _("Set aside"),
        "manages": standing.manages,
        "leaf": aside.page_of(connection, after),
        "after": after,
        "total": total,
    }
    return draw(request, "agentbox_sync/aside.html", context)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again one, the ticked ones, or all; the list says what came of it."""
    connection = managed_connection(request, pk)
    if not is_live(request, connection):
        return to_card(request, connection.staff)
    if request.method == "POST" and can_begin(request, connection):
        done = _retried(request, connection)
        for is_good, sentence in aside.told_again(done.number, done.over, done.off):
            (messages.success if is_good else messages.warning)(request, sentence)
    after = number(request.POST.get("after", ""))
    address = reverse("agentbox_sync:set_aside", args=[connection.pk])
    return HttpResponseRedirect(address + (f"?{urlencode({'after': after})}" if after else ""))


def _retried(request: HttpRequest, connection: Connection) -> retry.Retried:
    if "all" in request.POST:
        return retry.retry_all(request.user, connection)
    pressed = request.POST.getlist("one") or request.POST.getlist("ticked")
    return retry.retry(request.user, connection, ids(pressed))
