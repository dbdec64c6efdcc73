"""What the template of the card needs; the admin's tab draws it today, other pages may."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from agentbox_sync.forms import FORMS
from agentbox_sync.permissions import Standing
from agentbox_sync.services.card import Card, Section, present
from agentbox_sync.views import landing


def card_context(request: HttpRequest, staff: Any, standing: Standing) -> dict[str, Any]:
    """Return the context of ``agentbox_sync/card.html``."""
    card = present(staff, standing)
    return {
        "card": card,
        "sections": [_drawn(section, card) for section in card.sections],
        "banner": landing.take(
            request, staff.pk, name=card.staff_name, is_master=standing.is_master
        ),
        "switch_address": _switch_address() if standing.is_master else "",
    }


def _drawn(section: Section, card: Card) -> dict[str, Any]:
    button = card.headline.button
    return {
        "words": section.words,
        "settings": section.settings,
        "approved_by": section.approved_by,
        "form": FORMS[section.words.name].showing(section.settings),
        # The same button twice on a page makes people wonder what the difference is.
        "offers_sync": section.settings.is_on
        and card.can_run
        and not (card.progress and card.progress.is_open)
        and (button is None or button.verb != "sync"),
    }


def _switch_address() -> str:
    try:
        return reverse("admin:agentbox_sync_providerswitch_changelist")
    except NoReverseMatch:
        return ""  # the host keeps our models out of its admin
