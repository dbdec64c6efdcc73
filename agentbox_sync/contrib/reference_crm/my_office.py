"""My Office: who works here, found by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from agentbox_sync.contrib.reference_crm.models import Office, Staff
from agentbox_sync.core import search
from agentbox_sync.services.overview import StateBadge, connection_states

ALL_OFFICES = "all"


@dataclass(frozen=True)
class Colleague:
    """One line of the results; `name` is cut into (text, was asked for) pieces."""

    staff: Staff
    name: list[tuple[str, bool]]
    is_viewer: bool
    state: StateBadge


@dataclass(frozen=True)
class Results:
    """What a filter found in one office, or in all of them where `office` is None."""

    query: str
    office: Office | None
    colleagues: list[Colleague] = field(default_factory=list)
    total: int = 0


def choose_office(
    user: AbstractBaseUser | AnonymousUser, offices: list[Office], asked: str
) -> Office | None:
    """The office that was asked for, else the person's own, else the only one, else all (None)."""
    by_pk = {str(office.pk): office for office in offices}
    if asked in by_pk:
        return by_pk[asked]
    if asked == ALL_OFFICES:
        return None
    own = Staff.objects.filter(user_id=user.pk).values_list("office_id", flat=True).first()
    if own is not None:
        return by_pk.get(str(own))
    return offices[0] if len(offices) == 1 else None


def find_colleagues(
    user: AbstractBaseUser | AnonymousUser, office: Office | None, query: str
) -> Results:
    """Staff of the office whose name matches; two queries, whatever their number.

    Those whose names begin with what was typed come first, then all by name.
    """
    everyone = Staff.objects.select_related("office").order_by("first_name", "last_name", "pk")
    if office is not None:
        everyone = everyone.filter(office=office)
    wanted = search.tokens(query)
    people = list(everyone)
    found = [person for person in people if search.matches(person.full_name, wanted)]
    found.sort(key=lambda person: not search.is_start(person.full_name, wanted))
    states = connection_states(person.pk for person in found)
    colleagues = [
        Colleague(
            staff=person,
            name=search.highlight(person.full_name, wanted),
            is_viewer=person.user_id == user.pk,
            state=states[person.pk],
        )
        for person in found
    ]
    return Results(query=query, office=office, colleagues=colleagues, total=len(people))
