"""Who may see and do what on a staff member's card; one place for every doorway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import ProviderSwitch, StaffSettings

MANAGE = "agentbox_sync.manage_connections"

User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Standing:
    """What a user is to one staff member's card.

    ``is_own``: it is the user's own card. ``sees`` and ``manages`` follow from the other two and
    from what the Master Users allow.
    """

    is_master: bool = False
    is_own: bool = False
    self_managed: bool = False

    @property
    def sees(self) -> bool:
        """Tell whether the card may be shown."""
        return self.is_master or self.is_own

    @property
    def manages(self) -> bool:
        """Tell whether the user may connect, configure, sync and disconnect."""
        return self.is_master or (self.is_own and self.self_managed)


def standing(user: User, staff: Any) -> Standing:
    """Return what ``user`` is to the card of ``staff``; at most two queries beside permissions."""
    if is_master_user(user):
        return Standing(is_master=True)
    own = own_staff(user)
    return standing_on_own(own) if own is not None and own.pk == staff.pk else Standing()


def standing_on_own(staff: Any) -> Standing:
    """Return what somebody who is no Master User is to their own card."""
    allowed = StaffSettings.objects.filter(staff=staff, self_managed=True).exists()
    return Standing(is_own=True, self_managed=allowed)


def own_staff(user: User) -> Any | None:
    """Return the staff record of a signed-in user; ``None`` for somebody without one."""
    return get_adapter().staff_for_user(user) if user.is_authenticated and user.is_active else None


def is_master_user(user: User) -> bool:
    """Tell whether the user looks after everybody's connections."""
    return user.has_perm(MANAGE)  # type: ignore[union-attr]  # a host's user has it for the admin


def can_see(user: User, staff: Any) -> bool:
    """Tell whether the user may see the card: a Master User, or the staff member themself."""
    return standing(user, staff).sees


def can_manage(user: User, staff: Any) -> bool:
    """Tell whether the user may change what the card shows."""
    return standing(user, staff).manages


def can_let_go(user: User) -> bool:
    """Tell whether the user may let a guard stop go: Master Users alone, on any card."""
    return is_master_user(user)


def is_offered(provider: str, staff: Any) -> bool:
    """Tell whether a provider is offered to a staff member.

    The switch of the office goes before that of the whole site, so that one office can try what
    the others do not have yet; without any switch a provider is offered.
    """
    office = get_adapter().office_of(staff)
    return is_on(switches(provider, "", office), office)


def switches(provider: str, *offices: str) -> dict[str, bool]:
    """Return where a provider is switched on or off, by office key; of all offices unless named."""
    rows = ProviderSwitch.objects.filter(provider=provider)
    if offices:
        rows = rows.filter(office__in=offices)
    return dict(rows.values_list("office", "offered"))


def is_on(switches: Mapping[str, bool], office: str) -> bool:
    """Tell what the switches mean for an office."""
    return switches.get(office, switches.get("", True))
