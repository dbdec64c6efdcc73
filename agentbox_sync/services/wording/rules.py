"""What a rule of the decision table says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from agentbox_sync.core.decisions import RULES

_BECAUSE = {rule.name: rule.because for rule in RULES}


def because(cause: str) -> str:
    """Return why a rule of this name does what it does; empty for what is no rule.

    The catalogues take the sentences from the table itself (tests/translations).
    """
    said = _BECAUSE.get(cause)
    return gettext(said) if said else ""
