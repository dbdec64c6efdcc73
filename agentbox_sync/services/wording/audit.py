"""What an entry of the audit trail says, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.models import SETTINGS, AuditEntry
from agentbox_sync.models.audit import Action, Doorway
from agentbox_sync.services.wording.kinds import WORDS

Subject = Mapping[str, Any]

WAYS = {
    "own_sign_in": gettext_lazy("Signed in themselves."),
    "for_another": gettext_lazy("A Master User signed in for them."),
    "invitation": gettext_lazy("By an invitation."),
    "organisation": gettext_lazy("By the connection of the organisation."),
}


def title(entry: AuditEntry) -> str:
    """Return what was done; what a later version has written reads as it is named there."""
    return _label(Action, entry.action)


def through(entry: AuditEntry) -> str:
    """Return the doorway in words."""
    return _label(Doorway, entry.doorway)


def details(entry: AuditEntry) -> str:
    """Return about what it was: settings from what to what, how many of what, which ids."""
    words = _DETAILS.get(entry.action)
    said = words(entry.kind, entry.subject) if words else _named(entry.subject)
    kind = WORDS[entry.kind].label if entry.kind in WORDS else entry.kind
    return f"{kind}: {said}" if kind and said else str(kind or said)


def _label(words: Any, value: str) -> str:
    return str(words(value).label) if value in words.values else value


def _settings(kind: str, subject: Subject) -> str:
    before, after = subject.get("before", {}), subject.get("after", {})
    return "; ".join(
        _("%(label)s: %(before)s → %(after)s")
        % {
            "label": _field_label(kind, name),
            "before": _value(kind, name, before.get(name)),
            "after": _value(kind, name, after[name]),
        }
        for name in after
    )


def _field_label(kind: str, name: str) -> str:
    field = _field(kind, name)
    return str(field.verbose_name) if field is not None else name


def _field(kind: str, name: str) -> Any:
    try:
        return SETTINGS[kind]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):  # of a kind or setting that is no more
        return None


def _value(kind: str, name: str, value: Any) -> str:
    field = _field(kind, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items()) or _("none")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("none")
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return str(choices.get(value, "" if value is None else value))


def _connected(kind: str, subject: Subject) -> str:
    del kind
    said = [str(WAYS.get(subject.get("way", ""), ""))]
    if subject.get("is_confirmed"):
        said.append(_("The card did not know the account; it was kept all the same."))
    return " ".join(filter(None, said))


def _allowed(kind: str, subject: Subject) -> str:
    del kind
    if subject.get("after"):
        return _("The staff member may manage their own card.")
    return _("The staff member may look at their card, and not change it.")


def _switched(kind: str, subject: Subject) -> str:
    del kind
    words = {True: _("offered"), False: _("not offered"), None: _("as the whole site")}
    place = subject.get("office") or _("whole site")
    return _("%(place)s: %(before)s → %(after)s") % {
        "place": place,
        "before": words[subject.get("before")],
        "after": words[subject.get("after")],
    }


def _go(kind: str, subject: Subject) -> str:
    del kind
    number = int(subject.get("removals") or 0)
    if not number:
        return ""
    return ngettext(
        "with %(n)d removal beyond the safety stop",
        "with %(n)d removals beyond the safety stop",
        number,
    ) % {"n": number}


def _invited(kind: str, subject: Subject) -> str:
    del kind
    said = [_("Invitation %(id)s.") % {"id": subject.get("invitation", "")}]
    if subject.get("replaced"):
        said.append(_("The link before it counts no more."))
    return " ".join(said)


def _let_go(kind: str, subject: Subject) -> str:
    del kind
    number = int(subject.get("number") or 0)
    return ngettext("%(n)d removal", "%(n)d removals", number) % {"n": number}


def _named(subject: Subject) -> str:
    """Return ids and numbers by their names, for a reader who looks them up."""
    return ", ".join(
        f"{name.replace('_', ' ')} {_told(value)}"
        for name, value in subject.items()
        if value not in ("", None, 0, [], {})
    )


def _told(value: Any) -> str:
    if isinstance(value, Mapping) and "ids" in value:
        first = ", ".join(map(str, value["ids"][:5]))
        return f"{value.get('number')} ({first}{', …' if len(value['ids']) > 5 else ''})"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_DETAILS: dict[str, Callable[[str, Subject], str]] = {
    Action.CONFIGURED.value: _settings,
    Action.CONNECTED.value: _connected,
    Action.SIGNED_IN_AGAIN.value: _connected,
    Action.SELF_MANAGED.value: _allowed,
    Action.SWITCHED.value: _switched,
    Action.APPROVED.value: _go,
    Action.INVITED.value: _invited,
    Action.INVITATION_MAILED.value: _invited,
    Action.INVITATION_WITHDRAWN.value: lambda kind, subject: "",
    Action.LET_GO.value: _let_go,
}
