from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ..wire import POLICY

HERE = Path(__file__).resolve().parent.parent
HUES = 8


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(name: str) -> int:
    """A colour class that stays the same for the same name."""
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()[0] % HUES


def _version() -> str:
    """Changes with the style sheet and scripts, so that browsers never mix old and new."""
    digest = hashlib.md5(usedforsecurity=False)
    for file in sorted((HERE / "static").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {"initials": initials, "hue": hue}
ENVIRONMENT.globals["version"] = _version()


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    plain_form: bool = False,
) -> HTMLResponse:
    """Render a page for people under a policy without inline script or style.

    `plain_form`: the form's answer may lead to another site, which form-action would stop.
    """
    html = ENVIRONMENT.get_template(template).render(request=request, **context)
    policy = POLICY if plain_form else f"{POLICY}; form-action 'self'"
    return HTMLResponse(
        html,
        status,
        {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
