"""Microsoft's four clouds: which hosts they sign people in at and serve Graph from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from agentbox_sync.core.errors import FixConfiguration

# Delegated permissions; MSAL adds openid, profile and offline_access itself.
PERMISSIONS = (
    "Contacts.ReadWrite",
    "Calendars.ReadWrite",
    "Tasks.ReadWrite",
    "MailboxSettings.Read",
    "User.Read",
)


class Feature(StrEnum):
    """What Graph does not offer in every cloud, in the words of a sentence."""

    CONTACT_FEED = "the change feed of contacts"
    TO_DO = "Microsoft To Do"
    TASK_NOTIFICATIONS = "notifications about tasks"  # polling does without


# What a kind cannot be synced without.
NEEDS: Mapping[str, frozenset[Feature]] = {
    "contacts": frozenset({Feature.CONTACT_FEED}),
    "tasks": frozenset({Feature.TO_DO}),
}


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud; ``login`` and ``graph`` are host names without scheme."""

    name: str
    login: str
    graph: str
    qualifies_scopes: bool = True
    title: str = ""
    lacks: frozenset[Feature] = frozenset()

    def refusals(self, kinds: Iterable[str]) -> dict[str, str]:
        """Return a sentence for each of ``kinds`` that cannot be synced in this cloud."""
        found = {}
        for kind in kinds:
            missing = sorted(NEEDS.get(kind, frozenset()) & self.lacks)
            if missing:
                found[kind] = f"{self.title} has no {missing[0].removeprefix('the ')}."
        return found

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the permissions as this cloud's sign-in wants them named."""
        return self.qualified_scopes if self.qualifies_scopes else PERMISSIONS

    @property
    def qualified_scopes(self) -> tuple[str, ...]:
        """Return the permissions with the address of the Graph service that they belong to."""
        return tuple(f"https://{self.graph}/{permission}" for permission in PERMISSIONS)


# A name without an address means the worldwide Graph. That a national cloud wants the address
# written out is UNCONFIRMED; where it does not, ``qualifies_scopes=False`` is the alternative.
_NO_TASK_NEWS = frozenset({Feature.TASK_NOTIFICATIONS})
CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud("global", "login.microsoftonline.com", "graph.microsoft.com", qualifies_scopes=False),
        Cloud("gcc_high", "login.microsoftonline.us", "graph.microsoft.us", lacks=_NO_TASK_NEWS),
        Cloud("dod", "login.microsoftonline.us", "dod-graph.microsoft.us", lacks=_NO_TASK_NEWS),
        Cloud(
            "china",
            "login.partner.microsoftonline.cn",
            "microsoftgraph.chinacloudapi.cn",
            title="Microsoft’s cloud in China (21Vianet)",
            # contact-delta.md and todotask-update.md, tables of the national clouds
            lacks=frozenset(Feature),
        ),
    )
}


def cloud_named(name: str) -> Cloud:
    """Return the cloud that ``MS365_CLOUD`` names; raises FixConfiguration for any other name."""
    cloud = CLOUDS.get(name.strip().lower())
    if cloud is None:
        raise FixConfiguration(
            f"MS365_CLOUD is “{name}”, which is no Microsoft cloud. "
            f"Use one of {', '.join(CLOUDS)}, for example MS365_CLOUD=global.",
            code="unknown_cloud",
        )
    return cloud
