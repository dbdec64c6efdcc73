from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from . import (
    categories,
    contacts,
    delta,
    extensions,
    folders,
    identities,
    me,
    people,
    photos,
    settings,
    subscriptions,
    timezones,
)
from .calendar import actions, calendars, events, views
from .calendar.paths import WINDOW
from .messages import Answer, Call
from .query import COUNT, DELTA, LIST, ONE, PAGED
from .todo import lists as todo_lists
from .todo import parts as todo_parts
from .todo import tasks as todo_tasks

Handler = Callable[[Call], Answer]
Errand = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True)
class Route:
    """One operation below /me or /users/{id}."""

    method: str
    pattern: tuple[str, ...]
    handler: Handler
    scope: str
    takes: frozenset[str] = frozenset()  # query options
    needs_mailbox: bool = True
    errand: Errand | None = None  # what is to be done before it, without the lock

    @property
    def fills_mailbox(self) -> bool:
        writes = self.method in ("POST", "PATCH", "PUT") and self.scope.endswith(".ReadWrite")
        return writes and self.needs_mailbox and self.pattern[-1] != "permanentDelete"

    @property
    def is_policed(self) -> bool:
        """Whether Exchange's application access policies cover it: all but profiles and tasks."""
        return self.needs_mailbox and not self.scope.startswith(("User.", "Tasks."))

    @property
    def is_todo(self) -> bool:
        return self.pattern[:1] == ("todo",)

    @property
    def label(self) -> str:
        return "/".join(("/me", *self.pattern)).rstrip("/")


@dataclass(frozen=True)
class ServiceRoute(Route):
    """One operation that belongs to no mailbox; its handler looks at the permission."""

    scope: str = ""
    needs_mailbox: bool = False

    @property
    def label(self) -> str:
        return "/".join(("", *self.pattern))


def _folder_routes() -> list[Route]:
    table = [
        Route("GET", ("contactFolders", "delta()"), delta.folder_delta, READ, DELTA),
    ]
    child = ("contactFolders", "{parent}", "childFolders")
    for many in (("contactFolders",), child):
        one = (*many, "{folder}")
        table += [
            Route("GET", many, folders.list_folders, READ, LIST),
            Route("GET", (*many, "$count"), folders.count_folders, READ, COUNT),
            Route("POST", many, folders.create_folder, WRITE),
            Route("GET", one, folders.get_folder, READ, ONE),
            Route("PATCH", one, folders.update_folder, WRITE),
            Route("DELETE", one, folders.delete_folder, WRITE),
            Route("POST", (*one, "permanentDelete"), folders.purge_folder, WRITE),
        ]
    return table


def _contact_routes(base: tuple[str, ...]) -> list[Route]:
    many, one = (*base, "contacts"), (*base, "contacts", "{contact}")
    picture = (*one, "photo", "$value")
    return [
        Route("GET", many, contacts.list_contacts, READ, LIST),
        Route("POST", many, contacts.create_contact, WRITE),
        Route("GET", (*many, "$count"), contacts.count_contacts, READ, COUNT),
        Route("GET", (*many, "delta()"), delta.contact_delta, READ, DELTA),
        Route("GET", one, contacts.get_contact, READ, ONE),
        Route("PATCH", one, contacts.update_contact, WRITE),
        Route("DELETE", one, contacts.delete_contact, WRITE),
        Route("POST", (*one, "permanentDelete"), contacts.purge_contact, WRITE),
        Route("GET", (*one, "photo"), photos.get_photo, READ, ONE),
        Route("GET", picture, photos.get_picture, READ),
        Route("PUT", picture, photos.put_picture, WRITE),
        Route("PATCH", picture, photos.put_picture, WRITE),
        *_extension_routes(one, READ, WRITE),
    ]


def _mailbox_routes() -> list[Route]:
    read, write = "MailboxSettings.Read", "MailboxSettings.ReadWrite"
    many, one = ("outlook", "masterCategories"), ("outlook", "masterCategories", "{category}")
    zones = ("outlook", "supportedTimeZones")
    mailbox = ("mailboxSettings",)
    return [
        Route("GET", mailbox, settings.get_mailbox_settings, read, ONE),
        Route("PATCH", mailbox, settings.update_mailbox_settings, write),
        Route("GET", (*mailbox, "{setting}"), settings.get_setting, read),
        Route("GET", many, categories.list_categories, read, PAGED),
        Route("GET", (*many, "$count"), categories.count_categories, read),
        Route("POST", many, categories.create_category, write),
        Route("GET", one, categories.get_category, read, ONE),
        Route("PATCH", one, categories.recolor_category, write),
        Route("DELETE", one, categories.delete_category, write),
        Route("GET", zones, timezones.supported_time_zones, "User.Read"),
        Route("GET", (*zones, "{standard}"), timezones.supported_time_zones, "User.Read"),
        Route("POST", ("translateExchangeIds",), identities.translate_ids, "User.Read"),
    ]


def _person_routes() -> list[Route]:
    """Who somebody is comes from the directory, and the photo has an answer without a mailbox."""
    read, write, picture = "User.Read", "User.ReadWrite", ("photo", "$value")
    return [
        Route("GET", (), me.get_user, read, ONE, needs_mailbox=False),
        Route("GET", ("photo",), photos.get_photo, read, ONE, needs_mailbox=False),
        Route("GET", picture, photos.get_picture, read, needs_mailbox=False),
        Route("PUT", picture, photos.put_picture, write, needs_mailbox=False),
        Route("PATCH", picture, photos.put_picture, write, needs_mailbox=False),
    ]


def _extension_routes(one: tuple[str, ...], read: str, write: str) -> list[Route]:
    many, single = (*one, "extensions"), (*one, "extensions", "{extension}")
    return [
        Route("GET", many, extensions.list_extensions, read),
        Route("POST", many, extensions.create_extension, write),
        Route("GET", (*many, "$count"), extensions.count_extensions, read),
        Route("GET", single, extensions.get_extension, read),
        Route("PATCH", single, extensions.update_extension, write),
        Route("DELETE", single, extensions.delete_extension, write),
    ]


def _calendar_routes() -> list[Route]:
    read, write = "Calendars.Read", "Calendars.ReadWrite"
    many, one = ("calendars",), ("calendars", "{calendar}")
    table = [
        Route("GET", many, calendars.list_calendars, read, LIST),
        Route("POST", many, calendars.create_calendar, write),
        Route("GET", (*many, "$count"), calendars.count_calendars, read, COUNT),
        Route("DELETE", one, calendars.delete_calendar, write),
    ]
    for single in (("calendar",), one):
        table += [
            Route("GET", single, calendars.get_calendar, read, ONE),
            Route("PATCH", single, calendars.update_calendar, write),
        ]
    return table


def _event_routes(base: tuple[str, ...]) -> list[Route]:
    read, write = "Calendars.Read", "Calendars.ReadWrite"
    many, one, view = (*base, "events"), (*base, "events", "{event}"), (*base, "calendarView")
    done = [
        ("cancel", actions.cancel_event),
        *((verb, actions.respond) for verb in ("accept", "tentativelyAccept", "decline")),
        ("dismissReminder", actions.dismiss_reminder),
        ("snoozeReminder", actions.snooze_reminder),
        ("permanentDelete", events.purge_event),
    ]
    return [
        Route("GET", many, events.list_events, read, LIST),
        Route("POST", many, events.create_event, write),
        Route("GET", (*many, "$count"), events.count_events, read, COUNT),
        Route("GET", one, events.get_event, read, ONE),
        Route("PATCH", one, events.update_event, write),
        Route("DELETE", one, events.delete_event, write),
        Route("GET", (*one, "instances"), views.instances, read, LIST | WINDOW),
        Route("GET", view, views.calendar_view, read, LIST | WINDOW),
        Route("GET", (*view, "delta()"), delta.event_delta, read, DELTA | WINDOW),
        *(Route("POST", (*one, verb), handler, write) for verb, handler in done),
        Route("POST", (*one, "forward"), actions.forward_event, read),
        *_extension_routes(one, read, write),
    ]


def _todo_routes() -> list[Route]:
    read, write = "Tasks.Read", "Tasks.ReadWrite"
    lists, one_list = ("todo", "lists"), ("todo", "lists", "{list}")
    many, one = (*one_list, "tasks"), (*one_list, "tasks", "{task}")
    table = [
        Route("GET", lists, todo_lists.list_lists, read, LIST),
        Route("POST", lists, todo_lists.create_list, write),
        Route("GET", (*lists, "$count"), todo_lists.count_lists, read, COUNT),
        Route("GET", (*lists, "delta()"), delta.list_delta, read, DELTA),
        Route("GET", one_list, todo_lists.get_list, read, ONE),
        Route("PATCH", one_list, todo_lists.update_list, write),
        Route("DELETE", one_list, todo_lists.delete_list, write),
        Route("GET", many, todo_tasks.list_tasks, read, LIST),
        Route("POST", many, todo_tasks.create_task, write),
        Route("GET", (*many, "$count"), todo_tasks.count_tasks, read, COUNT),
        Route("GET", (*many, "delta()"), delta.task_delta, read, DELTA),
        Route("GET", one, todo_tasks.get_task, read, ONE),
        Route("PATCH", one, todo_tasks.update_task, write),
        Route("DELETE", one, todo_tasks.delete_task, write),
        *_extension_routes(one_list, read, write),
        *_extension_routes(one, read, write),
    ]
    for name in ("linkedResources", "checklistItems"):
        parts, part = (*one, name), (*one, name, "{part}")
        table += [
            Route("GET", parts, todo_parts.list_parts, read, LIST),
            Route("POST", parts, todo_parts.create_part, write),
            Route("GET", (*parts, "$count"), todo_parts.count_parts, read, COUNT),
            Route("GET", part, todo_parts.get_part, read, ONE),
            Route("PATCH", part, todo_parts.update_part, write),
            Route("DELETE", part, todo_parts.delete_part, write),
        ]
    return table


READ, WRITE = "Contacts.Read", "Contacts.ReadWrite"
CHILD = ("contactFolders", "{parent}", "childFolders", "{folder}")
ROUTES = [
    *_person_routes(),
    *_mailbox_routes(),
    *_folder_routes(),
    *_contact_routes(()),
    *_contact_routes(("contactFolders", "{folder}")),
    *_contact_routes(CHILD),
    *_calendar_routes(),
    *_event_routes(()),
    *_event_routes(("calendar",)),
    *_event_routes(("calendars", "{calendar}")),
    *_todo_routes(),
]
ONE_SUBSCRIPTION = ("subscriptions", "{subscription}")
SERVICE_ROUTES = [
    ServiceRoute("GET", ("users",), people.list_users, takes=people.TAKES),
    ServiceRoute("GET", ("subscriptions",), subscriptions.list_subscriptions),
    ServiceRoute(
        "POST",
        ("subscriptions",),
        subscriptions.create_subscription,
        errand=subscriptions.validate,
    ),
    ServiceRoute("GET", ONE_SUBSCRIPTION, subscriptions.get_subscription),
    ServiceRoute(
        "PATCH",
        ONE_SUBSCRIPTION,
        subscriptions.update_subscription,
        errand=subscriptions.revalidate,
    ),
    ServiceRoute("DELETE", ONE_SUBSCRIPTION, subscriptions.delete_subscription),
    ServiceRoute(
        "POST", (*ONE_SUBSCRIPTION, "reauthorize"), subscriptions.reauthorize_subscription
    ),
]
