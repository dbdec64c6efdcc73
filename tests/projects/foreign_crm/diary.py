"""What the brokerage declares of its viewings: naive days and times, changes in their own table."""

from __future__ import annotations

from agentbox_sync.host.adapter import CalendarSource
from agentbox_sync.host.mapping import Choice, Exceptions, Period, Rule
from tests.projects.foreign_crm.models import Viewing

WHEN = Period(("on_day", "from_time"), minutes="length")
RULE = Rule("repeats", WHEN)


class Viewings(CalendarSource):
    model = "foreign_crm.Viewing"
    fields = {
        "subject": "heading",
        "when": WHEN,
        "location": "address",
        "body": "remark",
        "recurrence": RULE,
        "exceptions": Exceptions(
            RULE,
            relation="changes",
            original="of_day",
            row_fields={"when": Period(("to_day", "to_time"), minutes="to_length")},
            cancelled=Choice("called_off", {False: False, True: True}),
        ),
    }
    depends_on = {"foreign_crm.ViewingChange": "viewing_id"}

    def accessible(self, staff):
        return Viewing.objects.filter(agent=staff)

    def new(self, staff):
        return Viewing(agent=staff)

    def grant(self, item, staff):
        """Whose viewing it is may see it: nothing is left to do."""

    def concerned_staff(self, pk):
        return Viewing.objects.filter(pk=pk).values_list("agent", flat=True)
