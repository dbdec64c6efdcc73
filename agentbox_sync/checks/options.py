"""The keys of AGENTBOX_SYNC: known, of the right type, and fitting together."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import phonenumbers
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from agentbox_sync import conf

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and 0 < value < float("inf")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_tenants(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset) and all(
        isinstance(tenant, str) and GUID.fullmatch(tenant) for tenant in value
    )


Rule = tuple[Callable[[Any], bool], str]
TEXT: Rule = (lambda value: isinstance(value, str), "a text")
DURATION: Rule = (_is_positive, "a number of seconds above 0")
DAYS: Rule = (lambda value: _is_whole(value) and value > 0, "a number of days")

# A key without a rule here fails a test: whatever a host may set is looked at.
RULES: dict[str, Rule] = {
    "ADAPTER": TEXT,
    "BASE_URL": TEXT,
    "PHONE_REGION": (
        lambda value: value in phonenumbers.SUPPORTED_REGIONS,
        'a country of ISO 3166 in two capital letters, such as "AU"',
    ),
    "POLL_INTERVAL": DURATION,
    "FULL_SCAN_INTERVAL": DURATION,
    "FULL_LISTING_INTERVAL": DURATION,
    "HTTP_TIMEOUT": DURATION,
    "LEASE_TIME": DURATION,
    "SETTLE_DELAY": (lambda value: _is_positive(value) or value == 0, "a number of seconds"),
    "RUN_TIME": DURATION,
    "WORKER_SILENCE": DURATION,
    "INVITATION_TIME": DURATION,
    "CHANGE_RETENTION_DAYS": DAYS,
    "AUDIT_RETENTION_DAYS": DAYS,
    "GUARD_FLOOR": (_is_whole, "a whole number, 0 or more"),
    "GUARD_SHARE": (lambda value: _is_number(value) and 0 <= value <= 1, "a share from 0 to 1"),
    "ALLOWED_TENANTS": (_are_tenants, "a list of directory (tenant) ids"),
}


def value_of(name: str) -> Any:
    """Return an option that keeps its rule; ``None`` where another check says what is wrong."""
    try:
        value = conf.option(name)
    except ImproperlyConfigured:
        return None
    return value if _keeps(name, value) else None


@register("agentbox_sync")
def check_options(**_: Any) -> list[CheckMessage]:
    """AGENTBOX_SYNC is a dict of known keys with values that can be meant."""
    try:
        given = conf.options()
    except ImproperlyConfigured:
        return [
            Error(
                "AGENTBOX_SYNC is not set, or is no dict.",
                hint=conf.EXAMPLES["AGENTBOX_SYNC"],
                id="agentbox_sync.E005",
            )
        ]
    found: list[CheckMessage] = []
    for name in given:
        if name not in conf.DEFAULTS:
            found.append(
                Error(
                    f"AGENTBOX_SYNC has the key {name!r}, which nobody reads.",
                    hint=f"Remove it, or write one of: {', '.join(sorted(conf.DEFAULTS))}.",
                    id="agentbox_sync.E006",
                )
            )
        elif given[name] is not None and not _keeps(name, given[name]):
            found.append(
                Error(
                    f"AGENTBOX_SYNC[{name!r}] is {given[name]!r}; it must be {RULES[name][1]}.",
                    hint=f"AGENTBOX_SYNC = {{..., {name!r}: {_example(name)}}}",
                    id="agentbox_sync.E007",
                )
            )
    return [*found, *_check_lease()]


def _check_lease() -> list[CheckMessage]:
    lease, timeout = value_of("LEASE_TIME"), value_of("HTTP_TIMEOUT")
    if lease is None or timeout is None or lease > 2 * timeout:
        return []
    return [
        Error(
            f"A request to Microsoft may take {timeout} s (HTTP_TIMEOUT), and the right to write "
            f"ends after {lease} s (LEASE_TIME): two workers could write for one mailbox.",
            hint=f"AGENTBOX_SYNC = {{..., 'LEASE_TIME': {3 * timeout}}}",
            id="agentbox_sync.E008",
        )
    ]


def _keeps(name: str, value: Any) -> bool:
    try:
        return RULES[name][0](value)
    except TypeError:  # nothing that can be compared or looked up
        return False


def _example(name: str) -> str:
    default = conf.DEFAULTS[name]
    return repr(
        "https://crm.example.com" if name == "BASE_URL" else default or "mycrm.sync.Adapter"
    )
