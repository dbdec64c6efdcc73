from __future__ import annotations

from typing import TYPE_CHECKING

from ..calendar.records import Event
from ..records import Contact
from ..todo.records import Task

if TYPE_CHECKING:
    from ..state import State
    from .subscription import Subscription

TASK = "todoTask"


def tell_contact(state: State, owner: str, change: str, contact: Contact, folder: str) -> None:
    """Notify whoever subscribed to a folder of what happened to a contact in it.

    A contact that leaves a folder is deleted there, one that arrives is created: no listing of a
    single folder could tell a move from these.
    """
    _tell(state, owner, change, contact, folder)


def tell_event(state: State, owner: str, change: str, event: Event) -> None:
    """Notify of what happened to an event; whatever happens to a date happens to its series."""
    _tell(state, owner, change, event, event.calendar)


def tell_task(state: State, owner: str, change: str, task: Task) -> None:
    """Notify of what happened to a task; one that is moved leaves one list for another."""
    for subscription in state.subscriptions.of_mailbox(owner):
        wanted = subscription.kind == TASK and subscription.folder == task.list
        if not wanted or change not in subscription.change_types:
            continue
        lasting = subscription.immutable and state.switches.todo_ids == "immutable"
        identifier = task.lasting if lasting else task.key
        path = f"Users/{owner}/todo/lists/{task.list}/tasks/{identifier}"
        _write(state, subscription, change, TASK, path, task.etag)


def _tell(state: State, owner: str, change: str, item: Contact | Event, place: str) -> None:
    kind = "event" if isinstance(item, Event) else "contact"
    name = kind.capitalize()
    for subscription in state.subscriptions.of_mailbox(owner):
        whole = state.switches.subscription_scope == "mailbox"
        if subscription.kind != kind or not (whole or subscription.folder == place):
            continue
        if change not in subscription.change_types:
            continue
        identifier = item.key if subscription.immutable else item.rest_id
        path = f"Users/{owner}/{name}s/{identifier}"
        _write(state, subscription, change, name, path, item.etag)


def _write(
    state: State, subscription: Subscription, change: str, name: str, path: str, etag: str
) -> None:
    data = {
        "@odata.type": f"#Microsoft.Graph.{name}",
        "@odata.id": path,
        "@odata.etag": etag,
        "id": path.rpartition("/")[2],
    }
    state.post.write(state, subscription, change, data)


def end_subscriptions(state: State, creator: str, client_id: str = "") -> None:
    """What a person's revoked authorization carried ends, and its app is told."""
    for subscription in list(state.subscriptions.made_by(creator, client_id)):
        del state.subscriptions.by_id[subscription.id]
        state.post.announce(state, subscription, "subscriptionRemoved")
