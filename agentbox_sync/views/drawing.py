"""Drawing the pages of the app in the frame of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What the frame of a page asks for has to be there, or at DEBUG Django writes the whole context of
# the page into its log, with every value that the page shows.
ASKED = ("card_address", "overview_address", "staff_name")


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of the app with the header and the theme that the admin has here.

    Whoever may not enter the admin gets the page without the ways into it.
    """
    frame = admin.site.each_context(request)
    if not frame["has_permission"]:
        frame |= {"available_apps": [], "is_nav_sidebar_enabled": False}
    asked = {"subtitle": None, **dict.fromkeys(ASKED, "")}
    return render(request, template, {**frame, **asked, **context}, status=status)
