from __future__ import annotations

import pytest

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.oauth.clouds import CLOUDS, PERMISSIONS, cloud_named


def test_worldwide_cloud_names_permissions_without_address() -> None:
    cloud = cloud_named("global")

    assert (cloud.login, cloud.graph) == ("login.microsoftonline.com", "graph.microsoft.com")
    assert cloud.scopes == PERMISSIONS


@pytest.mark.parametrize(
    "name, login, graph",
    [
        ("gcc_high", "login.microsoftonline.us", "graph.microsoft.us"),
        ("dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
        ("china", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_national_cloud_has_hosts_of_its_own_and_full_permission_names(
    name: str, login: str, graph: str
) -> None:
    cloud = cloud_named(name)

    assert (cloud.login, cloud.graph) == (login, graph)
    assert f"https://{graph}/Contacts.ReadWrite" in cloud.scopes


def test_case_and_blanks_around_a_cloud_name_do_not_matter() -> None:
    assert cloud_named(" Global ") is CLOUDS["global"]


@pytest.mark.parametrize("name", ["", "germany", "gcc"])
def test_unknown_cloud_is_refused_with_the_names_that_exist(name: str) -> None:
    with pytest.raises(FixConfiguration) as caught:
        cloud_named(name)

    assert "global, gcc_high, dod, china" in str(caught.value)
    assert "MS365_CLOUD=global" in str(caught.value)
