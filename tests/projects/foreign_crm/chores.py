"""What the brokerage declares of its chores: done or not, on a day, and no series."""

from __future__ import annotations

from django.utils import timezone

from agentbox_sync.host.adapter import TaskSource
from agentbox_sync.host.mapping import Choice, Day, Moment, Progress
from tests.projects.foreign_crm.models import Chore

WEIGHTS = {1: "low", 2: "low", 3: "normal", 4: "high", 5: "high"}


class Chores(TaskSource):
    model = "foreign_crm.Chore"
    fields = {
        "title": "what",
        "notes": "remark",
        "due": Day("by_day"),
        "reminder": Moment("alarm"),
        "importance": Choice("weight", WEIGHTS),
        "progress": Progress(
            "done", {False: "notStarted", True: "completed"}, completed_at="done_on"
        ),
    }
    m2m = ("assignees",)

    def accessible(self, staff):
        return Chore.objects.filter(assignees=staff)

    def grant(self, item, staff):
        item.assignees.add(staff)

    def release(self, item, staff):
        item.done, item.done_on = True, timezone.localdate()
        item.save()

    def reinstate(self, item, staff):
        item.done, item.done_on = False, None
        item.save()

    def concerned_staff(self, pk):
        return Chore.assignees.through.objects.filter(chore=pk).values_list("employee", flat=True)
