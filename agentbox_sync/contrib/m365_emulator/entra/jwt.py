from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


class BadToken(ValueError):
    """The text is not a token that this emulator issued."""


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unsigned(claims: Mapping[str, Any]) -> str:
    """An id token as MSAL takes it: header, claims, empty signature."""
    return f"{_part({'typ': 'JWT', 'alg': 'none'})}.{_part(claims)}."


def signed(claims: Mapping[str, Any], key: str) -> str:
    head = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
    return f"{head}.{_signature(head, key)}"


def read(token: str, key: str) -> dict[str, Any]:
    """The claims of a token signed with this key; raises BadToken."""
    head, _, signature = token.rpartition(".")
    if not head or not hmac.compare_digest(signature.encode(), _signature(head, key).encode()):
        raise BadToken("the signature does not match")
    try:
        claims = json.loads(decode(head.partition(".")[2]))
    except (ValueError, binascii.Error) as error:
        raise BadToken("the claims cannot be read") from error
    if not isinstance(claims, dict):
        raise BadToken("the claims are not an object")
    return claims


def _part(claims: Mapping[str, Any]) -> str:
    return encode(json.dumps(claims, separators=(",", ":")).encode())


def _signature(head: str, key: str) -> str:
    return encode(hmac.new(key.encode(), head.encode(), hashlib.sha256).digest())
