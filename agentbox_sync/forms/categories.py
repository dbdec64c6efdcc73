"""The question that every kind with classes asks: which category a class carries in Outlook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.forms.kind import KindForm
from agentbox_sync.forms.questions import Option, Question
from agentbox_sync.host.adapter import ClassChoice
from agentbox_sync.models import KindSettings

# What separates names wherever Outlook writes several of them on one line.
SEPARATORS = ",;"
# The longest that Outlook's own dialogue takes.
LONGEST_NAME = 255


class CategorizedForm(KindForm):
    """Asks for one name for each class of the host; all of them are one column and one question."""

    in_exchange = (*KindForm.in_exchange, "categories")

    def __init__(self, settings: KindSettings, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings, data)
        self._known = {choice.key: choice for choice in self._classes()}
        self._names: dict[str, str] = {}
        self._add_names(self._labelled(settings.categories), settings.categories)

    def _classes(self) -> Sequence[ClassChoice]:
        """Return the classes of the CRM; none where it has no such thing."""
        return self.source.classes() if hasattr(self.source, "classes") else ()

    def _labelled(self, saved: Iterable[str]) -> list[str]:
        """Return what may have a category: classes, and what was one when it got its name."""
        if self.source is None or not self.source.has_classes():
            return []
        return [*self._known, *sorted(set(saved) - set(self._known))]

    def _add_names(self, keys: Iterable[str], saved: Mapping[str, str]) -> None:
        for key in keys:
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

    def _counts(self, key: str) -> bool:
        """Tell whether the category of a class is wanted, as the other answers stand."""
        return key in self._names

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
        given = {key: name for key, name in typed.items() if name and self._counts(key)}
        return {**super().values, **({"categories": given} if self._names else {})}

    def asks(self, name: str) -> bool:
        """Tell whether this CRM has classes to ask about."""
        return bool(self._names) if name == "categories" else super().asks(name)

    def question(self, name: str) -> Question:
        """Return one question for drawing; the names of the categories are one of them."""
        if name != "categories":
            return super().question(name)
        named = {self._names[key]: self._label(key) for key in self._names}
        return self._asked(name, _("Category in Outlook"), named)

    def options(self, name: str) -> Iterator[Option]:
        """Yield the answers of a question."""
        if name != "categories":
            yield from super().options(name)
            return
        for key, field in self._names.items():
            (widget,) = self[field].subwidgets
            yield Option(widget, self._label(key))

    def chosen(self, name: str) -> str:
        """Return what is chosen for one question, in words."""
        if name != "categories":
            return super().chosen(name)
        pairs = (
            (self._label(key), self[field].value())
            for key, field in self._names.items()
            if self._counts(key)
        )
        said = (f"{label} → {text}" for label, text in pairs if text)
        return ", ".join(said) or _("No categories")

    def brief(self, name: str) -> str:
        """Return what is chosen for one question on one line; categories are counted."""
        if name != "categories":
            return super().brief(name)
        named = (self[field].value() for key, field in self._names.items() if self._counts(key))
        number = sum(1 for text in named if text)
        if not number:
            return _("No categories")
        return ngettext("%(n)d category", "%(n)d categories", number) % {"n": number}


def _is_one_name(text: str) -> None:
    if set(SEPARATORS) & set(text):
        raise ValidationError(_("One name, without a comma or a semicolon."))
