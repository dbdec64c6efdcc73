"""Pages of the demo host itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect


@login_required
def home(request: HttpRequest) -> HttpResponseRedirect:
    """Sends a signed-in person to the first page they work with."""
    if request.user.is_staff and request.user.has_perm("agentbox_crm.view_staff"):
        return redirect("agentbox_crm:my_office")
    return redirect("admin:index" if request.user.is_staff else "agentbox_sync:mine")


def absent(request: HttpRequest, key: str = "") -> HttpResponse:
    """Takes the place of a page of allauth that this host does not offer."""
    raise Http404
