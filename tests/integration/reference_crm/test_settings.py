"""A wrong value in the environment stops start-up with the line to paste."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from tests.architecture.source import ROOT

GOOD = {
    "SECRET_KEY": "x" * 50,
    "DEBUG": "False",
    "ALLOWED_HOSTS": "crm.example.com",
    "BASE_URL": "https://crm.example.com",
    "DATABASE_URL": "postgres://crm:secret@127.0.0.1:5432/crm",
    "MS365_CLIENT_ID": "11111111-2222-4333-8444-555555555555",
    "MS365_CLIENT_SECRET": "secret",
    "MS365_TOKEN_KEYS": "b25seS1mb3ItdGVzdHMuLi4uLi4uLi4uLi4uLi4uLi4=",
}


def start(settings, **changes):
    """Loads the settings in a process of its own, as every start does."""
    environment = {**GOOD, "PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--settings", f"config.settings.{settings}"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("settings", ["base", "production"])
def test_a_whole_environment_starts(settings):
    done = start(settings)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name, value",
    [
        ("SECRET_KEY", None),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "https://crm.example.com"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "crm.sqlite3"),
        ("BASE_URL", None),
        ("DEBUG", "perhaps"),
        ("MS365_LOGIN_URL", "127.0.0.1:8365"),
    ],
)
def test_a_missing_or_malformed_value_names_the_line_to_paste(name, value):
    done = start("base", **{name: value})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    first, *rest = done.stderr.splitlines()
    assert first.startswith(f"{name} ")
    assert any(line.strip().startswith(f"{name}=") for line in rest)


@pytest.mark.parametrize(
    "name, value",
    [("DEBUG", "True"), ("SECRET_KEY", "short"), ("BASE_URL", "http://crm.example.com")],
)
def test_a_server_refuses_what_only_a_desk_may_have(name, value):
    done = start("production", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} ")


def test_a_server_has_no_warning_of_djangos_own_deployment_check():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            **GOOD,
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": "aB3-dE6_gH9-jK2_mN5-pQ8_sT1-vW4_yZ7-bC0_eF3-hI6_kL9-nO2",
            # Two answers of a host that Django asks about: both are for its owner to give.
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": "True",
            "SECURE_HSTS_PRELOAD": "True",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_password_in_a_wrong_database_address_is_not_repeated():
    done = start("base", DATABASE_URL="postgress://crm:hunter2@db/crm")
    assert done.returncode == 1
    assert "hunter2" not in done.stderr


def test_a_file_fills_what_the_environment_leaves_open(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("CRM_TEST_A=from the file\nCRM_TEST_B=from the file\n")
    monkeypatch.setenv("CRM_TEST_A", "from the environment")
    monkeypatch.delenv("CRM_TEST_B", raising=False)
    read = Environment(file)
    assert read.text("CRM_TEST_A", example="x") == "from the environment"
    assert read.text("CRM_TEST_B", example="x") == "from the file"
    monkeypatch.delenv("CRM_TEST_B")


@pytest.mark.parametrize(
    "value, expected",
    [
        ("a.example.com, b.example.com", ["a.example.com", "b.example.com"]),
        ("[::1],localhost,127.0.0.1", ["[::1]", "localhost", "127.0.0.1"]),
        (".example.com", [".example.com"]),
        ("*", ["*"]),
    ],
)
def test_host_names_are_read(monkeypatch, value, expected):
    monkeypatch.setenv("CRM_TEST_HOSTS", value)
    assert Environment().hosts("CRM_TEST_HOSTS") == expected


@pytest.mark.parametrize("value", ["a b", "crm.example.com:443", "crm/x", "[zz]", ","])
def test_what_is_no_host_name_is_refused(monkeypatch, value):
    monkeypatch.setenv("CRM_TEST_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match=r"CRM_TEST_HOSTS=crm\.example\.com"):
        Environment().hosts("CRM_TEST_HOSTS")


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "٣"])
def test_what_is_no_whole_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("CRM_TEST_NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="CRM_TEST_NUMBER=7"):
        Environment().number("CRM_TEST_NUMBER", default=7)


@pytest.mark.parametrize(
    "value", ["ftp://x", "https://", "http://h:port", "http://u@h", "http://h/?q=1", "h"]
)
def test_what_is_no_web_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("CRM_TEST_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"CRM_TEST_URL=https://crm\.example\.com"):
        Environment().address("CRM_TEST_URL", example="https://crm.example.com")


def test_a_relative_sqlite_file_is_taken_from_the_project(monkeypatch, tmp_path):
    monkeypatch.setenv("CRM_TEST_DB", "sqlite:///var/crm.sqlite3")
    config = Environment().database("CRM_TEST_DB", base=tmp_path)
    assert config["NAME"] == str(tmp_path / "var" / "crm.sqlite3")


@pytest.mark.parametrize("value", ["locmemcache://", "dummycache://", "filecache:///tmp/x"])
def test_a_server_refuses_a_cache_that_processes_do_not_share(value):
    done = start("production", CACHE_URL=value)
    assert done.returncode == 1
    assert done.stderr.startswith("CACHE_URL ")
    assert "CACHE_URL=dbcache://" in done.stderr


def test_redis_without_its_library_says_what_to_install(monkeypatch):
    monkeypatch.setattr("config.environment.find_spec", lambda name: None)
    monkeypatch.setenv("CRM_TEST_CACHE", "redis://127.0.0.1:6379/0")
    with pytest.raises(ImproperlyConfigured, match="pip install redis"):
        Environment().cache("CRM_TEST_CACHE")


def test_the_address_of_a_mail_server_is_read(monkeypatch):
    monkeypatch.setenv("CRM_TEST_MAIL", "smtp+tls://crm:pa%2Fss@mail.example.com:587")
    read = Environment().mail("CRM_TEST_MAIL")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (read["EMAIL_HOST_PASSWORD"], read["EMAIL_USE_TLS"]) == ("pa/ss", True)
    monkeypatch.setenv("CRM_TEST_MAIL", "mail.example.com?password=hunter2")
    with pytest.raises(ImproperlyConfigured) as refused:
        Environment().mail("CRM_TEST_MAIL")
    assert "hunter2" not in str(refused.value)


def values(settings, **changes):
    """Settings as they are after a start, by name."""
    lines = start(settings, **changes).stdout.splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


def test_only_the_demo_shows_codes(tmp_path):
    """The demo is the control; on a server even the demo's variables change nothing."""
    demo = values("demo", AGENTBOX_DEMO_FOLDER=str(tmp_path))
    assert "config.demo_authenticator" in demo["MFA_FORMS"]
    server = values("production", AGENTBOX_DEMO_FOLDER=str(tmp_path), AGENTBOX_DEMO_PASSWORD="x")
    assert "demo" not in server["MFA_FORMS"]
    assert "DEMO_FOLDER" not in server
    assert "config.second_factor.SecondFactorMiddleware" in server["MIDDLEWARE"]
    assert "MFA_TOTP_INSECURE_BYPASS_CODE" not in server


def test_people_sign_in_at_the_cloud_of_their_mailboxes():
    read = values("production", MS365_CLOUD="gcc_high")
    provider = read["SOCIALACCOUNT_PROVIDERS"]
    assert "'login_url': 'https://login.microsoftonline.us'" in provider
    assert "'graph_url': 'https://graph.microsoft.us'" in provider
    assert "'https://login.microsoftonline.us'" in read["CONTENT_SECURITY_POLICY"]


def test_the_queue_never_takes_a_task_that_still_runs(settings):
    """Measured: below this bound a task that waits behind others is executed twice."""
    queue = settings.Q_CLUSTER
    rounds = -(-queue["queue_limit"] // queue["workers"])
    assert queue["retry"] > queue["timeout"] * (rounds + 2)
    assert queue["max_attempts"] == 1
    assert queue["catch_up"] is False
