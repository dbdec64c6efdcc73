from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..identifiers import is_well_formed
from ..records import CONTACTS, DELETED, ROOT, Folder
from . import query
from .errors import (
    GraphError,
    folder_not_found,
    invalid_property,
    invalid_query,
    malformed_id,
    unreadable,
)
from .filters import Filter
from .messages import Answer, Call
from .opentypes import claim_names
from .validation import read_properties

NAMES = frozenset({"id", "parentFolderId", "displayName"})


def target(call: Call) -> Folder:
    """The folder that the path names, the main Contacts folder where it names none."""
    wanted = call.args.get("folder")
    main = call.mailbox.well_known(CONTACTS)
    if wanted is None:
        return main
    if wanted.lower() == CONTACTS and call.state.switches.contacts_alias:
        return main
    hides_bin = call.state.switches.deleted_items == "hide"
    if wanted.lower() == DELETED and not hides_bin:
        return call.mailbox.well_known(DELETED)
    if not is_well_formed(wanted):
        raise malformed_id()
    folder = call.mailbox.folders.get(wanted)
    if folder is not None and folder.well_known == DELETED and hides_bin:
        raise folder_not_found()
    if folder is None or (folder.deleted and call.state.switches.deleted_folder == "gone"):
        raise folder_not_found()
    if "parent" in call.args and folder.parent != parent_of(call).id:
        raise folder_not_found()
    return folder


def parent_of(call: Call) -> Folder:
    """The folder whose children the path names; the main one where it names none."""
    wanted = {"folder": call.args["parent"]} if "parent" in call.args else {}
    return target(replace(call, args=wanted))


def list_folders(call: Call) -> Answer:
    """Never the main Contacts folder: a known gap of the real list."""
    options = query.read(call, NAMES)
    found = _matching(call, options.filter)
    size = options.page_size(call)
    body: dict[str, Any] = {"@odata.context": call.context("/contactFolders")}
    if options.count:
        body["@odata.count"] = len(found)
    body["value"] = [
        as_json(f, options.select, options.properties)
        for f in found[options.skip : options.skip + size]
    ]
    if options.skip + size < len(found):
        rest = [(k, v) for k, v in options.given if k != "$skip"]
        body["@odata.nextLink"] = call.link(
            call.request.path, [*rest, ("$skip", str(options.skip + size))]
        )
    return Answer(200, body)


def count_folders(call: Call) -> Answer:
    return Answer(200, str(len(_matching(call, query.read(call, NAMES).filter))))


def _matching(call: Call, wanted: Filter | None) -> list[Folder]:
    if wanted is not None and not wanted.fits_folders:
        raise invalid_query("A folder is found by its name and its extended properties only.")
    everywhere = (
        wanted is not None
        and wanted.uses_property
        and call.state.switches.property_filter == "mailbox"
    )
    shown = [f for f in call.mailbox.folders.values() if not f.well_known]
    if everywhere:
        # "runs over all instances in the mailbox": those in the bin as well
        gone = call.state.switches.deleted_folder == "gone"
        shown = [f for f in shown if not (f.deleted and gone)]
    else:
        parent = parent_of(call).id
        shown = [f for f in shown if f.parent == parent and not f.deleted]
    return sorted((f for f in shown if wanted is None or wanted.test(f)), key=lambda f: f.serial)


def get_folder(call: Call) -> Answer:
    options = query.read(call, NAMES)
    return _one(call, 200, target(call), options.select, options.properties)


def create_folder(call: Call) -> Answer:
    parent = parent_of(call)
    name, _, extended = _read(call.request.json_body(), required=True)
    _check_name(call, name, parent.id)
    claim_names(call, (key for key in extended if " Name " in key))
    held = {key: value for key, value in extended.items() if value is not None}
    return _one(call, 201, call.mailbox.add_folder(name, parent.id, extended=held))


def update_folder(call: Call) -> Answer:
    folder = target(call)
    name, parent, extended = _read(call.request.json_body(), required=False)
    if folder.well_known:
        raise GraphError(400, "ErrorInvalidRequest", "A default folder cannot be renamed.")
    claim_names(call, (key for key in extended if " Name " in key))
    if parent and parent != folder.parent:
        above = target(replace(call, args={"folder": parent}))
        if call.mailbox.is_below(above, folder):
            raise GraphError(400, "ErrorMoveCopyFailed", "A folder cannot lie in itself.")
        if call.state.switches.parent_folder_patch == "move":
            _check_name(call, name or folder.name, above.id)
            folder = replace(folder, parent=above.id)
    if name.lower() not in ("", folder.name.lower()):
        _check_name(call, name, folder.parent)
    both = {**folder.extended, **extended}
    held = {key: value for key, value in both.items() if value is not None}
    folder = replace(folder, name=name or folder.name, extended=held)
    if folder != call.mailbox.folders[folder.id]:
        call.mailbox.change_folder(folder)
    return _one(call, 200, folder)


def _check_name(call: Call, name: str, parent: str) -> None:
    held = (f for f in call.mailbox.folders.values() if f.parent == parent and not f.deleted)
    if name.lower() in {f.name.lower() for f in held}:
        raise GraphError(
            409, "ErrorFolderExists", "A folder with the specified name already exists."
        )


def delete_folder(call: Call) -> Answer:
    folder = target(call)
    if folder.well_known:
        raise GraphError(
            403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
        )
    call.mailbox.discard_folder(folder)
    return Answer(204)


def purge_folder(call: Call) -> Answer:
    folder = target(call)
    if folder.well_known:
        raise GraphError(
            403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
        )
    call.mailbox.purge_folder(folder, call.caller.actor)
    return Answer(204)


def _read(body: Any, required: bool) -> tuple[str, str, Mapping[str, str | None]]:
    """Name, parent and extended properties of a folder as they are sent."""
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    extended: Mapping[str, str | None] = {}
    for name, value in body.items():
        if name == "singleValueExtendedProperties":
            extended = read_properties(value)
            continue
        if name == "id":
            raise invalid_property("The property 'id' is read-only and cannot be set.")
        if name not in NAMES and "@odata." not in name:
            raise unreadable(
                f"The property '{name}' does not exist on type 'microsoft.graph.contactFolder'."
            )
        if value is not None and not isinstance(value, str):
            raise unreadable(f"The property '{name}' must be a string.")
    text = (body.get("displayName") or "").strip()
    if required and not text:
        raise invalid_property("A folder needs a displayName.")
    return text, body.get("parentFolderId") or "", extended


def as_json(folder: Folder, select: Any, properties: Iterable[str] | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": folder.id,
        "parentFolderId": folder.parent or ROOT,
        "displayName": folder.name,
    }
    if select is not None:
        shown = {k: v for k, v in shown.items() if k in {"id", *select}}
    found = [
        {"id": name, "value": folder.extended[name]}
        for name in properties or ()
        if name in folder.extended
    ]
    return shown | ({"singleValueExtendedProperties": found} if found else {})


def _one(
    call: Call,
    status: int,
    folder: Folder,
    select: Any = None,
    properties: Iterable[str] | None = None,
) -> Answer:
    """A create does not echo extended properties: they are read with $expand."""
    context = call.context("/contactFolders/$entity")
    return Answer(status, {"@odata.context": context, **as_json(folder, select, properties)})
