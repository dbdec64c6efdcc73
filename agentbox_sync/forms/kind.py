"""The choices that every kind has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from agentbox_sync.core.rules import Adoption, Deletion, Status
from agentbox_sync.forms.questions import Difference, Group, Option, Question, joined
from agentbox_sync.forms.wording import BRIEFS, EXPLANATIONS, LABELS, MISSING
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.registry import get_mapping, get_sources
from agentbox_sync.models import KindSettings
from agentbox_sync.services.wording.lacking import cloud_lacks, organisation_lacks

VERSION = "version"


class KindForm(forms.Form):
    """A subclass names its settings model and adds what its kind alone has.

    Only the fields named here are ever written, whatever else is posted. ``version`` is the state
    of the settings that the person saw. What the host's CRM cannot carry out is not offered.
    """

    model: ClassVar[type[KindSettings]]
    # What a kind says in its own words: question -> answer -> text.
    explanations: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    briefs: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    labels: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    lines: ClassVar[Mapping[str, Any]] = {}
    scope_title: ClassVar[Any] = ""
    scope: ClassVar[tuple[str, ...]] = ()
    in_exchange: ClassVar[tuple[str, ...]] = ("removal", "target")

    status = forms.ChoiceField(widget=forms.RadioSelect)
    removal = forms.ChoiceField(widget=forms.RadioSelect)
    target = forms.ChoiceField(widget=forms.RadioSelect)
    strict = forms.BooleanField(required=False)
    conflict = forms.ChoiceField(widget=forms.RadioSelect)
    deletion = forms.ChoiceField(widget=forms.RadioSelect)
    adoption = forms.ChoiceField(widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, settings: KindSettings, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=self.model.KIND)
        self.settings = settings
        self.source: KindSource | None = get_sources().get(self.model.KIND)
        self.initial = {VERSION: settings.version, **self.saved()}
        for name in self.names:
            column = self.model._meta.get_field(name)
            field = self.fields[name]
            field.label = _("When edited in Exchange") if name == "strict" else column.verbose_name
            if isinstance(field, forms.ChoiceField) and column.choices:
                field.choices = self._offered(name, column.choices)
            field.error_messages |= {
                "required": _("Choose one answer."),
                "invalid_choice": _("This answer is not offered here. Choose another one."),
            }

    @classmethod
    def taking(cls, settings: KindSettings, data: QueryDict, version: int) -> KindForm:
        """Return the form filled with what was typed, to be saved over ``version`` on purpose."""
        typed = data.copy()
        typed[f"{cls.model.KIND}-{VERSION}"] = str(version)
        return cls(settings, typed)

    @property
    def names(self) -> list[str]:
        """Return the questions that are one column of the settings each."""
        columns = {column.name for column in self.model._meta.fields} - {VERSION}
        return [name for name in self.fields if name in columns]

    def saved(self) -> dict[str, Any]:
        """Return what is saved, as initial values."""
        return {name: getattr(self.settings, name) for name in self.names}

    @property
    def values(self) -> dict[str, Any]:
        """Return the settings that were chosen; the form has to be valid."""
        return {name: self.cleaned_data[name] for name in self.names}

    # ------------------------------------------------------------------------------- what is drawn

    @property
    def status_question(self) -> Question:
        """Return the question that everything else depends on."""
        return self.question("status")

    def groups(self) -> Iterator[Group]:
        """Yield the other questions, those that belong together."""
        status = str(self["status"].value())
        fresh = status == Status.DISABLED and self.settings.approved_at is None
        if self.scope:  # a kind may have nothing to select by
            yield self._group("scope", str(self.scope_title), self.scope, opens=fresh)
        yield self._group("exchange", _("In Exchange"), self.in_exchange)
        for name, title, wanted in (
            (Status.ONE_WAY, _("Only with One-way"), ("strict",)),
            (Status.TWO_WAY, _("Only with Two-way"), ("conflict", "deletion", "adoption")),
        ):
            yield self._group(name.value, title, wanted, status=name.value, opens=status == name)

    def _group(
        self, name: str, title: str, wanted: Sequence[str], *, status: str = "", opens: bool = False
    ) -> Group:
        questions = tuple(self.question(one) for one in wanted if self.asks(one))
        is_wrong = any(question.errors for question in questions)
        return Group(name, title, questions, status, is_open=opens or is_wrong)

    def asks(self, name: str) -> bool:
        """Tell whether the form has this question here; a CRM may have no such thing."""
        return name in self.fields

    def questions(self) -> Iterator[Question]:
        """Yield every question."""
        yield self.status_question
        for group in self.groups():
            yield from group.questions

    def answered(self) -> Iterator[Question]:
        """Yield the questions that count as things stand, for readers who may not change them."""
        yield self.status_question
        status = str(self["status"].value())
        for group in self.groups() if status != Status.DISABLED else ():
            if group.status in ("", status):
                yield from group.questions

    def question(self, name: str) -> Question:
        """Return one question for drawing."""
        field = self[name]
        options = tuple(self.options(name))
        return Question(
            name=name,
            anchor=f"agentbox-{self.model.KIND}-{name}",
            label=str(field.label),
            options=options,
            chosen=self.chosen(name),
            help=str(self.lines.get(name, "")),
            note=self._missing(name, options),
            errors=tuple(str(error) for error in field.errors),
            brief=self.brief(name),
        )

    def _asked(self, name: str, label: str, fields: Mapping[str, str]) -> Question:
        """Return one question that several inputs answer; ``fields`` gives each its label."""
        errors = [f"{said}: {error}" for one, said in fields.items() for error in self[one].errors]
        return Question(
            name=name,
            anchor=f"agentbox-{self.model.KIND}-{name}",
            label=label,
            options=tuple(self.options(name)),
            chosen=self.chosen(name),
            help=str(self.lines.get(name, "")),
            errors=tuple(errors),
            brief=self.brief(name),
        )

    def options(self, name: str) -> Iterator[Option]:
        """Yield the answers of a question."""
        lines = {**EXPLANATIONS.get(name, {}), **self.explanations.get(name, {})}
        for widget in self[name].subwidgets:
            key = str(widget.data["value"]) if name != "strict" else "on"
            label = str(widget.choice_label) if name != "strict" else _("Keep Exchange identical")
            yield Option(widget, label, str(lines.get(key, "")))

    def chosen(self, name: str) -> str:
        """Return what is chosen for one question, in words."""
        value = self[name].value()
        if name == "strict":
            is_on = value not in (False, None, "", "False")
            return _("Exchange is kept identical") if is_on else _("Edits in Exchange may stay")
        choices = getattr(self.fields[name], "choices", ())
        key = str(value)
        return next((str(text) for one, text in choices if str(one) == key), "")

    def brief(self, name: str) -> str:
        """Return what is chosen for one question where a line does not say what was asked."""
        words = {**BRIEFS.get(name, {}), **self.briefs.get(name, {})}
        said = words.get(str(self[name].value())) if name in self.fields else None
        return str(said) if said else self.chosen(name)

    def summary(self) -> str:
        """Return what is chosen, on one line."""
        wanted = ("status", *self.scope, "completed", "removal", "target")
        if str(self["status"].value()) == Status.DISABLED:
            wanted = ("status",)
        return joined(self.brief(name) for name in wanted if self.asks(name))

    def differences(self, theirs: KindForm) -> list[Difference]:
        """Return where this form differs from what is saved, question by question."""
        mine = {question.name: question for question in self.questions()}
        return [
            Difference(other.label, mine[other.name].chosen, other.chosen)
            for other in theirs.questions()
            if other.name in mine and mine[other.name].chosen != other.chosen
        ]

    # ----------------------------------------------------------------------- what the host can do

    def _offered(self, name: str, choices: Any) -> list[tuple[str, Any]]:
        words = {**LABELS.get(name, {}), **self.labels.get(name, {})}
        lacking = self._lacking()
        return [
            (key, words.get(key, label)) for key, label in choices if (name, key) not in lacking
        ]

    def _lacking(self) -> set[tuple[str, str]]:
        source = self.source
        if source is None:
            return set()
        mapping = get_mapping(self.model.KIND)
        is_there = not cloud_lacks(self.model.KIND)
        can = {
            ("status", Status.ONE_WAY.value): is_there,
            ("status", Status.TWO_WAY.value): is_there
            and bool(set(mapping.atoms) - mapping.fixed(source.get_model())),
            ("adoption", Adoption.IMPORT.value): source.can_import(),
            ("deletion", Deletion.APPLY.value): source.can_follow(),
        }
        return {answer for answer, is_possible in can.items() if not is_possible}

    def _missing(self, name: str, options: Sequence[Option]) -> str:
        """Return the sentence about an answer that is not offered here."""
        kind, connection = self.model.KIND, self.settings.connection
        if name == "status" and (
            lacking := cloud_lacks(kind) or organisation_lacks(kind, connection)
        ):
            return lacking
        offered = {str(option.widget.data.get("value")) for option in options}
        return next(
            (
                str(text)
                for (question, key), text in MISSING.items()
                if question == name and key not in offered
            ),
            "",
        )
