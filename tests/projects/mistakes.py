"""Adapters that a developer could have written in a hurry; each has one mistake."""

from __future__ import annotations

from django.db import models

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.host.adapter import ContactSource, CRMAdapter, KindSource
from agentbox_sync.host.mapping import Children, Computed, Parts


def adapter(*sources: object) -> type[CRMAdapter]:
    return type("Adapter", (CRMAdapter,), {"sources": sources})


def declaring(**attributes: object) -> type[CRMAdapter]:
    """An adapter whose one source is the reference CRM's but for these attributes."""
    return adapter(type("Source", (Contacts,), attributes))


class Empty(CRMAdapter):
    pass


class NoAdapter:
    sources = ()


class Kindless(KindSource):
    model = "agentbox_crm.Contact"


class Holidays(Kindless):
    kind = "holidays"


class Unfinished(ContactSource):
    model = "agentbox_crm.Contact"


NoSource = adapter("Contacts")
WithoutKind = adapter(Kindless)
UnknownKind = adapter(Holidays)
TwoOfAKind = adapter(Contacts, Contacts)
NothingOverridden = adapter(Unfinished)
NoModel = declaring(model="")
ModelNotThere = declaring(model="agentbox_crm.Kontakt")
LongKey = declaring(model="sessions.Session", fields={}, depends_on={}, m2m=(), prefetch=())
UnknownAtom = declaring(fields={"shoe_size": "company"})
BrokenPath = declaring(fields={"company": "employer__name"})
BrokenChild = declaring(fields={"emails": Children("mails", "address")})
WrongShape = declaring(fields={"name": "full_name"})
UnknownPart = declaring(fields={"name": Parts(first="first_name")})
NoDeclaration = declaring(fields={"company": 7})
AheadOfNothing = declaring(fields={"company": Computed(str, ahead=("employer",))})
DependsOnNothing = declaring(depends_on={"agentbox_crm.Access": "contact_id"})
DependsOnNoAttribute = declaring(depends_on={"agentbox_crm.ContactAccess": "kontakt_id"})
NoManyToMany = declaring(m2m=("company",))
NoPrefetch = declaring(prefetch=("company",))
QuerysetAhead = declaring(prefetch=(models.Prefetch("access"),))  # this one is right
