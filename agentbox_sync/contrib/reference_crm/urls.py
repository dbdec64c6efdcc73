"""Pages of the reference CRM beside the admin's own; include them before the admin's addresses."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from agentbox_sync.contrib.reference_crm.views import my_office

app_name = "agentbox_crm"
urlpatterns = [path("my-office/", admin.site.admin_view(my_office), name="my_office")]
