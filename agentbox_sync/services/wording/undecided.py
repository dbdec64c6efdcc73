"""The first line of a card whose settings nobody has said go to yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.services.wording.conditions import Condition, Facts
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.tones import Tone

TITLES: dict[Condition, tuple[Tone, Any]] = {
    Condition.FORESEEN: (
        Tone.CAREFUL,
        gettext_lazy("You can see what would change in %(name)s’s Outlook."),
    ),
    Condition.NOT_FORESEEN: (
        Tone.BAD,
        gettext_lazy("What would change in %(name)s’s Outlook could not be found out."),
    ),
    Condition.LOOKING: (
        Tone.BUSY,
        gettext_lazy("Looking at what would change in %(name)s’s Outlook …"),
    ),
    Condition.NOT_BEGUN: (Tone.CAREFUL, gettext_lazy("%(name)s’s phone is ready to begin.")),
    Condition.CHANGED: (
        Tone.CAREFUL,
        gettext_lazy("The settings have changed and are not used yet."),
    ),
}


def _foreseen(facts: Facts) -> str:
    if facts.manages:
        return " ".join((facts.outlook, _("Nothing is written before you say go.")))
    return " ".join((facts.outlook, _("Nothing is written before a Master User says go.")))


def _not_foreseen(facts: Facts) -> str:
    text = [connection_sentence(facts.look_error), _("Nothing has been written.")]
    if facts.is_master:
        text += [_("Ask whoever runs the server to start “manage.py agentbox_doctor”.")]
    else:
        text += [_("If it happens again, please tell a Master User.")]
    return " ".join(filter(None, text))


def _looking(facts: Facts) -> str:
    del facts
    return _("Nothing is written meanwhile. You may leave this page; it goes on by itself.")


def _not_begun(facts: Facts) -> str:
    if facts.manages:
        return _(
            "Nothing has been written yet. Look at what would happen; it begins when you say go."
        )
    return _("Nothing has been written yet. A Master User has to begin.")


def _changed(facts: Facts) -> str:
    if facts.manages:
        return _(
            "Look at what the new settings would do; they count when you say go. Until then "
            "nothing moves."
        )
    return _("A Master User has to go on with the new settings. Until then nothing moves.")


TEXTS: dict[Condition, Callable[[Facts], str]] = {
    Condition.FORESEEN: _foreseen,
    Condition.NOT_FORESEEN: _not_foreseen,
    Condition.LOOKING: _looking,
    Condition.NOT_BEGUN: _not_begun,
    Condition.CHANGED: _changed,
}
