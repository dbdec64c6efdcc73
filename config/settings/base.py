"""Settings of the demo host that every environment shares; values come from the environment.

`ENV_FILE` names a file of further values (default: `.env` in the project folder, if there is one).
The MS365_* variables are read by agentbox_sync itself; the host need not repeat them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from agentbox_sync.oauth.clouds import CLOUDS
from config.environment import Environment, refuse

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENV = Environment(Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env"))

SECRET_KEY = ENV.text("SECRET_KEY", example=secrets.token_urlsafe(48))
DEBUG = ENV.flag("DEBUG", default=False)
ALLOWED_HOSTS = ENV.hosts("ALLOWED_HOSTS")
BASE_URL = ENV.address("BASE_URL", example="https://crm.example.com")

# Applications

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.microsoft",
    "allauth.mfa",
    "agentbox_sync",
    "agentbox_sync.contrib.reference_crm",
    "config",  # last: it changes what the others have registered in the admin
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_factor.SecondFactorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# agentbox_sync, as any host sets it

AGENTBOX_STAFF_MODEL = "agentbox_crm.Staff"
AGENTBOX_SYNC = {
    "ADAPTER": "agentbox_sync.contrib.reference_crm.adapter.ReferenceCRMAdapter",
    "BASE_URL": BASE_URL,
    "PHONE_REGION": "AU",
}

# Database: SQLite needs IMMEDIATE transactions, or a read that turns into a write fails at once
# with "database is locked" while web and worker both write; WAL keeps readers free.

DATABASES = {"default": ENV.database("DATABASE_URL", base=BASE_DIR)}
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in limits and used codes are counted here, for all processes together.
CACHES = {"default": ENV.cache("CACHE_URL")}

# Mail: new passwords, invitations, and word of every change to a login

globals().update(ENV.mail("EMAIL_URL"))
DEFAULT_FROM_EMAIL = ENV.text(
    "DEFAULT_FROM_EMAIL", example="crm@example.com", default="webmaster@localhost"
)
EMAIL_TIMEOUT = 10

# Background jobs. The lock on a task runs from when it is fetched, not from when it starts, so
# that retry must exceed timeout * (ceil(queue_limit / workers) + 2) or a task runs twice.

Q_CLUSTER = {
    "name": "agentbox",
    "label": _("Background jobs"),
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.5,
    "timeout": 300,
    "retry": 960,
    "max_attempts": 1,
    "save_limit": 250,
    "catch_up": False,
}

# Sign-in: allauth says who uses the CRM; which mailbox belongs to whom is agentbox_sync's matter.

AUTHENTICATION_BACKENDS = [
    "config.backends.UserNameBackend",
    "config.backends.AddressBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "config.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail from us
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "My Office: "
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before a Microsoft account becomes a way in
ACCOUNT_SESSION_REMEMBER = None
# The sentences in config.accounts and second_factor_forms name these five minutes.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
SOCIALACCOUNT_ADAPTER = "config.accounts.StaffSocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address is no proof: see config.accounts
SOCIALACCOUNT_STORE_TOKENS = False  # allauth would keep them in plain text
MFA_ADAPTER = "config.second_factor_forms.SealedMFAAdapter"
MFA_FORMS = {
    "authenticate": "config.second_factor_forms.AuthenticateForm",
    "reauthenticate": "config.second_factor_forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]  # no passkeys: their page needs inline script
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the admin, not from whoever signs up
MFA_TOTP_ISSUER = "My Office"
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off, or a code typed at its last second

_MS365_LOGIN = ENV.address("MS365_LOGIN_URL", example="http://127.0.0.1:8365", default="")
_MS365_GRAPH = ENV.address("MS365_GRAPH_URL", example="http://127.0.0.1:8365", default="")
_MS365_CLIENT = ENV.text("MS365_CLIENT_ID", example="", default="")
# An unknown name is a finding of agentbox_sync's own check, and nothing to guess about here.
_CLOUD = CLOUDS.get(ENV.text("MS365_CLOUD", example="global", default="global").lower())
_CLOUD = _CLOUD or CLOUDS["global"]
_MS365_LOGIN = _MS365_LOGIN or f"https://{_CLOUD.login}"
SOCIALACCOUNT_PROVIDERS = {
    "microsoft": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": [scope for scope in _CLOUD.scopes if scope.endswith("User.Read")],
        # On a shared computer Microsoft would let in whoever used it last.
        "AUTH_PARAMS": {"prompt": "select_account"},
        "APPS": [
            {
                "client_id": _MS365_CLIENT,
                "secret": ENV.text("MS365_CLIENT_SECRET", example="", default=""),
                "settings": {
                    "tenant": ENV.text("MS365_TENANT", example="", default="organizations"),
                    "login_url": _MS365_LOGIN,
                    "graph_url": _MS365_GRAPH or f"https://{_CLOUD.graph}",
                },
            }
        ]
        if _MS365_CLIENT
        else [],
    }
}

# Sessions and headers

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the session on the way back from Microsoft
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A redirect that follows a form counts as a form action, so Microsoft's sign-in must be named.
CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'", _MS365_LOGIN],
}

# Language and time

LANGUAGE_CODE = "en-au"
# Other kinds of English fall back to the first. A person gets what their browser asks for.
LANGUAGES = [("en-au", _("English (Australia)")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Australia/Sydney"
USE_I18N = True
USE_TZ = True

# Static files

STATIC_URL = "static/"

# Log: ids and counts for an engineer

LOG_LEVEL = ENV.text("LOG_LEVEL", example="INFO", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise refuse("LOG_LEVEL", f"must be a level of Python's log, not “{LOG_LEVEL}”.", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "agentbox_sync": {"level": LOG_LEVEL},
        "config": {"level": LOG_LEVEL},
        "django-q": {"level": LOG_LEVEL},
    },
}
