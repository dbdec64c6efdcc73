"""Sign-in rules of the demo host: accounts are given out in the admin, nobody signs up."""

from __future__ import annotations

import logging
import smtplib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from config.second_factor import JUST_NOW, was_just_set_up

logger = logging.getLogger(__name__)


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "That was wrong too often. Wait five minutes, then try again: until then even the "
            "right password is refused. If you have forgotten it, do not guess: choose “Forgot "
            "your password?”."
        ),
        "username_password_mismatch": _("User name or password is not correct."),
        "email_password_mismatch": _("E-mail address or password is not correct."),
        "rate_limited": _("That was too often. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who has just signed in is not asked again for a first authenticator and its codes."""
        request = context.request
        if app == "allauth.mfa" and request.user.is_authenticated:
            signed_in = any(
                time.time() - record["at"] < JUST_NOW
                for record in get_authentication_records(request, request.user)
            )
            if signed_in and not is_mfa_enabled(request.user):
                return False
            if was_just_set_up(request):
                return False
        return super().is_reauthentication_required(app=app, **more)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away stops nobody, and tells nobody whose address is known."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as failure:
            # The name alone: what a mail server says, and a traceback with it, repeats the address.
            kind = type(failure).__name__
            logger.error("%s could not be mailed: %s", template_prefix, kind)  # noqa: TRY400


class StaffSocialAccountAdapter(DefaultSocialAccountAdapter):
    """An unknown Microsoft account is turned away, whatever its address says.

    The address that Microsoft reports is not proof of who signs in (another tenant may set any),
    so a person first signs in with the password and links the account there.
    """

    def is_open_for_signup(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
    ) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        said = sociallogin.account.extra_data
        values = {"account_name": said.get("userPrincipalName") or said.get("mail") or ""}
        page = render(request, "socialaccount/unknown_account.html", values, status=403)
        raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **more: Any
    ) -> None:
        cause = more.get("exception")
        logger.warning("Microsoft sign-in failed: %s %s", error, type(cause).__name__)

    def get_requests_session(self) -> Any:
        """On the way to Microsoft that agentbox_sync takes: MS365_PROXY and MS365_CA_BUNDLE."""
        session = super().get_requests_session()
        session.trust_env = False
        if proxy := conf.environment("MS365_PROXY"):
            session.proxies = {"http": proxy, "https": proxy}
        session.verify = conf.environment("MS365_CA_BUNDLE") or True
        return session
