"""The example of README.md: its blocks, and a project made of them and nothing else of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(
    r"`(?P<path>[\w/]+\.py)`:\n\n```python\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
WRITTEN_BY_THE_HOST = {"settings.py", "urls.py", "crm/connections.py", "crm/admin.py"}

# The models that README.md says the CRM has already.
MODELS = """
from django.conf import settings
from django.db import models


class Agent(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    name = models.CharField(max_length=80)
    email = models.EmailField()


class Client(models.Model):
    agent = models.ForeignKey(Agent, models.CASCADE)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    company = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=40, blank=True)
"""

# What `django-admin startproject` gives a new project, as far as it matters here.
SETTINGS = """
from pathlib import Path

SECRET_KEY = "only-for-tests-" + "r" * 40
ALLOWED_HOSTS = ["crm.example.com"]
ROOT_URLCONF = "urls"
USE_TZ = True
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).with_name("crm.sqlite3"),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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
"""


def blocks(page: str) -> dict[str, str]:
    """The code blocks of a page by the file that the line before each names."""
    return {found["path"]: found["code"] for found in BLOCK.finditer(page)}


def lines_of_code(code: str) -> int:
    """Lines that hold something; comments count, as somebody has to write them."""
    return sum(1 for line in code.splitlines() if line.strip())


def build(folder: Path, code: dict[str, str]) -> None:
    """Write the project: a new one of Django's, and the blocks."""
    for path in ("crm/__init__.py", "crm/migrations/__init__.py"):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "crm/models.py").write_text(MODELS)
    for path, text in code.items():
        (folder / path).write_text(SETTINGS + text if path == "settings.py" else text)


def run(folder: Path, root: Path, *arguments: str) -> str:
    """Run Python in the project, warnings being errors; return what it printed."""
    # Only what a login shell has: the settings of these tests stand in our own environment.
    names = ("PATH", "HOME", "LANG", "M365_EMULATOR_LOG")  # the last: a run's traffic
    kept = {name: os.environ[name] for name in names if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=kept
        | {"PYTHONPATH": f"{folder}{os.pathsep}{root}", "DJANGO_SETTINGS_MODULE": "settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
