from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .accounts import User
from .scopes import RESERVED


@dataclass(frozen=True)
class Code:
    """An authorization code: single use, ten minutes, bound to all that asked for it."""

    user: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    audience: str
    nonce: str
    challenge: str
    challenge_method: str
    issued: float


@dataclass(frozen=True)
class RefreshToken:
    user: str
    client_id: str
    scopes: tuple[str, ...]
    audience: str
    issued: float
    used: bool = False


@dataclass
class Grants:
    """Who allowed which app what, and the tokens that stand for it."""

    by_user: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    by_tenant: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    # application permissions; an empty entry is an app that is known but may do nothing
    roles: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    # how often a person's sessions were called in: tokens of an earlier count are challenged
    epochs: dict[str, int] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    spent_codes: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def allow(self, user: User, client_id: str, scopes: Iterable[str]) -> None:
        entry = (user.oid, client_id)
        self.by_user[entry] = self.by_user.get(entry, frozenset()) | frozenset(scopes)

    def allow_tenant(self, tenant: str, client_id: str, scopes: Iterable[str]) -> None:
        entry = (tenant, client_id)
        self.by_tenant[entry] = self.by_tenant.get(entry, frozenset()) | frozenset(scopes)

    def allow_app(self, tenant: str, client_id: str, roles: Iterable[str]) -> None:
        entry = (tenant, client_id)
        self.roles[entry] = self.roles.get(entry, frozenset()) | frozenset(roles)

    def knows(self, tenant: str, client_id: str) -> bool:
        """Whether anybody of the tenant ever agreed to the app, so that it is known there."""
        return (tenant, client_id) in self.roles or (tenant, client_id) in self.by_tenant

    def missing(self, user: User, client_id: str, scopes: Iterable[str]) -> list[str]:
        """Of these scopes, what neither the person nor an administrator has allowed yet."""
        granted = self.by_user.get((user.oid, client_id), frozenset()) | self.by_tenant.get(
            (user.tenant, client_id), frozenset()
        )
        known = {scope.lower() for scope in granted}
        anything = bool(known)
        return [
            scope
            for scope in scopes
            if scope.lower() not in known and not (anything and scope.lower() in RESERVED)
        ]

    def forget(self, user: User, client_id: str = "") -> None:
        """Withdraw the person's consent; an administrator's consent for all stays."""
        for entry in [e for e in self.by_user if e[0] == user.oid]:
            if client_id in ("", entry[1]):
                del self.by_user[entry]

    def forget_tenant(self, tenant: str, client_id: str = "") -> None:
        """Withdraw what an administrator agreed to, for everybody and for the app itself."""
        for entry in [e for e in (*self.by_tenant, *self.roles) if e[0] == tenant]:
            if client_id in ("", entry[1]):
                self.by_tenant.pop(entry, None)
                self.roles[entry] = frozenset()

    def challenge(self, oid: str) -> None:
        """From now on, tokens of clients that understand claims challenges are refused."""
        self.epochs[oid] = self.epochs.get(oid, 0) + 1

    def revoke_tokens(self, user: User) -> int:
        """Every refresh token of this person dies, as after "revoke sessions"."""
        self.challenge(user.oid)
        doomed = [t for t, r in self.refresh_tokens.items() if r.user == user.oid]
        for token in doomed:
            del self.refresh_tokens[token]
            self.revoked.add(token)
        return len(doomed)
