"""The card at an address of the app, and what its template needs wherever it is drawn."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agentbox_sync.forms import FORMS
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Invitation
from agentbox_sync.permissions import Standing, own_staff
from agentbox_sync.services import allow, invite
from agentbox_sync.services.card import Card, Section, present
from agentbox_sync.views import landing
from agentbox_sync.views.access import page, to_card, trail_address, visible_staff
from agentbox_sync.views.drawing import draw


@page
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Lead to one's own card, wherever the reader may see it; Http404 for whoever has none."""
    own = own_staff(request.user)
    if own is None:
        raise Http404
    return to_card(request, own)


@page
@require_safe
def card(request: HttpRequest, staff_pk: str) -> HttpResponse:
    """Show a card outside of the admin: the same card that its tab shows."""
    staff, standing = visible_staff(request, staff_pk)
    context = card_context(request, staff, standing)
    name = context["card"].staff_name
    context |= {
        "title": _("My connections") if standing.is_own else name,
        "details_address": get_adapter().staff_url(staff) if standing.is_master else "",
    }
    return draw(request, "agentbox_sync/my_card.html", context)


def card_context(
    request: HttpRequest, staff: Any, standing: Standing, returned: Any = None
) -> dict[str, Any]:
    """Return the context of ``agentbox_sync/card.html``.

    ``returned`` is a form that was not saved, with what was typed into it.
    """
    card = present(staff, standing)
    return {
        "card": card,
        # On a page of its own the card has no other address; the template asks for it.
        "card_address": "",
        "sections": [_drawn(section, card, returned) for section in card.sections],
        "banner": landing.take(
            request, staff.pk, name=card.staff_name, is_master=standing.is_master
        ),
        "allowance": allow.current(staff) if standing.is_master else None,
        "trail_address": trail_address(request, staff) if standing.is_master else "",
        "invitation": _invitation(card, standing),
    }


def _invitation(card: Card, standing: Standing) -> Invitation | None:
    """Return the open invitation, where a Master User sees a button that it stands beside."""
    button = card.headline.button
    if not standing.is_master or button is None or button.verb != "connect":
        return None
    return invite.current(card.staff)


def _drawn(section: Section, card: Card, returned: Any) -> dict[str, Any]:
    form_of = FORMS[section.words.name]
    was_returned = returned is not None and isinstance(returned.form, form_of)
    button = card.headline.button
    # The same button twice on a page makes people wonder what the difference is: where one kind is
    # on, the first line has it already.
    is_above = button is not None and button.verb == "sync" and len(card.kinds_on) == 1
    return {
        "words": section.words,
        "settings": section.settings,
        "approved_by": section.approved_by,
        "form": returned.form if was_returned else form_of(section.settings),
        "returned": returned if was_returned else None,
        "is_settled": section.settings.is_on and section.settings.is_approved and not was_returned,
        "offers_sync": section.settings.is_on
        and section.settings.is_approved
        and card.can_run
        and not (card.progress and card.progress.is_open)
        and not is_above,
    }
