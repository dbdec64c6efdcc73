"""The same contacts as python-o365 creates them: one request for each, one after the other."""

from __future__ import annotations

import time

from O365.address_book import Contact

from tests.bench import world
from tests.emulator import clients
from tests.emulator.o365 import o365_account


def create_one_by_one(at: world.Microsoft, count: int) -> float:
    """Create contacts in a mailbox of their own; return the seconds that it took.

    Its pause of 200 ms between two requests is left out: what is measured is the one by one.
    """
    at.control("seed", clients.seed())
    with o365_account(at.url) as account:
        book = account.address_book()
        # What comes before the first contact is no part of it: signing in, and finding the folder.
        book.get_contacts(limit=1)
        begun = time.perf_counter()
        for number in range(count):
            if not _created(book.new_contact(), number):
                raise SystemExit("python-o365 could not create a contact: nothing was measured.")
        return time.perf_counter() - begun


def _created(contact: Contact, number: int) -> bool:
    """Fill in what ours have, and save."""
    values = {
        "name": "Olivia",
        "surname": f"Rutherford {number}",
        "company_name": "Harbour Vale",
        "job_title": "Vendor",
        "mobile_phone": f"04{10_000_000 + number:08}",
        "home_phones": [f"02 9{1_000_000 + number:07}"],
        "business_phones": [f"02 8{1_000_000 + number:07}"],
        "personal_notes": "Met at the inspection; wants three bedrooms and a garden.",
    }
    for name, value in values.items():
        setattr(contact, name, value)
    contact.emails.add([f"o{number}@o365.example", f"olivia{number}@home.example"])
    return bool(contact.save())
