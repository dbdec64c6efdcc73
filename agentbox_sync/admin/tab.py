"""The Connections tab on a host's staff card, whatever else the host did to that page."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentbox_sync.admin.frame import FramedChangeForm
from agentbox_sync.permissions import standing
from agentbox_sync.views.access import visible_staff
from agentbox_sync.views.card import card_context
from agentbox_sync.views.reticence import reticent


class ConnectionsTabMixin(FramedChangeForm):
    """Put this first among the bases of the staff model's ModelAdmin.

    The change page keeps the template it had, see :class:`FramedChangeForm`.
    """

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the address of the card before the catch-all of the change page."""
        options = self.model._meta

        # Outside of admin_view's own answer: a signed-in person without a way into this admin
        # gets the 404 that everybody gets who may not see a card.
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.admin_site.has_permission(request):
                raise Http404
            return guarded(request, **kwargs)

        guarded = self.admin_site.admin_view(self.connections_view)
        name = f"{options.app_label}_{options.model_name}_connections"
        own = path("<path:object_id>/connections/", update_wrapper(view, guarded), name=name)
        return [own, *super().get_urls()]  # type: ignore[misc]

    def connections_address(self, staff: Model) -> str:
        """Return the address of the card; raises NoReverseMatch where this site is not served."""
        options = self.model._meta
        name = f"{self.admin_site.name}:{options.app_label}_{options.model_name}_connections"
        return reverse(name, args=[quote(staff.pk)])

    @property
    def connections_view(self) -> Any:
        """Return the view of the card."""
        return require_safe(never_cache(self._show_card))

    def _show_card(self, request: HttpRequest, object_id: str) -> HttpResponse:
        reticent(request)
        staff, found = visible_staff(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **card_context(request, staff, found),
            **self._tabs(request, staff, current="connections"),
            "opts": self.model._meta,
            "original": staff,
            "title": str(staff),
            "subtitle": None,
            "has_view_permission": self.has_view_permission(request, staff),
        }
        return TemplateResponse(request, "agentbox_sync/admin/connections.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Draw the change page of the host inside ours, with the tabs where there is a card."""
        staff = kwargs.get("obj")
        is_popup = bool(context.get("is_popup"))
        if staff is not None and not is_popup and standing(request.user, staff).sees:
            context |= self._tabs(request, staff, current="details")
        return super().render_change_form(request, context, *args, **kwargs)

    def _tabs(self, request: HttpRequest, staff: Model, current: str) -> dict[str, Any]:
        options = self.model._meta
        name = f"{self.admin_site.name}:{options.app_label}_{options.model_name}_change"
        opens = self.has_view_or_change_permission(request, staff)
        return {
            "agentbox_tab": current,
            "agentbox_details_address": reverse(name, args=[quote(staff.pk)]) if opens else "",
            "agentbox_card_address": self.connections_address(staff),
        }


def add_connections_tab(model: type[Model], site: AdminSite | None = None) -> None:
    """Give a model that is registered already the tab: a user model, a third party's staff model.

    Raises NotRegistered. A second call changes nothing.
    """
    chosen = site or admin.site
    present = type(chosen.get_model_admin(model))
    if issubclass(present, ConnectionsTabMixin):
        return
    chosen.unregister(model)
    chosen.register(model, type(present.__name__, (ConnectionsTabMixin, present), {}))
