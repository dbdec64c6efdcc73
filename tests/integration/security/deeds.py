"""Every address that changes something, with what a person presses there and what is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.models.audit import Action
from agentbox_sync.services.go import seal
from agentbox_sync.services.holdings import holdings
from agentbox_sync.services.undo import offer
from tests.integration.card import builders as make
from tests.integration.card.office import ITEMS, Desk

Pressed = Callable[[Desk], dict[str, Any]]


@dataclass(frozen=True)
class Deed:
    """A press on a page, and the action that the trail has afterwards."""

    name: str
    action: Action
    pressed: Pressed
    is_of_a_kind: bool = False
    """Something of one kind: what is done may hang on which it is of."""

    def __str__(self) -> str:
        return f"{self.name}-{self.action}"


def _go(desk: Desk) -> dict[str, Any]:
    SETTINGS[desk.kind].objects.update(approved="")
    return {"seen": seal(make.a_preview(desk.settings))}


def _stay(desk: Desk) -> dict[str, Any]:
    Connection.objects.filter(pk=desk.connection.pk).update(leaving_at=make.ago(minutes=1))
    return {}


def _leave(desk: Desk) -> dict[str, Any]:
    make.a_link(desk.connection)
    return {"stays": "remove", "confirmed": holdings(desk.connection).removable}


def _undo(desk: Desk) -> dict[str, Any]:
    return {"seen": offer(desk.connection, desk.change).seen}


def _resume(desk: Desk) -> dict[str, Any]:
    Connection.objects.filter(pk=desk.connection.pk).update(state=Connection.State.PAUSED)
    return {}


def _retry(desk: Desk) -> dict[str, Any]:
    item = ITEMS[desk.kind](desk.staff)
    return {"one": make.set_aside(desk.connection, item, "ErrorInvalidProperty").pk}


def _at_once(order: str) -> Pressed:
    return lambda desk: {"order": order, "ids": desk.connection.pk}


DEEDS: tuple[Deed, ...] = (
    Deed("allow", Action.SELF_MANAGED, lambda _: {"self_managed": "on"}),
    Deed("offer", Action.SWITCHED, lambda _: {"site": "off"}),
    Deed("invite", Action.INVITED, lambda _: {"way": "link"}),
    Deed("invite", Action.INVITATION_MAILED, lambda _: {"way": "mail"}),
    Deed("invite", Action.INVITATION_WITHDRAWN, lambda _: {"way": "withdraw"}),
    Deed("disconnect", Action.DISCONNECTED, lambda _: {}),
    Deed("disconnect", Action.LEAVING, _leave),
    Deed("stay", Action.STAYED, _stay),
    Deed("retry", Action.RETRIED, _retry, is_of_a_kind=True),
    Deed("pause", Action.PAUSED, lambda _: {}),
    Deed("resume", Action.RESUMED, _resume),
    Deed(
        "configure",
        Action.CONFIGURED,
        lambda desk: make.shown_answers(desk.settings, status="two_way"),
        is_of_a_kind=True,
    ),
    Deed("at_once", Action.SYNC_ASKED, _at_once("sync")),
    Deed("at_once", Action.PAUSED, _at_once("pause")),
    Deed("at_once", Action.RESUMED, lambda desk: {**_resume(desk), **_at_once("resume")(desk)}),
    Deed("sync", Action.SYNC_ASKED, lambda desk: {"kind": desk.kind}, is_of_a_kind=True),
    Deed("go", Action.APPROVED, _go, is_of_a_kind=True),
    Deed("let_go", Action.LET_GO, lambda _: {}, is_of_a_kind=True),
    Deed(
        "decide",
        Action.DECIDED,
        lambda desk: {"list": "removed", "one": f"dismiss:{desk.decision.link_id}"},
        is_of_a_kind=True,
    ),
    Deed(
        "decide",
        Action.KEPT,
        lambda desk: {"list": "conflicts", "one": f"keep:{desk.change.pk}"},
        is_of_a_kind=True,
    ),
    Deed("withdraw", Action.WITHDRAWN, lambda _: {}, is_of_a_kind=True),
    Deed("undo", Action.UNDONE, _undo, is_of_a_kind=True),
    Deed("organisation_check", Action.ORGANISATION_CHECKED, lambda _: {}),
    Deed("organisation_end", Action.ORGANISATION_ENDED, lambda _: {}),
)
# Every deed about the first kind, and about each other one what may hang on the kind.
OF_EVERY_KIND = [
    pytest.param(deed, kind, id=f"{deed}-{kind}" if deed.is_of_a_kind else str(deed))
    for deed in DEEDS
    for kind in (SETTINGS if deed.is_of_a_kind else ["contacts"])
]
# What a staff member may not do on their own card either.
OF_MASTERS = (
    "allow",
    "offer",
    "invite",
    "let_go",
    "at_once",
    "organisation_check",
    "organisation_end",
)

# Addresses whose POST, or GET, is in no deed above, each with the reason.
WITHOUT_A_DEED: dict[str, str] = {
    "mine": "leads to one's card",
    "card": "is looked at",
    "help": "is looked at",
    "overview": "is looked at",
    "progress": "is looked at",
    "reviews": "is looked at",
    "runs": "is looked at",
    "set_aside": "is looked at",
    "changes": "is looked at",
    "why": "is looked at",
    "review": "its POST searches, with the words in no address",
    "preview": "its POST has a worker look at both sides; it writes on neither",
    "connect": "begins a sign-in in the session alone; its end is a deed: test_signing_in_is_told",
    "invitation": "begins a sign-in in the session alone; its end is told: test_signing_in_is_told",
    "organisation": "its deeds need Microsoft: tests/integration/organisation/test_page.py",
    "organisation_mailboxes": "the same; and test_looking_people_up_is_told",
    "callback": "the end of a sign-in: test_signing_in_is_told",
    "confirm": "the end of a sign-in: test_signing_in_is_told",
}
