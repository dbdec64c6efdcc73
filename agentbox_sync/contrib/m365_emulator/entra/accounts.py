from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

# Fixed name spaces: seeding the same people again, anywhere, gives the same ids.
TENANTS = uuid.UUID("4be2a2a5-54b9-5a6e-8d8b-9a6d5a4a2f10")
USERS = uuid.UUID("f3c7a1c9-0e0a-5a39-9f1d-6a3f7e3ad512")
SHARED_AUTHORITIES = ("common", "organizations")


@dataclass(frozen=True)
class AccessPolicy:
    """An Exchange application access policy: which mailboxes an app may enter on its own."""

    client_id: str
    right: str  # RestrictAccess: the members only. DenyAccess: everybody but them.
    members: tuple[str, ...]  # object ids

    def denies(self, client_id: str, oid: str) -> bool:
        return client_id == self.client_id and (oid in self.members) == (self.right == "DenyAccess")


@dataclass(frozen=True)
class ExchangeGrant:
    """RBAC for Applications: what Exchange itself lets an app do, in the mailboxes of a scope."""

    client_id: str
    roles: tuple[str, ...]  # as "Contacts.ReadWrite" for "Application Contacts.ReadWrite"
    members: tuple[str, ...]  # object ids


@dataclass(frozen=True)
class Tenant:
    id: str
    name: str
    domain: str
    consent_policy: str = "allow"  # what its people may agree to: see consent.py
    access_policies: tuple[AccessPolicy, ...] = ()
    exchange_grants: tuple[ExchangeGrant, ...] = ()


@dataclass(frozen=True)
class User:
    oid: str
    tenant: str
    upn: str
    display_name: str
    password: str
    given_name: str = ""
    surname: str = ""
    job_title: str = ""
    mail: str = ""
    aliases: tuple[str, ...] = ()  # further addresses of the mailbox
    time_zone: str = "UTC"
    language: str = "en-AU"
    admin: bool = False
    enabled: bool = True
    guest: bool = False  # of another company, invited
    mailbox: bool = True  # False: an account without an Exchange Online mailbox


@dataclass(frozen=True)
class App:
    client_id: str
    name: str
    client_secret: str
    redirect_uris: tuple[str, ...] = ()
    multi_tenant: bool = True
    tenant: str = ""  # home tenant of a single-tenant app
    permissions: tuple[str, ...] = ()  # what /.default stands for when a person signs in
    roles: tuple[str, ...] = ()  # application permissions, for the app on its own
    website: str = ""


@dataclass
class Directory:
    """Tenants, their users, and the app registrations that Entra knows."""

    tenants: dict[str, Tenant] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)

    def tenant(self, name: str) -> Tenant | None:
        """By id or verified domain; None for shared authorities and unknown names."""
        wanted = name.lower()
        return next(
            (t for t in self.tenants.values() if wanted in (t.id.lower(), t.domain.lower())), None
        )

    def knows_authority(self, name: str) -> bool:
        return name.lower() in SHARED_AUTHORITIES or self.tenant(name) is not None

    def user(self, name: str) -> User | None:
        """By object id, sign-in name or mail address, without regard to case."""
        wanted = name.strip().lower()
        if wanted in self.users:
            return self.users[wanted]
        return next(
            (u for u in self.users.values() if wanted in (u.upn.lower(), u.mail.lower())), None
        )

    def users_of(self, tenant: str) -> Iterable[User]:
        return (user for user in self.users.values() if user.tenant == tenant)


def service_principal_id(tenant: str, client_id: str) -> str:
    """What an app is called in one tenant: the `oid` of its own tokens."""
    return str(uuid.uuid5(USERS, f"{tenant}/{client_id}"))


def tenant_id(domain: str) -> str:
    return str(uuid.uuid5(TENANTS, domain.lower()))


def user_id(upn: str) -> str:
    return str(uuid.uuid5(USERS, upn.lower()))
