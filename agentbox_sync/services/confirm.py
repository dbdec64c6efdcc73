"""An account that does not look like the card's: held until a person has answered for it.

Held means: sealed with the keys of the tokens, in the session of the very browser, for as long
as a sign-in may take, and for one answer. Nothing of it reaches our tables before that.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.graph.account import Profile
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.oauth.flow import SignedIn
from agentbox_sync.services.bind import Landing

log = logging.getLogger(__name__)

SESSION_KEY = "agentbox_sync.held"
QUESTION = "question"
MOST_HELD = 4


@dataclass(frozen=True, slots=True)
class Held:
    """An account that waits for an answer; ``kept`` is what the sign-in was begun with."""

    kept: dict[str, str]
    signed_in: SignedIn = field(repr=False)
    profile: Profile = field(repr=False)

    @property
    def name(self) -> str:
        """Return what the account calls itself."""
        return self.signed_in.display_name or self.profile.display_name or self.address

    @property
    def address(self) -> str:
        """Return what the account signs in with."""
        return self.signed_in.user_name or self.profile.user_principal_name


def hold(
    session: MutableMapping[str, Any],
    kept: dict[str, str],
    signed_in: SignedIn,
    profile: Profile,
) -> Landing:
    """Hold an account; the landing says by which key the question is asked."""
    held = dict(session.get(SESSION_KEY, {}))
    key = secrets.token_urlsafe(16)
    text = json.dumps({"signed_in": asdict(signed_in), "profile": asdict(profile)})
    held[key] = {**kept, "sealed": Cipher(conf.token_keys()).encrypt(text)}
    session[SESSION_KEY] = dict(list(held.items())[-MOST_HELD:])
    log.info("staff %s: another account than the card's has signed in", kept["staff"])
    return Landing(kept["staff"], code=QUESTION, parameters={"key": key})


def look_up(user: AbstractBaseUser, session: MutableMapping[str, Any], key: str) -> Held | None:
    """Return what is held under a key for this user; ``None`` for anything else."""
    entry = session.get(SESSION_KEY, {}).get(key)
    if entry is None or entry["user"] != str(user.pk):
        return None
    kept = {name: value for name, value in entry.items() if name != "sealed"}
    told = json.loads(Cipher(conf.token_keys()).decrypt(entry["sealed"]))
    signed_in, profile = told["signed_in"], told["profile"]
    signed_in["scopes"] = tuple(signed_in["scopes"])
    profile["aliases"] = tuple(profile["aliases"])
    return Held(kept, SignedIn(**signed_in), Profile(**profile))


def drop(session: MutableMapping[str, Any], key: str) -> None:
    """Forget what is held: the question is answered, or nobody may answer it any more."""
    session[SESSION_KEY] = {
        name: entry for name, entry in session.get(SESSION_KEY, {}).items() if name != key
    }


def is_over(kept: dict[str, str], lifetime: Any) -> bool:
    """Tell whether a sign-in was begun too long ago."""
    return bool(timezone.now() - datetime.fromisoformat(kept["begun_at"]) > lifetime)
