"""Who somebody is, and since when they have a second factor: one statement for both.

The pages of the connections keep to twelve statements each, so that the middleware must not add
one to every request.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import OuterRef, Subquery


class _KnowsTheSecondFactor:
    def get_user(self, user_id: Any) -> Any | None:
        """As Django's, with `second_factor_since` on the user: a moment, or None."""
        since = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        users = get_user_model()._default_manager.annotate(
            second_factor_since=Subquery(since.values("created_at")[:1])
        )
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class UserNameBackend(_KnowsTheSecondFactor, ModelBackend):
    pass


class AddressBackend(_KnowsTheSecondFactor, AuthenticationBackend):
    pass
