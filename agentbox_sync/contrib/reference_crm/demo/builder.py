"""Makes the demo's contacts from the data tables: the same seed always gives the same people."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentbox_sync.contrib.reference_crm.demo.people import AREA_CODES, MOBILES, NAMES, SHARED_WITH
from agentbox_sync.contrib.reference_crm.demo.phrases import (
    CLASS_SHARE,
    CLASSES,
    COMPANIES,
    NOTES,
)
from agentbox_sync.contrib.reference_crm.demo.places import FAR, NEAR, STREETS
from agentbox_sync.core.search import fold

CONTACTS = 250
_COMPANY_ONLY = 9  # firms without a person
_MAIL_DOMAINS = ["example.com", "example.net", "example.org", "example.com.au"]


@dataclass(frozen=True)
class DemoContact:
    """`fields` are those of the model; `shared` is mailbox -> level beside the primary owner."""

    fields: dict[str, str | dt.date | None]
    classes: list[str] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)


def build_contacts(today: dt.date, seed: int = 2026) -> list[DemoContact]:
    """The contacts, all different in name; ages are counted from `today`."""
    chance = random.Random(seed)
    people = list(_people(chance))
    firms = list(COMPANIES)[:_COMPANY_ONLY]
    mails = _addresses()
    contacts = [_person(chance, mails, today, first, last) for first, last in people]
    contacts += [_firm(chance, mails, name) for name in firms]
    _make_a_couple(contacts)
    return contacts


def _people(chance: random.Random) -> Iterator[tuple[str, str]]:
    weights = [weight for weight, _, _ in NAMES]
    seen: set[tuple[str, str]] = set()
    while len(seen) < CONTACTS - _COMPANY_ONLY:
        (_, given, family) = chance.choices(NAMES, weights)[0]
        name = (chance.choice(given), chance.choice(family))
        if name not in seen:
            seen.add(name)
            yield name


def _addresses() -> Iterator[tuple[str, str]]:
    """Two e-mail domains for each contact in turn: the main one and that of a second address."""
    number = 0
    while True:
        yield _MAIL_DOMAINS[number % 4], _MAIL_DOMAINS[(number + 1) % 4]
        number += 1


def _person(
    chance: random.Random,
    mails: Iterator[tuple[str, str]],
    today: dt.date,
    first: str,
    last: str,
) -> DemoContact:
    suburb, state, postcode = chance.choice(NEAR) if chance.random() < 0.6 else chance.choice(FAR)
    main, second = next(mails)
    mailbox = f"{_ascii(first)}.{_ascii(last)}"
    works = chance.random() < 0.3
    company = chance.choice(list(COMPANIES))
    has_mobile = chance.random() < 0.9
    fields: dict[str, str | dt.date | None] = {
        "first_name": first,
        "last_name": last,
        "company": company if works else "",
        "job_title": chance.choice(COMPANIES[company]) if works else "",
        "email": f"{mailbox}@{main}" if chance.random() < 0.94 else "",
        "email_2": f"{mailbox}.home@{second}" if chance.random() < 0.15 else "",
        "mobile": chance.choice(MOBILES) if has_mobile else "",
        "phone_home": _landline(chance, state) if chance.random() < 0.25 or not has_mobile else "",
        "phone_work": _landline(chance, state) if works else "",
        "street": _street(chance),
        "suburb": suburb,
        "state": state,
        "postcode": postcode,
        "country": "Australia",
        "birthday": _birthday(chance, today) if chance.random() < 0.4 else None,
        "website": "",
        "notes": chance.choice(NOTES) if chance.random() < 0.45 else "",
    }
    return DemoContact(fields, _classes(chance), _shared(chance))


def _firm(chance: random.Random, mails: Iterator[tuple[str, str]], name: str) -> DemoContact:
    suburb, state, postcode = chance.choice(NEAR)
    main, _ = next(mails)
    label = _ascii(name)
    fields: dict[str, str | dt.date | None] = {
        "company": name,
        "email": f"office@{label}.{main}",
        "phone_work": _landline(chance, state),
        "street": _street(chance),
        "suburb": suburb,
        "state": state,
        "postcode": postcode,
        "country": "Australia",
        "website": f"https://{label}.{main}",
    }
    return DemoContact(fields, ["Vendor", "Referral Partner"], _shared(chance))


def _make_a_couple(contacts: list[DemoContact]) -> None:
    """Two people share a home and an e-mail address, as couples do."""
    one, other = contacts[40].fields, contacts[41].fields
    for name in ("last_name", "street", "suburb", "state", "postcode", "phone_home", "email"):
        other[name] = one[name]


def _ascii(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalnum())


def _landline(chance: random.Random, state: str) -> str:
    exchange = chance.choice(["5550", "7010"])
    return f"({AREA_CODES[state]}) {exchange} {chance.randrange(10_000):04d}"


def _street(chance: random.Random) -> str:
    unit = f"{chance.randint(1, 24)}/" if chance.random() < 0.35 else ""
    return f"{unit}{chance.randint(1, 180)} {chance.choice(STREETS)}"


def _birthday(chance: random.Random, today: dt.date) -> dt.date:
    if chance.random() < 0.03:
        return dt.date(1988, 2, 29)
    return today - dt.timedelta(days=chance.randint(22 * 365, 78 * 365))


def _classes(chance: random.Random) -> list[str]:
    chosen = [name for name in CLASSES if chance.random() < CLASS_SHARE[name]]
    # Everybody is of a standard class too: the default selection syncs the standard ones.
    return chosen if any(not CLASSES[name] for name in chosen) else [*chosen, "Buyer"]


def _shared(chance: random.Random) -> dict[str, str]:
    return {
        mailbox: level for mailbox, (level, share) in SHARED_WITH.items() if chance.random() < share
    }
