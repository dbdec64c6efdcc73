"""The encrypted text field: clear in Python, sealed in the database."""

from __future__ import annotations

from typing import Any

from django.db import models

from agentbox_sync import conf
from agentbox_sync.oauth.cipher import Cipher


class SealedTextField(models.TextField):
    """Text that is encrypted with the first of MS365_TOKEN_KEYS and read with any of them.

    An empty text stays empty, so that "no token" can be told in SQL. Raises FixConfiguration
    when no key opens a value: a wrong key must never look like "no token".
    """

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Open a stored value."""
        return Cipher(conf.token_keys()).decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Seal a value on its way into the database."""
        text = super().get_prep_value(value)
        return Cipher(conf.token_keys()).encrypt(text) if text else text

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse to be serialized: ``dumpdata`` would write tokens in clear."""
        del obj
        return ""
