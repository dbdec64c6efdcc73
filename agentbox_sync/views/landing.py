"""What a way back from Microsoft left for the card: kept in the session, shown once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from agentbox_sync.services.wording.landings import Banner, banner

KEY = "agentbox_sync.landings"


def keep(request: HttpRequest, staff_pk: Any, code: str, parameters: Mapping[str, Any]) -> None:
    """Keep a code and its plain values until the card of that staff member is shown."""
    kept = request.session.get(KEY, {})
    kept[str(staff_pk)] = {"code": code, "parameters": dict(parameters)}
    request.session[KEY] = kept


def take(request: HttpRequest, staff_pk: Any, *, name: str, is_master: bool) -> Banner | None:
    """Return the banner for the card, once."""
    kept = request.session.get(KEY, {})
    landing = kept.pop(str(staff_pk), None)
    if landing is None:
        return None
    request.session[KEY] = kept
    return banner(landing["code"], landing["parameters"], name=name, is_master=is_master)
