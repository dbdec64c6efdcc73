from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..entra.scopes import implied, role_for
from ..graph.errors import (
    GraphError,
    access_denied,
    bad_request,
    item_not_found,
    no_mailbox,
    not_covered,
)
from ..records import CONTACTS

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..graph.messages import Call

# Longest life in minutes, and the permission that reading takes (writing is not needed).
LIFETIMES = {"contact": 10_080, "event": 10_080, "todoTask": 4_230}
SHORTEST = 45
SCOPES = {
    "contact": "Contacts.Read",
    "event": "Calendars.Read",
    "todoTask": "Tasks.ReadWrite",  # to hear of tasks takes the right to write them
}
NOT_YET = ("messages", "mailfolders", "calendars", "calendar")


@dataclass(frozen=True)
class Resource:
    """A mailbox's collection that can be subscribed to."""

    owner: User
    kind: str
    folder: str


def read_resource(call: Call, text: str) -> Resource:
    """What a `resource` names; raises GraphError for what cannot be subscribed to, or not by
    this caller."""
    path, _, query = text.partition("?")
    if query:
        raise not_covered("query options of a subscription's resource")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    owner, rest = _owner(call, parts)
    kind, folder = _place(call, owner, rest)
    wanted = role_for(SCOPES[kind]) if call.caller.app_only else SCOPES[kind]
    if wanted not in implied(call.caller.scopes):
        raise access_denied()
    policies = call.state.directory.tenants[owner.tenant].access_policies
    if call.caller.app_only and any(p.denies(call.caller.client_id, owner.oid) for p in policies):
        raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")
    if not call.caller.app_only and owner.oid != call.caller.oid:
        raise access_denied()
    if not owner.mailbox:
        raise no_mailbox(call.state)
    return Resource(owner, kind, folder)


def _owner(call: Call, parts: list[str]) -> tuple[User, list[str]]:
    if parts[0].lower() == "me" and not call.caller.app_only:
        return call.user, parts[1:]
    if parts[0].lower() == "users" and len(parts) > 2:
        user = call.state.directory.user(parts[1])
        if user is None or user.tenant != call.caller.tenant:
            raise GraphError(
                404, "ErrorInvalidUser", f"The requested user '{parts[1]}' is invalid."
            )
        return user, parts[2:]
    raise bad_request(f"The resource '{'/'.join(parts)}' cannot be subscribed to.")


def _place(call: Call, owner: User, rest: list[str]) -> tuple[str, str]:
    """What kind of thing is meant, and the folder, calendar or list that holds it."""
    if [part.lower() for part in rest] == ["events"]:
        return "event", call.state.mailbox(owner).calendars.default.id
    if [part.lower() for part in (*rest[:2], *rest[3:])] == ["todo", "lists", "tasks"]:
        return "todoTask", _task_list(call, owner, rest[2])
    return "contact", _folder(call, owner, rest)


def _task_list(call: Call, owner: User, identifier: str) -> str:
    if call.caller.app_only:
        raise access_denied()  # documented for people only
    if identifier not in call.state.mailbox(owner).todo.lists:
        raise item_not_found()
    return identifier


def _folder(call: Call, owner: User, rest: list[str]) -> str:
    box, names = call.state.mailbox(owner), [part.lower() for part in rest]
    main = box.well_known(CONTACTS)
    if names == ["contacts"]:
        return main.id
    if len(rest) == 3 and (names[0], names[2]) == ("contactfolders", "contacts"):
        alias = names[1] == CONTACTS and call.state.switches.contacts_alias
        folder = main if alias else box.folders.get(rest[1])
        if folder is None or folder.deleted:
            raise GraphError(404, "ErrorFolderNotFound", "The specified folder could not be found.")
        return folder.id
    if names and names[0] in NOT_YET:
        raise not_covered(f"subscriptions to {rest[0]}")
    raise bad_request(f"The resource '{'/'.join(rest)}' cannot be subscribed to.")
