"""What a way back from Microsoft left for the card: kept in the session, shown once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.services.card import load_staff
from agentbox_sync.services.wording.landings import Banner, banner

KEY = "agentbox_sync.landings"


def keep(request: HttpRequest, staff_pk: Any, code: str, parameters: Mapping[str, Any]) -> None:
    """Keep a code and its plain values until the card of that staff member is shown."""
    kept = request.session.get(KEY, {})
    kept[str(staff_pk)] = {"code": code, "parameters": dict(parameters)}
    request.session[KEY] = kept


def take(request: HttpRequest, staff_pk: Any, *, name: str, is_master: bool) -> Banner | None:
    """Return the banner for the card, once; the name of another card for Master Users alone."""
    kept = request.session.get(KEY, {})
    landing = kept.pop(str(staff_pk), None)
    if landing is None:
        return None
    request.session[KEY] = kept
    parameters = landing["parameters"]
    other = load_staff(parameters["other"]) if is_master and parameters.get("other") else None
    return banner(
        landing["code"],
        parameters,
        name=name,
        is_master=is_master,
        other=get_adapter().staff_name(other) if other is not None else "",
    )
