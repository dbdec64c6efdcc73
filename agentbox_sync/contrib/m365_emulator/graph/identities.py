from __future__ import annotations

from typing import Any

from .errors import bad_request, not_covered, unreadable
from .messages import Answer, Call

LARGEST = 1000
FORMATS = ("entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId")
COVERED = ("restId", "restImmutableEntryId")
NAMES = ("inputIds", "sourceIdType", "targetIdType")


def translate_ids(call: Call) -> Answer:
    """Ids of one mailbox from one form into another; an unknown one is told in its own row."""
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    given = {name.lower(): value for name, value in body.items()}
    unknown = set(given) - {name.lower() for name in NAMES}
    if unknown:
        raise bad_request(f"The parameter '{min(unknown)}' is not defined for the action.")
    ids = given.get("inputids")
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise bad_request("The parameter 'inputIds' must be a collection of strings.")
    if len(ids) > LARGEST:
        raise bad_request(f"At most {LARGEST} ids can be translated at once.")
    source, target = (_format(given.get(name.lower())) for name in NAMES[1:])
    rows = [_row(call, identifier, source, target) for identifier in ids]
    context = f"{call.request.base}/$metadata#Collection(microsoft.graph.convertIdResult)"
    return Answer(200, {"@odata.context": context, "value": rows})


def _format(value: Any) -> str:
    canonical = {name.lower(): name for name in FORMATS}
    found = canonical.get(str(value).lower())
    if found is None:
        raise bad_request(f"'{value}' is not a member of the enumeration exchangeIdFormat.")
    if found not in COVERED:
        raise not_covered(f"the id format {found}")
    return found


def _row(call: Call, identifier: str, source: str, target: str) -> dict[str, Any]:
    if identifier in call.mailbox.folders:  # containers have one id only
        return {"sourceId": identifier, "targetId": identifier}
    contact = call.mailbox.find(identifier)
    present = contact and (contact.rest_id if source == "restId" else contact.key)
    if contact is None or present != identifier:
        error = {"code": "ErrorInvalidIdMalformed", "message": "Id is malformed."}
        return {"sourceId": identifier, "targetId": None, "errorDetails": error}
    wanted = contact.rest_id if target == "restId" else contact.key
    return {"sourceId": identifier, "targetId": wanted}
