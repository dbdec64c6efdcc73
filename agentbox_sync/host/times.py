"""How a host says when something takes place: moments, days, lengths and zones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentbox_sync.core.kinds.calendar import Times
from agentbox_sync.core.recurrence.clocks import DAY, instant_of, midnight, wall_of
from agentbox_sync.core.recurrence.zones import kept, zone_of
from agentbox_sync.host.fields import Plain
from agentbox_sync.host.paths import follow

HOUR = timedelta(hours=1)
MARGIN = 2 * DAY
"""Zones carry a date at most a day away from that of UTC; an all-day entry ends a day later."""
LONGEST = timedelta(days=31)
"""What is asked for before a window where the CRM says how long, and not when, something ends."""

# A column of moments or of days; two columns are a day and a time of day.
Place = str | tuple[str, str]


class Span(NamedTuple):
    """From when to when by the clocks of ``zone`` (naive, an IANA name); whole days: midnights."""

    start: datetime
    end: datetime
    zone: str
    all_day: bool


@dataclass(frozen=True, slots=True)
class Period(Plain):
    """When something takes place.

    ``start`` and ``end`` name a column of moments or of days, or two columns: a day and a time of
    day. ``minutes`` names the column that says how long, where none says when it ends. ``zone``
    names the column with the name of a time zone, ``all_day`` the one that tells whole days.

    Without ``zone`` the clocks are those of the CRM; so they are for a name that nobody knows.
    Whole days are also those of a column of days, and of a day without a time; the last day of
    such a column is one of them. What has no end lasts an hour.
    """

    start: Place
    end: Place = ""
    minutes: str = ""
    zone: str = ""
    all_day: str = ""
    shape: ClassVar[Any] = Times

    def span(self, instance: models.Model) -> Span | None:
        """Return from when to when; ``None`` where the row does not say when it starts."""
        named = zone_of(str(follow(instance, self.zone) or "")) if self.zone else None
        zone = zone_of(named.iana if named and named.known else own_zone())
        start, is_day = self._moment(instance, self.start, zone.info)
        if start is None:
            return None
        end, ends_on_day = self._moment(instance, self.end, zone.info)
        length = follow(instance, self.minutes) if self.minutes else None
        if length is not None:
            end = start + timedelta(minutes=int(length))
        if is_day or (self.all_day and follow(instance, self.all_day)):
            start = midnight(start.date())
            last = end if end is not None and end > start else start + DAY
            # A moment within a day ends that day: 23:59 is what many programs write.
            last = last + DAY if ends_on_day else last + DAY - timedelta(microseconds=1)
            return Span(start, midnight(last.date()), zone.iana, all_day=True)
        if end is None:
            end = start + HOUR
        elif end < start and end == midnight(start.date()):
            end += DAY  # "until midnight" with the date of the evening
        return Span(start, end, zone.iana, all_day=False)

    def read(self, instance: models.Model) -> Times | None:
        """Return the times, ``None`` for none; an end before its start is told as it stands."""
        span = self.span(instance)
        if span is None:
            return None
        if span.all_day:
            start, end = span.start.date().isoformat(), span.end.date().isoformat()
        else:
            start, end = span.start.isoformat(), span.end.isoformat()
        return Times(start=start, end=end, zone=span.zone, all_day=span.all_day)

    def paths(self) -> Iterable[str]:
        """Return every path."""
        places = (*_names(self.start), *_names(self.end), self.minutes, self.zone, self.all_day)
        return tuple(path for path in places if path)

    def write(self, instance: models.Model, value: Any) -> None:
        """Set the columns; the zone stays ours unless Exchange shows another one.

        Raises ValidationError for an event without times, and for whole days where the CRM has
        none.
        """
        name = _names(self.start)[0]
        if not value or not value.get("start"):
            raise ValidationError({name: "There is no time."})
        all_day = bool(value.get("all_day"))
        if all_day and not self._takes_days(instance):
            raise ValidationError({name: "There are no whole days here."})
        before = self.span(instance)
        ours = before.zone if before else self._zone_named(instance)
        shown = str(value.get("zone") or ours)
        zone = kept(ours, shown) if self.zone and not all_day else ours
        clocks = zone_of(zone).info
        start, end = (
            _wall(value.get(key) or value["start"], zone_of(shown).info, clocks, all_day)
            for key in ("start", "end")
        )
        if all_day and end <= start:
            end = start + DAY
        self._put(instance, self.start, start, zone, all_day=all_day)
        # The last day of a column of days is one of them; in Exchange the midnight after it ends.
        is_day = all_day and not self._is_moment(instance, self.end)
        last = end - DAY if is_day else end
        if self._shares_day(start, last, all_day=all_day):
            last = datetime.combine(start.date(), last.time())
        self._put(instance, self.end, last, zone, all_day=all_day)
        if self.minutes:
            setattr(instance, self.minutes, round((end - start) / timedelta(minutes=1)))
        if self.zone and (self._zone_named(instance) != zone):
            setattr(instance, self.zone, zone)
        if self.all_day:
            setattr(instance, self.all_day, all_day)

    def overlapping(self, model: type[models.Model], start: datetime, end: datetime) -> Q:
        """Return the condition for what may take place from ``start`` to ``end`` (aware)."""
        first, last = _names(self.start)[0], (_names(self.end) or ("",))[0]
        begins = Q(**{f"{first}__lt": limit(model, first, end + MARGIN)})
        if last:
            return begins & (
                Q(**{f"{last}__gt": limit(model, last, start - MARGIN)})
                | Q(
                    **{
                        f"{last}__isnull": True,
                        f"{first}__gt": limit(model, first, start - MARGIN),
                    }
                )
            )
        return begins & Q(**{f"{first}__gt": limit(model, first, start - LONGEST)})

    def _zone_named(self, instance: models.Model) -> str:
        named = str(follow(instance, self.zone) or "") if self.zone else ""
        return named if named and zone_of(named).known else own_zone()

    def _takes_days(self, instance: models.Model) -> bool:
        return bool(self.all_day) or not self._is_moment(instance, self.start)

    @staticmethod
    def _moment(instance: models.Model, place: Place, zone: Any) -> tuple[datetime | None, bool]:
        """Return a moment by the clocks of ``zone``, and whether it is a whole day."""
        names = _names(place)
        if not names or (value := follow(instance, names[0])) is None:
            return None, False
        if isinstance(value, datetime):
            return (wall_of(value, zone) if timezone.is_aware(value) else value), False
        if len(names) == 1:
            return midnight(value), True
        clock = follow(instance, names[1])
        return (midnight(value), True) if clock is None else (datetime.combine(value, clock), False)

    @staticmethod
    def _is_moment(instance: models.Model, place: Place) -> bool:
        names = _names(place)
        column = instance._meta.get_field(names[0]) if names else None
        return isinstance(column, models.DateTimeField)

    def _put(
        self, instance: models.Model, place: Place, wall: datetime, zone: str, *, all_day: bool
    ) -> None:
        names = _names(place)
        if self._is_moment(instance, place):
            setattr(instance, names[0], stored(wall, zone))
            return
        values = (wall.date(), None if all_day else wall.time())
        for name, value in zip(names, values, strict=False):
            setattr(instance, name, value)

    def _shares_day(self, start: datetime, last: datetime, *, all_day: bool) -> bool:
        """Tell whether one column is the day of both ends; ValidationError where they differ.

        Until midnight is not another day.
        """
        names = _names(self.start)
        if len(names) == 1 or _names(self.end)[:1] != names[:1]:
            return False
        if last.date() != start.date() and (all_day or last != midnight(start.date()) + DAY):
            raise ValidationError({names[0]: "This takes place on one day."})
        return True


def stored(wall: datetime, zone: str) -> datetime:
    """Return what a column of moments takes; a CRM without zones, what its clocks show."""
    return instant_of(wall, zone_of(zone).info) if _has_zones() else wall


def own_zone() -> str:
    """Return the name of the zone whose clocks the CRM shows."""
    return timezone.get_default_timezone_name()


def _names(place: Place) -> tuple[str, ...]:
    return ((place,) if place else ()) if isinstance(place, str) else place


def _wall(text: Any, theirs: Any, ours: Any, all_day: bool) -> datetime:
    """Return what our clocks show at a time that is told by theirs; of a whole day its midnight."""
    try:
        moment = datetime.fromisoformat(str(text)).replace(microsecond=0)
    except ValueError as error:
        raise ValidationError("There is no such time.") from error
    if all_day:
        return midnight(moment.date())
    if moment.tzinfo is None:
        moment = instant_of(moment, theirs)
    return wall_of(moment, ours)


def limit(model: type[models.Model], name: str, moment: datetime) -> datetime | date:
    """Return a moment (aware) as a column of moments or days is compared with."""
    column = model._meta.get_field(name)
    if not isinstance(column, models.DateTimeField):
        return moment.date()
    return moment if _has_zones() else wall_of(moment, zone_of(own_zone()).info)


def _has_zones() -> bool:
    """Tell whether the CRM stores instants (USE_TZ), as Django itself would make one."""
    return timezone.is_aware(timezone.now())
