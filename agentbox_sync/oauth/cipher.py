"""Keeps the token cache unreadable at rest: Fernet, with keys that can be changed.

The keys come from ``MS365_TOKEN_KEYS`` and not from SECRET_KEY, so that neither has to change
with the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from agentbox_sync.oauth.errors import MAKE_A_KEY, KeyMissing, KeysInvalid

PREFIX = "f1:"  # format 1: Fernet; another format gets another prefix


class Cipher:
    """Encrypts with the first key, decrypts with any; raises KeysInvalid for malformed keys."""

    __slots__ = ("_fernet",)

    def __init__(self, keys: Sequence[str]) -> None:
        cleaned = [key.strip() for key in keys if key.strip()]
        if not cleaned:
            raise KeysInvalid(f"MS365_TOKEN_KEYS holds no key. {MAKE_A_KEY}")
        fernets = []
        for number, key in enumerate(cleaned, start=1):
            try:
                fernets.append(Fernet(key))
            except ValueError:
                # The cause is not kept: what stands there may be a key with one letter lost.
                raise KeysInvalid(
                    f"Key number {number} of MS365_TOKEN_KEYS is no Fernet key. {MAKE_A_KEY}"
                ) from None
        self._fernet = MultiFernet(fernets)

    def encrypt(self, text: str) -> str:
        """Return ``text`` encrypted with the first key."""
        return PREFIX + self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, value: str) -> str:
        """Return the clear text; raises KeyMissing when no key fits."""
        try:
            return self._fernet.decrypt(_token(value)).decode()
        except InvalidToken:
            raise _key_missing() from None

    def rotate(self, value: str) -> str:
        """Return the value encrypted anew with the first key; raises KeyMissing."""
        try:
            return PREFIX + self._fernet.rotate(_token(value)).decode()
        except InvalidToken:
            raise _key_missing() from None


def _token(value: str) -> bytes:
    if not value.startswith(PREFIX):
        raise KeyMissing(
            "A stored value is not in a format that this version can decrypt. It was written by "
            "a later version or changed by hand; restore it, or let the person sign in again. "
            "If the keys were changed: MS365_TOKEN_KEYS=new,old"
        )
    return value[len(PREFIX) :].encode()


def _key_missing() -> KeyMissing:
    return KeyMissing(
        "None of the keys in MS365_TOKEN_KEYS decrypts a stored value. Put the former key back "
        "behind the new one: MS365_TOKEN_KEYS=new,old"
    )
