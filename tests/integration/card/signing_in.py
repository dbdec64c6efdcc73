"""Connecting at the emulated Microsoft by HTTP alone, as a person at a browser does."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.services import microsoft as ours
from tests.integration.card.pages import to
from tests.integration.oauth.visitor import Visitor

JANE, TOM, PASSWORD = "jane@harbourvale.example", "tom@harbourvale.example", "correct horse"
TENANT = "99999999-8888-4777-8666-555555555555"


def seed(*, user_consent: bool = True, **jane: Any) -> dict[str, Any]:
    app = ours.registration()
    people = [
        {"upn": JANE, "display_name": "Jane Ashcroft", "password": PASSWORD, **jane},
        {"upn": TOM, "display_name": "Tom Reed", "password": PASSWORD},
    ]
    tenant = {"id": TENANT, "domain": "harbourvale.example", "user_consent": user_consent}
    return {
        "tenants": [{**tenant, "name": "Harbourvale", "users": people}],
        "apps": [
            {
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "redirect_uris": [app.redirect_uri],
            }
        ],
    }


def press_connect(client: Client, staff: Staff) -> HttpResponse:
    return client.post(to("connect", staff.pk), {"provider": "microsoft"})


def links_of(page: HttpResponse) -> dict[str, str]:
    found = re.findall(
        r'<a\b[^>]*href="(https?:[^"]+)"[^>]*>(.*?)</a>', page.content.decode(), re.DOTALL
    )
    return {" ".join(label.split()): html.unescape(url) for url, label in found}


def leave(client: Client, staff: Staff) -> tuple[Visitor, str]:
    url = links_of(press_connect(client, staff))["Continue to Microsoft"]
    return Visitor(ours.callback_url()), url


def connect(client: Client, staff: Staff, account: str = JANE) -> HttpResponse:
    visitor, url = leave(client, staff)
    visitor.sign_in(url, account, PASSWORD)
    if visitor.answer is None:
        visitor.submit("accept")
    page = client.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    return page
