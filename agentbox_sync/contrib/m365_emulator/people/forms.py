from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

LARGEST = 1_000_000


async def read_form(request: Request) -> dict[str, str]:
    """A urlencoded form; the last of several values wins. Too large a body reads as empty."""
    raw = await request.body()
    if len(raw) > LARGEST:
        return {}
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
