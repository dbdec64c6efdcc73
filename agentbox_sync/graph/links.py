"""The links that Graph hands out: checked against the configured host, otherwise untouched."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from agentbox_sync.core.errors import FixConfiguration

FOREIGN = "ForeignLink"


def relative(link: str, base_url: str) -> str:
    """Return a nextLink or deltaLink relative to the version root, the rest byte for byte.

    Raises FixConfiguration for another host, scheme, port or version: a bearer token must never
    follow a link to a place that nobody configured.
    """
    root = base_url.rstrip("/")
    rest = link[len(root) :]
    same = link[: len(root)].lower() == root.lower() and rest.startswith("/")
    # Nothing that a server resolves or decodes before it routes may lead out of the version root.
    path = rest.partition("?")[0].lower()
    if not same or "/../" in f"{path}/" or "%2e%2e" in path or "\\" in rest or "#" in rest:
        raise FixConfiguration(
            f"Microsoft named a link on {_host(link)}, which is not the configured cloud.",
            code=FOREIGN,
        )
    return rest


def segment(identifier: str) -> str:
    """Return an id as one path segment: ids hold ``=`` and ``/`` (facts, section 4)."""
    return quote(identifier, safe="")


def query(**options: str) -> str:
    """Return OData system options as a query string: ``query(filter="a eq 1")``."""
    return "&".join(f"${name}={quote(value, safe='')}" for name, value in options.items())


def literal(text: str) -> str:
    """Return a text as an OData string literal."""
    return "'" + text.replace("'", "''") + "'"


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or "no host"
    except ValueError:
        return "an unreadable address"
