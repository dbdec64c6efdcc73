"""What a run did, line by line, and taking one of them back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agentbox_sync.core.actions import Side
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import SETTINGS, Change, Connection, Run
from agentbox_sync.services import deeds
from agentbox_sync.services import undo as undoing
from agentbox_sync.services.compare import compare
from agentbox_sync.services.history import tell
from agentbox_sync.services.wording.deeds import DEEDS, obstacle_words
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import WORDS, words_offered
from agentbox_sync.services.wording.values import field_label
from agentbox_sync.views.access import card_address, page, visible_connection
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.reviews import number


@page
@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a run did to each item."""
    run = Run.objects.filter(pk=pk).select_related("asked_by").first()
    if run is None:
        raise Http404
    connection, standing = visible_connection(request, run.connection_id)
    allowed = {
        "kind": list(SETTINGS),
        "action": list(DEEDS),
        "side": [side.value for side in Side],
    }
    filters = {
        name: request.GET[name]
        for name, values in allowed.items()
        if request.GET.get(name, "") in values
    }
    leaf = deeds.changes_of_run(connection, run, filters, number(request.GET.get("before", "")))
    address = reverse("agentbox_sync:changes", args=[run.pk])
    context = {
        **_frame(request, connection, _("What this run did")),
        "manages": standing.manages,
        "run": tell(run),
        "leaf": leaf,
        "filters": [_filter(name, filters) for name in allowed],
        "is_filtered": bool(filters),
        "address": address,
        "next_address": f"{address}?{urlencode({**filters, 'before': leaf.before})}",
    }
    return draw(request, "agentbox_sync/changes.html", context)


def _filter(name: str, filters: dict[str, str]) -> dict[str, Any]:
    """Return one filter of the list: its label and what may be chosen, the chosen one marked."""
    labels, options = {
        "kind": (_("What"), {kind: str(words.label) for kind, words in words_offered().items()}),
        "action": (_("Done"), {action: str(words) for action, words in DEEDS.items()}),
        "side": (_("Where"), {Side.LOCAL: _("In the CRM"), Side.REMOTE: _("In Exchange")}),
    }[name]
    chosen = filters.get(name, "")
    return {
        "name": name,
        "label": labels,
        "options": [(value, text, value == chosen) for value, text in options.items()],
    }


@page
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what taking a change back would do, and do it if the CRM still says what was shown."""
    change = Change.objects.filter(pk=pk).select_related("run").first()
    if change is None:
        raise Http404
    connection, standing = visible_connection(request, change.connection_id)
    if not standing.manages:
        raise Http404
    change.connection = connection  # whose clocks its times are told on: no query more
    # Of a conflict only what both sides had changed is taken back.
    only = change.conflicts if "conflict" in {*request.GET, *request.POST} else None
    trouble = ""
    if request.method == "POST":
        try:
            undoing.undo(request.user, connection, change, request.POST.get("seen", ""), only)
        except undoing.Moved:
            trouble = _(
                "Nothing was undone, because the CRM says something else by now. This is what it "
                "says; look at it once more."
            )
        except undoing.Refused as error:
            trouble = item_sentence(error.error.code)
        else:
            messages.success(
                request,
                _("Undone in the CRM. The next run carries it to Exchange."),
            )
            return HttpResponseRedirect(_back(request, connection, change))
    return _show(request, connection, change, only, trouble)


def _show(
    request: HttpRequest,
    connection: Connection,
    change: Change,
    only: list[str] | None,
    trouble: str,
) -> HttpResponse:
    offered = undoing.offer(connection, change, only)
    shown = deeds.deed(change)
    versions = None
    if offered.values:
        titles = (_("In the CRM now"), _("After the undo"))
        versions = compare(
            change.kind,
            offered.now,
            offered.values,
            titles=titles,
            is_change=True,
            zone=connection.zone,
        )
    context = {
        **_frame(request, connection, _("Undo this change?")),
        "deed": shown,
        "words": WORDS[change.kind],
        "offered": offered,
        "versions": versions,
        "obstacle": obstacle_words(offered.obstacle) if offered.obstacle else "",
        "left": [field_label(change.kind, atom) for atom in offered.left],
        "is_conflict": only is not None,
        "trouble": trouble,
        "back": _back(request, connection, change),
        "run_pk": change.run_id or "",
    }
    return draw(request, "agentbox_sync/undo.html", context, status=409 if trouble else 200)


def _back(request: HttpRequest, connection: Connection, change: Change) -> str:
    reviews = reverse("agentbox_sync:reviews", args=[connection.pk])
    if "conflict" in {*request.GET, *request.POST}:
        return f"{reviews}?list=conflicts#agentbox-list"
    if change.run_id:
        return reverse("agentbox_sync:changes", args=[change.run_id])
    return f"{reviews}?list=decided#agentbox-list"


def _frame(request: HttpRequest, connection: Connection, title: str) -> dict[str, Any]:
    return {
        "connection": connection,
        "staff_name": get_adapter().staff_name(connection.staff),
        "card_address": card_address(request, connection.staff),
        "title": title,
    }
