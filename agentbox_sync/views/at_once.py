"""One order to many connections: asked about once with the numbers, then carried out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agentbox_sync.permissions import is_master_user
from agentbox_sync.services.at_once import Plan, carry_out, plan
from agentbox_sync.services.sift import Wish, sift
from agentbox_sync.services.survey import Row, survey
from agentbox_sync.services.wording.many import HINDRANCES, ORDERS, Wholesale, say
from agentbox_sync.views import outcome
from agentbox_sync.views.access import card_address, page
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.overview import address

NAMED = 10  # so many names stand behind each reason; the rest is a number


@page
@require_http_methods(["GET", "HEAD", "POST"])
def at_once(request: HttpRequest) -> HttpResponse:
    """Ask about an order, or carry it out for exactly those that were told; Master Users alone.

    The ids come back in one field: a browser may send no more than a thousand.
    """
    if not is_master_user(request.user):
        raise Http404
    wish = Wish.read(request.GET)
    back = address(wish, page=wish.page)
    if request.method != "POST":
        return HttpResponseRedirect(back)
    if "order" in request.POST:
        order = _order(request.POST["order"])
        ids = _numbers(request.POST.get("ids", "").split(","))
        outcome.keep(request, carry_out(order, ids, request.user))
        return HttpResponseRedirect(back)
    order = _order(request.POST.get("all") or request.POST.get("ticked", ""))
    rows = survey().rows
    whole = "all" in request.POST
    ids = sift(rows, wish).ids if whole else _numbers(request.POST.getlist("row"))
    chosen = plan(order, rows, ids)
    if not chosen.number:
        messages.warning(request, _("Nothing was done: tick at least one account first."))
        return HttpResponseRedirect(back)
    return draw(request, "agentbox_sync/at_once.html", _question(request, chosen, wish, back))


def _order(text: str) -> Wholesale:
    if text not in list(Wholesale):
        raise Http404
    return Wholesale(text)


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _question(request: HttpRequest, chosen: Plan, wish: Wish, back: str) -> dict[str, Any]:
    words, number = ORDERS[chosen.order], len(chosen.able)
    not_able = chosen.number - number
    return {
        "title": say(words.asked, number) if number else words.label,
        "overview_address": back,
        "order": chosen.order.value,
        "means": words.means,
        "button": say(words.button, number) if number else "",
        "able": _names(request, chosen.able),
        "cannot": say(words.cannot, not_able, all=chosen.number) if not_able else "",
        "left": [
            {"says": say(HINDRANCES[why], len(rows)), **_names(request, rows)}
            for why, rows in chosen.left.items()
        ],
        "ids": ",".join(map(str, chosen.ids)),
        "query": urlencode(wish.query(page=wish.page)),
    }


def _names(request: HttpRequest, rows: tuple[Row, ...]) -> dict[str, Any]:
    shown = [(row.name, card_address(request, row.staff)) for row in rows[:NAMED]]
    return {"names": shown, "more": max(0, len(rows) - NAMED)}
