"""What a host declares about its CRM: the one place where two code bases meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from agentbox_sync.host.fields import Declared


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """A contact class to choose from; ``special`` ones count only when they are chosen."""

    key: str
    label: str
    special: bool = False


class KindSource:
    """The items of one kind in the host's CRM. Subclass it once per kind.

    ``depends_on`` names models whose rows change what an item looks like or who may see it, each
    with the attribute that holds the item's primary key (``"contact_id"``), or the relation to
    the items where there are several (``"contacts"``); ``m2m`` names many-to-many fields of
    ``model`` with the same effect; ``prefetch`` names relations that ``is_read_only`` looks at.
    """

    kind: ClassVar[str] = ""
    model: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Declared]] = {}
    depends_on: ClassVar[Mapping[str, str]] = {}
    m2m: ClassVar[tuple[str, ...]] = ()
    prefetch: ClassVar[tuple[str, ...]] = ()

    def get_model(self) -> type[models.Model]:
        """Return the model class that ``model`` names."""
        return apps.get_model(self.model)

    def accessible(self, staff: models.Model) -> QuerySet[Any]:
        """Return the items that the staff member may see at all; the rest is *lost access*.

        Archived items belong here as well, and ``selected`` leaves them out: what has lost access
        is removed from Exchange whatever the settings say.
        """
        raise NotImplementedError

    def selected(self, items: QuerySet[Any], staff: models.Model, selection: Any) -> QuerySet[Any]:
        """Narrow ``items`` to what the settings select; the rest has *left the filter*."""
        del staff, selection
        return items

    def completed(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``items`` that are *completed*; none unless the kind knows the word."""
        return items.none()

    def is_read_only(self, item: Any, staff: models.Model) -> bool:
        """Tell whether an edit made in Exchange may never come back into the CRM."""
        del item, staff
        return False

    def new(self, staff: models.Model) -> Any:
        """Return an unsaved row for an item that was born in Exchange."""
        del staff
        return self.get_model()()

    def grant(self, item: Any, staff: models.Model) -> None:
        """Give a row that was just saved to the staff member; a host that imports writes this."""
        raise NotImplementedError

    def release(self, item: Any, staff: models.Model) -> None:
        """Follow a removal in Exchange: take this staff member's access, never delete the item.

        A host that offers the choice "Follow in the CRM" writes this.
        """
        raise NotImplementedError

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        """Return the primary keys of the staff members whom a change of the item concerns."""
        raise NotImplementedError


class ContactSource(KindSource):
    """Contacts. ``selection`` is ``{"classes": [key, ...], "primary_owner_only": bool}``.

    No class chosen means every standard class; special ones count only when they are chosen.
    """

    kind = "contacts"

    def classes(self) -> Sequence[ClassChoice]:
        """Return the classes to choose from; none where the CRM has no such thing."""
        return ()


class CRMAdapter:
    """One per host, named in ``AGENTBOX_SYNC["ADAPTER"]``; every method may be overridden."""

    sources: ClassVar[Sequence[type[KindSource]]] = ()

    def staff_name(self, staff: Any) -> str:
        """Return the name of a staff member for people."""
        return str(staff)

    def staff_address(self, staff: Any) -> str:
        """Return the e-mail address that the card expects to sign in at Microsoft."""
        return str(getattr(staff, "email", "") or "")

    def office_of(self, staff: Any) -> str:
        """Return the key of the staff member's office; empty where there are none."""
        del staff
        return ""

    def staff_for_user(self, user: AbstractBaseUser | AnonymousUser) -> Any | None:
        """Return the staff record of a signed-in user; ``None`` for somebody without one."""
        # Where the users themselves are the staff records, nothing has to be declared.
        return user if isinstance(user, apps.get_model(conf.staff_model())) else None

    def staff_url(self, staff: models.Model) -> str:
        """Return the address of the staff card."""
        return _admin_url(staff._meta.label_lower, staff.pk)

    def item_url(self, key: LocalKey) -> str:
        """Return the address of an item in the CRM; empty where it has no page."""
        return _admin_url(key.model, key.pk)

    def item_label(self, kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, str]:
        """Return the names of items for people; a deleted item is left out."""
        del kind
        labels: dict[LocalKey, str] = {}
        for model in {key.model for key in keys}:
            wanted = [key.pk for key in keys if key.model == model]
            rows = apps.get_model(model)._base_manager.in_bulk(wanted)
            labels |= {LocalKey(model, str(pk)): str(row) for pk, row in rows.items()}
        return labels


def _admin_url(label: str, pk: Any) -> str:
    app_label, model = label.split(".")
    try:
        # Quoted as the admin quotes: a text key may hold what an address may not.
        return reverse(f"admin:{app_label}_{model}_change", args=[quote(pk)])
    except NoReverseMatch:
        return ""
