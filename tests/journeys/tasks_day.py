"""An agent's tasks on both sides and in the calendar: who takes part, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agentbox_sync.contrib.reference_crm.models import Staff, Task
from tests.builders import crm
from tests.contracts.emulated import JANE

from .crm_calendar import KindSection
from .crm_tasks import TaskAdmin
from .todo_pages import ToDo
from .week import BRUNO, INSPECTION, PHONE, VENDOR, VENDOR_MEETING, Week

CALL, REPORT, LETTER = "Call Olivia back", "Vendor report", "Send the newsletter"
KEYS, PHOTOS, SIGN = "Return the keys", "Order the photos", "Put up the sign"
LEASE, DONE_BEFORE = "Check the lease", "Done long ago"
WEEKLY = "FREQ=WEEKLY"
WEEK = timedelta(days=7)


@dataclass
class TasksDay(Week):
    """Jane lives by Sydney's clocks and Bruno by Berlin's; days are counted from a Monday."""

    kinds = ("calendar", "tasks")

    @property
    def section(self) -> KindSection:
        return KindSection(self.page, "tasks")

    @property
    def tasks(self) -> TaskAdmin:
        return TaskAdmin(self.page, self.url)

    @property
    def janes_list(self) -> ToDo:
        return ToDo(self.outlook, self.at.url, JANE)

    @property
    def brunos_list(self) -> ToDo:
        return ToDo(self.outlook, self.at.url, BRUNO)

    def rest(self) -> None:
        """Let what came from one place go on to the others."""
        self.sync()
        self.sync()

    def day(self, number: int) -> date:
        return self.monday + timedelta(days=number)

    def fill(self) -> None:
        """What is in the CRM before anybody connects."""
        contact = crm.a_contact(VENDOR, access={self.jane: crm.OWNER}, mobile=PHONE)
        self._note(CALL, 1, self.jane, contact=contact, priority=Task.Priority.HIGH)
        self._note(REPORT, 0, self.jane, recurrence=WEEKLY)
        self._note(LETTER, 3, self.jane, recurrence=WEEKLY)
        for number, title in enumerate((KEYS, PHOTOS, SIGN), 2):
            self._note(title, number, self.jane)
        self._note(DONE_BEFORE, 0, self.jane, status=Task.Status.COMPLETED)
        self._note(LEASE, 1, self.bruno)
        self._put(INSPECTION, self.on(4, 10), 30, self.jane)
        self._put(VENDOR_MEETING, self.on(2, 11), 45, self.jane)

    def _note(self, title: str, number: int, staff: Staff, **fields: Any) -> None:
        crm.a_task(staff, title, due_on=self.day(number), **fields)
