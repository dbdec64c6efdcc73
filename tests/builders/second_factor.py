"""Second factors in tests: who is let in by force has shown one, and a phone that shows codes."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in

from config import second_factor


def a_phone(user: User) -> Phone:
    """Set up an authenticator for this login, as its owner would."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return Phone(secret)


class Phone:
    """An authenticator app that knows one secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, ahead: int = 0) -> str:
        """The code of now, or of so many half minutes later."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + ahead))


def _let_in(request: Any, user: User, **_: Any) -> None:
    """`Client.force_login` passes by the door, so it passes by the second factor, too.

    Its request has no method; whoever comes by a page has one, and is asked.
    """
    if request.method is None and second_factor.must_have_one(user):
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            a_phone(user)
        second_factor.remember(request, user)


def let_in_by_force() -> None:
    user_logged_in.connect(_let_in, dispatch_uid="tests.builders.second_factor")
