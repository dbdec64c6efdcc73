"""What a host declares about its CRM: the one place where two code bases meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.admin.utils import quote
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from agentbox_sync import conf
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.host.occurrences import row_pk
from agentbox_sync.host.sources import (
    CalendarSource,
    ClassChoice,
    ContactSource,
    KindSource,
    TaskSource,
)

__all__ = [
    "CRMAdapter",
    "CalendarSource",
    "ClassChoice",
    "ContactSource",
    "KindSource",
    "TaskSource",
]


class CRMAdapter:
    """One per host, named in ``AGENTBOX_SYNC["ADAPTER"]``; every method may be overridden."""

    sources: ClassVar[Sequence[type[KindSource]]] = ()

    def staff_name(self, staff: Any) -> str:
        """Return the name of a staff member for people."""
        return str(staff)

    def staff_address(self, staff: Any) -> str:
        """Return the e-mail address that the card expects to sign in at Microsoft."""
        return str(getattr(staff, "email", "") or "")

    def staff_aliases(self, staff: Any) -> Sequence[str]:
        """Return other addresses that are this staff member's as well."""
        del staff
        return ()

    def office_of(self, staff: Any) -> str:
        """Return the key of the staff member's office; empty where there are none."""
        del staff
        return ""

    def offices(self) -> Mapping[str, str]:
        """Return the name of each office by its key: where a provider can be switched."""
        return {}

    def staff_members(self) -> QuerySet[Any]:
        """Return the staff members who work here now: who may be connected, and is not yet.

        One query gets them all: a host whose names look into other tables selects those with it.
        """
        model = apps.get_model(conf.staff_model())
        people = model._default_manager.all()
        has_switch = any(column.name == "is_active" for column in model._meta.get_fields())
        return people.filter(is_active=True) if has_switch else people

    def staff_for_user(self, user: AbstractBaseUser | AnonymousUser) -> Any | None:
        """Return the staff record of a signed-in user; ``None`` for somebody without one."""
        # Where the users themselves are the staff records, nothing has to be declared.
        return user if isinstance(user, apps.get_model(conf.staff_model())) else None

    def has_login(self, staff: Any) -> bool:
        """Tell whether the staff member can sign in to the CRM, and so be invited to connect."""
        del staff
        return True

    def staff_url(self, staff: models.Model) -> str:
        """Return the address of the staff card."""
        return _admin_url(staff._meta.label_lower, staff.pk)

    def item_url(self, key: LocalKey) -> str:
        """Return the address of an item in the CRM; empty where it has no page."""
        return _admin_url(key.model, row_pk(key.pk))

    def item_label(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, str]:
        """Return the names of items for people; a deleted item is left out."""
        del kind
        labels: dict[LocalKey, str] = {}
        for model in {key.model for key in keys}:
            wanted = {key: row_pk(key.pk) for key in keys if key.model == model}
            rows = apps.get_model(model)._base_manager.in_bulk(list({*wanted.values()}))
            named = {str(pk): str(row) for pk, row in rows.items()}
            labels |= {key: named[pk] for key, pk in wanted.items() if pk in named}
        return labels


def _admin_url(label: str, pk: Any) -> str:
    app_label, model = label.split(".")
    try:
        # Quoted as the admin quotes: a text key may hold what an address may not.
        return reverse(f"admin:{app_label}_{model}_change", args=[quote(pk)])
    except NoReverseMatch:
        return ""
