from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from . import control
from .entra import authorize, discovery, signin, token
from .graph.gateway import graph
from .people import (
    calendar,
    contacts,
    control_page,
    fault_page,
    folders,
    home,
    photos,
    request_page,
    switch_page,
    tasks,
)
from .seed import seed as plant
from .snapshot import Keeper, load
from .state import State
from .webhooks.post import deliver
from .wire import Guard

HERE = Path(__file__).resolve().parent
VERBS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def create_app(
    snapshot: Path | None = None,
    log_file: Path | None = None,
    seed: Mapping[str, Any] | None = None,
    random_seed: int | None = None,
) -> Starlette:
    """The whole emulator as one ASGI application; its state is `app.state.emulator`.

    `log_file` defaults to the environment's M365_EMULATOR_LOG. Raises SnapshotError, BadSeed.
    """
    named = os.environ.get("M365_EMULATOR_LOG")
    state = State(log_file or (Path(named) if named else None), random_seed)
    if snapshot is not None:
        load(state, snapshot)
    if seed:
        plant(state, seed)
    keeper = Keeper(state, snapshot) if snapshot is not None else None

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if keeper is not None:
            await keeper.save()
        tasks = [asyncio.create_task(deliver(state))]
        if keeper is not None:
            tasks.append(asyncio.create_task(keeper.run()))
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if keeper is not None:
            await keeper.save()
        state.log.close()

    app = Starlette(routes=routes(), middleware=[Middleware(Guard)], lifespan=lifespan)
    app.state.emulator = state
    app.state.keeper = keeper
    return app


def routes() -> list[Route | Mount]:
    return [
        Route("/v1.0/{path:path}", graph, methods=VERBS),
        Route("/v1.0", graph, methods=VERBS),
        Route("/beta/{path:path}", beta, methods=VERBS),
        *control.ROUTES,
        *control_page.ROUTES,
        *request_page.ROUTES,
        *fault_page.ROUTES,
        *switch_page.ROUTES,
        Route("/_signin/{flow}", signin.show),
        Route("/_signin/{flow}/{step}", signin.submit, methods=["POST"]),
        Route("/common/discovery/instance", discovery.instance_discovery),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", discovery.openid_configuration),
        Route("/{tenant}/discovery/v2.0/keys", discovery.keys),
        Route("/{tenant}/oauth2/v2.0/authorize", authorize.authorize),
        Route("/{tenant}/oauth2/v2.0/token", token.token, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/logout", signin.logout),
        Route("/{tenant}/v2.0/adminconsent", authorize.admin_consent),
        Route("/{tenant}/adminconsent", authorize.admin_consent),
        Mount("/_static", StaticFiles(directory=HERE / "static"), name="static"),
        *home.ROUTES,
        *contacts.ROUTES,
        *calendar.ROUTES,
        *tasks.ROUTES,
        *folders.ROUTES,
        *photos.ROUTES,
    ]


async def beta(request: Request) -> Response:
    body = {
        "error": {
            "code": "notImplemented",
            "innerError": {},
            "message": "The emulator speaks Graph v1.0 only; see COVERAGE.md.",
        }
    }
    return JSONResponse(body, 501)
