"""Filters of the app's own templates."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agentbox_sync.services.wording.moments import when

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment as people say it: "today at 14:02"; empty for ``None``."""
    return when(value, alone=True) if value is not None else ""


@register.filter
def address(value: str) -> SafeString | str:
    """Return an e-mail address that a narrow page breaks before its @ and not within a word."""
    name, at, domain = value.rpartition("@")
    return format_html("{}<wbr>@{}", name, domain) if at else value
