"""Settings of the foreign CRM, as its own developers would write them."""

from __future__ import annotations

import base64
import os

from tests.projects.database import database

SECRET_KEY = "only-for-tests-" + "y" * 40
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost"]
ROOT_URLCONF = "tests.projects.foreign_crm.urls"
USE_TZ = True
TIME_ZONE = "Europe/Dublin"
STATIC_URL = "static/"
DATABASES = {"default": database("foreign_crm")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "foreign_crm.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "agentbox_sync",
    "tests.projects.foreign_crm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
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
    "name": "brokerage",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "timeout": 300,
    "retry": 960,
    "max_attempts": 1,
    "catch_up": False,
}

# What plugging agentbox_sync in takes: these lines, one in urls.py, one in admin.py, and sync.py.

AGENTBOX_STAFF_MODEL = "foreign_crm.Employee"
AGENTBOX_STAFF_MIGRATION = "foreign_crm.0002_people"
AGENTBOX_SYNC = {
    "ADAPTER": "tests.projects.foreign_crm.sync.BrokerageAdapter",
    "BASE_URL": "http://localhost:8000",
    "PHONE_REGION": "IE",
}
MS365_CLIENT_ID = "22222222-3333-4444-8555-666666666666"
MS365_CLIENT_SECRET = "only-for-tests"
MS365_TENANT = "88888888-7777-4666-8555-444444444444"
MS365_TOKEN_KEYS = base64.urlsafe_b64encode(b"foreign".ljust(32, b".")).decode()

# For the tests of what is said when a host forgets a line.
for _name in filter(None, os.environ.get("FOREIGN_WITHOUT", "").split(",")):
    del globals()[_name]
