"""Whoever looks after everybody's connections shows a second factor: here it is asked for.

allauth asks for the code when somebody signs in who has an authenticator. That alone leaves two
ways past it: a login that has none yet, and a session from before there was one. So a session must
have shown a code since the authenticator was made, or it gets no further than the page for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from agentbox_sync.permissions import MANAGE

SHOWN = "second_factor_shown"  # in the session: who showed one, and when
WANTED = "second_factor_wanted"  # in the session: where the person was going
JUST_NOW = 300.0  # seconds
# What is open to somebody who has not shown one: the way to show it, and the way out.
OPEN = {
    *("mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate"),
    *("account_logout", "admin:logout"),
}
# The pages between showing one and going on.
ON_THE_WAY = OPEN | {
    *("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes"),
}

User = AbstractBaseUser | AnonymousUser


def must_have_one(user: User) -> bool:
    """Whether this user must show a second factor: Master Users and superusers."""
    return user.is_authenticated and (user.is_superuser or user.has_perm(MANAGE))


def take_away(user: AbstractBaseUser) -> bool:
    """Removes authenticator and recovery codes; returns whether there were any.

    The person makes a new one at the next page they open. Sessions stay: whoever fears that one
    is in strange hands changes the password too, which ends them.
    """
    removed, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    return removed > 0


def remember(request: HttpRequest, user: User, *, is_new: bool = False) -> None:
    """Writes into the session that this user has shown a second factor just now."""
    request.session[SHOWN] = {"user": str(user.pk), "at": time.time(), "new": is_new}


def was_just_set_up(request: HttpRequest) -> bool:
    """Whether this very session has set up its user's authenticator in the last minutes."""
    shown = request.session.get(SHOWN) or {}
    return bool(shown.get("new")) and _shown_since(request, time.time() - JUST_NOW)


class SecondFactorMiddleware:
    """Sends those who must show a second factor, and have not, to the page for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponseBase | None:
        if not must_have_one(request.user):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        # Both backends in config.backends read it with the user, or nobody is let in.
        made_at = request.user.second_factor_since
        if made_at is not None and _shown_since(request, made_at.timestamp()):
            if name not in ON_THE_WAY:
                request.session.pop(WANTED, None)
            return None
        if name in OPEN:
            request.second_factor_is_missing = True  # the page offers no way but on and out
            return None
        wanted = request.get_full_path() if request.method == "GET" else ""
        if made_at is None:
            if wanted and name not in ON_THE_WAY:
                request.session[WANTED] = wanted
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        return HttpResponseRedirect(reverse("mfa_reauthenticate") + query)


def _shown_since(request: HttpRequest, moment: float) -> bool:
    shown = request.session.get(SHOWN) or {}
    return shown.get("user") == str(request.user.pk) and shown.get("at", 0.0) >= moment


def connect() -> None:
    signals.authenticator_used.connect(_was_used, dispatch_uid="config.second_factor.used")
    signals.authenticator_added.connect(_was_added, dispatch_uid="config.second_factor.added")


def _was_used(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    remember(request, user)


def _was_added(
    request: HttpRequest, user: AbstractBaseUser, authenticator: Authenticator, **_: Any
) -> None:
    """A new authenticator was shown to be in hand: its code was typed. Recovery codes were not."""
    if authenticator.type == Authenticator.Type.TOTP:
        remember(request, user, is_new=True)
