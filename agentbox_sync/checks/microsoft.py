"""The MS365_* values: none is wrong, and a deployment has them all."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured

from agentbox_sync import conf
from agentbox_sync.checks.adapter import find_sources
from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.models.fields import SealedTextField
from agentbox_sync.services import microsoft

NEEDED = ("MS365_CLIENT_ID", "MS365_CLIENT_SECRET", "MS365_TOKEN_KEYS")
EMULATOR = ("MS365_LOGIN_URL", "MS365_GRAPH_URL")
MAKE_A_KEY = conf.EXAMPLES["MS365_TOKEN_KEYS"]


@register("agentbox_sync")
def check_registration(**_: Any) -> list[CheckMessage]:
    """What the app registration in Entra ID gave can be meant."""
    found: list[CheckMessage] = []
    client = conf.environment("MS365_CLIENT_ID")
    if client and not _is_guid(client):
        found.append(
            Error(
                "MS365_CLIENT_ID is not the id of an application, which is a GUID.",
                hint="MS365_CLIENT_ID=00000000-0000-0000-0000-000000000000",
                id="agentbox_sync.E040",
            )
        )
    try:
        cloud = microsoft.cloud()
    except FixConfiguration as error:
        return [*found, Error(str(error), hint="MS365_CLOUD=global", id="agentbox_sync.E042")]
    try:
        microsoft.AppRegistration("-", "-", conf.environment("MS365_TENANT"), cloud, "")
    except FixConfiguration as error:
        found.append(Error(str(error), hint="MS365_TENANT=organizations", id="agentbox_sync.E041"))
    return found


@register("agentbox_sync")
def check_cloud(**_: Any) -> list[CheckMessage]:
    """What the CRM wants to sync is there in the chosen cloud."""
    try:
        missing = microsoft.cloud().refusals(source.kind for source in find_sources())
    except FixConfiguration:
        return []  # E042
    return [
        Error(
            f"{reason} So the kind “{kind}” cannot be synced there.",
            hint="Leave its source out of your adapter, or agentbox_sync out of this project.",
            id="agentbox_sync.E050",
        )
        for kind, reason in missing.items()
    ]


@register("agentbox_sync")
def check_token_keys(**_: Any) -> list[CheckMessage]:
    """The keys seal what is stored."""
    try:
        SealedTextField().get_prep_value("a probe")
    except ImproperlyConfigured:
        return []  # W048
    except FixConfiguration as error:
        return [Error(str(error), hint=MAKE_A_KEY, id="agentbox_sync.E043")]
    return []


@register("agentbox_sync")
def check_emulator(**_: Any) -> list[CheckMessage]:
    """Only this machine may stand in for Microsoft, and for all of it."""
    try:
        microsoft.redirects()
    except FixConfiguration as error:
        if error.code != "NotLoopback":
            return []  # E042
        return [
            Error(str(error), hint="MS365_LOGIN_URL=\nMS365_GRAPH_URL=", id="agentbox_sync.E044")
        ]
    given = [name for name in EMULATOR if conf.environment(name)]
    if len(given) == 1:
        other = next(name for name in EMULATOR if name not in given)
        return [
            Error(
                f"{given[0]} names an emulator and {other} does not: what one gives out would be "
                "shown to the other.",
                hint=f"{other}={conf.environment(given[0])}",
                id="agentbox_sync.E045",
            )
        ]
    return []


@register("agentbox_sync")
def check_way_to_microsoft(**_: Any) -> list[CheckMessage]:
    """The certificates are there, and the proxy is an address."""
    found: list[CheckMessage] = []
    bundle, proxy = conf.environment("MS365_CA_BUNDLE"), conf.environment("MS365_PROXY")
    if bundle and not Path(bundle).exists():
        found.append(
            Error(
                "MS365_CA_BUNDLE names a file that is not there.",
                hint="MS365_CA_BUNDLE=",
                id="agentbox_sync.E046",
            )
        )
    if proxy and not _is_proxy(proxy):
        found.append(
            Error(
                "MS365_PROXY is not the address of a proxy.",  # which may hold a password
                hint="MS365_PROXY=http://proxy.example.com:3128",
                id="agentbox_sync.E047",
            )
        )
    return found


@register("agentbox_sync")
def check_missing_values(**_: Any) -> list[CheckMessage]:
    """Say that nothing can be connected yet; developers and tests go on without."""
    missing = [name for name in NEEDED if not conf.environment(name)]
    if not missing:
        return []
    return [
        Caution(
            f"Nobody can be connected to Microsoft 365 yet: not set is {', '.join(missing)}.",
            hint="\n".join(conf.EXAMPLES[name] for name in missing),
            id="agentbox_sync.W048",
        )
    ]


@register("agentbox_sync", deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    """A server that people rely on has every value."""
    return [
        Error(f"{name} is not set.", hint=conf.EXAMPLES[name], id="agentbox_sync.E049")
        for name in NEEDED
        if not conf.environment(name)
    ]


def _is_guid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
