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
    max_concurrent: int = 4  # operations at once
    max_requests: int = 10_000  # in one window
    request_window: int = 600  # seconds of the window
    max_upload_mb: int = 150  # in five minutes
    retry_after: int = 1  # seconds, in our own 429 answers
    # requests
    unknown_parameters: str = "refuse"  # or "ignore", as Graph is said to do now and then
    default_page: int = 10  # rows of a list or a round where nobody says how many
    mailbox_codes: str = "one"  # or "alternate": a mailbox that is not there says so in two ways
    full_code: str = "ErrorQuotaExceeded"  # or "quotaLimitReached": a mailbox without room
    # tokens
    token_life: int = 0  # seconds; 0 = random 60 to 90 minutes, as Entra
    strict_rotation: bool = False  # True: a used refresh token dies, which Entra does not do
    select_account_with_hint: str = "drop"  # or "refuse"
    approval_way_back: bool = True  # "Need admin approval" links back to the application
    # items
    deleted_get: str = "404"  # or "200": a soft-deleted item answers from Deleted Items
    deleted_items: str = "answer"  # among the contact folders, by name too; or "hide"
    deleted_folder: str = "gone"  # or "recycled": still answers, and takes writes
    delete_in_bin: str = "refuse"  # or "purge" what is deleted a second time
    restore_keeps_id: bool = True  # False: what a person restores is another item
    copy_keeps_stamp: bool = True  # a person's copy carries the extended properties along
    if_match: str = "honour"  # or "ignore"
    read_only_sent: str = "refuse"  # or "ignore" read-only properties in a body
    clearing: str = "clears"  # null, [] and "" in a PATCH; or "ignored", or "refused"
    emails_both: str = "refuse"  # both forms of e-mail in one body; or "list" wins, or "single"
    regenerate_names: bool = True  # a changed name makes displayName and fileAs anew
    analogous_limits: bool = True  # homePhones 2 and imAddresses 3, as Exchange's own fields
    parent_folder_patch: str = "ignore"  # or "move"
    photo_octets: bool = True  # application/octet-stream is taken for a photo, as SDKs send it
    photo_tracked: bool = True  # a photo changes the contact's key and is told by delta
    extension_bumps_key: bool = True  # an open extension changes the key, which delta hides
    max_property_names: int = 16_000  # named properties of a mailbox; Exchange's own quota
    birthday_time: str = "as_sent"  # or "outlook": every birthday is kept at 11:59 UTC
    fill_email_name: bool = False  # True: an e-mail without a name is given its address as name
    property_filter: str = "folder"  # or "mailbox": the Any filter looks into every folder
    short_delta: bool = True  # the undocumented /me/contacts/delta works
    contacts_alias: bool = True  # the undocumented folder name "contacts" works
    # calendar
    iana_names: str = "listed"  # or "any" IANA name is taken, not only those of the documentation
    all_day_answer: str = "midnight"  # whatever zone is asked for; or "shifted" as other times
    long_subject: str = "refuse"  # more than 255 characters; or "truncate", or "keep"
    transaction_replay: str = "returns"  # the same body again gives the event; or "refuse"
    transaction_status: str = "409"  # of ErrorDuplicateTransactionId; or "400"
    transaction_life: int = 0  # seconds for which a transactionId is remembered; 0: for good
    null_recurrence: str = "single"  # null makes a series one event; or "ignore", or "refuse"
    rescheduled_days: str = "lost"  # exceptions of a series with another pattern; or "kept"
    personal_mails: bool = False  # True: a PATCH of a category or a reminder is mailed as well
    attendee_writes: str = "accept"  # what is not personal, by somebody invited; or ignore, refuse
    draft_on_create: str = "refuse"  # isDraft in a POST; or "ignore", or "honour": no invitation
    calendar_delta: bool = True  # calendarView/delta of calendars that are not the default one
    expand_calendar: str = "honour"  # $expand=calendar on an event; or "ignore" it silently
    # to do
    todo_ids: str = "plain"  # or "immutable": the header is heeded, and such an id outlives a move
    todo_if_match: str = "ignore"  # or "honour"
    todo_dates: str = "written"  # the day that is sent; or in UTC: "converted", "local_midnight"
    todo_completed_time: str = "kept"  # or "midnight" in UTC of the day
    todo_time_zone: str = "ignore"  # Prefer: outlook.timezone; or "honour"
    todo_body: str = "text"  # whatever is written; or "html", or "as_sent"
    todo_reminder: str = "implies"  # a reminder's time turns it on; or "as_sent"
    todo_select: str = "honour"  # or "ignore", as reported
    todo_linked_shown: str = "expand"  # where it is asked for; or "always", as an example shows
    todo_linked_filter: str = "refuse"  # tasks by what is linked to them; or "honour"
    todo_recurrence_listed: str = "always"  # or "filtered": no list shows it without a $filter
    todo_parts_tracked: bool = True  # what is linked or on the checklist changes the task
    todo_series: str = "next"  # what is completed stays, another task follows; or "rolls" on
    todo_series_by_app: bool = True  # False: the API continues no series, only To Do does
    todo_series_keeps_links: bool = True  # the next task carries what is linked along
    todo_series_due: str = "moves"  # or "splits": a new due date makes another task, as reported
    todo_undated_series: str = "dated"  # by its start; or "refuse" a series that is never due
    todo_same_name: str = "keep"  # of two lists; or "number", or "refuse"
    todo_title_filter: str = "honour"  # tasks by their title; or "refuse"
    todo_list_extensions: str = "honour"  # $expand of lists; or "ignore", or "refuse"
    todo_codes: str = "exchange"  # of refusals; or of another "service", or "unknown"
    todo_delta_expand: str = "honour"  # as documented; or "ignore", or "refuse"
    # delta
    delta_exceptions: str = "full"  # or "skeleton", as every other occurrence
    delta_cancelled: str = "silent"  # a cancelled occurrence has no row; or "removed"
    delta_series_removed: str = "master"  # one row for a deleted series; or "all" its occurrences
    delta_options: str = "refuse"  # or "ignore", or "honour" for $expand and $top
    delta_trailing_page: bool = False  # True: a round ends with an empty page
    delta_leading_page: bool = False  # True: a round starts with an empty page
    delta_empty_between: bool = False  # True: every page with rows follows an empty one
    delta_order: str = "changed"  # or "shuffled": rows in no order
    delta_repeats: int = 0  # rows of a page that the round says again
    delta_replays: int = 0  # earlier changes that a round with changes announces once more
    delta_partial: bool = False  # True: an updated row holds its id and what changed, no more
    delta_removed_initially: bool = False  # True: a first round names what is no longer there
    delta_lag: int = 0  # seconds until a change can be seen in a round
    delta_loop: str = "off"  # or "same": a next link to itself; "endless": to new empty pages
    delta_evict_after: int = 0  # tokens of a mailbox that are remembered; 0: all of them
    delta_token_life: int = 0  # seconds; 0: no limit, as documented
    delta_dead_token: str = "410"  # or "400", "404"
    delta_dead_code: str = "syncStateNotFound"  # or another dress of CHOICES
    delta_moved_reason: str = "deleted"  # or "changed"
    delta_in_batch: bool = True  # False: a delta link inside $batch is refused
    folder_delta_root: bool = False  # True: delta of folders names the main one as well
    # subscriptions
    http_webhooks: bool = False  # True: plain http is taken for addresses on loopback
    max_subscriptions: int = 1000  # of a mailbox, over all apps
    subscription_beyond: str = "refuse"  # or "cap" an expiration that is too far away
    patch_notification_url: bool = True  # a PATCH may name another notificationUrl
    subscription_scope: str = "folder"  # or "mailbox": contacts of every folder are told
    subscription_lapse: bool = True  # notifications wait once the creator's token is dead
    webhook_timeout: int = 10  # seconds that an endpoint may take
    webhook_slow: int = 3  # seconds after which it counts as slow
    notify_delay_ms: int = 0  # until a notification goes out
    notify_copies: int = 1  # 2: everything is said twice
    notify_together: bool = True  # several notifications in one request
    notify_order: str = "sent"  # or "shuffled"
    notify_lose: bool = False  # True: nothing is sent, and nobody is told

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
    "unknown_parameters": ("refuse", "ignore"),
    "select_account_with_hint": ("drop", "refuse"),
    "mailbox_codes": ("one", "alternate"),
    "full_code": ("ErrorQuotaExceeded", "quotaLimitReached"),
    "delete_in_bin": ("refuse", "purge"),
    "if_match": ("honour", "ignore"),
    "read_only_sent": ("refuse", "ignore"),
    "clearing": ("clears", "ignored", "refused"),
    "emails_both": ("refuse", "list", "single"),
    "deleted_get": ("404", "200"),
    "deleted_items": ("answer", "hide"),
    "deleted_folder": ("gone", "recycled"),
    "parent_folder_patch": ("ignore", "move"),
    "birthday_time": ("as_sent", "outlook"),
    "property_filter": ("folder", "mailbox"),
    "iana_names": ("listed", "any"),
    "all_day_answer": ("midnight", "shifted"),
    "long_subject": ("refuse", "truncate", "keep"),
    "transaction_replay": ("returns", "refuse"),
    "transaction_status": ("409", "400"),
    "null_recurrence": ("single", "ignore", "refuse"),
    "rescheduled_days": ("lost", "kept"),
    "attendee_writes": ("accept", "ignore", "refuse"),
    "draft_on_create": ("refuse", "ignore", "honour"),
    "expand_calendar": ("honour", "ignore"),
    "todo_ids": ("plain", "immutable"),
    "todo_if_match": ("ignore", "honour"),
    "todo_dates": ("written", "converted", "local_midnight"),
    "todo_completed_time": ("kept", "midnight"),
    "todo_time_zone": ("ignore", "honour"),
    "todo_body": ("text", "html", "as_sent"),
    "todo_reminder": ("implies", "as_sent"),
    "todo_select": ("honour", "ignore"),
    "todo_linked_shown": ("expand", "always"),
    "todo_linked_filter": ("refuse", "honour"),
    "todo_recurrence_listed": ("always", "filtered"),
    "todo_series": ("next", "rolls"),
    "todo_series_due": ("moves", "splits"),
    "todo_undated_series": ("dated", "refuse"),
    "todo_same_name": ("keep", "number", "refuse"),
    "todo_title_filter": ("honour", "refuse"),
    "todo_list_extensions": ("honour", "ignore", "refuse"),
    "todo_codes": ("exchange", "service", "unknown"),
    "todo_delta_expand": ("honour", "ignore", "refuse"),
    "delta_exceptions": ("full", "skeleton"),
    "delta_cancelled": ("silent", "removed"),
    "delta_series_removed": ("master", "all"),
    "delta_options": ("refuse", "ignore", "honour"),
    "delta_dead_token": ("410", "400", "404"),
    "delta_moved_reason": ("deleted", "changed"),
    "subscription_beyond": ("refuse", "cap"),
    "subscription_scope": ("folder", "mailbox"),
    "notify_order": ("sent", "shuffled"),
    "delta_order": ("changed", "shuffled"),
    "delta_loop": ("off", "same", "endless"),
    "delta_dead_code": (
        "syncStateNotFound",
        "SyncStateNotFound",
        "resyncRequired",
        "resyncApplyDifferences",
        "resyncUploadDifferences",
        "inner",
        "empty",
    ),
}
