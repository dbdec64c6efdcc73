from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import include, path

from agentbox_sync.admin import add_connections_tab

add_connections_tab(get_user_model())

urlpatterns = [path("admin/", admin.site.urls), path("connections/", include("agentbox_sync.urls"))]
