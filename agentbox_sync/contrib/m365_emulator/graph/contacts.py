from __future__ import annotations

from typing import Any

from ..calendar.records import Event
from ..identifiers import is_well_formed
from ..records import CONTACTS, DELETED, Contact, Folder
from ..todo.records import Task
from . import folders, query
from .errors import GraphError, invalid_property, item_not_found, malformed_id
from .filters import Filter
from .messages import Answer, Call
from .opentypes import claim_names, shown
from .paging import page_of
from .properties import NAME_PARTS, as_json, blank, generated_names
from .validation import ContactChange, read_contact

EXPANDED = 20  # an $expand returns so many at most, and no link to the rest


def list_contacts(call: Call) -> Answer:
    folder = folders.target(call)
    options = query.read(call)
    found = _matching(call, folder, options.filter)
    for name, descending in reversed(options.orderby):
        found.sort(key=lambda c: _sort_value(c, name), reverse=descending)
    return page_of(call, found, options, _context(call), lambda c: _shown(call, c, options))


def count_contacts(call: Call) -> Answer:
    options = query.read(call)
    return Answer(200, str(len(_matching(call, folders.target(call), options.filter))))


def get_contact(call: Call) -> Answer:
    contact = find(call)
    options = query.read(call)
    return _one(call, 200, contact, options)


def create_contact(call: Call) -> Answer:
    folder = folders.target(call)
    change = read_contact(call.request.json_body(), call.state.switches)
    contact = add(call, folder, change)
    answer = _one(call, 201, contact)
    answer.headers["Location"] = f"{call.request.base}{call.root}/contacts/{answer.body['id']}"
    return answer


def update_contact(call: Call) -> Answer:
    contact = find(call)
    check_match(call, contact)
    body = _cleared(call.request.json_body(), call.state.switches.clearing)
    change = read_contact(body, call.state.switches)
    if change.open:
        raise invalid_property("Extensions of an item that exists have an address of their own.")
    _claim(call, change)
    contact = call.mailbox.update(
        contact,
        merged(contact.values, change, call.state.switches.regenerate_names),
        merged_properties(contact, change),
        call.caller.actor,
    )
    if change.parent and change.parent != contact.folder:
        target = call.mailbox.folders.get(change.parent)
        if target is None:
            raise malformed_id()
        if call.state.switches.parent_folder_patch == "move":
            contact = call.mailbox.move(contact, target.id, call.caller.actor)
    return _one(call, 200, contact)


def delete_contact(call: Call) -> Answer:
    contact = find(call)
    check_match(call, contact)
    deleted = call.mailbox.folders[contact.folder].well_known == DELETED
    if deleted and call.state.switches.delete_in_bin == "purge":
        call.mailbox.purge(contact, call.caller.actor)
        return Answer(204)
    if deleted:
        # Reported for messages (msgraph-sdk-dotnet #3047): a fact about the item.
        raise GraphError(403, "ErrorCannotDeleteObject", "The object cannot be deleted.")
    call.mailbox.discard(contact, call.caller.actor)
    return Answer(204)


def _cleared(body: Any, policy: str) -> Any:
    """What an update may empty: whether null, [] and "" do so is not known for any property."""
    if policy == "clears" or not isinstance(body, dict):
        return body
    emptied = [name for name, value in body.items() if value in (None, [], "")]
    if emptied and policy == "refused":
        raise invalid_property(f"The property '{emptied[0]}' cannot be cleared.")
    return {name: value for name, value in body.items() if name not in emptied}


def purge_contact(call: Call) -> Answer:
    call.mailbox.purge(find(call), call.caller.actor)
    return Answer(204)


def add(call: Call, folder: Folder, change: ContactChange) -> Contact:
    values = merged(blank(), change)
    extended = {name: value for name, value in change.extended.items() if value is not None}
    _claim(call, change)
    return call.mailbox.add(folder.id, values, extended, call.caller.actor, change.open)


def _claim(call: Call, change: ContactChange) -> None:
    claim_names(call, [*(n for n in change.extended if " Name " in n), *change.open])


def merged(values: Any, change: ContactChange, anew: bool = True) -> dict[str, Any]:
    """Old values with the change laid over, generated names made anew where Exchange does."""
    new = {**values, **change.values}
    renamed = anew and any(name in change.values for name in NAME_PARTS)
    renamed = renamed or not values.get("displayName")
    display, file_as = generated_names(new)
    if renamed and "displayName" not in change.values:
        new["displayName"] = display
    if renamed and "fileAs" not in change.values:
        new["fileAs"] = file_as
    return new


def merged_properties(contact: Contact, change: ContactChange) -> dict[str, str]:
    both = {**contact.extended, **change.extended}
    return {name: value for name, value in both.items() if value is not None}


def find(call: Call) -> Contact:
    """The contact that the path names, as Graph would (not) find it; raises GraphError."""
    identifier = call.args["contact"]
    if not is_well_formed(identifier):
        raise malformed_id()
    contact = call.mailbox.find(identifier)
    if contact is None:
        raise item_not_found()
    hidden = call.state.switches.deleted_get == "404"
    if call.mailbox.is_deleted(contact) and hidden:
        folder = call.mailbox.folders[contact.folder]
        if not (folder.deleted and call.state.switches.deleted_folder == "recycled"):
            raise item_not_found()
    if "folder" in call.args and folders.target(call).id != contact.folder:
        raise item_not_found()
    return contact


def check_match(call: Call, item: Contact | Event | Task) -> None:
    wanted = call.request.headers.get("if-match", "").strip()
    if call.state.switches.if_match == "ignore":
        return
    if wanted and wanted != "*" and wanted.removeprefix("W/").strip('"') != item.change_key:
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed "
            "in the request does not match the current change key for the item.",
        )


def _matching(call: Call, folder: Folder, wanted: Filter | None) -> list[Contact]:
    box = call.mailbox
    if wanted is None:
        return box.in_folder(folder.id)
    everywhere = wanted.uses_property and call.state.switches.property_filter == "mailbox"
    if wanted.email is not None:
        found = [box.contacts[key] for key in box.with_email(wanted.email)]
    elif wanted.stamp is not None:
        found = [box.contacts[key] for key in box.with_property(*wanted.stamp)]
    else:
        found = list(box.contacts.values()) if everywhere else box.in_folder(folder.id)
    return sorted(
        (c for c in found if (everywhere or c.folder == folder.id) and wanted.test(c)),
        key=lambda c: c.serial,
    )


def _sort_value(contact: Contact, name: str) -> str:
    fixed = {
        "id": contact.key,
        "createdDateTime": contact.created,
        "lastModifiedDateTime": contact.modified,
    }
    return fixed.get(name) or str(contact.values.get(name) or "").lower()


def _shown(call: Call, contact: Contact, options: query.Options) -> dict[str, Any]:
    immutable = call.prefer.immutable_ids
    body = as_json(contact, immutable, options.select, options.properties)
    if options.extensions is not None:
        body["extensions"] = shown(contact, options.extensions)[:EXPANDED]
    return body


def _one(call: Call, status: int, contact: Contact, options: query.Options | None = None) -> Answer:
    body = {
        "@odata.context": f"{_context(call)}/$entity",
        **_shown(call, contact, options or query.Options()),
    }
    return Answer(status, body, {"ETag": contact.etag})


def _context(call: Call) -> str:
    if "folder" in call.args:
        return call.context(f"/contactFolders('{folders.target(call).id}')/contacts")
    return call.context(f"/{CONTACTS}")
