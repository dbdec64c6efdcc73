from __future__ import annotations

from ..zones import IANA, WINDOWS
from .errors import bad_request
from .messages import Answer, Call


def supported_time_zones(call: Call) -> Answer:
    """Windows names unless IANA names are asked for."""
    standard = call.args.get("standard", "windows").lower()
    if standard not in ("windows", "iana"):
        raise bad_request(f"'{standard}' is not a member of the enumeration timeZoneStandard.")
    found = WINDOWS if standard == "windows" else [(name, name) for name in IANA]
    context = f"{call.request.base}/$metadata#Collection(microsoft.graph.timeZoneInformation)"
    rows = [{"alias": alias, "displayName": words} for alias, words in found]
    return Answer(200, {"@odata.context": context, "value": rows})
