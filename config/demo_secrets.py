"""The environment of the demo: addresses of its parts and secrets that are made once and kept."""

from __future__ import annotations

import base64
import json
import os
import secrets
import uuid
from pathlib import Path
from urllib.parse import quote

WEB_PORT = 8000
EMULATOR_PORT = 8365

_ADJECTIVES = (
    "amber breezy brisk calm coral dusty early gentle golden hazel lively mellow quiet salty"
)
_NOUNS = "anchor bottlebrush cove ferry gumnut harbour jetty lantern magpie paddock quokka wattle"


def demo_environment(folder: Path) -> dict[str, str]:
    """Environment variables of the demo whose files lie in `folder`, which is made if missing.

    The ports are those of the runner that last started there, so that a command in another
    terminal meets the same emulator.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = _kept_secrets(folder / "secrets.json")
    ports = running_ports(folder)
    emulator = f"http://127.0.0.1:{ports['emulator']}"
    return kept | {
        "DEBUG": "False",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DATABASE_URL": f"sqlite:///{quote(str(folder / 'crm.sqlite3'))}",
        "BASE_URL": f"http://localhost:{ports['web']}",
        "MS365_LOGIN_URL": emulator,
        "MS365_GRAPH_URL": emulator,
    }


def running_ports(folder: Path) -> dict[str, int]:
    """Ports of `web` and `emulator` that the runner wrote down, else the usual ones."""
    try:
        written = json.loads((folder / "runner.json").read_text())["ports"]
        return {"web": int(written["web"]), "emulator": int(written["emulator"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {"web": WEB_PORT, "emulator": EMULATOR_PORT}


def _kept_secrets(file: Path) -> dict[str, str]:
    if not file.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "MS365_CLIENT_ID": str(uuid.uuid4()),
            "MS365_CLIENT_SECRET": secrets.token_urlsafe(30),
            "MS365_TENANT": str(uuid.uuid4()),
            "AGENTBOX_DEMO_PASSWORD": _memorable_password(),
            "MS365_TOKEN_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made, indent=2) + "\n")
        try:
            os.link(draft, file)  # fails where another process was first: its secrets count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _memorable_password() -> str:
    """Easy to type from a terminal; it guards made-up data on this machine alone."""
    words = secrets.choice(_ADJECTIVES.split()), secrets.choice(_NOUNS.split())
    return f"{'-'.join(words)}-{secrets.randbelow(90) + 10}"
