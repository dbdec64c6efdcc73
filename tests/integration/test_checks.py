"""Every mistake that a host can make has a number, and a correct project has none of them."""

from __future__ import annotations

import re
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import checks as django_checks
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import path

from agentbox_sync import checks, conf
from agentbox_sync.checks import databases, options
from agentbox_sync.contrib.reference_crm.models import Staff
from tests.architecture.source import ROOT

MISTAKES = "tests.projects.mistakes"
urlpatterns = [path("admin/", admin.site.urls)]  # a URLconf that leaves us out


def found(**given):
    """The messages of ours, by number."""
    return {
        message.id.removeprefix("agentbox_sync."): message
        for message in run_checks(**given)
        if message.id.startswith("agentbox_sync.")
    }


@pytest.fixture
def change(settings, monkeypatch):
    """Set host settings, keys of AGENTBOX_SYNC, or values of the environment, by their names."""

    def changed(name, value):
        if name.startswith("MS365_"):
            monkeypatch.setenv(name, value)
        elif name in conf.DEFAULTS or name.islower():
            settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, name: value}
        elif name.startswith("Q_"):
            settings.Q_CLUSTER = {**settings.Q_CLUSTER, name.removeprefix("Q_").lower(): value}
        else:
            setattr(settings, name, value)

    return changed


@pytest.mark.django_db
def test_the_reference_crm_has_no_mistake():
    assert found(include_deployment_checks=True, databases=["default"]) == {}
    assert checks.mistakes() == []


GUID = "99999999-8888-4777-8666-555555555555"
PLANTED = [
    ("E001", "AGENTBOX_STAFF_MODEL", ""),
    ("E001", "AGENTBOX_STAFF_MODEL", None),
    ("E001", "AGENTBOX_STAFF_MODEL", "Staff"),
    ("E001", "AGENTBOX_STAFF_MODEL", "agentbox_crm.models.Staff"),
    ("E001", "AGENTBOX_STAFF_MODEL", Staff),
    ("E002", "AGENTBOX_STAFF_MODEL", "agentbox_crm.Agent"),
    ("E002", "AGENTBOX_STAFF_MODEL", "nocrm.Staff"),
    ("E003", "AGENTBOX_STAFF_MIGRATION", "auth.0001_initial"),
    ("E004", "AGENTBOX_STAFF_MIGRATION", "agentbox_crm.0007_staff"),
    ("E004", "AGENTBOX_STAFF_MIGRATION", "0001_initial"),
    ("E004", "AGENTBOX_STAFF_MIGRATION", ("agentbox_crm", "0001_initial")),
    ("E005", "AGENTBOX_SYNC", None),
    ("E005", "AGENTBOX_SYNC", "mycrm.sync.Adapter"),
    ("E006", "poll_intervall", 60),
    ("E007", "POLL_INTERVAL", -300),
    ("E007", "POLL_INTERVAL", "300"),
    ("E007", "POLL_INTERVAL", True),
    ("E007", "LEASE_TIME", float("nan")),
    ("E007", "RUN_TIME", 0),
    ("E007", "SETTLE_DELAY", -1),
    ("E007", "CHANGE_RETENTION_DAYS", 0.5),
    ("E007", "GUARD_FLOOR", -1),
    ("E007", "GUARD_SHARE", 10),
    ("E007", "ALLOWED_TENANTS", GUID),
    ("E007", "ALLOWED_TENANTS", ["agency.example"]),
    ("E007", "PHONE_REGION", "Australia"),
    ("E007", "PHONE_REGION", ["AU"]),
    ("E007", "ADAPTER", object),
    ("E007", "BASE_URL", 8000),
    ("E008", "LEASE_TIME", 45),
    ("W009", "ADAPTER", f"{MISTAKES}.Empty"),
    ("E010", "ADAPTER", None),
    ("E010", "ADAPTER", ""),
    ("E011", "ADAPTER", "Adapter"),
    ("E011", "ADAPTER", f"{MISTAKES}.Adapterr"),
    ("E011", "ADAPTER", "tests.projects.nowhere.Adapter"),
    ("E012", "ADAPTER", f"{MISTAKES}.NoAdapter"),
    ("E012", "ADAPTER", f"{MISTAKES}.adapter"),
    ("E013", "ADAPTER", f"{MISTAKES}.NoSource"),
    ("E013", "ADAPTER", f"{MISTAKES}.WithoutKind"),
    ("E013", "ADAPTER", f"{MISTAKES}.UnknownKind"),
    ("E014", "ADAPTER", f"{MISTAKES}.TwoOfAKind"),
    ("E015", "ADAPTER", f"{MISTAKES}.NoModel"),
    ("E015", "ADAPTER", f"{MISTAKES}.ModelNotThere"),
    ("E017", "ADAPTER", f"{MISTAKES}.NothingOverridden"),
    ("E018", "ADAPTER", f"{MISTAKES}.UnknownAtom"),
    ("E019", "ADAPTER", f"{MISTAKES}.BrokenPath"),
    ("E019", "ADAPTER", f"{MISTAKES}.BrokenChild"),
    ("E020", "ADAPTER", f"{MISTAKES}.WrongShape"),
    ("E020", "ADAPTER", f"{MISTAKES}.UnknownPart"),
    ("E020", "ADAPTER", f"{MISTAKES}.NoDeclaration"),
    ("E021", "ADAPTER", f"{MISTAKES}.DependsOnNothing"),
    ("E021", "ADAPTER", f"{MISTAKES}.DependsOnNoAttribute"),
    ("E022", "ADAPTER", f"{MISTAKES}.NoManyToMany"),
    ("E023", "ADAPTER", f"{MISTAKES}.NoPrefetch"),
    ("E024", "ADAPTER", f"{MISTAKES}.AheadOfNothing"),
    ("E030", "BASE_URL", None),
    ("E030", "BASE_URL", ""),
    ("E031", "BASE_URL", "crm.example.com"),
    ("E031", "BASE_URL", "https://crm.example.com/agentbox"),
    ("E031", "BASE_URL", "https://crm.example.com:port"),
    ("E031", "BASE_URL", "https://me@crm.example.com"),
    ("E031", "BASE_URL", "ftp://localhost"),
    ("E031", "BASE_URL", " http://localhost"),
    ("W032", "BASE_URL", "http://testserver"),
    ("W033", "BASE_URL", "https://crm.example.com"),
    ("E040", "MS365_CLIENT_ID", "agentbox"),
    ("E041", "MS365_TENANT", "consumers"),
    ("E041", "MS365_TENANT", "https://agency.example"),
    ("E042", "MS365_CLOUD", "germany"),
    ("E043", "MS365_TOKEN_KEYS", "secret"),
    ("E044", "MS365_LOGIN_URL", "https://login.example.com"),
    ("E044", "MS365_GRAPH_URL", "http://10.0.0.1:9080"),
    ("E045", "MS365_LOGIN_URL", "http://127.0.0.1:9080"),
    ("E046", "MS365_CA_BUNDLE", "nowhere/ca.pem"),
    ("E047", "MS365_PROXY", "proxy.example.com:3128"),
    ("W048", "MS365_CLIENT_SECRET", ""),
    ("E050", "MS365_CLOUD", "china"),
    ("E060", "SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies"),
    ("E061", "SESSION_COOKIE_SAMESITE", "Strict"),
    ("E062", "ROOT_URLCONF", __name__),
    ("W063", "AGENTBOX_STAFF_MODEL", "auth.User"),
    ("W064", "AGENTBOX_STAFF_MODEL", "sessions.Session"),
    ("E071", "Q_ORM", None),
    ("E071", "Q_ORM", "queue"),
    ("E071", "Q_SQS", {"aws_region": "x"}),
    ("E072", "Q_RETRY", 600),
    ("E072", "Q_QUEUE_LIMIT", 8),
    ("E072", "Q_BULK", 4),
    ("E073", "RUN_TIME", 290),
    ("W074", "Q_CATCH_UP", True),
    ("W075", "Q_MAX_ATTEMPTS", 0),
    ("E076", "Q_TIMEOUT", None),
]


@pytest.mark.parametrize("number, name, value", PLANTED)
def test_a_planted_mistake_is_found_with_what_to_do(number, name, value, change):
    change(name, value)
    messages = found()
    assert number in messages
    assert messages[number].hint
    # Those of the sign-in speak for themselves and end with a line to paste.
    assert messages[number].msg.endswith(".") or number in ("E041", "E042", "E043", "E044")
    kind = django_checks.ERROR if number[0] == "E" else django_checks.WARNING
    assert messages[number].level == kind


@pytest.mark.parametrize("number, name, value", PLANTED)
def test_one_mistake_is_told_once_and_not_as_several(number, name, value, change):
    change(name, value)
    assert {other for other in found() if other[0] == "E"} <= {number}


@pytest.mark.parametrize(
    "name, value",
    [
        ("ADAPTER", f"{MISTAKES}.QuerysetAhead"),
        ("BASE_URL", "http://localhost:8000/"),
        ("BASE_URL", "http://127.0.0.1:8000"),
        ("BASE_URL", "https://testserver"),
        ("MS365_TENANT", "agency.example"),
        ("MS365_TENANT", "organizations"),
        ("MS365_CLOUD", "dod"),
        ("MS365_CLOUD", "gcc_high"),
        ("MS365_PROXY", "http://me:secret@proxy.example.com:3128"),
        ("ALLOWED_TENANTS", [GUID]),
        ("SETTLE_DELAY", 0),
        ("SETTLE_DELAY", None),  # None is "the default"
        ("GUARD_SHARE", 1),
        ("POLL_INTERVAL", 2.5),
        ("AGENTBOX_STAFF_MIGRATION", "agentbox_crm.0001_initial"),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.cached_db"),
        ("ALLOWED_HOSTS", ["*"]),
    ],
)
def test_what_can_be_meant_is_not_complained_of(name, value, change):
    change(name, value)
    assert [str(message) for message in found().values()] == []


def test_a_key_that_is_too_long_to_be_remembered_is_found(change, monkeypatch):
    monkeypatch.setattr("agentbox_sync.checks.adapter.LONGEST_KEY", 30)
    change("ADAPTER", f"{MISTAKES}.LongKey")  # a session has 40 letters
    assert "E016" in found()


def test_a_missing_secret_stops_a_deployment_and_nobody_else(monkeypatch):
    monkeypatch.delenv("MS365_TOKEN_KEYS")
    assert set(found()) == {"W048"}
    assert set(found(include_deployment_checks=True)) == {"W048", "E049"}
    assert "Fernet.generate_key" in found()["W048"].hint


def test_no_secret_is_repeated(monkeypatch):
    monkeypatch.setenv("MS365_TOKEN_KEYS", "a-key-with-one-letter-lost")
    monkeypatch.setenv("MS365_PROXY", "me:hunter2@proxy")
    monkeypatch.setenv("MS365_CLIENT_ID", "a-secret-in-the-wrong-line")
    said = "".join(str(message) for message in found().values())
    assert {"E040", "E043", "E047"} <= set(found())
    assert not re.search("one-letter-lost|hunter2|wrong-line", said)


def test_django_q_that_is_not_installed_is_found(monkeypatch):
    installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != "django_q" and installed(name))
    assert "E070" in found()
    config = apps.get_app_config("agentbox_sync")
    with pytest.raises(ImproperlyConfigured, match="INSTALLED_APPS ="):
        config.import_models()


@pytest.mark.parametrize(
    "number, engine, changes",
    [
        ("W080", "sqlite3", {"OPTIONS": {"timeout": 20}}),
        ("W080", "sqlite3", {"OPTIONS": {"transaction_mode": "DEFERRED"}}),
        ("W081", "sqlite3", {"ATOMIC_REQUESTS": True}),
        ("W081", "postgresql", {"ATOMIC_REQUESTS": True, "OPTIONS": {}}),
    ],
)
def test_a_database_that_web_and_worker_would_fight_over_is_found(
    number, engine, changes, monkeypatch
):
    present = deepcopy(connections.settings)
    present["default"] |= {"ENGINE": f"django.db.backends.{engine}", **changes}
    monkeypatch.setattr(databases, "connections", SimpleNamespace(settings=present))
    assert {message.id for message in databases.check_transactions()} == {f"agentbox_sync.{number}"}


@pytest.mark.django_db
def test_a_database_that_cannot_keep_our_constraints_is_found_when_it_is_asked(monkeypatch):
    features = connections["default"].features
    monkeypatch.setattr(features, "supports_partial_indexes", False)
    assert "E082" in found(databases=["default"])
    assert "E082" not in found()


def test_every_option_has_a_rule():
    assert set(options.RULES) == set(conf.DEFAULTS)
    assert all(options.RULES[name][0](value) for name, value in conf.DEFAULTS.items() if value)


def test_every_number_has_a_test_and_is_given_out_in_one_place():
    texts = [file.read_text() for file in (ROOT / "agentbox_sync/checks").glob("*.py")]
    given = re.findall(r'id="agentbox_sync\.([EW]\d+)"', "\n".join(texts))
    tested = {number for number, *_ in PLANTED}
    tested |= set(
        re.findall(r'"([EW]\d{3})"', (ROOT / "tests/integration/test_checks.py").read_text())
    )
    assert len(given) > 40
    assert set(given) == tested
    # E003: nothing is said, or too little; E004 and the rest stand once.
    assert {number for number in given if given.count(number) > 1} <= {"E003"}
