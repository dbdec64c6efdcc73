"""Where a provider is offered: on the whole site, and otherwise in single offices."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import ProviderSwitch
from agentbox_sync.models.audit import Action
from agentbox_sync.models.connection import Provider
from agentbox_sync.services import audit
from agentbox_sync.services.history import person_name

log = logging.getLogger(__name__)

WHOLE_SITE = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The switch of one office, or of the whole site (an empty ``key``).

    ``offered`` is ``None`` for an office without a switch of its own: it follows the site.
    """

    key: str
    label: str
    offered: bool | None
    changed_by: str = ""


def switchboard(provider: str = Provider.MICROSOFT) -> tuple[Place, ...]:
    """Return the whole site and then every office by its name; two queries.

    An office that the adapter does not list, but that has a switch, is listed by its key.
    """
    rows = ProviderSwitch.objects.filter(provider=provider).select_related("changed_by")
    switches = {row.office: row for row in rows}
    offices = {str(key): str(label) for key, label in get_adapter().offices().items()}
    offices = {key: key for key in switches if key != WHOLE_SITE} | offices
    site = switches.pop(WHOLE_SITE, None)
    places = [
        Place(
            key,
            label,
            switches[key].offered if key in switches else None,
            person_name(switches[key].changed_by) if key in switches else "",
        )
        for key, label in offices.items()
    ]
    # Without a switch a provider is offered: whoever installs the app wants to use it.
    first = Place(WHOLE_SITE, "", site.offered if site else True, _who(site))
    return (first, *sorted(places, key=lambda place: place.label.casefold()))


def _who(switch: ProviderSwitch | None) -> str:
    return person_name(switch.changed_by) if switch is not None else ""


def offer(
    user: AbstractBaseUser,
    chosen: Mapping[str, bool | None],
    provider: str = Provider.MICROSOFT,
) -> int:
    """Set the switches by office key; return how many changed.

    ``None`` takes an office's own switch away. A key that is on no switchboard is left alone.
    """
    changed = 0
    with transaction.atomic():
        for place in switchboard(provider):
            if place.key not in chosen or chosen[place.key] == place.offered:
                continue
            _switch(user, provider, place.key, chosen[place.key])
            audit.record(
                user,
                Action.SWITCHED,
                provider=provider,
                office=place.key,
                before=place.offered,
                after=chosen[place.key],
            )
            changed += 1
    return changed


def _switch(user: AbstractBaseUser, provider: str, office: str, offered: bool | None) -> None:
    if offered is None:
        ProviderSwitch.objects.filter(provider=provider, office=office).delete()
    else:
        ProviderSwitch.objects.update_or_create(
            provider=provider,
            office=office,
            defaults={
                "offered": offered,
                "changed_by_id": user.pk,
                "changed_at": timezone.now(),
            },
        )
    log.info("user %s set %s of office %r to %s", user.pk, provider, office, offered)
