"""Addresses of the demo host."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config.views import home

# One sign-in for the whole site, so that a second factor cannot be walked around.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if find_spec("agentbox_sync.urls"):  # TEMPORARY until its first version is committed
    urlpatterns.insert(1, path("agentbox/", include("agentbox_sync.urls")))
