"""The panel "Why?" on a host's change page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from agentbox_sync.admin.frame import FramedChangeForm


class WhyPanelMixin(FramedChangeForm):
    """Put this first among the bases of the ModelAdmin of your contacts."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Draw the change page with the panel above the form."""
        if not context.get("is_popup"):
            context["agentbox_why_item"] = kwargs.get("obj")
        return super().render_change_form(request, context, *args, **kwargs)
