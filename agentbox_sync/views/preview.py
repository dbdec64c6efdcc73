"""What a sync would do, and the go for exactly that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.core.groups import Group
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection
from agentbox_sync.services import go as going
from agentbox_sync.services import preview as previewing
from agentbox_sync.services import progress
from agentbox_sync.services.listing import shelves
from agentbox_sync.services.lookout import Lookout, Stage, look_out
from agentbox_sync.services.wording.foreseen import outlook_of
from agentbox_sync.services.wording.kinds import words_offered
from agentbox_sync.views.access import (
    card_address,
    is_live,
    managed_connection,
    page,
    to_card,
    to_preview,
    visible_connection,
)
from agentbox_sync.views.drawing import draw


@page
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show what a sync would do; a POST asks for it anew."""
    connection, standing = visible_connection(request, pk)
    if kind not in words_offered() or (request.method == "POST" and not standing.manages):
        raise Http404
    if not is_live(request, connection):
        return to_card(request, connection.staff)
    if request.method == "POST":
        previewing.ask(connection, [kind], request.user, anew=True)
        return to_preview(connection, kind)
    name = get_adapter().staff_name(connection.staff)
    found = look_out(connection, kind, standing, name)
    context = {
        "look": found,
        "connection": connection,
        "standing": standing,
        "kind": kind,
        "staff_name": name,
        "title": _("What would change in %(outlook)s") % {"outlook": outlook_of(name)},
        "card_address": card_address(request, connection.staff),
        "progress": progress.latest(connection) if found.stage is Stage.LOOKING else None,
        "shelves": _shelves(request, found),
    }
    return draw(request, "agentbox_sync/preview.html", context)


def _shelves(request: HttpRequest, found: Lookout) -> Any:
    if found.preview is None or not found.has_list:
        return ()
    given = {group: request.GET.get(group, "") for group in Group}
    # Nine digits are more rows than anybody has; a longer number would not fit the column.
    starts = {
        group: int(n) for group, n in given.items() if n.isascii() and n.isdigit() and len(n) < 10
    }
    return shelves(found.preview, starts)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def go(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say go to exactly the preview that the person has seen."""
    connection = managed_connection(request, pk)
    if kind not in words_offered():
        raise Http404
    if not is_live(request, connection):
        return to_card(request, connection.staff)
    if request.method != "POST":
        return to_preview(connection, kind)
    return _go(request, connection, kind)


def _go(request: HttpRequest, connection: Connection, kind: str) -> HttpResponse:
    try:
        going.go(request.user, connection, kind, request.POST.get("seen", ""))
    except going.Refused as refused:
        messages.warning(request, _REFUSALS[refused.why]())
        return to_preview(connection, kind)
    return to_card(request, connection.staff)


_REFUSALS = {
    going.Why.CHANGED: lambda: _(
        "Nothing was begun, because the settings were changed since. What they would do is being "
        "looked up; look at it, then say go."
    ),
    going.Why.STALE: lambda: _(
        "Nothing was begun, because both sides may have moved on since. What would change is being "
        "looked up again; look at it, then say go."
    ),
    going.Why.OVERTAKEN: lambda: _(
        "Nothing was begun, because it was looked up again meanwhile. This is what it shows now."
    ),
    going.Why.NOT_READY: lambda: _("Nothing was begun: there is nothing to say go to yet."),
    going.Why.GUARDED: lambda: _(
        "Nothing was begun: so much would be removed that a Master User has to look at it."
    ),
}
