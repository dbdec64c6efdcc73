"""A staff member whose calendar travels both ways, and the hands that act on either side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from agentbox_sync.contrib.m365_emulator.calendar.records import occurrence_id
from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.models import Link
from tests.builders import crm
from tests.integration.twoway.world import TwoWay

SYDNEY, OF_WINDOWS = ZoneInfo("Australia/Sydney"), "AUS Eastern Standard Time"
HALF = timedelta(minutes=30)
GUEST = "sam@buyers.example"


class Agenda(TwoWay):
    """Both sides of one calendar. Days are counted from today, by Sydney's clocks."""

    kind = "calendar"
    model = Appointment

    @staticmethod
    def on(days: int, hour: int = 10, minute: int = 0) -> datetime:
        """A time by Sydney's clocks, so many days from today."""
        today = timezone.now().astimezone(SYDNEY).date()
        return datetime(today.year, today.month, today.day, hour, minute, tzinfo=SYDNEY) + (
            timedelta(days=days)
        )

    # -------------------------------------------------------------------------------------- the CRM

    def appointment(self, title: str, days: int = 3, hour: int = 10, **fields: Any) -> Appointment:
        """Half an hour of the staff member's."""
        starts = fields.pop("starts_at", self.on(days, hour))
        fields.setdefault("ends_at", starts + HALF)
        return crm.an_appointment(
            *fields.pop("staff", [self.staff]), title=title, starts_at=starts, **fields
        )

    def series(self, title: str = "Open home", days: int = 3, **fields: Any) -> Appointment:
        """Half an hour, every week on the same day."""
        return self.appointment(title, days, recurrence="FREQ=WEEKLY", **fields)

    @staticmethod
    def now(item: Appointment) -> Appointment:
        """What the CRM says of an appointment now."""
        return Appointment.objects.get(pk=item.pk)

    # ---------------------------------------------------------------------------------- the mailbox

    def mailbox(self) -> dict[str, dict[str, Any]]:
        shown = self.microsoft.look(f"mailbox/{self.address}")["events"]
        return {row["id"]: row for row in shown}

    def subjects(self) -> list[str]:
        return sorted(row["subject"] for row in self.mailbox().values())

    def event(self, subject: str) -> dict[str, Any]:
        """The one event of this name, as it lies in the mailbox."""
        (found,) = (row for row in self.mailbox().values() if row["subject"] == subject)
        return found

    def add(self, subject: str, days: int = 4, hour: int = 14, **values: Any) -> str:
        """The person makes an event of half an hour in Outlook; returns its id."""
        starts = self.on(days, hour)
        times = {"start": told(starts), "end": told(starts + HALF)}
        return str(self._person(add_event={"subject": subject, **times, **values})["id"])

    def edit(self, remote_id: str, **values: Any) -> None:
        self._person(edit_event=remote_id, values=values)

    def remove(self, remote_id: str) -> None:
        self._person(delete_event=remote_id)

    def invited_by(self, organizer: str, subject: str, days: int = 4, hour: int = 14) -> str:
        """Somebody else calls a meeting; returns the id of the copy that lies in the mailbox."""
        starts = self.on(days, hour)
        times = {"start": told(starts), "end": told(starts + HALF)}
        meeting = {"subject": subject, **times, "attendees": invited(self.address)}
        sent = self._person(meeting=meeting, organizer={"address": organizer})
        return str(sent["id"])

    def edit_date(self, remote_id: str, day: datetime, **values: Any) -> None:
        """Change one date of a series, that which the rule puts on this day."""
        self.edit(occurrence_id(remote_id, day.date().isoformat()), **values)

    def remove_date(self, remote_id: str, day: datetime) -> None:
        self.remove(occurrence_id(remote_id, day.date().isoformat()))

    @property
    def mails(self) -> list[dict[str, Any]]:
        """What Exchange has written to people."""
        found: list[dict[str, Any]] = self.microsoft.look("mail")["mail"]
        return found

    # -------------------------------------------------------------------------- what is remembered

    def link(self, item: Any) -> Link | None:
        """The newest link of an appointment, dead ones included."""
        rows = Link.objects.filter(connection=self.connection, kind=self.kind)
        return rows.filter(local_pk=str(item.pk)).order_by("-pk").first()


def told(moment: datetime) -> dict[str, str]:
    """A time as Outlook sends it."""
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": OF_WINDOWS}


def invited(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}, "type": "required"} for address in addresses]


def starts(row: dict[str, Any]) -> str:
    """When an event starts in Exchange, to the minute, on the clock that it is kept by."""
    return str(row["start"]["dateTime"])[:16]
