"""The history of the runs of one connection."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.services import runs as history
from agentbox_sync.services.outcomes import LABELS
from agentbox_sync.services.wording.kinds import words_offered
from agentbox_sync.views.access import card_address, page, visible_connection
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.reviews import number


@page
@require_safe
def runs(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the finished runs that fit the filters, newest first."""
    connection, _standing = visible_connection(request, pk)
    filters = history.read_filters(request.GET.dict())
    leaf = history.history(connection, filters, number(request.GET.get("before", "")))
    address = reverse("agentbox_sync:runs", args=[connection.pk])
    context = {
        "connection": connection,
        "staff_name": get_adapter().staff_name(connection.staff),
        "card_address": card_address(request, connection.staff),
        "title": _("History of runs"),
        "leaf": leaf,
        "filters": filters,
        "troubles": dict(filters.troubles),
        "selects": _selects(filters),
        "address": address,
        "is_later_page": "before" in request.GET,
        "next_address": f"{address}?{urlencode({**filters.query, 'before': leaf.before})}",
        "first_address": f"{address}?{urlencode(filters.query)}",
    }
    return draw(request, "agentbox_sync/runs.html", context)


def _selects(filters: history.Filters) -> list[dict[str, Any]]:
    kinds = {kind: str(words.label) for kind, words in words_offered().items()}
    endings = {ending.value: str(words) for ending, words in LABELS.items()}
    return [
        _select("kind", _("What"), kinds, filters.kind),
        _select("ending", _("How it ended"), endings, filters.ending or ""),
    ]


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "options": [(value, text, value == chosen) for value, text in options.items()],
    }
