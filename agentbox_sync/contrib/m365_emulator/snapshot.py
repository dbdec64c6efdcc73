from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from .belongings import Belongings
from .calendar import snapshot as calendar_snapshot
from .entra.accounts import AccessPolicy, App, ExchangeGrant, Tenant, User
from .entra.consent import BLOCK
from .entra.grants import Code, RefreshToken
from .journal import Journal, Times
from .mailbox import Mailbox
from .records import Contact, Folder
from .state import State
from .switches import Switches
from .todo import snapshot as todo_snapshot
from .webhooks.subscription import Subscription

FORMAT = 1
PAUSE = 0.4  # seconds between looks; a change is on disk well within one second


class SnapshotError(Exception):
    """The snapshot file cannot be used; the message says what to do."""


def dump(state: State) -> dict[str, Any]:
    """Everything that outlives a restart. The caller holds the lock."""
    grants = state.grants
    return {
        "format": FORMAT,
        "clock": state.clock.offset.total_seconds(),
        "signing_key": state.signing_key,
        "switches": state.switches.as_dict(),
        "tenants": [asdict(t) for t in state.directory.tenants.values()],
        "users": [asdict(u) for u in state.directory.users.values()],
        "apps": [asdict(a) for a in state.directory.apps.values()],
        "consent_user": [[*k, sorted(v)] for k, v in grants.by_user.items()],
        "consent_tenant": [[*k, sorted(v)] for k, v in grants.by_tenant.items()],
        "consent_app": [[*k, sorted(v)] for k, v in grants.roles.items()],
        "epochs": dict(grants.epochs),
        "codes": {k: asdict(v) for k, v in grants.codes.items()},
        "spent_codes": sorted(grants.spent_codes),
        "refresh_tokens": {k: asdict(v) for k, v in grants.refresh_tokens.items()},
        "revoked": sorted(grants.revoked),
        "sessions": state.sessions,
        "webhook_address": state.post.address,
        "subscriptions": [asdict(s) for s in state.subscriptions.by_id.values()],
        "mailboxes": [_box(box) for box in state.mailboxes.values()],
    }


def restore(state: State, data: dict[str, Any]) -> None:
    """Put a dump back into a fresh state."""
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']} is not {FORMAT}")
    state.clock.offset = timedelta(seconds=data["clock"])
    state.signing_key = data["signing_key"]
    state.switches = Switches().changed(data["switches"])
    state.directory.tenants = {t["id"]: _read_tenant(t) for t in data["tenants"]}
    state.directory.users = {u["oid"]: _read_user(u) for u in data["users"]}
    for entry in data["apps"]:
        app = App(
            **{
                **entry,
                "redirect_uris": tuple(entry["redirect_uris"]),
                "permissions": tuple(entry["permissions"]),
                "roles": tuple(entry.get("roles", ())),
            }
        )
        state.directory.apps[app.client_id] = app
    grants = state.grants
    grants.by_user = {(a, b): frozenset(s) for a, b, s in data["consent_user"]}
    grants.by_tenant = {(a, b): frozenset(s) for a, b, s in data["consent_tenant"]}
    grants.roles = {(a, b): frozenset(s) for a, b, s in data.get("consent_app", ())}
    grants.epochs = dict(data.get("epochs", {}))
    grants.codes = {
        k: Code(**{**v, "scopes": tuple(v["scopes"])}) for k, v in data["codes"].items()
    }
    grants.spent_codes = set(data["spent_codes"])
    grants.refresh_tokens = {
        k: RefreshToken(**{**v, "scopes": tuple(v["scopes"])})
        for k, v in data["refresh_tokens"].items()
    }
    grants.revoked = set(data["revoked"])
    state.sessions = {k: list(v) for k, v in data["sessions"].items()}
    for entry in data["mailboxes"]:
        state.keep_mailbox(_read_box(state, entry))
    state.post.address = data.get("webhook_address", "")
    for entry in data.get("subscriptions", ()):
        kept = {**entry, "change_types": tuple(entry["change_types"])}
        state.subscriptions.keep(Subscription(**kept))


def load(state: State, path: Path) -> bool:
    """Read the file if there is one; raises SnapshotError when it cannot be used."""
    if not path.exists():
        return False
    try:
        restore(state, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise SnapshotError(
            f"The snapshot file {path} cannot be read ({type(error).__name__}: {error}). Move it "
            "away or delete it and start again; the mailboxes then begin empty."
        ) from error
    return True


def save(state: State, path: Path) -> None:
    """Write the file whole or not at all."""
    with state.lock:
        data = dump(state)
    write(path, data)


def write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(data, ensure_ascii=False))  # dump() would encode in slow motion
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Keeper:
    """Saves after changes, at most every PAUSE seconds, and once more at the end."""

    def __init__(self, state: State, path: Path) -> None:
        self.state = state
        self.path = path
        self.saved = state.version

    async def run(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            if self.state.version != self.saved:
                await self.save()

    async def save(self) -> None:
        with self.state.lock:
            version, data = self.state.version, dump(self.state)
        await asyncio.to_thread(write, self.path, data)
        self.saved = version


def _read_user(entry: dict[str, Any]) -> User:
    return User(**{**entry, "aliases": tuple(entry.get("aliases", ()))})


def _read_tenant(entry: dict[str, Any]) -> Tenant:
    """Also as it was written before there were policies."""
    values = dict(entry)
    if not values.pop("user_consent", True):
        values["consent_policy"] = BLOCK
    policies = (
        AccessPolicy(**{**p, "members": tuple(p["members"])})
        for p in values.pop("access_policies", ())
    )
    grants = (
        ExchangeGrant(g["client_id"], tuple(g["roles"]), tuple(g["members"]))
        for g in values.pop("exchange_grants", ())
    )
    return Tenant(**values, access_policies=tuple(policies), exchange_grants=tuple(grants))


def _box(box: Mailbox) -> dict[str, Any]:
    return {
        "owner": box.owner,
        "root": box.root,
        "sequence": box.sequence,
        "delta_generation": box.delta_generation,
        "delta_tokens": box.delta_tokens,
        "folder_journal": dict(box.folder_journal.latest),
        "touched": {key: dict(fields) for key, fields in box.touched.items()},
        "former": dict(box.former),
        "belongings": box.belongings.dump(),
        "folders": [asdict(f) for f in box.folders.values()],
        # fields of a contact are replaced, never changed in place: no copy is needed
        "contacts": [dict(vars(c)) for c in box.contacts.values()],
        "members": {folder: list(keys) for folder, keys in box.members.items()},
        "journals": {folder: dict(j.latest) for folder, j in box.journals.items()},
        "calendars": calendar_snapshot.dump(box.calendars),
        "todo": todo_snapshot.dump(box.todo),
    }


def _read_box(state: State, data: dict[str, Any]) -> Mailbox:
    box = Mailbox(data["owner"], state.ids, state.clock)
    box.folders, box.journals, box.members = {}, {}, {}
    box.root, box.sequence = data["root"], data["sequence"]
    box.delta_generation, box.former = data["delta_generation"], dict(data["former"])
    for entry in data["folders"]:
        box.keep_folder(Folder(**entry))
    contacts = {entry["key"]: Contact(**entry) for entry in data["contacts"]}
    for keys in data["members"].values():
        for key in keys:
            box.keep(contacts[key])
    for folder, latest in data["journals"].items():
        box.journals[folder] = Journal.read(latest)
    box.folder_journal = Journal.read(data.get("folder_journal", {}))
    box.touched = data.get("touched", {})
    box.times = Times(floor=box.sequence)
    box.delta_tokens = data.get("delta_tokens", 0)
    if "calendars" in data:
        calendar_snapshot.restore(box.calendars, data["calendars"])
    if "todo" in data:
        todo_snapshot.restore(box.todo, data["todo"])
    if "belongings" in data:
        box.belongings = Belongings.load(data["belongings"])
    return box
