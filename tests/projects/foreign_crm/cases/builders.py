"""Rows of the brokerage."""

from __future__ import annotations

import itertools
from typing import Any

from tests.projects.foreign_crm.models import Employee, Label, Party, PartyMail, PartyPhone, User

_numbers = itertools.count(1)


def an_employee(name: str = "Róisín Daly", **fields: Any) -> Employee:
    number = next(_numbers)
    return Employee.objects.create(
        full_title=name, **{"work_mail": f"employee{number}@brokerage.example", **fields}
    )


def a_user(employee: Employee | None = None, **fields: Any) -> User:
    user = User.objects.create_user(f"user{next(_numbers)}@brokerage.example", "secret", **fields)
    if employee:
        employee.account = user
        employee.save()
    return user


def a_party(name: str = "Ciara Byrne", *, of: Employee | None = None, **fields: Any) -> Party:
    """A party with phones (label -> numbers) and e-mail addresses in their own tables."""
    given, _, family = name.partition(" ")
    phones: dict[str, list[str]] = fields.pop("phones", {})
    mails: list[str] = fields.pop("mails", [])
    shared: list[Employee] = fields.pop("shared_with", [])
    party = Party.objects.create(given=given, family=family, responsible=of, **fields)
    for code, numbers in phones.items():
        label = Label.objects.get_or_create(code=code)[0]
        for rank, number in enumerate(numbers):
            PartyPhone.objects.create(party=party, label=label, number=number, rank=rank)
    for address in mails:
        PartyMail.objects.create(party=party, address=address)
    party.shared_with.set(shared)
    return party
