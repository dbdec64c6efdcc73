from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Tenant, User

ALLOW, MANAGED, BLOCK = "allow", "microsoft_managed", "block"
POLICIES = (ALLOW, MANAGED, BLOCK)
# What Microsoft's managed policy took out of people's hands (MC1097272 of 2025, MC1304287 of
# 2026), as far as this emulator has the scopes. Consents that exist live on.
MANAGED_BLOCKS = frozenset(
    {"Calendars.ReadWrite", "Contacts.ReadWrite", "Tasks.Read", "Tasks.ReadWrite"}
)


def needs_administrator(tenant: Tenant, user: User, missing: Collection[str]) -> bool:
    """Whether a person who is asked for these scopes meets "Need admin approval" instead."""
    if user.admin or tenant.consent_policy == ALLOW:
        return False
    return bool(missing) and (
        tenant.consent_policy == BLOCK or not MANAGED_BLOCKS.isdisjoint(missing)
    )
