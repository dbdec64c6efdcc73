"""Where Microsoft sends a person back to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
@login_required
def callback(request: HttpRequest) -> HttpResponse:
    """Answer 404 until the service that finishes a sign-in is there."""
    raise Http404
