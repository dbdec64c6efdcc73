"""Addresses of the app; the host includes them once, anywhere, under any prefix."""

from __future__ import annotations

from django.urls import path

from agentbox_sync.views import actions, connect

app_name = "agentbox_sync"

urlpatterns = [
    # Registered in Entra ID: a change of this one has to be made there as well.
    path("callback/", connect.callback, name="callback"),
    path("staff/<str:staff_pk>/connect/", connect.connect, name="connect"),
    path("connections/<int:pk>/disconnect/", connect.disconnect, name="disconnect"),
    path("connections/<int:pk>/configure/<slug:kind>/", actions.configure, name="configure"),
    path("connections/<int:pk>/sync/", actions.synchronise, name="sync"),
    path("connections/<int:pk>/progress/", actions.ask_progress, name="progress"),
    path("reviews/<int:pk>/let-go/", actions.let_go, name="let_go"),
]
