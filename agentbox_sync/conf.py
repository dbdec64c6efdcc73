"""The one reader of settings and environment: lazy, typed, and with the line to paste.

Nothing is read on import, so that tests can override settings and a mistake surfaces as a system
check and not as a traceback of an import.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Every key of the dict AGENTBOX_SYNC with its default; None means that a host must set it.
# Durations are in seconds unless the name says otherwise.
DEFAULTS: Mapping[str, Any] = {
    "ADAPTER": None,
    "BASE_URL": None,
    "PHONE_REGION": "US",
    "POLL_INTERVAL": 300,
    "FULL_SCAN_INTERVAL": 3600,
    "FULL_LISTING_INTERVAL": 604_800,
    "HTTP_TIMEOUT": 30,
    "LEASE_TIME": 90,
    "SETTLE_DELAY": 60,
    "RUN_TIME": 240,
    "WORKER_SILENCE": 180,
    "CHANGE_RETENTION_DAYS": 90,
    "AUDIT_RETENTION_DAYS": 730,
    "GUARD_FLOOR": 10,
    "GUARD_SHARE": 0.10,
    "INVITATION_TIME": 259_200,
    "ALLOWED_TENANTS": (),
}

EXAMPLES: Mapping[str, str] = {
    "ADAPTER": 'AGENTBOX_SYNC = {"ADAPTER": "mycrm.sync.Adapter", ...}',
    "BASE_URL": 'AGENTBOX_SYNC = {..., "BASE_URL": "https://crm.example.com"}',
    "AGENTBOX_STAFF_MODEL": 'AGENTBOX_STAFF_MODEL = "mycrm.Staff"',
    "AGENTBOX_SYNC": (
        'AGENTBOX_SYNC = {"ADAPTER": "mycrm.sync.Adapter", "BASE_URL": "https://crm.example.com"}'
    ),
    "MS365_CLIENT_ID": "MS365_CLIENT_ID=00000000-0000-0000-0000-000000000000",
    "MS365_CLIENT_SECRET": "MS365_CLIENT_SECRET=the value of the client secret, not its id",
    "MS365_TOKEN_KEYS": (
        "MS365_TOKEN_KEYS=<what this prints: python -c "
        '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())">'
    ),
}

ENVIRONMENT: Mapping[str, str] = {
    "MS365_CLIENT_ID": "",
    "MS365_CLIENT_SECRET": "",
    "MS365_TENANT": "organizations",
    "MS365_CLOUD": "global",
    "MS365_TOKEN_KEYS": "",
    "MS365_LOGIN_URL": "",
    "MS365_GRAPH_URL": "",
    "MS365_CA_BUNDLE": "",
    "MS365_PROXY": "",
}


def missing(name: str) -> ImproperlyConfigured:
    """Return the error for a setting that is not there, with the line to paste."""
    return ImproperlyConfigured(f"{name} is not set. Add this line:\n    {EXAMPLES[name]}")


def staff_model() -> str:
    """Return ``app_label.Model`` of the host's staff record; raises ImproperlyConfigured."""
    value = getattr(settings, "AGENTBOX_STAFF_MODEL", None)
    if not value:
        raise missing("AGENTBOX_STAFF_MODEL")
    if not (isinstance(value, str) and re.fullmatch(r"[^\W\d]\w*\.[^\W\d]\w*", value)):
        raise ImproperlyConfigured(
            f"AGENTBOX_STAFF_MODEL is {value!r}, which is not an app label, a dot and the name of "
            f"a model. Write it like this:\n    {EXAMPLES['AGENTBOX_STAFF_MODEL']}"
        )
    return value


def options() -> Mapping[str, Any]:
    """Return AGENTBOX_SYNC as the host wrote it; raises ImproperlyConfigured for no dict."""
    value = getattr(settings, "AGENTBOX_SYNC", None)
    if value is None:
        raise missing("AGENTBOX_SYNC")
    if not isinstance(value, Mapping):
        raise ImproperlyConfigured(
            f"AGENTBOX_SYNC is not a dict. Write it like this:\n    {EXAMPLES['AGENTBOX_SYNC']}"
        )
    return value


def option(name: str) -> Any:
    """Return one key of AGENTBOX_SYNC, or its default; raises ImproperlyConfigured when unset."""
    value = options().get(name, DEFAULTS[name])
    if value is None:
        raise missing(name)
    return value


def host(name: str, default: Any = None) -> Any:
    """Return a setting of the host's own: what the system checks look at."""
    return getattr(settings, name, default)


def seconds(name: str) -> timedelta:
    """Return one duration of AGENTBOX_SYNC."""
    return timedelta(seconds=float(option(name)))


def base_url() -> str:
    """Return the public address of the CRM without a slash at its end."""
    return str(option("BASE_URL")).rstrip("/")


def environment(name: str) -> str:
    """Return an MS365_* value: the Django setting of that name, else the environment variable."""
    value = getattr(settings, name, None)
    return str(os.environ.get(name, ENVIRONMENT[name]) if value is None else value).strip()


def required(name: str) -> str:
    """Return an MS365_* value that must not be empty."""
    value = environment(name)
    if not value:
        raise missing(name)
    return value


def token_keys() -> tuple[str, ...]:
    """Return the keys of the token field, the one to encrypt with first."""
    return tuple(key.strip() for key in required("MS365_TOKEN_KEYS").split(",") if key.strip())
