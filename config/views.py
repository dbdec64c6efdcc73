"""Pages of the demo host itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect


@login_required
def home(request: HttpRequest) -> HttpResponseRedirect:  # noqa: ARG001
    """Sends a signed-in person to the first page they work with."""
    return redirect("admin:index")
