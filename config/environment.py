"""Reads settings from the environment; a wrong value stops start-up with the line to paste."""

from __future__ import annotations

import ipaddress
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_HOST = re.compile(
    r"\*|\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE
)
_DATABASES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}

SHARED_CACHE = "dbcache://crm_cache"  # a table that migrate makes
_CACHE_LIBRARIES = dict.fromkeys(("rediscache", "redis", "rediss", "valkey", "valkeys"), "redis")


def refuse(name: str, problem: str, example: str) -> ImproperlyConfigured:
    """The error that stops start-up: what is wrong with `name`, and a line that would be right."""
    return ImproperlyConfigured(
        f"{name} {problem}\n"
        "Put a line like this into the environment or into the file .env in the project folder:"
        f"\n\n    {name}={example}\n"
    )


class Environment:
    """Typed reader of environment variables; each method raises ImproperlyConfigured."""

    def __init__(self, env_file: Path | None = None) -> None:
        self._env = environ.Env()
        if env_file is not None and env_file.is_file():
            self._env.read_env(env_file)  # what the environment already holds wins

    def text(self, name: str, *, example: str, default: str | None = None) -> str:
        """The value without surrounding blanks; with no `default` it must not be empty."""
        value = str(self._env.str(name, default=default or "")).strip()
        if not value and default is None:
            raise refuse(name, "is not set.", example)
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        value = self.text(name, example="False", default=None if default is None else str(default))
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise refuse(name, f"must be True or False, not “{value}”.", "False")

    def number(self, name: str, *, default: int, minimum: int = 0) -> int:
        value = self.text(name, example=str(default), default=str(default))
        if value.isascii() and value.isdigit() and int(value) >= minimum:
            return int(value)
        problem = f"must be a whole number of at least {minimum}, not “{value}”."
        raise refuse(name, problem, str(default))

    def hosts(self, name: str, *, default: list[str] | None = None) -> list[str]:
        """Host names separated by commas, without scheme, port or path."""
        example = "crm.example.com"
        text = self.text(name, example=example, default=None if default is None else "")
        hosts = [host.strip() for host in text.split(",") if host.strip()] or list(default or [])
        if not hosts:
            raise refuse(name, "names no host.", example)
        for host in hosts:
            if not _HOST.fullmatch(host) and not _is_bracketed_address(host):
                problem = (
                    f"holds “{host}”, which is not a host name (no https://, no port, no path)."
                )
                raise refuse(name, problem, example)
        return hosts

    def address(self, name: str, *, example: str, default: str | None = None) -> str:
        """An http(s) address without a trailing slash, query or fragment; may be "" by default."""
        value = self.text(name, example=example, default=default)
        if not value:
            return value
        try:
            parts = urlsplit(value)
            wrong = parts.scheme not in {"http", "https"} or not parts.hostname
            wrong = wrong or bool(parts.query or parts.fragment or parts.username)
            parts.port  # noqa: B018  a port that is no number raises here
        except ValueError:
            wrong = True
        if wrong:
            raise refuse(name, f"must be a web address, not “{value}”.", example)
        return value.rstrip("/")

    def database(self, name: str, *, base: Path) -> dict[str, Any]:
        """Django's settings for one database; a relative SQLite file is taken from `base`."""
        example = "postgres://crm:password@127.0.0.1:5432/crm"
        value = self.text(name, example=example)
        scheme = value.partition(":")[0].lower()
        if scheme not in _DATABASES or "://" not in value:
            # The value is not repeated: it usually holds a password.
            raise refuse(name, "must start with sqlite:// or postgres://.", example)
        try:
            config: dict[str, Any] = environ.Env.db_url_config(value)
        except ValueError as mistake:
            raise refuse(name, "cannot be read as a database address.", example) from mistake
        if scheme != "sqlite":
            if not config["NAME"]:
                raise refuse(name, "names no database (the part after the last slash).", example)
            return config
        if config["NAME"] != ":memory:" and not Path(config["NAME"]).is_absolute():
            config["NAME"] = str(base / config["NAME"])
        return config

    def cache(self, name: str) -> dict[str, Any]:
        """Django's settings for one cache; unset it is a table of the database."""
        value = self.text(name, example=SHARED_CACHE, default=SHARED_CACHE)
        try:
            config: dict[str, Any] = environ.Env.cache_url_config(value)
        except Exception as mistake:
            raise refuse(name, "cannot be read as a cache address.", SHARED_CACHE) from mistake
        library = _CACHE_LIBRARIES.get(value.partition(":")[0].lower())
        if library and find_spec(library) is None:
            problem = f"needs the package {library} (pip install {library}), or use the database."
            raise refuse(name, problem, SHARED_CACHE)
        if config["BACKEND"].endswith("DatabaseCache"):
            # Django's 300 would let a flood of made-up names push out the counts of the real ones.
            config["OPTIONS"] = {"MAX_ENTRIES": 100_000, **config.get("OPTIONS", {})}
        return config

    def mail(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_* settings; unset it is the mail server of this machine."""
        example = "smtp+tls://user:password@mail.example.com:587"
        value = self.text(name, example=example, default="smtp://localhost:25")
        try:
            config: dict[str, Any] = environ.Env.email_url_config(value)
        except Exception as mistake:  # the value is not repeated: it usually holds a password
            raise refuse(name, "cannot be read as a mail address.", example) from mistake
        return {key: found for key, found in config.items() if found is not None}


def _is_bracketed_address(host: str) -> bool:
    if not (host.startswith("[") and host.endswith("]")):
        return False
    try:
        return ipaddress.ip_address(host[1:-1]).version == 6
    except ValueError:
        return False
