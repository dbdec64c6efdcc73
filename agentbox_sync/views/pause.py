"""Pausing a connection, and resuming it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from agentbox_sync.services import pause as pausing
from agentbox_sync.views.access import is_live, managed_connection, page, to_card


@page
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nothing be read or written; the card says so, and who wanted it."""
    connection = managed_connection(request, pk)
    if request.method == "POST" and is_live(request, connection):
        pausing.pause(connection, request.user)
    return to_card(request, connection.staff)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where the pause began; the card shows how."""
    connection = managed_connection(request, pk)
    if request.method == "POST" and is_live(request, connection):
        pausing.resume(connection, request.user)
    return to_card(request, connection.staff)
