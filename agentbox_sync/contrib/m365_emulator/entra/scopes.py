from __future__ import annotations

from dataclasses import dataclass

GRAPH = "https://graph.microsoft.com"
GRAPH_AUDIENCES = (
    GRAPH,
    "00000003-0000-0000-c000-000000000000",
    "https://graph.microsoft.us",
    "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
)
RESERVED = ("openid", "profile", "email", "offline_access")

# Titles and descriptions are the consent page's own words.
WORDS = {
    "User.Read": (
        "Sign you in and read your profile",
        "Allows you to sign in to the app with your organizational account and let the "
        "app read your profile. It also allows the app to read basic company "
        "information.",
    ),
    "Contacts.Read": ("Read your contacts", "Allows the app to read your contacts."),
    "Contacts.ReadWrite": (
        "Have full access to your contacts",
        "Allows the app to read, update, create and delete contacts in your contact folders.",
    ),
    "Calendars.Read": ("Read your calendars", "Allows the app to read events in your calendars."),
    "Calendars.ReadWrite": (
        "Have full access to your calendars",
        "Allows the app to read, update, create and delete events in your calendars.",
    ),
    "Tasks.Read": (
        "Read your tasks and task lists",
        "Allows the app to read your tasks and task lists, including any shared with you.",
    ),
    "Tasks.ReadWrite": (
        "Create, read, update, and delete your tasks and task lists",
        "Allows the app to create, read, update, and delete your tasks and task "
        "lists, including any shared with you.",
    ),
    "User.ReadWrite": (
        "Read and update your profile",
        "Allows the app to read your profile, and discover your group membership, reports and "
        "manager. It also allows the app to update your profile information on your behalf.",
    ),
    "User.ReadBasic.All": (
        "Read all users' basic profiles",
        "Allows the app to read a basic set of profile properties of other users in your "
        "organization on your behalf.",
    ),
    "MailboxSettings.Read": (
        "Read your mailbox settings",
        "Allows the app to read your mailbox settings. Does not include permission to send mail.",
    ),
    "MailboxSettings.ReadWrite": (
        "Read and write to your mailbox settings",
        "Allows the app to read, update, create, and delete your mailbox settings.",
    ),
    "offline_access": (
        "Maintain access to data you have given it access to",
        "Allows the app to see and update the data you gave it access to, even "
        "when you are not currently using the app. This does not give the app any "
        "additional permissions.",
    ),
    "openid": ("Sign you in", "Allows you to sign in to the app with your work account."),
    "profile": (
        "View your basic profile",
        "Allows the app to see your basic profile (for example, name and picture).",
    ),
    "email": ("View your email address", "Allows the app to read your primary email address."),
}
_CANONICAL = {name.lower(): name for name in WORDS}

# Application permissions: what an app may do on its own, in every mailbox of the tenant.
ROLES = {
    "Contacts.Read": "Read contacts in all mailboxes",
    "Contacts.ReadWrite": "Read and write contacts in all mailboxes",
    "Calendars.Read": "Read calendars in all mailboxes",
    "Calendars.ReadWrite": "Read and write calendars in all mailboxes",
    "Tasks.Read.All": "Read all users' tasks and tasklist",
    "Tasks.ReadWrite.All": "Read and write all users' tasks and tasklists",
    "MailboxSettings.Read": "Read all user mailbox settings",
    "MailboxSettings.ReadWrite": "Read and write all user mailbox settings",
    "User.Read.All": "Read all users' full profiles",
    "User.ReadWrite.All": "Read and write all users' full profiles",
}


class UnknownScope(ValueError):
    """The request asks for a scope that Graph does not have."""


@dataclass(frozen=True)
class Requested:
    """The scopes of one request in canonical spelling, and the resource they belong to."""

    scopes: tuple[str, ...]
    audience: str
    default: bool = False  # /.default: whatever the app is registered for


def parse(text: str) -> Requested:
    """Read a `scope` parameter; raises UnknownScope with the offending name."""
    scopes: list[str] = []
    audience, default = GRAPH, False
    for word in text.split():
        resource, _, name = word.rpartition("/")
        if resource.rstrip("/") and resource.rstrip("/") not in GRAPH_AUDIENCES:
            audience = resource.rstrip("/")
            scopes.append(name)
            continue
        if resource:
            audience = resource.rstrip("/")
        if name.lower() == ".default":
            default = True
            continue
        if name.lower() not in _CANONICAL:
            raise UnknownScope(name)
        scopes.append(_CANONICAL[name.lower()])
    return Requested(tuple(dict.fromkeys(scopes)), audience, default)


def role_for(scope: str) -> str:
    """The application permission that corresponds to a delegated one."""
    return f"{scope}.All" if f"{scope}.All" in ROLES else scope


def implied(scopes: frozenset[str]) -> frozenset[str]:
    """A ReadWrite permission includes its Read permission."""
    return scopes | {s.replace(".ReadWrite", ".Read") for s in scopes}
