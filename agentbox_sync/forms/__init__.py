"""What people may choose on the card, one form a kind."""

from __future__ import annotations

from agentbox_sync.forms.calendar import CalendarForm
from agentbox_sync.forms.contacts import ContactsForm
from agentbox_sync.forms.kind import KindForm
from agentbox_sync.forms.tasks import TasksForm

FORMS: dict[str, type[KindForm]] = {
    form.model.KIND: form for form in (ContactsForm, CalendarForm, TasksForm)
}

__all__ = ["FORMS", "CalendarForm", "ContactsForm", "KindForm", "TasksForm"]
