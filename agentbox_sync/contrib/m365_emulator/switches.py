from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


class UnknownSwitch(ValueError):
    """A switch was named that does not exist, or given a value it does not take."""


@dataclass(frozen=True)
class Switches:
    """What public material leaves open about Microsoft 365, and what a test may want otherwise.

    Each default is the likelier behaviour; the other one is a real possibility, so a client
    that matters is tested under both.
    """

    # limits per app and mailbox (documented)
    max_concurrent: int = 4
    max_requests: int = 10_000
    request_window: int = 600  # seconds
    retry_after: int = 1  # seconds, in our own 429 answers
    # tokens
    token_life: int = 0  # seconds; 0 = random 60 to 90 minutes, as Entra
    strict_rotation: bool = False  # True: a used refresh token dies, which Entra does not do
    select_account_with_hint: str = "drop"  # or "refuse"
    approval_way_back: bool = True  # "Need admin approval" links back to the application
    # items
    deleted_get: str = "404"  # or "200": a soft-deleted item answers from Deleted Items
    deleted_folder: str = "gone"  # or "recycled": still answers, and takes writes
    parent_folder_patch: str = "ignore"  # or "move"
    birthday_time: str = "as_sent"  # or "outlook": every birthday is kept at 11:59 UTC
    fill_email_name: bool = False  # True: an e-mail without a name is given its address as name
    property_filter: str = "folder"  # or "mailbox": the Any filter looks into every folder
    contacts_alias: bool = True  # the undocumented folder name "contacts" works
    # delta
    delta_options: str = "refuse"  # or "ignore", or "honour" for $expand and $top
    delta_trailing_page: bool = False  # True: a round ends with an empty page
    delta_leading_page: bool = False  # True: a round starts with an empty page
    delta_dead_token: str = "410"  # or "400", "404"
    delta_moved_reason: str = "deleted"  # or "changed"
    delta_in_batch: bool = True  # False: a delta link inside $batch is refused

    def changed(self, values: Mapping[str, Any]) -> Switches:
        """A copy with these values; raises UnknownSwitch."""
        known = {field.name: field for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise UnknownSwitch(f"There is no switch called {name!r}.")
            if type(value) is not type(getattr(self, name)):
                kind = type(getattr(self, name)).__name__
                raise UnknownSwitch(f"The switch {name!r} takes a value of type {kind}.")
            if name in CHOICES and value not in CHOICES[name]:
                raise UnknownSwitch(f"The switch {name!r} takes one of {', '.join(CHOICES[name])}.")
        return replace(self, **values)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


CHOICES = {
    "select_account_with_hint": ("drop", "refuse"),
    "deleted_get": ("404", "200"),
    "deleted_folder": ("gone", "recycled"),
    "parent_folder_patch": ("ignore", "move"),
    "birthday_time": ("as_sent", "outlook"),
    "property_filter": ("folder", "mailbox"),
    "delta_options": ("refuse", "ignore", "honour"),
    "delta_dead_token": ("410", "400", "404"),
    "delta_moved_reason": ("deleted", "changed"),
}
