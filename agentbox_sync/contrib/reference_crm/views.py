"""The page My Office in the Django admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentbox_sync.contrib.reference_crm.models import Office
from agentbox_sync.contrib.reference_crm.my_office import choose_office, find_colleagues

_LONGEST_QUERY = 100


@never_cache
@require_safe
def my_office(request: HttpRequest) -> HttpResponse:
    """The whole page, or with `?part=results` only what changes while a person types."""
    if not request.user.has_perm("agentbox_crm.view_staff"):
        raise Http404
    offices = list(Office.objects.all())
    office = choose_office(request.user, offices, request.GET.get("office", ""))
    query = " ".join(request.GET.get("q", "")[:_LONGEST_QUERY].split())
    context = {"results": find_colleagues(request.user, office, query)}
    if request.GET.get("part") == "results":
        return render(request, "agentbox_crm/my_office_results.html", context)
    context |= admin.site.each_context(request)
    context |= {"title": _("My Office"), "offices": offices, "is_nav_sidebar_enabled": False}
    return render(request, "agentbox_crm/my_office.html", context)
