"""Addresses of the app; the host includes them once, anywhere, under any prefix."""

from __future__ import annotations

from django.urls import path

from agentbox_sync.views.callback import callback

app_name = "agentbox_sync"

urlpatterns = [
    path("callback/", callback, name="callback"),
]
