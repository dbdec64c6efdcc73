"""Settings of `make demo`: everything has a value, secrets are made once and kept in a folder.

`AGENTBOX_DEMO_FOLDER` (default `var/demo` in the project folder) holds database, secrets and logs.
What the environment already says wins; a `.env` file is not read, so that the demo is always alike.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.demo_secrets import demo_environment

_PROJECT = Path(__file__).resolve().parent.parent.parent
DEMO_FOLDER = Path(os.environ.get("AGENTBOX_DEMO_FOLDER") or _PROJECT / "var" / "demo").resolve()

_DEMO = demo_environment(DEMO_FOLDER)
# What comes from the folder and not from the environment.
DEMO_DEFAULTS = {_name for _name in _DEMO if os.environ.get(_name, _DEMO[_name]) == _DEMO[_name]}
os.environ.update({_name: _DEMO[_name] for _name in DEMO_DEFAULTS})
os.environ["ENV_FILE"] = os.devnull

from config.settings.base import *  # noqa: E402, F403  the environment above comes first
from config.settings.base import AGENTBOX_SYNC, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "agentbox_sync.contrib.m365_emulator"]
# Its Master User has an authenticator without a phone: the pages that ask show the code.
MFA_FORMS = {
    "authenticate": "config.demo_authenticator.DemoAuthenticateForm",
    "reauthenticate": "config.demo_authenticator.DemoReauthenticateForm",
    "activate_totp": "config.demo_authenticator.DemoActivateForm",
}
MFA_TOTP_TOLERANCE = 10  # so that whoever signs in again and again is shown an unused code
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# How long to wait for what: a test of a crash cannot wait as long as a person can.
for _name in ("HTTP_TIMEOUT", "LEASE_TIME", "SETTLE_DELAY", "POLL_INTERVAL"):
    if _value := os.environ.get(f"AGENTBOX_{_name}"):
        AGENTBOX_SYNC[_name] = float(_value)
