"""Settings of a server that people rely on: nothing is guessed, everything is encrypted in transit.

The server stands behind a proxy that ends TLS and sets X-Forwarded-Proto; `PROXY_COUNT` says how
many proxies append to X-Forwarded-For, so that sign-in limits see the visitor's own address.
"""

from __future__ import annotations

from agentbox_sync import conf
from config.environment import SHARED_CACHE, refuse
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, BASE_URL, CACHES, DEBUG, ENV, SECRET_KEY

if DEBUG:
    raise refuse("DEBUG", "must be off on a server that people rely on.", "False")
if len(SECRET_KEY) < 32:
    raise refuse("SECRET_KEY", "is shorter than 32 characters.", "<50 random letters and digits>")
if not BASE_URL.startswith("https://"):
    raise refuse("BASE_URL", "must start with https:// on a server.", "https://crm.example.com")
if not CACHES["default"]["BACKEND"].endswith(("DatabaseCache", "RedisCache")):
    problem = (
        "names a cache of each process for itself: sign-in limits count for all together. "
        "Use the database, or Redis: redis://127.0.0.1:6379/0."
    )
    raise refuse("CACHE_URL", problem, SHARED_CACHE)

STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = ENV.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = ENV.number("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = ENV.flag("SECURE_HSTS_PRELOAD", default=False)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.number("PROXY_COUNT", default=1)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# agentbox_sync itself starts without them, because its host's tests need none; a server that is
# to connect people does. Read here so that a missing one stops the start with the line to paste.
for _name, _example in (
    ("MS365_CLIENT_ID", "00000000-0000-0000-0000-000000000000"),
    ("MS365_CLIENT_SECRET", "<the value of the client secret, not its id>"),
    ("MS365_TOKEN_KEYS", conf.EXAMPLES["MS365_TOKEN_KEYS"].partition("=")[2]),
):
    ENV.text(_name, example=_example)
