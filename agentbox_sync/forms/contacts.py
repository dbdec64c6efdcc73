"""What people may choose for contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.core.rules import Adoption, Deletion, Removal, Status, Target
from agentbox_sync.forms.kind import KindForm
from agentbox_sync.forms.questions import Option, Question
from agentbox_sync.host.adapter import ClassChoice
from agentbox_sync.models import ContactSettings, KindSettings

# What separates names wherever Outlook writes several of them on one line.
SEPARATORS = ",;"
# The longest that Outlook's own dialogue takes.
LONGEST_NAME = 255
# More classes than this are counted in the summary line.
NAMED = 2


def _is_true(value: Any) -> bool:
    return str(value).lower() in ("true", "on", "1")


class ContactsForm(KindForm):
    """Exchange Contacts Configuration."""

    model = ContactSettings
    scope_title = gettext_lazy("Which contacts")
    scope = ("classes", "primary_owner_only")
    in_exchange = (*KindForm.in_exchange, "categories")
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
        self._known: dict[str, ClassChoice] = {
            choice.key: choice
            for choice in (self.source.classes() if hasattr(self.source, "classes") else ())
        }
        self.fields["primary_owner_only"].label = _("Whose contacts")
        self.fields["classes"].label = _("Contact classes")
        # What was chosen and has been deleted in the CRM since can be kept or unticked.
        gone = {key for key in settings.classes if key not in self._known}
        if keys := [*self._known, *sorted(gone)]:
            self.fields["classes"].choices = [(key, self._label(key)) for key in keys]
        else:
            del self.fields["classes"]
        self._names: dict[str, str] = {}
        if self.source is not None and self.source.has_classes():
            self._add_names(settings.categories)

    def _add_names(self, saved: Mapping[str, str]) -> None:
        for key in dict.fromkeys((*self._known, *sorted(saved))):
            # By its key and not by its place: a class that was added meanwhile shifts no name.
            name = f"category-{quote(key)}"
            self._names[key] = name
            self.fields[name] = forms.CharField(
                label=self._label(key),
                required=False,
                max_length=LONGEST_NAME,
                validators=[_is_one_name],
            )
            self.initial[name] = saved.get(key, "")

    def _label(self, key: str) -> str:
        known = self._known.get(key)
        return str(known.label) if known else _("Deleted in the CRM (no. %s)") % key

    @property
    def names(self) -> list[str]:
        """Return the questions that are one column of the settings each."""
        return [name for name in super().names if name != "categories"]

    @property
    def values(self) -> dict[str, Any]:
        """Return the settings that were chosen; the form has to be valid."""
        typed = {key: self.cleaned_data[name] for key, name in self._names.items()}
        given = {key: name for key, name in typed.items() if name}
        return {**super().values, **({"categories": given} if self._names else {})}

    def asks(self, name: str) -> bool:
        """Tell whether this CRM has classes to ask about."""
        return bool(self._names) if name == "categories" else super().asks(name)

    def question(self, name: str) -> Question:
        """Return one question for drawing; the names of the categories are one of them."""
        if name != "categories":
            return super().question(name)
        errors = [
            f"{self._label(key)}: {error}"
            for key, field in self._names.items()
            for error in self[field].errors
        ]
        return Question(
            name=name,
            anchor=f"agentbox-{self.model.KIND}-{name}",
            label=_("Category in Outlook"),
            options=tuple(self.options(name)),
            chosen=self.chosen(name),
            help=str(self.lines[name]),
            errors=tuple(errors),
        )

    def options(self, name: str) -> Iterator[Option]:
        """Yield the answers of a question; classes under the heading of their sort."""
        if name == "categories":
            for key, field in self._names.items():
                (widget,) = self[field].subwidgets
                yield Option(widget, self._label(key))
        elif name == "classes":
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
        if name == "categories":
            pairs = ((self._label(k), self[field].value()) for k, field in self._names.items())
            return ", ".join(f"{label} → {text}" for label, text in pairs if text) or _(
                "No categories"
            )
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


def _is_one_name(text: str) -> None:
    if set(SEPARATORS) & set(text):
        raise ValidationError(_("One name, without a comma or a semicolon."))
