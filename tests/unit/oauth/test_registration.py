from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.oauth.client import AppRegistration
from agentbox_sync.oauth.clouds import cloud_named

REGISTRATION = AppRegistration(
    client_id="11111111-2222-4333-8444-555555555555",
    client_secret="s3cret~value",
    tenant="99999999-8888-4777-8666-555555555555",
    cloud=cloud_named("global"),
    redirect_uri="http://localhost:8000/callback/",
)


def test_repr_of_a_registration_hides_the_secret() -> None:
    assert "s3cret" not in repr(REGISTRATION)
    assert REGISTRATION.client_id in repr(REGISTRATION)


@pytest.mark.parametrize("tenant", ["organizations", "common", "contoso.onmicrosoft.com"])
def test_tenant_may_be_a_domain_or_many_organisations(tenant: str) -> None:
    registration = replace(REGISTRATION, tenant=tenant)

    assert registration.authority == f"https://login.microsoftonline.com/{tenant}"
    assert registration.serves_many_tenants == ("." not in tenant)


@pytest.mark.parametrize(
    "field, value, setting",
    [
        ("client_id", "", "MS365_CLIENT_ID"),
        ("client_secret", " s3cret", "MS365_CLIENT_SECRET"),
        ("tenant", "", "MS365_TENANT"),
        ("tenant", "a/b", "MS365_TENANT"),
        ("tenant", "evil.example/x?", "MS365_TENANT"),
        ("tenant", "consumers", "MS365_TENANT"),
        ("tenant", "9188040D-6C67-4B5B-B112-36A304B66DAD", "MS365_TENANT"),
    ],
)
def test_value_that_cannot_be_meant_is_refused_and_its_setting_named(
    field: str, value: str, setting: str
) -> None:
    with pytest.raises(FixConfiguration, match=setting) as caught:
        replace(REGISTRATION, **{field: value})

    assert "s3cret" not in str(caught.value)


START_A_FLOW = """
import warnings
import msal.oauth2cli.oauth2 as oauth2
if {imported}:
    import agentbox_sync.oauth.client
client = oauth2.Client({{"authorization_endpoint": "https://login.example/authorize"}}, "id")
client.initiate_auth_code_flow(scope=["x"])
warnings.warn({other!r}, UserWarning) if {other!r} else None
"""


@pytest.mark.parametrize(
    "imported, other, fails",
    [(True, "", False), (False, "", True), (True, "something else", True)],
)
def test_only_the_warning_about_form_post_is_silenced(
    imported: bool, other: str, fails: bool
) -> None:
    """In a process of its own: pytest has its own filters. Without us MSAL's warning is there."""
    code = START_A_FLOW.format(imported=imported, other=other)

    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("UserWarning" in done.stderr) is fails
    assert (done.returncode != 0) is fails
