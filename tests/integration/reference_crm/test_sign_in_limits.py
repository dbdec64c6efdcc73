"""Guessing is slowed down, and counted for all processes together."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from config.environment import SHARED_CACHE
from config.settings import base
from tests.architecture.source import ROOT
from tests.builders.crm import a_login
from tests.builders.second_factor import a_phone

WAIT = "Wait five minutes"


@pytest.fixture
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS


def sign_in(client, password, login="jane"):
    return client.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.django_db
def test_the_sixth_guess_is_told_to_wait_and_even_the_right_one_is_refused(limits):
    a_login(username="jane")
    a_login(username="tom")
    for _ in range(5):
        assert WAIT not in sign_in(Client(), "wrong").text
    for password in ("wrong", "secret"):
        answer = sign_in(Client(), password)
        assert WAIT in answer.text
        assert "Forgot your password?" in answer.text
    assert sign_in(Client(), "secret", "tom").status_code == 302  # others are not held up


@pytest.mark.django_db
def test_getting_in_costs_no_attempt(limits):
    a_login(username="jane")
    for _ in range(4):
        sign_in(Client(), "wrong")
    for _ in range(3):
        assert sign_in(Client(), "secret").status_code == 302


@pytest.mark.django_db
def test_one_address_cannot_try_many_names(limits):
    for number in range(10):
        assert WAIT not in sign_in(Client(), "wrong", f"name{number}").text
    assert WAIT in sign_in(Client(), "wrong", "another").text


@pytest.mark.django_db
def test_codes_are_not_guessed_either(limits):
    phone = a_phone(a_login(username="jane"))
    client = Client()
    where = sign_in(client, "secret").url
    for _ in range(5):
        assert WAIT not in client.post(where, {"code": "000000"}).text
    told = client.post(where, {"code": phone.code()})
    assert WAIT in told.text
    assert "ask whoever runs the CRM" in told.text


@pytest.mark.django_db
def test_a_flood_is_answered_by_a_page_in_words(settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    client = Client()
    for expected in (302, 429):
        answer = client.post(reverse("account_reset_password"), {"email": "x@example.com"})
        assert answer.status_code == expected
    assert "That was too often." in answer.text


GUESS = """
import django
django.setup()
from django.conf import settings
from config.settings import base
settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
settings.ALLOWED_HOSTS = ["testserver"]
from tests.integration.reference_crm import test_sign_in_limits as here
answers = [here.sign_in(here.Client(), password) for password in ("e", "secret")]
print([here.WAIT in answer.text for answer in answers])
"""


def guess_elsewhere():
    """In a process of its own, as a second web server is one; says which guess has to wait."""
    test = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        database = f"sqlite:///{test}"
    else:
        database = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{test}"
    done = subprocess.run(
        [sys.executable, "-c", GUESS],
        env={**os.environ, "DATABASE_URL": database, "CACHE_URL": SHARED_CACHE},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_count_and_two_memories_do_not(limits, settings):
    """The last guess is the control: counted in each process, a fleet lets all of them through."""
    a_login(username="jane")
    memory = settings.CACHES
    settings.CACHES = {"default": base.ENV.cache("CACHE_URL_NOT_SET")}
    call_command("createcachetable", verbosity=0)
    try:
        for password in "abcd":
            assert WAIT not in sign_in(Client(), password).text
        assert guess_elsewhere() == "[False, True]"
        assert WAIT in sign_in(Client(), "secret").text
        settings.CACHES = memory
        assert sign_in(Client(), "secret").status_code == 302
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE crm_cache")


@pytest.mark.django_db
def test_migrate_makes_the_table_and_finds_it_made(settings):
    settings.CACHES = {"default": base.ENV.cache("CACHE_URL_NOT_SET")}
    table = settings.CACHES["default"]["LOCATION"]
    for _ in range(2):
        call_command("migrate", verbosity=0, interactive=False)
        assert table in connection.introspection.table_names()
    with transaction.atomic():
        caches["default"].set("x", 1)
        assert caches["default"].get("x") == 1
    caches["default"].clear()
