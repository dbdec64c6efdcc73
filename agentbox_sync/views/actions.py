"""The buttons of a connected card, and the question how far a run is."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.forms import FORMS
from agentbox_sync.models import Connection
from agentbox_sync.permissions import can_let_go
from agentbox_sync.services import configure as configuring
from agentbox_sync.services import progress, review, sync
from agentbox_sync.services.card import can_run, load_review, switched_on
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.views.access import managed_connection, page, to_card, visible_connection


@require_http_methods(["GET", "HEAD", "POST"])
@page
def configure(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Save the settings of one kind."""
    connection = managed_connection(request, pk)
    if kind not in FORMS:
        raise Http404
    if request.method == "POST" and _is_live(request, connection):
        _save(request, connection, kind)
    return to_card(connection.staff)


def _save(request: HttpRequest, connection: Connection, kind: str) -> None:
    form = FORMS[kind](request.POST, prefix=kind)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved. Choose one answer to each question."))
        return
    version = form.cleaned_data["version"]
    try:
        saved = configuring.configure(request.user, connection, kind, form.values, version)
    except configuring.Stale:
        messages.warning(
            request,
            _(
                "Nothing was saved, because these settings were changed in another window "
                "meanwhile. What you see now is what is saved; change it again if you still want "
                "to."
            ),
        )
        return
    if saved.is_on and not saved.is_approved:
        messages.success(
            request,
            _("Saved. Press %(button)s to begin: nothing is written before.")
            % {"button": WORDS[kind].sync_label},
        )
    elif not saved.is_on:
        messages.success(request, _("Saved. Nothing is synced while the status is Disabled."))
    else:
        messages.success(request, _("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def synchronise(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a run of the kinds that were named; the card shows how it goes on."""
    connection = managed_connection(request, pk)
    if request.method == "POST" and _is_live(request, connection):
        asked = request.POST.getlist("kind")
        kinds = [kind for kind in switched_on(connection) if kind in asked]
        if not can_run(connection):
            messages.warning(
                request, _("Nothing was begun, because Microsoft needs a sign-in first.")
            )
        elif kinds:
            sync.ask(connection, kinds, user=request.user)
        else:
            messages.warning(request, _("Choose a Sync Status other than Disabled first."))
    return to_card(connection.staff)


def _is_live(request: HttpRequest, connection: Connection) -> bool:
    if not connection.is_live:
        messages.warning(request, _("Nothing was done, because this account is disconnected."))
    return connection.is_live


@require_http_methods(["GET", "HEAD", "POST"])
@page
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let exactly one list of removals go; Master Users alone."""
    if not can_let_go(request.user):
        raise Http404
    stop = load_review(pk)
    if stop is None:
        raise Http404
    if request.method == "POST" and _is_live(request, stop.connection):
        review.let_go(request.user, stop)
        messages.success(
            request, _("This list, and no other, is removed from Exchange with the next run.")
        )
    return to_card(stop.connection.staff)


@require_safe
@page
def ask_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer as JSON how far the newest run of a connection is."""
    connection, _standing = visible_connection(request, pk)
    return JsonResponse(progress.latest(connection).as_json())
