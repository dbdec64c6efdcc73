from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import jwt
from .errors import EntraError


def understands_challenges(form: Mapping[str, str]) -> bool:
    """Whether a token request declares the client capability CP1; raises EntraError."""
    text = form.get("claims")
    if not text:
        return False
    wanted: Any = None
    try:
        wanted = json.loads(text)
        values = wanted.get("access_token", {}).get("xms_cc", {}).get("values", [])
        return "cp1" in {str(value).lower() for value in values}
    except (ValueError, AttributeError, TypeError):
        raise EntraError(
            "invalid_request", 50148, "The claims parameter of the request cannot be read."
        ) from None


def challenge(not_before: float) -> str:
    """The claims of a WWW-Authenticate header: a token that is younger than this is wanted."""
    wanted = {"access_token": {"nbf": {"essential": True, "value": str(int(not_before))}}}
    return jwt.encode(json.dumps(wanted, separators=(",", ":")).encode())
