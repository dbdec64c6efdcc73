"""The items of each kind in the host's CRM: one class to subclass per kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds import tasks as tasks_kind
from agentbox_sync.host.fields import Day, Declared
from agentbox_sync.host.progress import Moment, Progress
from agentbox_sync.host.series import Rule
from agentbox_sync.host.times import LONGEST, MARGIN, Period, limit


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
    ``model`` with the same effect; ``prefetch`` names relations that ``is_read_only`` and
    ``classes_of`` look at.
    """

    kind: ClassVar[str] = ""
    model: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Declared]] = {}
    depends_on: ClassVar[Mapping[str, str]] = {}
    m2m: ClassVar[tuple[str, ...]] = ()
    prefetch: ClassVar[tuple[str, ...]] = ()

    def first_labels(self) -> dict[str, str]:
        """Return the category in Outlook of each class, until a person names others: none."""
        return {}

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

    def done(self, items: QuerySet[Any], selection: Any) -> QuerySet[Any]:
        """Return those of ``items`` that the settings take for completed ones."""
        del selection
        return self.completed(items)

    def dormant(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``items`` that stay in step in Exchange, and are never created: none."""
        return items.none()

    def is_dormant(self, record: Record) -> bool:
        """Tell the same of one item, by what it says."""
        del record
        return False

    def within(self, items: QuerySet[Any], start: datetime, end: datetime) -> QuerySet[Any]:
        """Narrow ``items`` to what may take place between two moments; more does no harm."""
        del start, end
        return items

    def item_of(self, row: Any) -> Any:
        """Return the primary key of the item that a row of ``model`` belongs to: its own."""
        return row.pk

    def is_cancelled(self, item: Any) -> bool:
        """Tell whether an item is called off, and still shown as such."""
        del item
        return False

    def search(self, items: QuerySet[Any], text: str, paths: Sequence[str]) -> QuerySet[Any]:
        """Narrow ``items`` to those that a person means by ``text``.

        ``paths`` are the columns that name an item, as ``fields`` declares them; each word has to
        stand in one of them. A host with a search of its own may put it here.
        """
        for word in text.split():
            holds = models.Q()
            for path in paths:
                holds |= models.Q(**{f"{path}__icontains": word})
            # Through the keys, because a path over a child table may repeat a row.
            named = self.get_model()._base_manager.filter(holds).order_by().values("pk")
            items = items.filter(pk__in=named)
        return items

    def is_read_only(self, item: Any, staff: models.Model) -> bool:
        """Tell whether an edit made in Exchange may never come back into the CRM."""
        del item, staff
        return False

    def new(self, staff: models.Model) -> Any:
        """Return an unsaved row for an item that was born in Exchange."""
        del staff
        return self.get_model()()

    def grant(self, item: Any, staff: models.Model) -> None:
        """Give a row that was just saved to the staff member.

        A host that offers the choice "Import" writes this.
        """
        raise NotImplementedError

    def release(self, item: Any, staff: models.Model) -> None:
        """Follow a removal in Exchange: take this staff member's access, never delete the item.

        A host that offers the choice "Follow in the CRM" writes this.
        """
        raise NotImplementedError

    def reinstate(self, item: Any, staff: models.Model) -> None:
        """Undo what ``release`` did: give the access back, by ``grant`` unless this is written.

        A host whose ``release`` calls off or completes what the staff member keeps writes it.
        """
        self.grant(item, staff)

    def can_reinstate(self) -> bool:
        """Tell whether more than access can be given back: this host writes ``reinstate``."""
        return type(self).reinstate is not KindSource.reinstate

    def can_import(self) -> bool:
        """Tell whether an item may be taken in from Exchange: this host writes ``grant``."""
        return type(self).grant is not KindSource.grant

    def can_follow(self) -> bool:
        """Tell whether a removal in Exchange may be followed: this host writes ``release``."""
        return type(self).release is not KindSource.release

    def classes_of(self, item: Any) -> Iterable[str]:
        """Return the keys of the classes of an item, by which Outlook's categories are set.

        A host that has classes writes this, and names in ``prefetch`` what it looks at.
        """
        del item
        return ()

    def has_classes(self) -> bool:
        """Tell whether items have classes: this host writes ``classes_of``."""
        return type(self).classes_of is not KindSource.classes_of

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


class CalendarSource(KindSource):
    """Appointments.

    ``selection`` is ``{"appraisals": bool, "inspections": bool, "tasks": bool,
    "completed": "retain"|"delete"}``; ``tasks`` is about the entries of open tasks, not of these.
    What is cancelled is shown as cancelled where Exchange has it, and never created there; where
    completed entries are deleted it is done with. ``cancelled_mark`` stands before the subject of
    what is shown as cancelled.
    """

    kind = "calendar"
    cancelled_mark: ClassVar[str] = "Cancelled: "

    def classes(self) -> Sequence[ClassChoice]:
        """Return the kinds of entry that may have a category each; none without such a thing."""
        return ()

    def first_labels(self) -> dict[str, str]:
        """Return the kinds of entry by their own names: a calendar is read by its colours."""
        return {choice.key: str(choice.label) for choice in self.classes()}

    def cancelled(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``items`` that are called off; ``is_cancelled`` says it of one."""
        return items.none()

    def done(self, items: QuerySet[Any], selection: Any) -> QuerySet[Any]:
        """Return what is completed, and what is cancelled where such entries are deleted."""
        done = self.completed(items)
        return done | self.cancelled(items) if selection.get("completed") == "delete" else done

    def dormant(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is cancelled: nobody needs to be shown a meeting that is off anew."""
        return self.cancelled(items)

    def within(self, items: QuerySet[Any], start: datetime, end: datetime) -> QuerySet[Any]:
        """Narrow ``items`` by the columns of ``when`` and ``recurrence``."""
        period, rule = self.fields.get("when"), self.fields.get("recurrence")
        if not isinstance(period, Period) or not period.can_write(self.get_model()):
            return items  # made by a function: each is looked at by itself
        model = self.get_model()
        holds = period.overlapping(model, start, end)
        if isinstance(rule, Rule):
            begun = period.overlapping(model, datetime.min.replace(tzinfo=UTC) + LONGEST, end)
            holds |= begun & models.Q(**{f"{rule.path}__gt": ""})
        return items.filter(holds)


class TaskSource(KindSource):
    """Tasks. ``selection`` is ``{"completed": "retain"|"delete"}``.

    What is done goes on in step where Exchange has it, and is never created there; where the
    settings delete it, or ``fields`` has no ``progress`` that would say so, it is completed.
    """

    kind = "tasks"

    def completed(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``items`` that are done, by the columns of ``progress``."""
        progress = self.fields.get("progress")
        return items.filter(progress.done()) if isinstance(progress, Progress) else items.none()

    def done(self, items: QuerySet[Any], selection: Any) -> QuerySet[Any]:
        """Return what is done where the settings delete it, or Exchange could not be told so."""
        is_told = "progress" in self.fields and selection.get("completed") != "delete"
        return items.none() if is_told else self.completed(items)

    def dormant(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of ``items`` that are done."""
        return self.completed(items)

    def is_dormant(self, record: Record) -> bool:
        """Tell whether a task is done."""
        return tasks_kind.is_completed(record)

    def within(self, items: QuerySet[Any], start: datetime, end: datetime) -> QuerySet[Any]:
        """Narrow ``items`` by the columns of ``due`` and ``reminder``: the calendar shows some."""
        model, holds = self.get_model(), models.Q()
        for place in (self.fields[atom] for atom in ("due", "reminder") if atom in self.fields):
            if not isinstance(place, Day | Moment) or not place.can_write(model):
                return items  # made by a function: each is looked at by itself
            first, last = (limit(model, place.path, at) for at in (start - MARGIN, end + MARGIN))
            holds |= models.Q(**{f"{place.path}__gt": first, f"{place.path}__lt": last})
        return items.filter(holds)
