"""Addresses of the card's pages, and what can be read off a page."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse


def card_of(staff: Any) -> str:
    return reverse("admin:agentbox_crm_staff_connections", args=[staff.pk])


def to(name: str, *args: Any) -> str:
    return reverse(f"agentbox_sync:{name}", args=args)


def text_of(response: HttpResponse) -> str:
    """What a person reads: no tags, one blank between words."""
    body = response.content.decode().replace("<wbr>", "")
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", body)
    return " ".join(html.unescape(body).split())


def condition_of(response: HttpResponse) -> str:
    found = re.search(r'data-condition="([a-z_]+)"', response.content.decode())
    assert found, "the page shows no card"
    return found.group(1)


def primary_buttons(response: HttpResponse) -> list[str]:
    found = re.findall(
        r'class="agentbox-primary"[^>]*>(.*?)</(?:a|button)>', response.content.decode(), re.DOTALL
    )
    return [" ".join(label.split()) for label in found]
