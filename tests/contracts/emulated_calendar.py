"""The calendar of a mailbox at the emulated Microsoft, as the contract of a RemoteStore sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from agentbox_sync.ports import Window
from tests.contracts.emulated import JANE, EmulatedSide, Microsoft, stamp_in

FIRST_DAY = datetime(2026, 12, 1, tzinfo=UTC)
DAYS = 365
SYDNEY, OF_WINDOWS = "Australia/Sydney", "AUS Eastern Standard Time"


class EmulatedCalendar(EmulatedSide):
    """A :class:`tests.contracts.remote_store.RemoteSide` of the calendar."""

    kind = "calendar"
    note = "location"
    main = "Calendar"
    window: Window | None = Window(FIRST_DAY, FIRST_DAY + timedelta(days=DAYS))
    resource = "/events"

    def __init__(self, microsoft: Microsoft) -> None:
        super().__init__(microsoft)
        self._made = self.calendars()

    def item(self, name: str, note: str | None = None, **atoms: Any) -> dict[str, Any]:
        start, end = (f"{_day_of(name)}T{clock}" for clock in ("10:00:00", "10:30:00"))
        said = {} if note is None else {"location": note}
        when = {"start": start, "end": end, "zone": SYDNEY, "all_day": False}
        return {"subject": name, "when": when, **said, **atoms}

    def items(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: _seen(row) for row in self.look_at_calendar()["events"]}

    def look_at_calendar(self) -> dict[str, Any]:
        found: dict[str, Any] = self.microsoft.look(f"mailbox/{JANE}")
        return found

    def event(self, name: str, **properties: Any) -> dict[str, Any]:
        """An event as a person makes it in Outlook."""
        day = _day_of(name)
        return {
            "subject": name,
            "start": {"dateTime": f"{day}T10:00:00", "timeZone": OF_WINDOWS},
            "end": {"dateTime": f"{day}T10:30:00", "timeZone": OF_WINDOWS},
            **properties,
        }

    def add(self, name: str, *_: Any, folder: str = "", **properties: Any) -> str:
        asked = {"calendar": folder} if folder else {}
        made = self.microsoft.person(add_event=self.event(name, **properties), **asked)
        return str(made["id"])

    def edit(self, remote_id: str, **values: Any) -> None:
        self.microsoft.person(edit_event=remote_id, values=values)

    def change_note(self, remote_id: str, note: str) -> None:
        self.edit(remote_id, location={"displayName": note})

    def remove(self, remote_id: str) -> None:
        self.microsoft.person(delete_event=remote_id)

    def calendars(self) -> dict[str, str]:
        return {row["id"]: row["name"] for row in self.look_at_calendar()["calendars"]}

    def folders(self) -> dict[str, str]:
        return {id_: name for id_, name in self.calendars().items() if id_ not in self._made}

    def add_folder(self, name: str) -> str:
        return str(self.microsoft.person(add_calendar=name)["id"])

    def rename_folder(self, id_: str, name: str) -> None:
        self.microsoft.person(rename_calendar=id_, to=name)

    def remove_folder(self, id_: str) -> None:
        self.microsoft.person(delete_calendar=id_)

    def move_away(self, remote_id: str) -> None:
        self.microsoft.person(add_calendar="Private")
        self.microsoft.person(move_event=remote_id, calendar="Private")

    def dates(self, remote_id: str) -> tuple[dict[str, Any], list[str]]:
        """What differs on single dates of a series, and which dates were cancelled."""
        rows = self.look_at_calendar()["events"]
        row = next(one for one in rows if one["id"] == remote_id)
        return row["exceptions"], row["cancelled"]

    def mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.microsoft.look("mail")["mail"]
        return found


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "stamp": stamp_in(row["extended"]),
        "folder": row["calendar"],
        "name": row["subject"],
        "note": (row["location"] or {}).get("displayName", ""),
    }


def _day_of(name: str) -> str:
    """A day of the window; another name is another day, as good as always."""
    return (FIRST_DAY + timedelta(days=2 + crc32(name.encode()) % (DAYS - 10))).date().isoformat()
