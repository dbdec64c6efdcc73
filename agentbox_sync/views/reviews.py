"""The lists of what waits for a person, and one item by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection
from agentbox_sync.services import deeds, shelves, waiting
from agentbox_sync.services.closer import closer
from agentbox_sync.services.look import Unseen, look
from agentbox_sync.services.shelves import CONFLICTS, MOST_COUNTED, SHELVES
from agentbox_sync.services.wording.errors import unseen_sentence
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.views.access import card_address, page, to_card, visible_connection
from agentbox_sync.views.drawing import draw

DECIDED = "decided"
CONFLICTS_TITLE = gettext_lazy("Both sides changed the same")


@transaction.non_atomic_requests  # the items of a list may be read from Exchange
@page
@require_safe
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list of what waits for a person, or of what was decided lately."""
    connection, standing = visible_connection(request, pk)
    if not connection.is_live:
        return _not_connected(request, connection)
    found = shelves.standing_of(connection)
    place = request.GET.get("list", "") or _first(found)
    context = _frame(request, connection, place) | _lists(connection, found, place)
    context["manages"] = standing.manages
    after = number(request.GET.get("after", ""))
    if place == CONFLICTS:
        context["leaf"] = deeds.conflicts(connection, after)
    elif place == DECIDED:
        context["leaf"] = deeds.decisions_of(connection, after)
    elif place in SHELVES:
        context |= _shelf(request, connection, found, place, after)
    elif place:
        raise Http404
    return draw(request, "agentbox_sync/reviews.html", context)


def _shelf(
    request: HttpRequest,
    connection: Connection,
    found: shelves.Standing,
    place: str,
    after: int,
) -> dict[str, Any]:
    shelf = SHELVES[place]
    shown = waiting.page_of(connection, shelf, found, after)
    trouble = ""
    if "look" in request.GET and shown.unread:
        try:
            for kind in dict.fromkeys(row.link.kind for row in shown.rows if row.is_unread):
                ids = [r.link.remote_id for r in shown.rows if r.is_unread and r.link.kind == kind]
                shown = waiting.with_read(shown, look(connection, kind, ids))
        except Unseen as error:
            trouble = unseen_sentence(error.code)
    return {
        "shelf": shelf,
        "leaf": shown,
        "after": after,
        "trouble": trouble,
        "look_address": address(connection, place, after, look=1) if shown.unread else "",
    }


@transaction.non_atomic_requests  # the item is read from Exchange
@page
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int, place: str, link_pk: int) -> HttpResponse:
    """Show one item by itself: both versions side by side, and what may be decided about it.

    Whom to link it to is searched for by POST: a name in an address would lie in the log of every
    web server and proxy on the way.
    """
    connection, standing = visible_connection(request, pk)
    if request.method == "POST" and not standing.manages:
        raise Http404
    if not connection.is_live:
        return _not_connected(request, connection)
    if place not in SHELVES:
        raise Http404
    link = waiting.link_on(connection, SHELVES[place], link_pk)
    if link is None:
        messages.info(request, _("Nothing waits about that item any more."))
        return HttpResponseRedirect(address(connection, place, 0))
    seen = closer(connection, link, SHELVES[place], request.POST.get("q"))
    context = _frame(request, connection, place) | {
        "manages": standing.manages,
        "seen": seen,
        "words": WORDS[link.kind],
        "trouble": unseen_sentence(seen.unseen) if seen.unseen else "",
        "after": max(0, link_pk - 1),
        "title": seen.row.label,
    }
    return draw(request, "agentbox_sync/review.html", context)


def _frame(request: HttpRequest, connection: Connection, place: str) -> dict[str, Any]:
    """Return what the lists and the page of one item show: whom it is about, and which list."""
    titles = {name: shelf.title for name, shelf in SHELVES.items()} | {CONFLICTS: CONFLICTS_TITLE}
    return {
        "connection": connection,
        "staff_name": get_adapter().staff_name(connection.staff),
        "card_address": card_address(request, connection.staff),
        "title": _("Waiting for a decision"),
        "place": place,
        "list_title": titles.get(place, _("Decided lately")),
        "back": address(connection, place, 0),
    }


def _lists(connection: Connection, found: shelves.Standing, place: str) -> dict[str, Any]:
    """Return the way to every list in which something stands."""
    order = [*(name for name in SHELVES if name != "dismissed"), CONFLICTS, "dismissed"]
    lists = [
        {
            "name": name,
            "title": SHELVES[name].title if name in SHELVES else CONFLICTS_TITLE,
            "amount": _amount(found.amounts[name]),
            "address": address(connection, name, 0),
            "is_quiet": name in shelves.QUIET,
        }
        for name in order
        if found.amounts[name] or name == place
    ]
    return {
        "lists": lists,
        "stops": found.amounts["stops"],
        "decided_address": address(connection, DECIDED, 0),
    }


def _first(found: shelves.Standing) -> str:
    """Return the list to begin with: the first in which something waits, else a quiet one."""
    looked_at = [name for name in (*SHELVES, CONFLICTS) if found.amounts[name]]
    return next(iter(shelves.asked_in(found.amounts) + looked_at), "")


def _amount(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def _not_connected(request: HttpRequest, connection: Connection) -> HttpResponse:
    messages.info(request, _("Nothing waits here, because this account is disconnected."))
    return to_card(request, connection.staff)


def address(connection: Connection, place: str, after: int, spot: str = "", **more: Any) -> str:
    query = {"list": place, "after": after, **more}
    kept = urlencode({name: value for name, value in query.items() if value})
    page_address = reverse("agentbox_sync:reviews", args=[connection.pk])
    return page_address + (f"?{kept}" if kept else "") + (f"#{spot}" if spot else "")


def number(text: str) -> int:
    """Return a number that a browser sent; 0 for anything else."""
    return next(iter(waiting.ids([text])), 0)
