from __future__ import annotations

from typing import Any

from ..identifiers import is_well_formed
from ..mailbox import CONTACTS, ROOT, Folder
from . import query
from .errors import GraphError, folder_not_found, invalid_property, malformed_id, unreadable
from .messages import Answer, Call

NAMES = frozenset({"id", "parentFolderId", "displayName"})


def target(call: Call) -> Folder:
    """The folder that the path names, the main Contacts folder where it names none."""
    wanted = call.args.get("folder")
    main = call.mailbox.well_known(CONTACTS)
    if wanted is None:
        return main
    if wanted.lower() == CONTACTS and call.state.switches.contacts_alias:
        return main
    if not is_well_formed(wanted):
        raise malformed_id()
    folder = call.mailbox.folders.get(wanted)
    if folder is None or (folder.deleted and call.state.switches.deleted_folder == "gone"):
        raise folder_not_found()
    return folder


def list_folders(call: Call) -> Answer:
    """Never the main Contacts folder: a known gap of the real list."""
    parent = call.mailbox.well_known(CONTACTS).id if "folder" not in call.args else target(call).id
    options = query.read(call, NAMES)
    found = sorted(
        (
            f
            for f in call.mailbox.folders.values()
            if f.parent == parent and not f.deleted and not f.well_known
        ),
        key=lambda f: f.serial,
    )
    size = options.page_size(call)
    body: dict[str, Any] = {"@odata.context": call.context("/contactFolders")}
    if options.count:
        body["@odata.count"] = len(found)
    body["value"] = [_json(f, options.select) for f in found[options.skip : options.skip + size]]
    if options.skip + size < len(found):
        rest = [(k, v) for k, v in options.given if k != "$skip"]
        body["@odata.nextLink"] = call.link(
            call.request.path, [*rest, ("$skip", str(options.skip + size))]
        )
    return Answer(200, body)


def get_folder(call: Call) -> Answer:
    return _one(call, 200, target(call), query.read(call, NAMES).select)


def create_folder(call: Call) -> Answer:
    parent = call.mailbox.well_known(CONTACTS) if "folder" not in call.args else target(call)
    name = _read(call.request.json_body(), required=True)
    taken = {
        f.name.lower()
        for f in call.mailbox.folders.values()
        if f.parent == parent.id and not f.deleted
    }
    if name.lower() in taken:
        raise GraphError(
            409, "ErrorFolderExists", "A folder with the specified name already exists."
        )
    return _one(call, 201, call.mailbox.add_folder(name, parent.id))


def rename_folder(call: Call) -> Answer:
    folder = target(call)
    name = _read(call.request.json_body(), required=False)
    if folder.well_known:
        raise GraphError(400, "ErrorInvalidRequest", "A default folder cannot be renamed.")
    if name:
        folder = Folder(folder.id, name, folder.parent, folder.serial)
        call.mailbox.keep_folder(folder)
    return _one(call, 200, folder)


def delete_folder(call: Call) -> Answer:
    folder = target(call)
    if folder.well_known:
        raise GraphError(
            403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
        )
    call.mailbox.discard_folder(folder)
    return Answer(204)


def _read(body: Any, required: bool) -> str:
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    for name, value in body.items():
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
    return text


def _json(folder: Folder, select: Any) -> dict[str, Any]:
    shown = {"id": folder.id, "parentFolderId": folder.parent or ROOT, "displayName": folder.name}
    return shown if select is None else {k: v for k, v in shown.items() if k in {"id", *select}}


def _one(call: Call, status: int, folder: Folder, select: Any = None) -> Answer:
    context = call.context("/contactFolders/$entity")
    return Answer(status, {"@odata.context": context, **_json(folder, select)})
