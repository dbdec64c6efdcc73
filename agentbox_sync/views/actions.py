"""The buttons of a connected card, and the question how far a run is."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.permissions import can_let_go
from agentbox_sync.services import preview, progress, review, sync
from agentbox_sync.services.card import load_review, not_approved, switched_on
from agentbox_sync.views.access import (
    can_begin,
    is_live,
    managed_connection,
    page,
    to_card,
    to_preview,
    visible_connection,
)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def synchronise(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a run of the kinds that were named; the card shows how it goes on."""
    connection = managed_connection(request, pk)
    if request.method == "POST" and is_live(request, connection):
        asked = request.POST.getlist("kind")
        kinds = [kind for kind in switched_on(connection) if kind in asked]
        if not can_begin(request, connection):
            pass  # the person has been told
        elif kinds:
            undecided = not_approved(connection, kinds)
            if approved := [kind for kind in kinds if kind not in undecided]:
                sync.ask(connection, approved, user=request.user)
            if undecided:
                preview.ask(connection, undecided, request.user)
                return to_preview(connection, undecided[0])
        else:
            messages.warning(request, _("Choose a Sync Status other than Disabled first."))
    return to_card(request, connection.staff)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let exactly one list of removals go; Master Users alone."""
    if not can_let_go(request.user):
        raise Http404
    stop = load_review(pk)
    if stop is None:
        raise Http404
    if request.method == "POST" and is_live(request, stop.connection):
        review.let_go(request.user, stop)
        messages.success(
            request, _("This list, and no other, is removed from Exchange with the next run.")
        )
    return to_card(request, stop.connection.staff)


@page
@require_safe
def ask_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer as JSON how far the newest run of a connection is."""
    connection, _standing = visible_connection(request, pk)
    return JsonResponse(progress.latest(connection).as_json())
