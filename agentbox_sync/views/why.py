"""The page that says why an item is, or is not, in somebody's Outlook."""

from __future__ import annotations

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agentbox_sync.services.why import why as tell
from agentbox_sync.views.access import card_address, page
from agentbox_sync.views.drawing import draw
from agentbox_sync.views.story import story_context


@page
@require_safe
def why(request: HttpRequest, model: str, pk: str) -> HttpResponse:
    """Show the story of one item to whoever may know it; Http404 for forbidden and absent."""
    story = tell(model, unquote(pk), request.user)
    if story is None:
        raise Http404
    context = {
        **story_context(request, story),
        "title": _("Why? %(label)s") % {"label": story.label},
        "staff_name": story.accounts[0].name,
        "card_address": card_address(request, story.accounts[0].staff_record),
    }
    return draw(request, "agentbox_sync/why.html", context)
