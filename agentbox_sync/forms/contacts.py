"""What people may choose for contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status, Target
from agentbox_sync.forms.categories import CategorizedForm
from agentbox_sync.forms.questions import Option
from agentbox_sync.models import ContactSettings, KindSettings

# More classes than this are counted in the summary line.
NAMED = 2


def _is_true(value: Any) -> bool:
    return str(value).lower() in ("true", "on", "1")


class ContactsForm(CategorizedForm):
    """Exchange Contacts Configuration."""

    model = ContactSettings
    scope_title = gettext_lazy("Which contacts")
    scope = ("classes", "primary_owner_only")
    labels = {
        "adoption": {Adoption.IMPORT.value: gettext_lazy("Import: take them into the CRM")},
        "target": {
            Target.MAIN.value: gettext_lazy("The main Contacts folder"),
            Target.OWN.value: gettext_lazy("A folder of its own, “Agentbox”"),
        },
    }
    lines = {
        "classes": gettext_lazy(
            "Tick nothing for all standard classes, those that come later included. A special "
            "class is synced only when it is ticked."
        ),
        "adoption": gettext_lazy("People who were added in Outlook or on the phone."),
        "deletion": gettext_lazy(
            "Somebody deleted a synced contact in Outlook or on the phone. The contact itself is "
            "never deleted from the CRM."
        ),
        "conflict": gettext_lazy(
            "Edits of different fields both stay. This is about one field that was edited in the "
            "CRM and in Outlook since the last run."
        ),
        "target": gettext_lazy(
            "Changing this moves what the CRM put into Exchange, and nothing else."
        ),
        "categories": gettext_lazy(
            "The coloured category that contacts of a class carry in Outlook; leave it empty for "
            "none. A name given here belongs to the CRM: it is set and taken off as the class "
            "says. Other categories of a contact are never touched."
        ),
    }
    explanations = {
        "status": {
            Status.ONE_WAY.value: gettext_lazy(
                "Contacts of the CRM appear on the phone and follow every change made in the CRM. "
                "The CRM is never changed, and contacts that are not from the CRM are never "
                "touched."
            ),
            Status.TWO_WAY.value: gettext_lazy(
                "As One-way, and what is edited in Outlook or on the phone is written into the "
                "CRM as well, field by field."
            ),
        },
        "primary_owner_only": {
            "True": gettext_lazy("Only contacts whose Primary Owner this person is."),
            "False": gettext_lazy(
                "Everybody this person may see. View Only contacts travel to the phone and never "
                "back: an edit made there is put back."
            ),
        },
        "removal": {
            Removal.RETAIN.value: gettext_lazy(
                "A contact that leaves the CRM or the selection stays on the phone as it is."
            ),
            Removal.DELETE.value: gettext_lazy(
                "A contact that the CRM put there is removed from the phone again. Contacts that "
                "were there before stay."
            ),
        },
        "target": {
            Target.MAIN.value: gettext_lazy("What every phone shows."),
            Target.OWN.value: gettext_lazy(
                "Apart from the person's own contacts. Many phones do not show a folder other "
                "than the main one."
            ),
        },
        "deletion": {
            Deletion.APPLY.value: gettext_lazy(
                "This person's access to the contact is taken away in the CRM; everybody else "
                "keeps it. View Only contacts stay as they are."
            ),
        },
    }

    primary_owner_only = forms.TypedChoiceField(
        widget=forms.RadioSelect,
        coerce=_is_true,
        choices=(
            ("True", gettext_lazy("Primary Owner Only")),
            ("False", gettext_lazy("Also Full Access and View Only")),
        ),
    )
    classes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, settings: KindSettings, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings, data)
        self.fields["primary_owner_only"].label = _("Whose contacts")
        self.fields["classes"].label = _("Contact classes")
        # What was chosen and has been deleted in the CRM since can be kept or unticked.
        gone = {key for key in settings.classes if key not in self._known}
        if keys := [*self._known, *sorted(gone)]:
            self.fields["classes"].choices = [(key, self._label(key)) for key in keys]
        else:
            del self.fields["classes"]

    def options(self, name: str) -> Iterator[Option]:
        """Yield the answers of a question; classes under the heading of their sort."""
        if name == "classes":
            for widget in self[name].subwidgets:
                key = str(widget.data["value"])
                yield Option(widget, str(widget.choice_label), self._loss(key), self._sort(key))
        else:
            yield from super().options(name)

    def _sort(self, key: str) -> str:
        known = self._known.get(key)
        if known is None:
            return _("No longer there")
        return _("Custom classes: only when ticked") if known.special else _("Standard classes")

    def _loss(self, key: str) -> str:
        if key in self._known:
            return ""
        return _("Nobody is in it any more. Untick it to forget it.")

    def chosen(self, name: str) -> str:
        """Return what is chosen for one question, in words."""
        if name != "classes":
            return super().chosen(name)
        keys = [str(key) for key in self[name].value() or ()]
        return ", ".join(self._label(key) for key in keys) or _("All standard classes")

    def summary(self) -> str:
        """Return what is chosen, on one line; many classes are counted and not named."""
        line = super().summary()
        number = len(self["classes"].value() or ()) if self.asks("classes") else 0
        if number > NAMED:
            counted = ngettext("%(n)d class", "%(n)d classes", number) % {"n": number}
            return line.replace(self.chosen("classes"), counted)
        return line
