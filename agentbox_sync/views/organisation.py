"""The organisation connection: approved once, matched with the staff, let go again."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agentbox_sync.core.errors import SyncError
from agentbox_sync.models import Organisation
from agentbox_sync.permissions import is_master_user
from agentbox_sync.services.organisation import admit, approve, check, end, match, present
from agentbox_sync.services.organisation.roster import IN_ORDER, TO_CONNECT, Row, Verdict, roster
from agentbox_sync.services.wording import organisation as words
from agentbox_sync.services.wording.tones import Tone
from agentbox_sync.views.access import page
from agentbox_sync.views.drawing import draw

log = logging.getLogger(__name__)

LEVELS = {Tone.GOOD: messages.SUCCESS, Tone.BAD: messages.ERROR}
ROWS = 50  # of a page
FILTERS = ("all", "connect", "problems", "connected")


def for_masters(request: HttpRequest) -> None:
    """Raise Http404 for whoever is no Master User."""
    if not is_master_user(request.user):
        raise Http404


def _load(request: HttpRequest, pk: int) -> Organisation:
    for_masters(request)
    organisation = present.load(pk)
    if organisation is None:
        raise Http404
    return organisation


@transaction.non_atomic_requests
@page
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the organisations; a POST begins an approval, or takes one that was given already."""
    for_masters(request)
    if request.method == "POST":
        wanted = request.POST.get("tenant", "")
        if request.POST.get("way", "") == "approved":
            code = approve.connect(request.user, wanted)
            return _tell_and_go_on(request, code)
        try:
            approval = approve.begin(request.user, request.session, wanted)
        except SyncError as error:
            log.warning("no approval could begin: %s (%s)", error.code, error.next_step)
            return _tell_and_go_on(request, _code(error))
        context = {"title": _("Approval by the administrator"), "approval": approval}
        return draw(request, "agentbox_sync/organisation/departure.html", context)
    shown = present.organisations()
    tenants, trouble = _possible({one.organisation.tenant_id for one in shown})
    context = {
        "title": _("Organisation"),
        "shown": [(one, _trouble(one)) for one in shown],
        "tenants": tenants,
        "trouble": trouble,
        "roles": approve.ROLES,
    }
    return draw(request, "agentbox_sync/organisation/organisation.html", context)


def _possible(connected: set[str]) -> tuple[list[str], words.Said | None]:
    try:
        return [one for one in approve.possible() if one not in connected], None
    except SyncError as error:
        return [], words.ended(_code(error))


def _code(error: SyncError) -> str:
    return error.code if error.code in words.ENDS else approve.code_of(error)


def _trouble(one: present.Shown) -> words.Said | None:
    """Return what is wrong with the whole, in words; nothing where each is a matter of its own."""
    if one.organisation.reason:
        return words.ended(one.organisation.reason)
    if one.refused and not one.all_refused:
        return words.Said(
            Tone.CAREFUL,
            ngettext(
                "%(n)d mailbox of the organisation is shut.",
                "%(n)d mailboxes of the organisation are shut.",
                one.refused,
            )
            % {"n": one.refused},
            _(
                "Exchange does not let the CRM in, or the licence is gone: the cards say which. "
                "Press Check when that is mended; changes in Exchange take up to two hours."
            ),
        )
    if one.all_refused:
        return words.Said(
            Tone.BAD,
            _("Exchange lets the CRM into none of the mailboxes any more."),
            _(
                "Let the administrator look at the approval and at what is restricted in "
                "Exchange, then press Check."
            ),
        )
    return None


def came_back(request: HttpRequest, query: dict[str, str]) -> HttpResponse:
    """End an approval at the callback; whoever is no Master User learns nothing."""
    code = approve.finish(request.user, request.session, query)
    if not is_master_user(request.user):
        context = {
            "title": _("Approval at Microsoft"),
            "is_approval": True,
            "is_declined": "error" in query,
            "way_back": "/",
            "way_back_label": _("Back to the CRM"),
        }
        return draw(request, "agentbox_sync/unknown.html", context)
    return _tell_and_go_on(request, code)


def _tell_and_go_on(request: HttpRequest, code: str) -> HttpResponse:
    _say(request, words.ended(code))
    newest = present.newest() if code == approve.CONNECTED else None
    if newest is not None:
        return HttpResponseRedirect(reverse("agentbox_sync:organisation_mailboxes", args=[newest]))
    return HttpResponseRedirect(reverse("agentbox_sync:organisation"))


def _say(request: HttpRequest, *said: words.Said) -> None:
    for one in said:
        level = LEVELS.get(one.tone, messages.WARNING)
        messages.add_message(request, level, f"{one.title} {one.text}".strip())


@transaction.non_atomic_requests
@page
@require_http_methods(["GET", "HEAD", "POST"])
def check_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Look whether Microsoft still lets us in, and let mailboxes go on that had stopped."""
    found = _load(request, pk)
    if request.method == "POST":
        gone_on = check.check(request.user, found)
        if not found.reason:
            said = words.Said(Tone.GOOD, _("Microsoft lets the CRM in."))
            _say(request, said)
        if gone_on:
            text = ngettext("%(n)d mailbox goes on.", "%(n)d mailboxes go on.", gone_on) % {
                "n": gone_on
            }
            messages.success(request, text)
    return HttpResponseRedirect(reverse("agentbox_sync:organisation"))


@transaction.non_atomic_requests
@page
@require_http_methods(["GET", "HEAD", "POST"])
def mailboxes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whose mailbox is whose; a POST looks everybody up, or connects those who are ticked."""
    found = _load(request, pk)
    if request.method == "POST":
        return _act(request, found)
    rows = roster(found)
    chosen = request.GET.get("show", "")
    shown = [row for row in rows if _is_shown(row, chosen)]
    leaf = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    to_connect = [row for row in rows if len(row.choices) == 1]
    context = {
        "title": _("Whose mailbox is whose"),
        "organisation": found,
        "leaf": leaf,
        "lines": [(row, words.tell(row)) for row in leaf],
        "show": chosen,
        "counts": {name: sum(_is_shown(row, name) for row in rows) for name in FILTERS},
        "can_connect": any(row.choices for row in leaf),
        "all_matched": len(to_connect) if leaf.has_other_pages() else 0,
        "trouble": words.ended(found.reason) if found.reason else None,
        "has_looked": match.has_looked(found),
        # Whoever was left out once was left out on purpose: the next press must not take them in.
        "ticks_all": not any(row.verdict is Verdict.CONNECTED for row in rows),
    }
    return draw(request, "agentbox_sync/organisation/mailboxes.html", context)


def _is_shown(row: Row, chosen: str) -> bool:
    if chosen == "connect":
        return row.verdict in TO_CONNECT
    if chosen == "connected":
        return row.verdict in IN_ORDER
    return chosen != "problems" or row.verdict not in TO_CONNECT | IN_ORDER


def _act(request: HttpRequest, found: Organisation) -> HttpResponse:
    way = request.POST.get("way", "")
    if way == "look":
        if code := match.look_up(request.user, found):
            _say(request, words.ended(code))
    elif way in ("ticked", "all"):
        ticked = {
            staff: request.POST.get(f"account-{staff}", "")
            for staff in request.POST.getlist("staff")
        }
        chosen = admit.everybody(found) if way == "all" else ticked
        _say(request, *words.admitted(admit.admit(request.user, found, chosen)))
    return HttpResponseRedirect(reverse("agentbox_sync:organisation_mailboxes", args=[found.pk]))


@page
@require_http_methods(["GET", "HEAD", "POST"])
def end_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before every mailbox of an organisation is let go, and do it."""
    found = _load(request, pk)
    if request.method == "POST":
        number = end.end(request.user, found)
        text = ngettext(
            "The organisation is disconnected, and with it %(n)d mailbox. What is in Exchange "
            "stayed there.",
            "The organisation is disconnected, and with it %(n)d mailboxes. What is in Exchange "
            "stayed there.",
            number,
        ) % {"n": number}
        messages.success(request, text)
        return HttpResponseRedirect(reverse("agentbox_sync:organisation"))
    shown = next(one for one in present.organisations() if one.organisation.pk == found.pk)
    context: dict[str, Any] = {"title": _("Disconnect the organisation?"), "one": shown}
    return draw(request, "agentbox_sync/organisation/end.html", context)
