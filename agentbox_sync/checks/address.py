"""BASE_URL: the address that Microsoft sends people back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from agentbox_sync import conf

LOCAL = {"localhost", "127.0.0.1", "::1"}
PASTE = conf.EXAMPLES["BASE_URL"]


@register("agentbox_sync")
def check_base_url(**_: Any) -> list[CheckMessage]:
    """BASE_URL is the address of this site and nothing more."""
    try:
        given = conf.options().get("BASE_URL")
    except ImproperlyConfigured:
        return []  # E005
    if not given:
        return [Error('AGENTBOX_SYNC["BASE_URL"] is not set.', hint=PASTE, id="agentbox_sync.E030")]
    if not isinstance(given, str):
        return []  # E007
    address = _split(given)
    if address is None:
        return [
            Error(
                f'AGENTBOX_SYNC["BASE_URL"] is {given!r}; it must be the scheme, the host and, '
                "where there is one, the port of this site.",
                hint=f"{PASTE}\nA site below a path says so by FORCE_SCRIPT_NAME.",
                id="agentbox_sync.E031",
            )
        ]
    return [*_check_scheme(given, address), *_check_host(address)]


def _split(given: str) -> SplitResult | None:
    try:
        parts = urlsplit(given)
        rest = [parts.path.strip("/"), parts.query, parts.fragment, parts.username]
        wrong = parts.scheme not in {"http", "https"} or not parts.hostname or any(rest)
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        return None
    return None if wrong or given != given.strip() else parts


def _check_scheme(given: str, address: SplitResult) -> list[CheckMessage]:
    if address.scheme == "https" or address.hostname in LOCAL:
        return []
    return [
        Caution(
            f'AGENTBOX_SYNC["BASE_URL"] is {given!r}, and Microsoft sends nobody back to an '
            "address without https, localhost excepted.",
            hint=PASTE,
            id="agentbox_sync.W032",
        )
    ]


def _check_host(address: SplitResult) -> list[CheckMessage]:
    # A warning: a proxy may ask under another name than the public one.
    allowed = conf.host("ALLOWED_HOSTS") or []
    if conf.host("DEBUG") and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    name = address.hostname or ""
    if validate_host(f"[{name}]" if ":" in name else name, allowed):
        return []
    return [
        Caution(
            f'The host of AGENTBOX_SYNC["BASE_URL"], {name!r}, is not among ALLOWED_HOSTS: who '
            "comes back from Microsoft would see Bad Request.",
            hint=f"ALLOWED_HOSTS = [{name!r}, ...]",
            id="agentbox_sync.W033",
        )
    ]
