"""An office in which everybody stands differently, and what the table says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings, ProviderSwitch
from agentbox_sync.services import tallies
from tests.builders.crm import a_contact, a_staff_member, an_office
from tests.integration.card import builders as make
from tests.integration.reviews import builders as waits


def an_agent(name: str, **columns: Any) -> Connection:
    """Somebody whose contacts travel, and have."""
    address = f"{name.split(maxsplit=1)[0].lower()}@harbourvale.example"
    staff = a_staff_member(name)
    return make.a_syncing_connection(staff, **{"user_name": address, **columns})


def count(connection: Connection) -> None:
    """Count the pairs as the end of a run does."""
    Connection.objects.filter(pk=connection.pk).update(tallies=tallies.count(connection.pk))


def everybody() -> dict[str, Connection | None]:
    """One of each, by first name, in the order in which a Master User should look after them."""
    found: dict[str, Connection | None] = {}
    names = "Signe Susan Fay Stella Vera Gordon Anna Otto Bea Paul Fiona Neil Zoe"
    # Made in another order than they should stand in.
    for name in reversed(names.split()):
        found[name] = MADE.get(name, _not_connected)(f"{name} Example")
    return {name: found[name] for name in names.split()}


def _signs_in(name: str) -> Connection:
    return an_agent(name, state=Connection.State.NEEDS_SIGN_IN, reason="interaction_required")


def _suspended(name: str) -> Connection:
    return an_agent(name, state=Connection.State.SUSPENDED, reason="access_blocked")


def _fails(name: str) -> Connection:
    connection = an_agent(name, failures=2, not_before=make.later(minutes=4))
    make.a_run(connection, error="unreachable", finished_at=make.ago(minutes=1))
    return connection


def _stopped(name: str) -> Connection:
    connection = an_agent(name)
    make.a_stop(connection, [a_contact() for _ in range(12)])
    return connection


def _asked(name: str) -> Connection:
    connection = an_agent(name)
    for _ in range(3):
        waits.born(connection)
    return connection


def _undecided(name: str) -> Connection:
    connection = an_agent(name)
    ContactSettings.objects.filter(connection=connection).update(approved="")
    return connection


def _aside(name: str) -> Connection:
    connection = an_agent(name)
    for _ in range(2):
        make.set_aside(connection, a_contact(), "ErrorInvalidProperty")
    count(connection)
    return connection


def _off(name: str) -> Connection:
    connection = an_agent(name)
    ContactSettings.objects.filter(connection=connection).update(status="disabled")
    return connection


def _busy(name: str) -> Connection:
    connection = an_agent(name)
    make.a_run(connection, "running")
    return connection


def _paused(name: str) -> Connection:
    return an_agent(name, state=Connection.State.PAUSED, paused_state="connected")


def _not_connected(name: str) -> None:
    a_staff_member(name)


MADE: dict[str, Any] = {
    "Signe": _signs_in,
    "Susan": _suspended,
    "Fay": _fails,
    "Stella": _stopped,
    "Vera": _asked,
    "Gordon": _undecided,
    "Anna": _aside,
    "Otto": _off,
    "Bea": _busy,
    "Paul": _paused,
    "Fiona": an_agent,
}


@dataclass(frozen=True)
class Line:
    """One row of the table as it stands in the page."""

    name: str
    standing: str
    text: str
    links: dict[str, str]


def lines_of(response: HttpResponse) -> list[Line]:
    body = response.content.decode().replace("<wbr>", "")
    found = []
    for standing, inside in re.findall(
        r'(?s)<tr role="row" data-standing="([a-z-]+)">(.*?)</tr>', body
    ):
        links = {
            _plain(label): address
            for address, label in re.findall(r'(?s)<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', inside)
        }
        found.append(Line(next(iter(links)), standing, _plain(inside), links))
    return found


def names_of(response: HttpResponse) -> list[str]:
    """The first names, from the top down."""
    return [line.name.split()[0] for line in lines_of(response)]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def an_office_without(name: str = "Balmain") -> Staff:
    """Somebody in an office where Microsoft 365 is not offered."""
    staff = a_staff_member("Olga Off", office=an_office(name))
    ProviderSwitch.objects.get_or_create(
        provider="microsoft", office=str(staff.office_id), defaults={"offered": False}
    )
    return staff
