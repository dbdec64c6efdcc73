"""How the second factor is kept and compared: sealed in the database, and each code good once."""

from __future__ import annotations

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.oauth.errors import KeyMissing, KeysInvalid


class SealedMFAAdapter(DefaultMFAAdapter):
    """Seals secrets and seeds with MS365_TOKEN_KEYS, as tokens are: a dump opens no door."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right. An app shows a new one every 30 seconds, and each works "
            "once: wait for the next one. A recovery code works here, too."
        ),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        return Cipher(conf.token_keys()).encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return Cipher(conf.token_keys()).decrypt(encrypted_text)


class EachCodeOnce:
    """allauth remembers a used code for one period, but a code is good for all it tolerates."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Recovery codes are digits, too.
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric"}

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except (KeyMissing, KeysInvalid) as unreadable:
            sentence = _(
                "Your authenticator cannot be read: a key of the CRM was taken away. Ask whoever "
                "runs the CRM to put MS365_TOKEN_KEYS right."
            )
            raise ValidationError(sentence) from unreadable
        except ValidationError as refusal:
            if refusal.code != "too_many_login_attempts":
                raise
            sentence = _(
                "That was a wrong code too often. Wait five minutes, then try again. If you have "
                "lost your phone and your recovery codes, ask whoever runs the CRM."
            )
            raise ValidationError(sentence) from refusal
        if self.authenticator.type == Authenticator.Type.TOTP:
            good_for = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
            if not cache.add(used_key(self.user, code), True, timeout=good_for):
                raise ValidationError(SealedMFAAdapter.error_messages["incorrect_code"])
        return code


def used_key(user: AbstractBaseUser, code: str) -> str:
    """The place in the cache that says that this code was used."""
    digits = "".join(letter for letter in code if letter.isalnum())
    return f"second-factor:used:{user.pk}:{digits}"


class AuthenticateForm(EachCodeOnce, forms.AuthenticateForm):
    pass


class ReauthenticateForm(EachCodeOnce, forms.ReauthenticateForm):
    pass
