"""How a host says how far a task is, and when somebody is reminded of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentbox_sync.core.kinds import tasks
from agentbox_sync.core.recurrence.clocks import wall_of
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.host.fields import Plain
from agentbox_sync.host.paths import follow
from agentbox_sync.host.times import own_zone

NOT_STARTED = "notStarted"
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Moment(Plain):
    """A column with a moment; one of days says noon of its day on the clocks of the CRM."""

    path: str
    shape: ClassVar[Any] = str

    def read(self, instance: models.Model) -> str | None:
        """Return the moment with its offset; ``None`` for none."""
        value = follow(instance, self.path)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, NOON)
        if not isinstance(value, datetime):
            return None
        if timezone.is_naive(value):
            value = value.replace(tzinfo=zone_of(own_zone()).info)
        return value.isoformat()

    def paths(self) -> Iterable[str]:
        """Return the one path."""
        return (self.path,)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the column; where it knows no zones, as the clocks of the CRM show the moment."""
        if not value:
            setattr(instance, self.path, None)
            return
        try:
            moment = datetime.fromisoformat(str(value)).replace(microsecond=0)
            # A time without an offset is UTC, as Graph tells it.
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            wall = wall_of(moment, zone_of(own_zone()).info)
        except (ValueError, OverflowError) as error:
            raise ValidationError({self.path: "There is no such time."}) from error
        is_moment = isinstance(instance._meta.get_field(self.path), models.DateTimeField)
        clock = moment.astimezone(UTC) if timezone.is_aware(timezone.now()) else wall
        setattr(instance, self.path, clock if is_moment else wall.date())


@dataclass(frozen=True, slots=True)
class Progress(Plain):
    """How far a task is: a column of a few values, and one that says when it was completed.

    ``Progress("status", {"open": "notStarted", "done": "completed"}, completed_at="done_at")``.
    The words are Graph's: notStarted, inProgress, completed, waitingOnOthers and deferred; several
    values may be one word, the first of them is the one that is written. ``unlisted`` is what a
    word that is not among them becomes; without it an open task stays as it is, and one that was
    done is open again. In Exchange that word stands until the CRM says something else.
    """

    path: str
    words: Mapping[Any, str]
    completed_at: str = ""
    unlisted: Any = None
    shape: ClassVar[Any] = tasks.Progress

    def read(self, instance: models.Model) -> tasks.Progress:
        """Return the word, and when it was completed."""
        status = self.words.get(follow(instance, self.path), NOT_STARTED)
        if status != tasks.COMPLETED:
            return tasks.Progress(status=status)
        at = Moment(self.completed_at).read(instance) if self.completed_at else None
        return tasks.Progress(status=status, completed_at=at)

    def done(self) -> Q:
        """Return the condition for what is completed."""
        values = [value for value, word in self.words.items() if word == tasks.COMPLETED]
        return Q(**{f"{self.path}__in": values})

    def paths(self) -> Iterable[str]:
        """Return both columns."""
        return tuple(path for path in (self.path, self.completed_at) if path)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the value that the word stands for, and when it was completed.

        Where Exchange does not say when, the CRM's own time stands.
        """
        before, told = self.read(instance)["status"], value or {}
        status = self._known(str(told.get("status") or NOT_STARTED))
        if status is None and self.unlisted is not None:
            setattr(instance, self.path, self.unlisted)
            status = self.read(instance)["status"]
        elif status is None:
            status = NOT_STARTED if before == tasks.COMPLETED else before
        if status != self.read(instance)["status"]:
            found = [value for value, word in self.words.items() if word == status]
            setattr(instance, self.path, found[0])
        at = told.get("completed_at") if status == tasks.COMPLETED else None
        if self.completed_at and (at or status != tasks.COMPLETED):
            Moment(self.completed_at).write(instance, at)

    def _known(self, word: str) -> str | None:
        """Return a word as ``words`` has it, ``None`` where it has no such."""
        return next((one for one in self.words.values() if one.casefold() == word.casefold()), None)
