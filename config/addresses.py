"""A login has the one address that the admin gives it.

allauth keeps a table of addresses beside the login, and writes into it by itself, for example when
a password is forgotten. An address that stayed there after a change in the admin would still be
sent links with which to choose a new password.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db.models.signals import post_save


def connect() -> None:
    user_model = get_user_model()
    post_save.connect(_login_was_saved, sender=user_model, dispatch_uid="config.addresses.login")
    post_save.connect(_row_was_saved, sender=EmailAddress, dispatch_uid="config.addresses.row")


def _login_was_saved(
    instance: Any,
    created: bool,
    update_fields: Collection[str] | None = None,
    **_: Any,
) -> None:
    if not created and (update_fields is None or "email" in update_fields):
        _forget_others(instance)


def _row_was_saved(instance: EmailAddress, **_: Any) -> None:
    _forget_others(instance.user)


def _forget_others(user: Any) -> None:
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
