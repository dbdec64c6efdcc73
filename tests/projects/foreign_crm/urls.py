from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("backstage/", admin.site.urls),
    path("exchange/", include("agentbox_sync.urls")),
]
