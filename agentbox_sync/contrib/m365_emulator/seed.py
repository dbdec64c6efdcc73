from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from . import control_todo
from .control_calendar import sow
from .entra.accounts import AccessPolicy, App, ExchangeGrant, Tenant, User, tenant_id, user_id
from .entra.consent import ALLOW, BLOCK, POLICIES
from .entra.scopes import ROLES, UnknownScope, parse
from .graph.contacts import merged
from .graph.errors import GraphError
from .graph.properties import blank
from .graph.validation import read_contact
from .records import CONTACTS, Actor
from .state import State
from .todo.changes import TaskHand

PERMISSIONS = (
    "User.Read",
    "Contacts.ReadWrite",
    "Calendars.ReadWrite",
    "Tasks.ReadWrite",
    "MailboxSettings.Read",
    "offline_access",
    "openid",
    "profile",
)
OWNER = Actor("seed")


class BadSeed(ValueError):
    """The seed cannot be read; the message names the place."""


def seed(state: State, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make what is not there yet. A mailbox that exists is left as it is.

    Returns counts and ids of what the seed names; raises BadSeed, and then nothing was changed
    beyond the entries before the faulty one.
    """
    _only(given, {"tenants", "apps", "consent", "switches"}, "the seed")
    made = {"tenants": 0, "users": 0, "apps": 0, "contacts": 0, "events": 0, "tasks": 0}
    ids: dict[str, str] = {}
    for entry in given.get("tenants", []):
        tenant = _tenant(state, entry)
        made["tenants"] += 1
        ids[tenant.domain] = tenant.id
        for person in entry.get("users", []):
            user, counts = _user(state, tenant, person)
            made |= {name: made[name] + count for name, count in counts.items()}
            ids[user.upn] = user.oid
        state.directory.tenants[tenant.id] = replace(
            tenant,
            access_policies=_access_policies(state, entry.get("access_policies")),
            exchange_grants=_exchange_grants(state, entry.get("exchange_grants")),
        )
    for entry in given.get("apps", []):
        _app(state, entry)
        made["apps"] += 1
    for entry in given.get("consent", []):
        _consent(state, entry)
    if given.get("switches"):
        state.switches = state.switches.changed(given["switches"])
    state.touch()
    return {"made": made, "ids": ids, **state.summary()}


def _tenant(state: State, entry: Mapping[str, Any]) -> Tenant:
    known = {"id", "name", "domain", "user_consent", "consent_policy", "users"}
    known |= {"access_policies", "exchange_grants"}
    _only(entry, known, "a tenant")
    policy = entry.get("consent_policy") or (ALLOW if entry.get("user_consent", True) else BLOCK)
    if policy not in POLICIES:
        raise BadSeed(f"A consent_policy is one of {', '.join(POLICIES)}.")
    domain = str(_required(entry, "domain", "a tenant")).lower()
    tenant = Tenant(
        str(entry.get("id") or tenant_id(domain)),
        str(entry.get("name", domain)),
        domain,
        policy,
    )
    state.directory.tenants[tenant.id] = tenant
    return tenant


def _access_policies(state: State, entries: Any) -> tuple[AccessPolicy, ...]:
    policies = []
    for entry in entries or ():
        _only(entry, {"client_id", "right", "members"}, "an access policy")
        right = str(entry.get("right", "RestrictAccess"))
        if right not in ("RestrictAccess", "DenyAccess"):
            raise BadSeed("The right of an access policy is RestrictAccess or DenyAccess.")
        client_id = str(_required(entry, "client_id", "an access policy"))
        policies.append(AccessPolicy(client_id, right, _members(state, entry)))
    return tuple(policies)


def _exchange_grants(state: State, entries: Any) -> tuple[ExchangeGrant, ...]:
    grants = []
    for entry in entries or ():
        _only(entry, {"client_id", "roles", "members"}, "an exchange grant")
        client_id = str(_required(entry, "client_id", "an exchange grant"))
        roles = tuple(_roles(entry.get("roles", ())))
        grants.append(ExchangeGrant(client_id, roles, _members(state, entry)))
    return tuple(grants)


def _members(state: State, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Members are named by sign-in name, and must be seeded by then."""
    members = []
    for name in entry.get("members", ()):
        user = state.directory.user(str(name))
        if user is None:
            raise BadSeed(f"The seed names {name!r}, who is not seeded.")
        members.append(user.oid)
    return tuple(members)


def _user(state: State, tenant: Tenant, entry: Mapping[str, Any]) -> tuple[User, dict[str, int]]:
    """A person with what lies in the mailbox, and how much of each was made."""
    columns = {f.name for f in fields(User)} - {"tenant"}
    held = {"contacts", "folders", "events", "calendars", "tasks", "task_lists"}
    _only(entry, columns | held, "a user")
    upn = str(_required(entry, "upn", "a user"))
    name = str(entry.get("display_name") or upn.partition("@")[0])
    parts = name.split()
    values = {
        "given_name": parts[0],
        "surname": " ".join(parts[1:]),
        "mail": upn,
        **{k: v for k, v in entry.items() if k in columns},
    }
    values |= {
        "oid": str(entry.get("oid") or user_id(upn)),
        "tenant": tenant.id,
        "upn": upn,
        "display_name": name,
        "password": str(_required(entry, "password", upn)),
        "aliases": tuple(entry.get("aliases", ())),
    }
    user = User(**values)
    counts = {"users": int(user.oid not in state.directory.users)}
    state.directory.users[user.oid] = user
    if user.oid in state.mailboxes:
        return user, counts
    box = state.mailbox(user)
    main = box.well_known(CONTACTS)
    count = _fill(state, user, main.id, entry.get("contacts", []))
    for extra in entry.get("folders", []):
        _only(extra, {"name", "contacts"}, "a folder")
        folder = box.add_folder(str(_required(extra, "name", "a folder")), main.id)
        count += _fill(state, user, folder.id, extra.get("contacts", []))
    counts |= {"contacts": count, "events": _fill_calendars(state, user, entry)}
    return user, counts | {"tasks": _fill_tasks(state, user, entry)}


def _fill(state: State, user: User, folder: str, entries: list[Any]) -> int:
    for number, entry in enumerate(entries):
        try:
            change = read_contact(entry, state.switches)
        except GraphError as error:
            raise BadSeed(f"Contact {number + 1} of {user.upn}: {error.message}") from error
        extended = {k: v for k, v in change.extended.items() if v is not None}
        state.mailbox(user).add(folder, merged(blank(), change), extended, OWNER)
    return len(entries)


def _fill_calendars(state: State, user: User, entry: Mapping[str, Any]) -> int:
    """Events of the calendar, and calendars of a person's own with theirs."""
    store = state.mailbox(user).calendars
    filled = [(store.default, entry.get("events", []))]
    for extra in entry.get("calendars", []):
        _only(extra, {"name", "events"}, "a calendar")
        made = store.add_calendar(str(_required(extra, "name", "a calendar")))
        filled.append((made, extra.get("events", [])))
    count = 0
    for calendar, events in filled:
        for number, event in enumerate(events):
            try:
                sow(state, user, calendar, event)
            except GraphError as error:
                raise BadSeed(f"Event {number + 1} of {user.upn}: {error.message}") from error
            count += 1
    return count


def _fill_tasks(state: State, user: User, entry: Mapping[str, Any]) -> int:
    """Tasks of the main list, and lists of a person's own with theirs."""
    hand = TaskHand(state, user, control_todo.SEED)
    filled = [(hand.store.default, entry.get("tasks", []))]
    for extra in entry.get("task_lists", []):
        _only(extra, {"name", "tasks"}, "a task list")
        made = hand.store.add_list(str(_required(extra, "name", "a task list")))
        filled.append((made, extra.get("tasks", [])))
    count = 0
    for tasks, entries in filled:
        for number, task in enumerate(entries):
            try:
                control_todo.sow(hand, tasks, task)
            except GraphError as error:
                raise BadSeed(f"Task {number + 1} of {user.upn}: {error.message}") from error
            count += 1
    return count


def _app(state: State, entry: Mapping[str, Any]) -> None:
    _only(entry, {f.name for f in fields(App)}, "an app")
    client_id = str(_required(entry, "client_id", "an app"))
    values = {"name": client_id, "permissions": PERMISSIONS, **entry}
    values |= {
        "client_id": client_id,
        "client_secret": str(_required(entry, "client_secret", "an app")),
        "redirect_uris": tuple(entry.get("redirect_uris", ())),
        "permissions": tuple(values["permissions"]),
        "roles": tuple(_roles(entry.get("roles", ()))),
    }
    state.directory.apps[client_id] = App(**values)


def _consent(state: State, entry: Mapping[str, Any]) -> None:
    _only(entry, {"upn", "tenant", "client_id", "scopes", "roles"}, "a consent")
    client_id = str(_required(entry, "client_id", "a consent"))
    scopes = entry.get("scopes", PERMISSIONS)
    try:
        read = parse(" ".join(scopes)).scopes
    except UnknownScope as error:
        raise BadSeed(f"There is no scope called {error}.") from error
    if "upn" in entry:
        user = state.directory.user(str(entry["upn"]))
        if user is None:
            raise BadSeed(f"A consent names {entry['upn']!r}, who is not seeded.")
        state.grants.allow(user, client_id, read)
        return
    tenant = state.directory.tenant(str(_required(entry, "tenant", "a consent")))
    if tenant is None:
        raise BadSeed(f"A consent names the tenant {entry['tenant']!r}, which is not seeded.")
    state.grants.allow_tenant(tenant.id, client_id, read)
    if "roles" in entry:
        state.grants.allow_app(tenant.id, client_id, _roles(entry["roles"]))


def _roles(names: Any) -> list[str]:
    for name in names:
        if name not in ROLES:
            raise BadSeed(f"There is no application permission called {name!r}.")
    return list(names)


def _required(entry: Mapping[str, Any], name: str, where: str) -> Any:
    if not entry.get(name):
        raise BadSeed(f"The seed of {where} needs {name!r}.")
    return entry[name]


def _only(entry: Any, known: set[str], where: str) -> None:
    if not isinstance(entry, Mapping):
        raise BadSeed(f"{where[0].upper()}{where[1:]} must be an object.")
    unknown = set(entry) - known
    if unknown:
        raise BadSeed(f"Seed: {where} has no {min(unknown)!r}.")
