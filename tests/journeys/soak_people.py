"""The people of the soak: they type on both sides all the time, and know what they have typed."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import requests
from django.db import connection, transaction

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess, Staff
from tests.builders import crm
from tests.integration.twoway.ledger import FIELDS, Ledger

PAUSE = 0.1  # seconds between two edits of one person


class Mailbox:
    """The mailbox as its owner sees it, over the emulator's control."""

    def __init__(self, url: str, address: str) -> None:
        self.url, self.address = url, address
        self._session = requests.Session()
        self._session.trust_env = False

    def control(self, what: str, body: Any = None, method: str = "POST") -> Any:
        url = f"{self.url}/_emulator/{what}"
        answer = self._session.request(method, url, json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def items(self) -> dict[str, dict[str, Any]]:
        shown = self.control(f"mailbox/{self.address}", method="GET")["contacts"]
        return {row["id"]: row for row in shown}

    def act(self, **deed: Any) -> Any:
        return self.control(f"mailbox/{self.address}", deed)


class People:
    """One who works in the CRM and one who works in Outlook, until they are told to stop.

    Their words go into one ledger. A word counts as taken back only by the person who sees it:
    in the CRM inside the transaction that overwrites it, in Outlook by its own typist.
    """

    def __init__(self, mailbox: Mailbox, staff: Staff, ledger: Ledger, seed: int) -> None:
        self.edits: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self._mailbox, self._staff, self.ledger = mailbox, staff, ledger
        self._seed = seed
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._enough = threading.Event()
        self._typed: dict[tuple[str, str], str] = {}
        works = (self._in_the_crm, self._in_outlook)
        self._threads = [threading.Thread(target=self._work, args=(one,)) for one in works]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _work(self, deed: Callable[[random.Random], str]) -> None:
        dice = random.Random(f"{self._seed} {deed.__name__}")
        try:
            while not self._enough.wait(PAUSE * dice.uniform(0.5, 1.5)):
                self.edits[deed(dice)] += 1
        except BaseException as error:
            self.failures.append(error)
            raise
        finally:
            connection.close()

    def word(self) -> str:
        with self._lock:
            return self.ledger.word()

    def _in_the_crm(self, dice: random.Random) -> str:
        if dice.random() < 0.05:
            self.add_contact()
            return "added in the CRM"
        field = dice.choice(sorted(FIELDS))
        with transaction.atomic():
            pk = dice.choice(list(Contact.objects.order_by("pk").values_list("pk", flat=True)))
            contact = Contact.objects.select_for_update().get(pk=pk)
            with self._lock:
                self.ledger.take_back(getattr(contact, field))
            setattr(contact, field, self.word())
            if dice.random() < 0.5:
                contact.save()
                return "saved in the CRM"
            Contact.objects.filter(pk=pk).update(**{field: getattr(contact, field)})
            return "updated in the CRM"

    def add_contact(self) -> None:
        """A contact of the staff member, with an address that nobody else has."""
        with transaction.atomic():
            contact = Contact.objects.create(
                first_name="Person",
                last_name="Example",
                email=f"crm{next(self._numbers)}@example.com",
                company=self.word(),
            )
            ContactAccess.objects.create(contact=contact, staff=self._staff, level=crm.OWNER)

    def _in_outlook(self, dice: random.Random) -> str:
        if dice.random() < 0.05:
            self.add_item()
            return "added in Exchange"
        items = sorted(self._mailbox.items())
        if not items:
            return "looked at an empty mailbox"
        remote_id = dice.choice(items)
        name = dice.choice(sorted(FIELDS.values()))
        word = self.word()
        self._mailbox.act(edit=remote_id, values={name: word})
        with self._lock:
            self.ledger.take_back(self._typed.get((remote_id, name), ""))
        self._typed[remote_id, name] = word
        return "edited in Exchange"

    def add_item(self) -> None:
        """Somebody whom the owner of the mailbox knows."""
        address, word = f"exchange{next(self._numbers)}@example.com", self.word()
        added = self._mailbox.act(
            add={
                "givenName": "Person",
                "companyName": word,
                "emailAddresses": [{"address": address}],
            }
        )
        self._typed[added["id"], "companyName"] = word
