"""Ending a connection: what should stay in Exchange, and changing one's mind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection
from agentbox_sync.services import disconnect as disconnecting
from agentbox_sync.services import leave
from agentbox_sync.services.holdings import Holdings, holdings
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.views.access import card_address, managed_connection, page, to_card
from agentbox_sync.views.drawing import draw

KEEP, REMOVE = "keep", "remove"


@page
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what should stay in Exchange, with the numbers, then do it."""
    connection = managed_connection(request, pk)
    name = get_adapter().staff_name(connection.staff)
    if not connection.is_live:
        messages.info(request, _("%(name)s is not connected any more.") % {"name": name})
        return to_card(request, connection.staff)
    if request.method == "POST" and _is_done(request, connection, name):
        return to_card(request, connection.staff)
    found = holdings(connection)
    context = {
        "connection": connection,
        "staff_name": name,
        "staff_key": quote(connection.staff_id),
        "card_address": card_address(request, connection.staff),
        "title": _("Disconnect %(name)s?") % {"name": name},
        "found": found,
        "ours": _amounts(found.ours),
        "theirs": _amounts(found.theirs),
        "may_remove": connection.state == Connection.State.CONNECTED and not connection.is_leaving,
    }
    return draw(request, "agentbox_sync/disconnect.html", context)


def _is_done(request: HttpRequest, connection: Connection, name: str) -> bool:
    """Do what was chosen; ``False`` where the page must be shown again."""
    found = holdings(connection)
    if request.POST.get("stays", KEEP) != REMOVE or not found.removable:
        disconnecting.disconnect(request.user, connection)
        messages.success(request, _said(found, name))
        return True
    try:
        leave.begin(request.user, connection, _number(request.POST.get("confirmed")))
    except leave.AmountsChanged:
        messages.warning(
            request,
            _(
                "Nothing was done yet, because the numbers have changed meanwhile. Please look at "
                "them once more."
            ),
        )
        return False
    except leave.NotReachable as stopped:
        messages.warning(request, _why_not(stopped))
        return False
    return True


def _why_not(stopped: leave.NotReachable) -> str:
    if stopped.state == Connection.State.PAUSED:
        return _("Nothing was done yet, because syncing is paused. Resume it on the card first.")
    return _("Nothing was done yet, because Microsoft needs a sign-in before it can be removed.")


def _said(found: Holdings, name: str) -> str:
    if not found.removable:
        return _("%(name)s is disconnected.") % {"name": name}
    return _("%(name)s is disconnected. What is in Exchange stayed there.") % {"name": name}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _amounts(counts: Any) -> str:
    """Return "212 contacts and 3 tasks", in the order of the card."""
    known = [(words, counts[kind]) for kind, words in WORDS.items() if kind in counts]
    said = [str(words.amount % {"n": number}) for words, number in known]
    if len(said) < 2:
        return "".join(said)
    return _("%(first)s and %(last)s") % {"first": ", ".join(said[:-1]), "last": said[-1]}


@page
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a removal and stay connected."""
    connection = managed_connection(request, pk)
    if request.method == "POST":
        if connection.is_leaving:
            leave.cancel(request.user, connection)
            messages.success(
                request,
                _(
                    "The removal was stopped, and the account stays connected. What was removed "
                    "already comes back with the next run."
                ),
            )
        elif not connection.is_live:
            messages.warning(
                request, _("It was too late: everything is removed and the account disconnected.")
            )
    return to_card(request, connection.staff)
