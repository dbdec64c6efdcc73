from __future__ import annotations

from typing import Any

from ..belongings import PERSON, Photo
from . import contacts, query
from .errors import GraphError, bad_request, item_not_found
from .messages import Answer, Call
from .pictures import NoPicture, measure

OCTETS = "application/octet-stream"  # what generated SDKs say of every stream; reports differ
LARGEST = 4 * 1024 * 1024
NAMES = frozenset({"id", "height", "width"})


def get_photo(call: Call) -> Answer:
    """What is known of a photo, without the picture."""
    photo = _find(call)
    options = query.read(call, NAMES)
    shown: dict[str, Any] = {
        "id": f"{photo.width}x{photo.height}",
        "height": photo.height,
        "width": photo.width,
    }
    if options.select is not None:
        shown = {k: v for k, v in shown.items() if k in {"id", *options.select}}
    body = {
        "@odata.context": call.context(f"{_path(call)}/photo/$entity"),
        "@odata.mediaContentType": photo.kind,
        "@odata.mediaEtag": photo.etag,
        **shown,
    }
    return Answer(200, body)


def get_picture(call: Call) -> Answer:
    photo = _find(call)
    return Answer(200, photo.content, {"Content-Type": photo.kind, "ETag": photo.etag})


def put_picture(call: Call) -> Answer:
    """Set or replace a photo; there is no way to take one off again."""
    key = _key(call)
    content = call.request.binary_body()
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    octets = kind == OCTETS and call.state.switches.photo_octets
    if not (kind.startswith("image/") or octets):
        raise bad_request("The Content-Type of a photo must be image/jpeg or another image type.")
    if len(content) > LARGEST:
        raise GraphError(
            413, "RequestEntityTooLarge", "The photo is larger than the limit of 4 megabytes."
        )
    try:
        measured, width, height = measure(content)
    except NoPicture:
        raise GraphError(
            400, "ErrorInvalidImage", "The body of the request is not a picture."
        ) from None
    call.mailbox.belongings.photos[key] = Photo(content, measured, width, height)
    contact = call.mailbox.contacts.get(key)
    if contact is not None and call.state.switches.photo_tracked:
        call.mailbox.touch(contact, call.caller.actor, "photo")
    return Answer(200)


def _find(call: Call) -> Photo:
    found = call.mailbox.belongings.photos.get(_key(call))
    if found is None and "contact" not in call.args:
        raise GraphError(404, "ImageNotFound", "The photo wasn't found.")
    if found is None:
        raise item_not_found()
    return found


def _key(call: Call) -> str:
    """Whose photo it is: a contact's, or the person's own."""
    if "contact" in call.args:
        return contacts.find(call).key
    if not call.user.mailbox:
        raise GraphError(
            404, "ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it."
        )
    return PERSON


def _path(call: Call) -> str:
    return f"/contacts('{call.args['contact']}')" if "contact" in call.args else ""
