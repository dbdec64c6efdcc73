"""A host's change page with something of ours above it, whatever else the host did to it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.loader import select_template


class FramedChangeForm:
    """The base of our mixins for a ModelAdmin; each of them puts something into the context.

    The change page keeps the template it had: ours extends it, so that a project's override,
    import-export, simple-history and themes stay in place.
    """

    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)  # type: ignore[call-arg]  # a ModelAdmin follows
        given = self.change_form_template
        label, name = model._meta.app_label, model._meta.model_name
        self._parents = [given] if isinstance(given, str) else list(given or ())
        self._parents += [
            f"admin/{label}/{name}/change_form.html",
            f"admin/{label}/change_form.html",
            "admin/change_form.html",
        ]
        self.change_form_template = "agentbox_sync/admin/change_form.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Draw the change page of the host inside ours."""
        context["agentbox_parent"] = select_template(self._parents)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
