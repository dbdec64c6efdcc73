"""Everybody's connection in one table, for Master Users."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agentbox_sync.permissions import is_master_user
from agentbox_sync.services.sift import SORTS, Found, Wish, sift
from agentbox_sync.services.survey import Row, Survey, survey
from agentbox_sync.services.wording.conditions import Condition
from agentbox_sync.services.wording.kinds import first_offered, words_offered
from agentbox_sync.services.wording.many import ORDERS
from agentbox_sync.services.wording.standings import TITLES, Standing
from agentbox_sync.views import outcome
from agentbox_sync.views.access import card_address, page
from agentbox_sync.views.drawing import draw

# The columns that can be sorted by, and what the choice beside the search calls it.
COLUMNS: dict[str, Any] = {
    "name": gettext_lazy("Staff member"),
    "problem": gettext_lazy("State"),
    "success": gettext_lazy("Last success"),
    "next": gettext_lazy("Next run"),
    "waiting": gettext_lazy("To decide"),
    "aside": gettext_lazy("Set aside"),
    "stops": gettext_lazy("Safety stops"),
}
ORDERINGS: dict[str, Any] = {
    "problem": gettext_lazy("Problems first"),
    "name": gettext_lazy("Name"),
    "success": gettext_lazy("Last success, longest ago first"),
    "next": gettext_lazy("Next run"),
    "waiting": gettext_lazy("Most to decide"),
    "aside": gettext_lazy("Most set aside"),
    "stops": gettext_lazy("Most safety stops"),
}


@page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show one page of everybody; Master Users alone."""
    if not is_master_user(request.user):
        raise Http404
    wish = Wish.read(request.GET)
    seen = survey()
    found = sift(seen.rows, wish)
    is_anybody = any(row.connection is not None for row in seen.rows)
    if not is_anybody and not wish.state:
        # Nobody is connected: whoever could be is what there is to see.
        wish = Wish.read({**request.GET.dict(), "state": Standing.NOT_CONNECTED})
        found = sift(seen.rows, wish)
    context = {
        "title": _("All connections"),
        "is_anybody": is_anybody,
        "worker_alive": seen.worker_alive or not is_anybody,
        "last_beat": seen.last_beat,
        "wish": wish,
        "found": found,
        "rows": [_drawn(request, row) for row in found.rows],
        "chips": _chips(wish, found),
        "columns": _columns(wish, found),
        "fields": _fields(wish, seen),
        "orders": [(order.value, words.label) for order, words in ORDERS.items()],
        "outcome": outcome.take(request),
        "query": urlencode(wish.query(page=wish.page)),
        "clear_address": address(Wish(sort=wish.sort, backwards=wish.backwards)),
        "pages": {
            "previous": address(wish, page=found.page - 1) if found.page > 1 else "",
            "next": address(wish, page=found.page + 1) if found.page < found.pages else "",
        },
    }
    return draw(request, "agentbox_sync/overview.html", context)


def address(wish: Wish, **changes: Any) -> str:
    """Return the address of the page for a wish; whatever changes begins on the first page."""
    said = urlencode(wish.query(**changes))
    return reverse("agentbox_sync:overview") + (f"?{said}" if said else "")


def _chips(wish: Wish, found: Found) -> list[dict[str, Any]]:
    """Return the numbers above the table, each the way to those it counts."""
    everybody = {
        "title": _("All who are connected"),
        "tone": "",
        "number": found.connected,
        "address": address(wish, state=""),
        "is_chosen": not wish.state,
    }
    return [
        everybody,
        *(
            {
                "title": title,
                "tone": tone.value,
                "number": found.counts[standing],
                "address": address(wish, state=standing.value),
                "is_chosen": wish.state == standing,
            }
            for standing, (tone, title) in TITLES.items()
            if found.counts[standing] or wish.state == standing
        ),
    ]


def _columns(wish: Wish, found: Found) -> list[dict[str, Any]]:
    """Return the heads of the table: how each is sorted, and what a click would do.

    Of those who are not connected there is nothing to tell but that.
    """
    return [
        {
            "name": name,
            "title": title,
            "sorted": ("descending" if wish.backwards else "ascending")
            if name == wish.sort
            else "",
            "address": address(wish, sort=name, backwards=name == wish.sort and not wish.backwards),
        }
        for name, title in COLUMNS.items()
        if found.ids or name in ("name", "problem")
    ]


def _fields(wish: Wish, seen: Survey) -> list[dict[str, Any]]:
    """Return the choices beside the search; one that would change nothing is left out."""
    offices = sorted(seen.offices.items(), key=lambda office: office[1].casefold())
    kinds = [(name, words.label) for name, words in words_offered().items()]
    fields = [
        ("office", _("Office"), _("All offices"), offices if len(offices) > 1 else [], wish.office),
        ("kind", _("Kind"), _("All kinds"), kinds, wish.kind),
        ("sort", _("Order"), "", _orderings(wish), wish.sorted_by),
    ]
    return [
        {
            "name": name,
            "label": label,
            "all": everything,
            "options": [(key, text, key == chosen) for key, text in options],
        }
        for name, label, everything, options, chosen in fields
        if options
    ]


def _orderings(wish: Wish) -> list[tuple[str, Any]]:
    """Return the orders to choose from; the reverse of one only where a column was clicked so."""
    found = [(name, ORDERINGS[name]) for name in SORTS]
    if wish.backwards:
        reverse_of = _("%(order)s, reversed") % {"order": ORDERINGS[wish.sort]}
        found.insert(0, (wish.sorted_by, reverse_of))
    return found


def _drawn(request: HttpRequest, row: Row) -> dict[str, Any]:
    card = card_address(request, row.staff)
    step = _step(row, card)
    return {
        "row": row,
        "card": card,
        "reviews": reverse("agentbox_sync:reviews", args=[row.connection.pk])
        if row.connection is not None and row.amounts.waiting
        else "",
        "step": step,
        "connect": card if row.condition is Condition.NOT_CONNECTED and step[1] != card else "",
    }


def _step(row: Row, card: str) -> tuple[str, str]:
    """Return the words and the address of what to do next; no words where nothing is to be done."""
    staff = quote(row.staff.pk)
    if row.condition is Condition.NOT_OFFERED:
        return _("Switch it on"), f"{reverse('agentbox_sync:offer')}?{urlencode({'back': staff})}"
    if row.standing in (Standing.NOT_CONNECTED, Standing.SIGN_IN) and row.can_be_invited:
        words = _("Invite again") if row.invitation else _("Invite to sign in")
        return words, reverse("agentbox_sync:invite", args=[staff])
    steps = {
        Standing.STOPPED: (_("Look at the list"), f"{card}#agentbox-review"),
        Standing.OFF: (
            _("Choose a Sync Status"),
            f"{card}#agentbox-{first_offered()}",
        ),
        Standing.UNDECIDED: (_("See what would happen"), card),
        Standing.SIGN_IN: (_("Sign in again"), card),
        Standing.SUSPENDED: (_("See what to do"), card),
        Standing.FAILING: (_("See what to do"), card),
        Standing.NOT_CONNECTED: (_("Connect"), card),
    }
    if row.connection is not None:
        asked = reverse("agentbox_sync:reviews", args=[row.connection.pk])
        steps[Standing.ASKED] = (_("Decide"), asked)
        aside = reverse("agentbox_sync:set_aside", args=[row.connection.pk])
        steps[Standing.ASIDE] = (_("See the reasons"), aside)
        if row.condition is Condition.FORESEEN:
            seen = reverse("agentbox_sync:preview", args=[row.connection.pk, row.undecided])
            steps[Standing.UNDECIDED] = (_("See what would happen"), seen)
    return steps.get(row.standing, ("", ""))
