"""Settings for the tests: nothing from the developer's .env, nothing slow, nothing outside."""

from __future__ import annotations

import base64
import os
from pathlib import Path

_DEFAULTS = {
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "DEBUG": "False",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "BASE_URL": "http://localhost:8000",
    "DATABASE_URL": "sqlite:///var/test/crm.sqlite3",
    "MS365_CLIENT_ID": "11111111-2222-4333-8444-555555555555",
    "MS365_CLIENT_SECRET": "only-for-tests",
    "MS365_TENANT": "99999999-8888-4777-8666-555555555555",
    # A fixed Fernet key: 32 bytes in URL-safe base64.
    "MS365_TOKEN_KEYS": base64.urlsafe_b64encode(b"only-for-tests".ljust(32, b".")).decode(),
    "CACHE_URL": "locmemcache://",  # tests without a database look into the cache, too
    "LOG_LEVEL": "WARNING",
}
for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)
os.environ["ENV_FILE"] = os.devnull

from config.settings.base import *  # noqa: E402, F403  the environment above comes first
from config.settings.base import DATABASES, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "agentbox_sync.contrib.m365_emulator"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
    )
    if DATABASES["default"]["NAME"] != ":memory:":
        # A file, not memory, so that a test may start a worker process on the same database.
        _file = Path(DATABASES["default"]["NAME"])
        _file.parent.mkdir(parents=True, exist_ok=True)
        DATABASES["default"]["TEST"] = {"NAME": str(_file.with_name(f"test_{_file.name}"))}
