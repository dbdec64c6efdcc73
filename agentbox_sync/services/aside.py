"""The list of what was set aside, page by page: why, and what happens to it next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.memory.tally import SET_ASIDE
from agentbox_sync.models import SETTINGS, Connection, Link
from agentbox_sync.services.names import named
from agentbox_sync.services.waiting import labels_of, link_key
from agentbox_sync.services.wording.errors import item_sentence
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.moments import when

PAGE = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``step`` says when it is tried again by itself; ``tried`` how often it was."""

    pk: int
    label: str
    url: str
    kind: str
    sentence: str
    step: str
    tried: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the list; ``after`` is where the next one begins, 0 on the last."""

    rows: tuple[Item, ...]
    after: int = 0

    @property
    def can_retry(self) -> bool:
        """Tell whether there is anything on it that may be tried again."""
        return any(row.can_retry for row in self.rows)


def page_of(connection: Connection, after: int = 0, now: datetime | None = None) -> Leaf:
    """Return a page of what was set aside, oldest first; two queries and one a kind."""
    rows = connection.links.filter(SET_ASIDE, kind__in=list(SETTINGS), pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    labels = labels_of(shown)
    moment = now or timezone.now()
    return Leaf(
        tuple(_item(link, labels, moment) for link in shown),
        shown[-1].pk if len(found) > PAGE else 0,
    )


def _item(link: Link, labels: dict[LocalKey, str], now: datetime) -> Item:
    key = link_key(link)
    can_retry = link.state != LinkState.RETAINED
    return Item(
        pk=link.pk,
        label=named(link.kind, key, labels.get(key) or name_of(link.kind, link.base_local))
        or _called_nothing(link),
        url=get_adapter().item_url(key) if key in labels else "",
        kind=str(WORDS[link.kind].label),
        sentence=item_sentence(link.error),
        step=_step(link, now),
        tried=ngettext("Tried %(n)d time", "Tried %(n)d times", link.attempts)
        % {"n": link.attempts}
        if link.attempts
        else "",
        can_retry=can_retry,
    )


def _called_nothing(link: Link) -> str:
    return _("An item without a name") if link.has_row else str(WORDS[link.kind].nameless)


def _step(link: Link, now: datetime) -> str:
    if link.state == LinkState.RETAINED:
        return _(
            "It is not tried again. Remove or change it in Outlook by hand if it should not stay."
        )
    if link.state == LinkState.DEAD:
        return _("It is tried again with every sync that a person begins.")
    if not link.refused:
        return _("It is tried again with the next run.")
    if link.next_attempt is not None:
        return _("It is tried again %(when)s.") % {"when": when(link.next_attempt, now)}
    return _(
        "It is tried again by itself as soon as it changes in the CRM or in Outlook, and with "
        "every sync that a person begins."
    )


def told_again(number: int, over: int, off: int) -> Collection[tuple[bool, str]]:
    """Return what is said after a press, as (is good news, sentence)."""
    said: list[tuple[bool, str]] = []
    if number:
        text = ngettext(
            "%(n)d item is tried again now.", "%(n)d items are tried again now.", number
        )
        said.append((True, text % {"n": number}))
    if over:
        text = ngettext(
            "%(n)d item is not set aside any more, so there is nothing to try again.",
            "%(n)d items are not set aside any more, so there is nothing to try again.",
            over,
        )
        said.append((False, text % {"n": over}))
    if off:
        text = ngettext(
            "%(n)d item was left alone: choose a Sync Status and say go to it first.",
            "%(n)d items were left alone: choose a Sync Status and say go to it first.",
            off,
        )
        said.append((False, text % {"n": off}))
    return said or [(False, _("Nothing was begun: tick what should be tried again."))]
