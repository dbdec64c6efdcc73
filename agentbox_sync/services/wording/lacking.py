"""Kinds that cannot be synced as things stand at Microsoft: why, for whoever wonders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.models import Connection
from agentbox_sync.oauth.app_only import NEEDS as ROLES_NEEDED
from agentbox_sync.oauth.clouds import NEEDS, Feature
from agentbox_sync.services import microsoft

FEATURES: Mapping[Feature, Any] = {
    Feature.CONTACT_FEED: gettext_lazy(
        "The Microsoft cloud of your company does not tell which contacts have changed, so "
        "contacts cannot be synced there."
    ),
    Feature.TO_DO: gettext_lazy(
        "The Microsoft cloud of your company has no Microsoft To Do, so tasks cannot be synced "
        "there."
    ),
}


def cloud_lacks(kind: str) -> str:
    """Return why a kind cannot be synced in the cloud of this CRM; empty where it can."""
    try:
        lacks = microsoft.cloud().lacks
    except FixConfiguration:
        return ""  # no such cloud: the first line of the card and the doctor say so
    missing = sorted(NEEDS.get(kind, frozenset()) & lacks)
    return str(FEATURES[missing[0]]) if missing else ""


def organisation_lacks(kind: str, connection: Connection) -> str:
    """Return which permission an organisation has not granted that a kind needs; else empty."""
    role, organisation = ROLES_NEEDED.get(kind, ""), connection.organisation
    if organisation is None or not role or role not in organisation.missing:
        return ""
    return _(
        "The organisation has not granted the permission %(role)s yet. Without it these cannot be "
        "synced; the page Organisation says how to grant it."
    ) % {"role": role}
