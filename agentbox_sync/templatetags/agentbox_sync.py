"""Filters of the app's own templates, and the panel "Why?" for a host's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agentbox_sync.core.difference import Piece
from agentbox_sync.services.history import person_name
from agentbox_sync.services.why import why
from agentbox_sync.services.wording.moments import when
from agentbox_sync.views.story import story_context

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment as people say it: "today at 14:02"; empty for ``None``."""
    return when(value, alone=True) if value is not None else ""


@register.filter
def person(user: Any) -> str:
    """Return the name of a user for people; "somebody" for one who is gone."""
    return person_name(user) or _("somebody")


@register.filter
def address(value: str) -> SafeString | str:
    """Return an e-mail address that a narrow page breaks before its @ and not within a word."""
    name, at, domain = value.rpartition("@")
    return format_html("{}<wbr>@{}", name, domain) if at else value


@register.simple_tag
def version(pieces: Iterable[Piece], element: str = "mark") -> SafeString:
    """Return one version of a value, with what differs marked: seen without colour, and heard.

    ``element`` is ``del`` for what went, ``ins`` for what came, and ``mark`` where two versions
    stand beside each other. No pieces: the value is empty, which is said.
    """
    shown = list(pieces)
    if not shown:
        return format_html('<div class="agentbox-empty">{}</div>', _("empty"))
    mark = (
        f'<{element} class="agentbox-differs"><span class="agentbox-heard">{{}} </span>'
        f"{{}}</{element}>"
    )
    # Read out before each; without it the marks would be for the eye alone.
    heard = _("differs:")
    parts = ((format_html(mark, heard, p.text) if p.differs else p.text,) for p in shown)
    return format_html('<div class="agentbox-value">{}</div>', format_html_join("", "{}", parts))


@register.inclusion_tag("agentbox_sync/why/panel.html", takes_context=True)
def agentbox_why(context: Any, item: Any) -> dict[str, Any]:
    """Draw the panel "Why?" of an item of the CRM; nothing for whoever may not know.

    Needs ``request`` in the context.
    """
    request = context.get("request")
    if item is None or item.pk is None or request is None:
        return {}
    story = why(item._meta.label_lower, item.pk, request.user)
    return story_context(request, story) if story is not None else {}


@register.filter
def naming(sentence: object, name: str) -> str:
    """Return a sentence with ``%(name)s`` filled in."""
    return str(sentence) % {"name": name}
