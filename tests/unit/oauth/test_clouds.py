from __future__ import annotations

import pytest

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.oauth.clouds import CLOUDS, PERMISSIONS, Feature, cloud_named


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


def test_china_has_neither_a_feed_of_contacts_nor_to_do_and_says_so() -> None:
    refused = cloud_named("china").refusals(["contacts", "calendar", "tasks"])

    assert refused == {
        "contacts": "Microsoft’s cloud in China (21Vianet) has no change feed of contacts.",
        "tasks": "Microsoft’s cloud in China (21Vianet) has no Microsoft To Do.",
    }


@pytest.mark.parametrize("name", ["global", "gcc_high", "dod"])
def test_every_other_cloud_can_sync_every_kind(name: str) -> None:
    assert cloud_named(name).refusals(["contacts", "calendar", "tasks"]) == {}


def test_what_is_pushed_about_tasks_comes_in_one_cloud_only() -> None:
    pushed = [name for name, one in CLOUDS.items() if Feature.TASK_NOTIFICATIONS not in one.lacks]

    assert pushed == ["global"]
