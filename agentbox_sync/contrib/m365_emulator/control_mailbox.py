from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .graph.contacts import merged, merged_properties
from .graph.errors import GraphError, item_not_found
from .graph.properties import as_json, blank
from .graph.validation import read_contact
from .mailbox import CONTACTS, Actor, Contact, Mailbox

if TYPE_CHECKING:
    from .entra.accounts import User
    from .state import State


def show_mailbox(state: State, user: User, folder: str | None = None) -> dict[str, Any]:
    """What lies in a mailbox, for the asserts of a test; ids are immutable ids.

    `contacts` holds every live contact of every folder; deleted ones are under `deleted`.
    """
    box = state.mailbox(user)
    live = [c for c in box.contacts.values() if not box.is_deleted(c)]
    gone = [c for c in box.contacts.values() if box.is_deleted(c)]
    if folder:
        live = [c for c in live if folder in (c.folder, box.folders[c.folder].name)]
    return {
        "owner": {
            "oid": user.oid,
            "upn": user.upn,
            "display_name": user.display_name,
            "tenant": user.tenant,
            "time_zone": user.time_zone,
        },
        "folders": [
            {
                "id": f.id,
                "name": f.name,
                "parent": f.parent,
                "well_known": f.well_known,
                "deleted": f.deleted,
                "contacts": len(box.members[f.id]),
            }
            for f in box.folders.values()
        ],
        "contacts": [contact_row(box, c) for c in live],
        "deleted": [contact_row(box, c) for c in gone],
    }


def contact_row(box: Mailbox, contact: Contact) -> dict[str, Any]:
    return {
        **as_json(contact, immutable=True),
        "folder": box.folders[contact.folder].name,
        "extended": dict(contact.extended),
        "serial": contact.serial,
    }


def change_mailbox(state: State, user: User, body: dict[str, Any]) -> dict[str, Any]:
    """Do what a person would do in Outlook; raises GraphError for what Exchange refuses.

    One of: {"add": {…}, "folder"?}, {"edit": id, "values": {…}}, {"delete": id},
    {"restore": id}, {"purge": id}, {"move": id, "folder": id or name}, {"add_folder": name},
    {"delete_folder": id or name}.
    """
    box, person = state.mailbox(user), Actor(user.display_name)
    state.touch()
    if "add" in body:
        change = read_contact(body["add"], state.switches)
        folder = find_folder(box, str(body.get("folder", CONTACTS)))
        extended = {k: v for k, v in change.extended.items() if v is not None}
        return contact_row(box, box.add(folder, merged(blank(), change), extended, person))
    if "add_folder" in body:
        made = box.add_folder(str(body["add_folder"]), box.well_known(CONTACTS).id)
        return {"id": made.id, "name": made.name}
    if "delete_folder" in body:
        box.discard_folder(box.folders[find_folder(box, str(body["delete_folder"]))])
        return {"deleted": True}
    for verb in ("edit", "delete", "restore", "purge", "move"):
        if verb in body:
            contact = box.find(str(body[verb]))
            if contact is None:
                raise item_not_found()
            return _apply(state, box, verb, contact, body, person)
    raise ValueError("say add, edit, delete, restore, purge, move, add_folder or delete_folder")


def _apply(
    state: State, box: Mailbox, verb: str, contact: Contact, body: dict[str, Any], person: Actor
) -> dict[str, Any]:
    if verb == "edit":
        change = read_contact(body["values"], state.switches)
        contact = box.update(
            contact, merged(contact.values, change), merged_properties(contact, change), person
        )
    elif verb == "delete":
        contact = box.discard(contact, person)
    elif verb == "restore":
        contact = box.restore(contact, person)
    elif verb == "move":
        contact = box.move(contact, find_folder(box, str(body["folder"])), person)
    else:
        box.purge(contact, person)
        return {"purged": True}
    return contact_row(box, contact)


def find_folder(box: Mailbox, name: str) -> str:
    for folder in box.folders.values():
        if name in (folder.id, folder.name, folder.well_known) and not folder.deleted:
            return folder.id
    raise GraphError(404, "ErrorFolderNotFound", f"There is no folder called {name!r}.")
