"""The style sheet of places: where a block stands cannot be said in the page, which has no style
of its own."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .week import MOST_LANES, QUARTERS


def sheet() -> str:
    rules = [f".at-{n}{{grid-row-start:{n + 1}}}" for n in range(QUARTERS)]
    rules += [f".span-{n}{{grid-row-end:span {n}}}" for n in range(1, QUARTERS + 1)]
    rules += [f".column-{n}{{grid-column-start:{n + 1}}}" for n in range(7)]
    rules += [f".columns-{n}{{grid-column-end:span {n}}}" for n in range(1, 8)]
    rules += [f".row-{n}{{grid-row:{n + 1}}}" for n in range(20)]
    for lanes in range(2, MOST_LANES + 1):
        share = 100 / lanes
        rules.append(f".lanes-{lanes}{{width:calc({share:.3f}% - 3px)}}")
        rules += [
            f".lanes-{lanes}.lane-{n}{{margin-left:calc({n * share:.3f}% + 1px)}}"
            for n in range(lanes)
        ]
    return "\n".join(rules) + "\n"


SHEET = sheet()


async def style(request: Request) -> Response:
    return Response(SHEET, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


ROUTES = [Route("/_week.css", style)]
