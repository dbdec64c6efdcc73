"""The demo's authenticator: its Master User has one, and the pages that ask show its code.

Only config.settings.demo names these forms. Everything else is as on a server: a code is good for
its time, and once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db.models.signals import post_save

from config.second_factor_forms import AuthenticateForm, ReauthenticateForm, used_key


def codes(secret: str) -> Iterator[str]:
    """The codes that are good now: first the one that an app would show, then later ones."""
    now = int(time.time()) // app_settings.TOTP_PERIOD
    for ahead in range(app_settings.TOTP_TOLERANCE + 1):
        yield format_hotp_value(hotp_value(secret, now + ahead))


class _ShowsTheCode:
    user: AbstractBaseUser

    @property
    def shown_code(self) -> str:
        """The code of this person's authenticator, in two groups; "" for who has none."""
        found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        if found is None:
            return ""
        good = codes(decrypt(found.data["secret"]))
        return _grouped(next((c for c in good if not cache.get(used_key(self.user, c))), ""))


class DemoAuthenticateForm(_ShowsTheCode, AuthenticateForm):
    pass


class DemoReauthenticateForm(_ShowsTheCode, ReauthenticateForm):
    pass


class DemoActivateForm(ActivateTOTPForm):
    @property
    def shown_code(self) -> str:
        """The code that an app would show that has just read the secret of this page."""
        return _grouped(next(codes(self.secret)))


def _grouped(code: str) -> str:
    return f"{code[:3]} {code[3:]}".strip()


def connect() -> None:
    post_save.connect(
        give_one, sender=get_user_model(), dispatch_uid="config.demo_authenticator.give_one"
    )


def give_one(instance: Any, created: bool, raw: bool = False, **_: Any) -> None:
    """A new superuser of the demo gets an authenticator, as if it had been set up."""
    if created and instance.is_superuser and not raw:
        TOTP.activate(instance, generate_totp_secret())
        RecoveryCodes.activate(instance)
