"""The choices that every kind has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from agentbox_sync.models import KindSettings


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as it is drawn: Django's radio button, and a line that explains it."""

    widget: Any
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Question:
    """One field as it is drawn."""

    field: BoundField
    options: tuple[Option, ...]

    @property
    def chosen(self) -> str:
        """Return the label of what is chosen, for readers who may not change it."""
        value = str(self.field.value())
        return next((str(text) for key, text in self.field.field.choices if key == value), value)


class KindForm(forms.Form):
    """A subclass names its settings model and explains each choice.

    Only the fields named here are ever written, whatever else is posted. ``version`` is the state
    of the settings that the person saw.
    """

    model: ClassVar[type[KindSettings]]
    explanations: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    status = forms.ChoiceField(widget=forms.RadioSelect)
    removal = forms.ChoiceField(widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.names:
            column = self.model._meta.get_field(name)
            # What nobody has explained yet is not offered yet.
            lines = self.explanations.get(name)
            self.fields[name].choices = [
                choice for choice in column.choices if lines is None or choice[0] in lines
            ]
            self.fields[name].label = column.verbose_name

    @classmethod
    def showing(cls, settings: KindSettings) -> KindForm:
        """Return the form filled with what is saved."""
        names = [name for name in cls.base_fields if name != "version"]
        values = {name: getattr(settings, name) for name in names}
        return cls(prefix=cls.model.KIND, initial={**values, "version": settings.version})

    @property
    def names(self) -> list[str]:
        """Return the fields that are settings."""
        return [name for name in self.fields if name != "version"]

    @property
    def values(self) -> dict[str, Any]:
        """Return the settings that were chosen; the form has to be valid."""
        return {name: self.cleaned_data[name] for name in self.names}

    def questions(self) -> Iterator[Question]:
        """Yield the fields for drawing."""
        for name in self.names:
            lines = self.explanations.get(name, {})
            options = tuple(
                Option(widget, str(widget.choice_label), str(lines.get(widget.data["value"], "")))
                for widget in self[name].subwidgets
            )
            yield Question(self[name], options)
