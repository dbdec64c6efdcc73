"""What a person says about items that wait: one at once, many after one confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agentbox_sync.core.rules import Order
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection, Decision
from agentbox_sync.services import waiting
from agentbox_sync.services.bulk import Lot, decide_lot, lot
from agentbox_sync.services.decide import decide as give_order
from agentbox_sync.services.decide import withdraw as take_back
from agentbox_sync.services.shelves import CONFLICTS, SHELVES
from agentbox_sync.services.undo import KEEP
from agentbox_sync.services.wording.choices import choice_words, label_of
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.views.access import card_address, is_live, managed_connection, page, to_card
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.reviews import DECIDED, address, number


@page
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision about one row at once, about many after one confirmation."""
    connection = managed_connection(request, pk)
    place = request.POST.get("list", "")
    after = number(request.POST.get("after", ""))
    if not is_live(request, connection):
        return to_card(request, connection.staff)
    if request.method != "POST" or place not in (*SHELVES, CONFLICTS):
        return HttpResponseRedirect(address(connection, "", 0))
    if "one" in request.POST:
        return _decide_one(request, connection, place, after)
    order = request.POST.get("all") or request.POST.get("ticked", "")
    if order not in _bulk_orders(place):
        raise Http404
    ticked = waiting.ids(request.POST.getlist("row"))
    chosen = lot(
        connection,
        place,
        order,
        among=None if "all" in request.POST else ticked,
        upto=number(request.POST.get("upto", "")),
    )
    if not len(chosen):
        messages.warning(request, _("Nothing was decided: tick at least one row first."))
        return HttpResponseRedirect(address(connection, place, after))
    if number(request.POST.get("told", "")) != len(chosen):
        return _ask_first(request, connection, place, order, chosen)
    taken = decide_lot(request.user, connection, place, order, chosen)
    messages.success(request, _taken(taken))
    return HttpResponseRedirect(address(connection, place, 0, "agentbox-list"))


def _decide_one(
    request: HttpRequest, connection: Connection, place: str, after: int
) -> HttpResponse:
    order, _colon, text = request.POST["one"].partition(":")
    pk = number(text)
    if place == CONFLICTS:
        if order != KEEP:
            raise Http404
        chosen = lot(connection, place, order, among=[pk])
        taken = decide_lot(request.user, connection, place, order, chosen)
    else:
        link = waiting.link_on(connection, SHELVES[place], pk)
        if link is None or order not in list(Order):
            raise Http404
        taken = give_order(
            request.user, connection, link.kind, [pk], Order(order), _partner(request)
        )
    if not taken:
        messages.warning(
            request, _("Nothing was decided, because this has changed meanwhile. Look again.")
        )
        return HttpResponseRedirect(address(connection, place, after, f"agentbox-row-{pk}"))
    return _onward(request, connection, place, after, pk)


def _partner(request: HttpRequest) -> dict[str, Any]:
    """Return what a decision names beside the row: whom it is linked to, or a known double."""
    given: dict[str, Any] = {}
    for name in ("model", "pk", "remote_id"):
        if value := request.POST.get(name, ""):
            given[name] = value
    if request.POST.get("double"):
        given["double"] = True
    return given


def _onward(
    request: HttpRequest, connection: Connection, place: str, after: int, pk: int
) -> HttpResponse:
    """Go on to the next row that nobody has decided about."""
    if place == CONFLICTS:
        messages.success(request, _taken(1))
        return HttpResponseRedirect(address(connection, place, after, "agentbox-list"))
    shelf = SHELVES[place]
    target = waiting.following(connection, shelf, pk)
    if target and not waiting.is_on_page(connection, shelf, target, after):
        after = target - 1
    spot = f"agentbox-row-{target}" if target else "agentbox-list"
    return HttpResponseRedirect(address(connection, place, after, spot))


def _ask_first(
    request: HttpRequest, connection: Connection, place: str, order: str, chosen: Lot
) -> HttpResponse:
    """Ask once about many: the number, and what it means on either side."""
    name = get_adapter().staff_name(connection.staff)
    whole = "all" in request.POST
    context = {
        "connection": connection,
        "staff_name": name,
        "card_address": card_address(request, connection.staff),
        "title": _question(place, order, chosen),
        "place": place,
        "order": order,
        "number": len(chosen),
        "upto": chosen.upto,
        "whole": whole,
        "ids": [] if whole else [pk for ids in chosen.ids.values() for pk in ids],
        "choice": waiting.together(_amounts(chosen), place, order),
        "is_grave": order == Order.RELEASE,
        "back": address(connection, place, number(request.POST.get("after", ""))),
        "changed": "told" in request.POST,
    }
    return draw(request, "agentbox_sync/confirm.html", context)


def _question(place: str, order: str, chosen: Lot) -> str:
    """Return the question in the words of a kind, or with the number of each."""
    if len(chosen.ids) == 1:
        return str(choice_words(*chosen.ids, place, order).asked % {"n": len(chosen)})
    amounts = ", ".join(_amounts(chosen).values())
    label = label_of(chosen.ids, place, order)
    return _("%(label)s: %(amounts)s?") % {"label": label, "amounts": amounts}


def _amounts(chosen: Lot) -> dict[str, str]:
    """Return how many of each kind, in words, in the order of the card."""
    found = chosen.ids
    return {k: str(w.amount % {"n": len(found[k])}) for k, w in WORDS.items() if k in found}


@page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back that no run has carried out yet."""
    decision = Decision.objects.filter(pk=pk).select_related("connection").first()
    if decision is None:
        raise Http404
    connection = managed_connection(request, decision.connection_id)
    place = request.POST.get("list", DECIDED)
    if request.method == "POST":
        if take_back(request.user, decision):
            messages.success(request, _("Taken back. It waits for a decision again."))
        else:
            messages.warning(request, _("It was carried out already, so it was not taken back."))
    spot = f"agentbox-row-{decision.link_id}" if place in SHELVES else "agentbox-list"
    after = number(request.POST.get("after", ""))
    return HttpResponseRedirect(address(connection, place, after, spot))


def _bulk_orders(place: str) -> tuple[str, ...]:
    if place == CONFLICTS:
        return (KEEP,)
    # Whom to link to is a question about one item.
    return tuple(order.value for order in SHELVES[place].orders if order is not Order.LINK)


def _taken(number: int) -> str:
    return ngettext("%(n)d was decided.", "%(n)d were decided.", number) % {"n": number}
