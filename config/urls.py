"""Addresses of the demo host."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from config.views import absent, home

# One sign-in for the whole site, so that a second factor cannot be walked around.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

admin.site.site_header = _("My Office")
admin.site.site_title = _("My Office")
admin.site.index_title = _("Everything in the CRM")
# An agent's pages are My Office and the staff card; a list of every table beside them is noise,
# and forty presses of Tab before the first thing that matters. “Everything” leads there.
admin.site.enable_nav_sidebar = False

urlpatterns = [
    path("", home, name="home"),
    # Addresses are given out in the admin: nobody adds, confirms or takes one away here.
    path("accounts/email/", absent),
    path("accounts/confirm-email/", absent),
    path("accounts/confirm-email/<str:key>/", absent),
    path("accounts/", include("allauth.urls")),
    path("agentbox/", include("agentbox_sync.urls")),
    path("admin/agentbox_crm/", include("agentbox_sync.contrib.reference_crm.urls")),
    # The admin's own form counts no attempts.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
]
