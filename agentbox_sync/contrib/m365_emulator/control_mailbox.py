from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .control_calendar import VERBS as CALENDAR_VERBS
from .control_calendar import calendars_of, change_calendar
from .control_todo import VERBS as TASK_VERBS
from .control_todo import change_tasks, tasks_of
from .graph.contacts import merged, merged_properties
from .graph.errors import GraphError, item_not_found
from .graph.properties import as_json, blank
from .graph.validation import read_contact
from .mailbox import Mailbox
from .records import CONTACTS, Actor, Contact

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
            "time_zone": box.belongings.settings.get("timeZone", user.time_zone),
        },
        "folders": [
            {
                "id": f.id,
                "name": f.name,
                "parent": f.parent,
                "well_known": f.well_known,
                "deleted": f.deleted,
                "contacts": len(box.members[f.id]),
                "extended": dict(f.extended),
            }
            for f in box.folders.values()
        ],
        "contacts": [contact_row(box, c) for c in live],
        "deleted": [contact_row(box, c) for c in gone],
        **calendars_of(box),
        **tasks_of(box),
        "categories": [
            {"id": c.id, "name": c.name, "color": c.color}
            for c in box.belongings.categories.values()
        ],
    }


def contact_row(box: Mailbox, contact: Contact) -> dict[str, Any]:
    return {
        **as_json(contact, immutable=True),
        "folder": box.folders[contact.folder].name,
        "extended": dict(contact.extended),
        "open": dict(contact.open),
        "photo": contact.key in box.belongings.photos,
        "serial": contact.serial,
    }


def change_mailbox(state: State, user: User, body: dict[str, Any]) -> dict[str, Any]:
    """Do what a person would do in Outlook; raises GraphError for what Exchange refuses.

    One of: {"add": {…}, "folder"?}, {"edit": id, "values": {…}}, {"delete": id},
    {"restore": id}, {"purge": id}, {"move": id, "folder": id or name}, {"add_folder": name},
    {"rename_folder": id or name, "to": name}, {"move_folder": id or name, "to": id or name},
    {"delete_folder": id or name}; {"copy": id, "folder"?}, {"touch": id} as Exchange itself
    does now and then: another key, no other change; {"full": true} leaves no room in it.
    Events have verbs of their own: see `control_calendar.change_calendar`; so have tasks: see
    `control_todo.change_tasks`.
    """
    box, person = state.mailbox(user), Actor(user.display_name)
    state.touch()
    if CALENDAR_VERBS & set(body):
        return change_calendar(state, user, body)
    if TASK_VERBS & set(body):
        return change_tasks(state, user, body)
    if "add" in body:
        change = read_contact(body["add"], state.switches)
        folder = find_folder(box, str(body.get("folder", CONTACTS)))
        extended = {k: v for k, v in change.extended.items() if v is not None}
        made = box.add(folder, merged(blank(), change), extended, person, change.open)
        return contact_row(box, made)
    if "full" in body:
        box.belongings.full = bool(body["full"])
        return {"full": box.belongings.full}
    if any(
        word in body for word in ("add_folder", "rename_folder", "move_folder", "delete_folder")
    ):
        return _arrange(box, body)
    for verb in ("edit", "delete", "restore", "purge", "move", "copy", "touch"):
        if verb in body:
            contact = box.find(str(body[verb]))
            if contact is None:
                raise item_not_found()
            return _apply(state, box, verb, contact, body, person)
    raise ValueError("say add, edit, delete, restore, purge, move, add_, rename_ or delete_folder")


def _arrange(box: Mailbox, body: dict[str, Any]) -> dict[str, Any]:
    """Make, rename, move or delete a folder."""
    if "add_folder" in body:
        new = box.add_folder(str(body["add_folder"]), box.well_known(CONTACTS).id)
        return {"id": new.id, "name": new.name}
    if "rename_folder" in body:
        renamed = box.folders[find_folder(box, str(body["rename_folder"]))]
        box.change_folder(replace(renamed, name=str(body["to"])))
        return {"id": renamed.id}
    if "move_folder" in body:
        moved = box.folders[find_folder(box, str(body["move_folder"]))]
        above = box.folders[find_folder(box, str(body["to"]))]
        if moved.well_known or box.is_below(above, moved):
            raise GraphError(400, "ErrorMoveCopyFailed", "This folder cannot be moved there.")
        box.change_folder(replace(moved, parent=above.id))
        return {"id": moved.id}
    box.discard_folder(box.folders[find_folder(box, str(body["delete_folder"]))])
    return {"deleted": True}


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
        contact = _restored(state, box, contact, person)
    elif verb == "copy":
        keeps = state.switches.copy_keeps_stamp
        folder = find_folder(box, str(body.get("folder", contact.folder)))
        extended = contact.extended if keeps else {}
        contact = box.add(folder, contact.values, extended, person, contact.open if keeps else {})
    elif verb == "touch":
        contact = box.touch(contact, Actor("Exchange"), "")
    elif verb == "move":
        contact = box.move(contact, find_folder(box, str(body["folder"])), person)
    else:
        box.purge(contact, person)
        return {"purged": True}
    return contact_row(box, contact)


def _restored(state: State, box: Mailbox, contact: Contact, person: Actor) -> Contact:
    back = box.restore(contact, person)
    if state.switches.restore_keeps_id:
        return back
    fresh = box.add(back.folder, back.values, back.extended, person, back.open)
    box.purge(back, person)
    return fresh


def find_folder(box: Mailbox, name: str) -> str:
    for folder in box.folders.values():
        if name in (folder.id, folder.name, folder.well_known) and not folder.deleted:
            return folder.id
    raise GraphError(404, "ErrorFolderNotFound", f"There is no folder called {name!r}.")
