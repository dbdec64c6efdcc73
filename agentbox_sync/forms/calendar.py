"""What people may choose for the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status, Target
from agentbox_sync.forms.categories import CategorizedForm
from agentbox_sync.forms.questions import Option, Question
from agentbox_sync.host.adapter import ClassChoice
from agentbox_sync.host.registry import get_sources
from agentbox_sync.models import CalendarSettings, KindSettings
from agentbox_sync.models.settings.calendar import MOST_DAYS_AHEAD, MOST_DAYS_BACK, Guests

SHOWN, WINDOW = "shown", "window"
# A tick, and the host's kind of entry that it is about.
TICKS = {"appraisals": "appraisal", "inspections": "inspection", "tasks": TASK_ENTRY}


def _has_tasks() -> bool:
    return TASKS.name in get_sources()


class CalendarForm(CategorizedForm):
    """Exchange Calendar Configuration."""

    model = CalendarSettings
    scope_title = gettext_lazy("Which entries")
    scope = (SHOWN, WINDOW)
    in_exchange = ("completed", "removal", "guests", "target", "categories")
    labels = {
        "deletion": {Deletion.APPLY.value: gettext_lazy("Cancel the appointment in the CRM")},
        "adoption": {Adoption.IMPORT.value: gettext_lazy("Import: take them into the CRM")},
        "target": {
            Target.MAIN.value: gettext_lazy("The main calendar"),
            Target.OWN.value: gettext_lazy("A calendar of its own, “Agentbox”"),
        },
    }
    briefs = {
        "guests": {
            Guests.NEVER.value: gettext_lazy("Guests never get mail"),
            Guests.TELL.value: gettext_lazy("Guests get mail about changes"),
        },
        "deletion": {
            Deletion.APPLY.value: gettext_lazy("What is removed in Exchange is cancelled"),
        },
    }
    lines = {
        SHOWN: gettext_lazy("Appointments are always shown."),
        WINDOW: gettext_lazy(
            "Entries that lie outside these days are left as they are on both sides. A series "
            "counts while any of its dates lies inside."
        ),
        "completed": gettext_lazy("What becomes of entries that are over and done in the CRM."),
        "guests": gettext_lazy(
            "The CRM never invites anybody. This is about entries to which somebody was invited "
            "in Outlook: Exchange sends mail to the guests when such an entry is changed."
        ),
        "adoption": gettext_lazy(
            "Entries that were added in Outlook or on the phone. Private entries never come in, "
            "whatever you choose here."
        ),
        "deletion": gettext_lazy(
            "Somebody deleted a synced entry in Outlook or on the phone. A meeting that somebody "
            "else called, or that has guests, is never put back or cancelled by the CRM."
        ),
        "conflict": gettext_lazy(
            "Edits of different fields both stay. This is about one field, such as the time, that "
            "was edited in the CRM and in Outlook since the last run."
        ),
        "target": gettext_lazy(
            "Changing this moves what the CRM put into Exchange, and nothing else."
        ),
        "categories": gettext_lazy(
            "The coloured category that entries of a kind carry in Outlook; leave it empty for "
            "none. A name given here belongs to the CRM: it is set and taken off as the kind of "
            "entry says. Other categories of an entry are never touched."
        ),
    }
    explanations = {
        "status": {
            Status.ONE_WAY.value: gettext_lazy(
                "Entries of the CRM appear on the phone and follow every change made in the CRM. "
                "The CRM is never changed, and entries that are not from the CRM are never touched."
            ),
            Status.TWO_WAY.value: gettext_lazy(
                "As One-way, and what is edited or moved in Outlook or on the phone is written "
                "into the CRM as well, field by field."
            ),
        },
        "completed": {
            Removal.RETAIN.value: gettext_lazy("They stay in Outlook as they are."),
            Removal.DELETE.value: gettext_lazy(
                "What the CRM put there is removed from Outlook again, so that the calendar shows "
                "only what is still to come."
            ),
        },
        "removal": {
            Removal.RETAIN.value: gettext_lazy(
                "An entry that leaves the CRM or the selection stays on the phone as it is."
            ),
            Removal.DELETE.value: gettext_lazy(
                "An entry that the CRM put there is removed from the phone again. Entries that "
                "were there before stay, and so does every meeting with guests."
            ),
        },
        "guests": {
            Guests.NEVER.value: gettext_lazy(
                "No guest ever gets mail because of the CRM. Only what is the agent’s own is kept "
                "up to date: category, reminder, free or busy."
            ),
            Guests.TELL.value: gettext_lazy(
                "When the CRM changes time, place or text, Exchange sends mail to every guest. "
                "Meetings that somebody else called are still left alone."
            ),
        },
        "target": {
            Target.MAIN.value: gettext_lazy("What every phone shows, mixed with everything else."),
            Target.OWN.value: gettext_lazy(
                "Apart from the person’s own entries: it can be shown and hidden with one tick. "
                "Some phones show it only after it was switched on there."
            ),
        },
        "deletion": {
            Deletion.APPLY.value: gettext_lazy(
                "The appointment is marked as cancelled in the CRM, for everybody who takes part; "
                "it is not deleted. If somebody edited it in the CRM meanwhile, you are asked."
            ),
        },
    }

    completed = forms.ChoiceField(widget=forms.RadioSelect)
    guests = forms.ChoiceField(widget=forms.RadioSelect)
    appraisals = forms.BooleanField(required=False)
    inspections = forms.BooleanField(required=False)
    tasks = forms.BooleanField(required=False)
    days_back = forms.IntegerField(min_value=0, max_value=MOST_DAYS_BACK)
    days_ahead = forms.IntegerField(min_value=1, max_value=MOST_DAYS_AHEAD)

    def __init__(self, settings: KindSettings, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings, data)
        for name, said in self._ticks().items():
            self.fields[name].label = said
        for name, said in self._days().items():
            self.fields[name].label = said
            self.fields[name].error_messages["required"] = _("Type a number of days.")
        if self.source is not None:
            # A tick about a kind of entry that this CRM does not have would say nothing.
            for name in [name for name, key in TICKS.items() if key not in self._known]:
                del self.fields[name]
        if TASK_ENTRY in self._names and not settings.categories.get(TASK_ENTRY):
            # The name that the tick begins with; whoever has ticked it may have emptied it.
            field = self._names[TASK_ENTRY]
            self.initial[field] = "" if self.initial.get("tasks") else self._label(TASK_ENTRY)

    def _classes(self) -> Sequence[ClassChoice]:
        """Return the kinds of entry, and tasks where the CRM has any."""
        own = super()._classes()
        return [*own, ClassChoice(TASK_ENTRY, _("Task"))] if _has_tasks() else own

    def _labelled(self, saved: Iterable[str]) -> list[str]:
        """Return what may have a category: tasks too, in a CRM that has no kinds of entry."""
        keys = super()._labelled(set(saved) - {TASK_ENTRY})
        return list(dict.fromkeys([*keys, *([TASK_ENTRY] if _has_tasks() else [])]))

    def _counts(self, key: str) -> bool:
        """Tell whether the category of a class is wanted: that of tasks with their tick."""
        return super()._counts(key) and (key != TASK_ENTRY or self._is_ticked("tasks"))

    @staticmethod
    def _ticks() -> dict[str, str]:
        return {
            "appraisals": _("Show appraisal times"),
            "inspections": _("Show inspection times (open homes)"),
            "tasks": _("Show tasks"),
        }

    @staticmethod
    def _days() -> dict[str, str]:
        return {"days_back": _("Back"), "days_ahead": _("Ahead")}

    def asks(self, name: str) -> bool:
        """Tell whether the form has this question here."""
        if name == SHOWN:
            return any(tick in self.fields for tick in TICKS)
        return name == WINDOW or super().asks(name)

    def question(self, name: str) -> Question:
        """Return one question for drawing; two of them are answered by several inputs."""
        if name == SHOWN:
            ticks = {tick: said for tick, said in self._ticks().items() if tick in self.fields}
            return self._asked(name, _("Shown beside appointments"), ticks)
        if name == WINDOW:
            return self._asked(name, _("How far the calendar reaches"), self._days())
        return super().question(name)

    def options(self, name: str) -> Iterator[Option]:
        """Yield the answers of a question."""
        if name == SHOWN:
            for tick, said in self._ticks().items():
                if tick in self.fields:
                    (widget,) = self[tick].subwidgets
                    yield Option(widget, said, self._ticked_for(tick))
        elif name == WINDOW:
            for field, said in self._days().items():
                (widget,) = self[field].subwidgets
                yield Option(widget, said, unit=_("days"))
        else:
            yield from super().options(name)

    def chosen(self, name: str) -> str:
        """Return what is chosen for one question, in words."""
        if name == SHOWN:
            words = {"appraisals": _("appraisals"), "inspections": _("inspections")}
            words["tasks"] = _("tasks")
            shown = [said for tick, said in words.items() if self._is_ticked(tick)]
            return ", ".join((_("Appointments"), *shown)) if shown else _("Appointments only")
        if name == WINDOW:
            return _("%(back)s days back, %(ahead)s days ahead") % {
                "back": self["days_back"].value(),
                "ahead": self["days_ahead"].value(),
            }
        return super().chosen(name)

    @staticmethod
    def _ticked_for(tick: str) -> str:
        """Return what a tick means where its label does not say it all."""
        if tick != "tasks":
            return ""
        return _(
            "Open tasks stand there on the day they are due, or at the time of their reminder. "
            "With Two-way, the category “%(done)s” completes one."
        ) % {"done": DONE}

    def _is_ticked(self, name: str) -> bool:
        if name not in self.fields:
            return False
        return self[name].value() not in (False, None, "", "False")
