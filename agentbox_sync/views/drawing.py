"""Drawing the pages of the app in the frame of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of the app with the header and the theme that the admin has here."""
    frame = admin.site.each_context(request)
    return render(request, template, {**frame, "subtitle": None, **context}, status=status)
