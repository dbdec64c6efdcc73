"""Every bad end of a sign-in or of a token renewal, each a leaf of the core's tree.

``code`` never changes: the card chooses its sentence by it. ``next_step`` and the message are for
the log. ``numbers`` are Microsoft's AADSTS numbers, for a support call only. No message holds a
token, a code or an address.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync.core.errors import FixConfiguration, SignInAgain, SyncError, Throttled, TryLater

MAKE_A_KEY = (
    "Make a key with: python -c "
    '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" '
    "and put it into the environment as MS365_TOKEN_KEYS=key"
)


class OAuthError(SyncError):
    """What all bad ends share; mixed into a leaf that says which way it goes."""

    stable_code = "oauth"
    numbers: tuple[int, ...] = ()

    def __init__(
        self,
        message: str = "",
        *,
        request_id: str = "",
        numbers: Sequence[int] = (),
    ) -> None:
        super().__init__(message, code=self.stable_code, request_id=request_id)
        self.numbers = tuple(numbers)


# -------------------------------------------------------------- the person has to do something


class Declined(OAuthError, SignInAgain):
    """The person pressed Cancel on Microsoft's page."""

    stable_code = "declined"
    next_step = "Press Connect again and accept on Microsoft's page."


class AdminDeclined(OAuthError, SignInAgain):
    """The administrator did not approve the application."""

    stable_code = "admin_declined"
    next_step = "Talk to the Microsoft 365 administrator, then send the approval link again."


class ConsentRequired(OAuthError, SignInAgain):
    """The application is not approved; in most companies only an administrator may do that."""

    stable_code = "consent_required"
    next_step = "Send the approval link to the Microsoft 365 administrator, then press Connect."
    admin_consent_url = ""


class InteractionRequired(OAuthError, SignInAgain):
    """Microsoft wants another proof from the person: MFA, a new password, a device check."""

    stable_code = "interaction_required"
    next_step = "Press Connect and follow the steps that Microsoft asks for."


class AccessBlocked(OAuthError, SignInAgain):
    """The account is disabled, not assigned to the application, or kept out by a policy."""

    stable_code = "access_blocked"
    next_step = "The Microsoft 365 administrator must allow this account, then press Connect."


class AnswerTampered(OAuthError, SignInAgain):
    """The answer does not belong to the sign-in that was begun; nothing of it is believed."""

    stable_code = "answer_tampered"
    next_step = "Begin again with Connect on the card; look at the log if it happens twice."


class CodeExpired(OAuthError, SignInAgain):
    """The sign-in took too long, or its answer was used before."""

    stable_code = "code_expired"
    next_step = "Press Connect again."


class WrongTenant(OAuthError, SignInAgain):
    """The account belongs to an organisation that is not ours."""

    stable_code = "wrong_tenant"
    next_step = "Press Connect again and choose the company account."


class PersonalAccount(OAuthError, SignInAgain):
    """The account is a personal Microsoft account, not one of a company."""

    stable_code = "personal_account"
    next_step = "Press Connect again and choose the company account, not a personal one."


class MissingScopes(OAuthError, SignInAgain):
    """The person signed in but did not grant everything; ``missing`` names what is not there."""

    stable_code = "missing_scopes"
    next_step = "Press Connect again and leave every permission ticked."
    missing: tuple[str, ...] = ()


class GrantEnded(OAuthError, SignInAgain):
    """The stored sign-in is no longer accepted: revoked, too long unused, password reset."""

    stable_code = "grant_ended"
    next_step = "Ask the person to press Connect and to sign in at Microsoft again."


class RefusedWithoutKnownReason(OAuthError, SignInAgain):
    """Microsoft refused and gave a reason that no table knows."""

    stable_code = "refused"
    next_step = "Press Connect again; look Microsoft's numbers up in the log if it is refused too."


# -------------------------------------------------------------------------- an operator has to


class RegistrationInvalid(OAuthError, FixConfiguration):
    """A value of the app registration is missing or cannot be one."""

    stable_code = "registration_invalid"


class SecretRefused(OAuthError, FixConfiguration):
    """Microsoft does not accept the client secret: wrong, or expired."""

    stable_code = "secret_refused"
    next_step = "Make a new client secret in Entra ID, put it into MS365_CLIENT_SECRET, restart."


class ApplicationUnknown(OAuthError, FixConfiguration):
    """The organisation does not know this application id, or has disabled it."""

    stable_code = "application_unknown"
    next_step = "Compare MS365_CLIENT_ID and MS365_TENANT with the app registration, restart."


class TenantUnknown(OAuthError, FixConfiguration):
    """The tenant does not exist in this cloud, or the application may not be used for it."""

    stable_code = "tenant_unknown"
    next_step = "Put the directory (tenant) id of the app registration into MS365_TENANT, restart."


class OrganisationRefused(OAuthError, FixConfiguration):
    """The application may not work on its own in the organisation: not approved, or no longer."""

    stable_code = "organisation_refused"
    next_step = "Let the Microsoft 365 administrator approve the application for the organisation."


class RedirectRefused(OAuthError, FixConfiguration):
    """The callback address is not registered for the application."""

    stable_code = "redirect_refused"
    next_step = "Add the callback address to the app registration as a Web redirect URI."


class RequestRefused(OAuthError, FixConfiguration):
    """Microsoft calls the request itself wrong; asking again as it is cannot help."""

    stable_code = "request_refused"
    next_step = "Look Microsoft's numbers up and correct the app registration or the settings."


class KeysInvalid(OAuthError, FixConfiguration):
    """``MS365_TOKEN_KEYS`` is empty or holds something that is no key."""

    stable_code = "token_keys_invalid"
    next_step = MAKE_A_KEY


class KeyMissing(OAuthError, FixConfiguration):
    """A stored value was encrypted with a key that is not in ``MS365_TOKEN_KEYS``."""

    stable_code = "token_key_missing"
    next_step = "Add the former key behind the new one: MS365_TOKEN_KEYS=new,old"


# --------------------------------------------------------------------------- nobody has to


class MicrosoftUnavailable(OAuthError, TryLater):
    """The sign-in service did not answer, or answered that it cannot now."""

    stable_code = "microsoft_unavailable"
    next_step = "Wait, then try again; check the network and Microsoft's service health."


class MicrosoftBusy(OAuthError, Throttled):
    """The sign-in service asks for a pause."""

    stable_code = "microsoft_busy"
