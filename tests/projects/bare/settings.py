"""Settings of the bare project; what a deployment adds (MS365_*) is left out."""

from __future__ import annotations

import sys

from tests.projects.database import database

# This project signs people in with Django alone: here nobody could import allauth if they tried.
sys.modules["allauth"] = None  # type: ignore[assignment]

SECRET_KEY = "only-for-tests-" + "z" * 40
ALLOWED_HOSTS = ["testserver", "localhost"]
ROOT_URLCONF = "tests.projects.bare.urls"
USE_TZ = True
DATABASES = {"default": database("bare")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_q",
    "agentbox_sync",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
Q_CLUSTER = {
    "orm": "default",
    "workers": 1,
    "queue_limit": 1,
    "timeout": 300,
    "retry": 1000,
    "max_attempts": 1,
    "catch_up": False,
}

AGENTBOX_STAFF_MODEL = "auth.User"
AGENTBOX_SYNC = {
    "ADAPTER": "tests.projects.bare.sync.BareAdapter",
    "BASE_URL": "http://localhost:8000",
}
