"""What people may choose for tasks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status, Target
from agentbox_sync.forms.categories import CategorizedForm
from agentbox_sync.models import TaskSettings


class TasksForm(CategorizedForm):
    """Exchange Tasks Configuration."""

    model = TaskSettings
    in_exchange = ("completed", "removal", "target", "categories")
    labels = {
        "deletion": {Deletion.APPLY.value: gettext_lazy("Complete the task in the CRM")},
        "adoption": {Adoption.IMPORT.value: gettext_lazy("Import: take them into the CRM")},
        "target": {
            Target.MAIN.value: gettext_lazy("The main list, “Tasks”"),
            Target.OWN.value: gettext_lazy("A list of its own, “Agentbox”"),
        },
    }
    briefs = {
        "deletion": {
            Deletion.APPLY.value: gettext_lazy("What is removed in Exchange is completed"),
        },
    }
    lines = {
        "completed": gettext_lazy(
            "What becomes of tasks that are completed in the CRM. One that was completed before "
            "it was ever synced is not added."
        ),
        "removal": gettext_lazy(
            "What becomes of tasks that are deleted in the CRM. One that is given to somebody "
            "else is removed either way."
        ),
        "adoption": gettext_lazy(
            "Tasks that were added to this list in To Do or Outlook. What is in other lists never "
            "comes in."
        ),
        "deletion": gettext_lazy(
            "Somebody deleted a synced task in To Do or Outlook. Ticking it off there is something "
            "else: that completes it in the CRM."
        ),
        "conflict": gettext_lazy(
            "Edits of different fields both stay. This is about one field, such as the due date, "
            "that was edited in the CRM and in To Do since the last run."
        ),
        "target": gettext_lazy(
            "Changing this moves what the CRM put into Exchange, and nothing else."
        ),
        "categories": gettext_lazy(
            "The coloured category that tasks of a kind carry in To Do; leave it empty for none. "
            "A name given here belongs to the CRM: it is set and taken off as the kind of task "
            "says. Other categories of a task are never touched."
        ),
    }
    explanations = {
        "status": {
            Status.ONE_WAY.value: gettext_lazy(
                "Tasks of the CRM appear in To Do and Outlook and follow every change made in the "
                "CRM. The CRM is never changed, and tasks that are not from the CRM are never "
                "touched."
            ),
            Status.TWO_WAY.value: gettext_lazy(
                "As One-way, and what is edited or ticked off in To Do or Outlook is written into "
                "the CRM as well, field by field."
            ),
        },
        "completed": {
            Removal.RETAIN.value: gettext_lazy(
                "They are ticked off in To Do, and stay there among the completed ones."
            ),
            Removal.DELETE.value: gettext_lazy(
                "What the CRM put there is removed from To Do again, so that it shows only what "
                "is still to be done."
            ),
        },
        "removal": {
            Removal.RETAIN.value: gettext_lazy(
                "They stay in To Do as they are, and the CRM stops changing them."
            ),
            Removal.DELETE.value: gettext_lazy(
                "What the CRM put there is removed from To Do again. Tasks that were there before "
                "stay."
            ),
        },
        "target": {
            Target.MAIN.value: gettext_lazy(
                "Where To Do puts what is added without a list, mixed with the person’s own tasks."
            ),
            Target.OWN.value: gettext_lazy(
                "Apart from the person’s own tasks, as a list by itself in To Do and Outlook."
            ),
        },
        "deletion": {
            Deletion.APPLY.value: gettext_lazy(
                "The task is marked as completed in the CRM; it is not deleted. If somebody "
                "edited it in the CRM meanwhile, you are asked."
            ),
        },
    }

    completed = forms.ChoiceField(widget=forms.RadioSelect)
