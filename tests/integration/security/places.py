"""Where a secret could lie, each place as one text, and how it is looked for there."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from email.message import Message
from typing import Any
from urllib.parse import quote

from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection as database
from django_q.models import OrmQ, Task

from agentbox_sync.models import AuditEntry, Change, Decision, Run

# Columns that hold what an item says, by design: for an undo, and for a comparison with the base.
VALUES = {"before", "after", "detail"}


def queue_rows() -> str:
    """What waits, decoded, and what ended: arguments and results of successes and failures."""
    waiting = [repr(row.task) for row in OrmQ.objects.all()]
    ended = [repr((t.func, t.args, t.kwargs, t.result, t.name)) for t in Task.objects.all()]
    return "\n".join([*waiting, *ended])


def session_rows() -> str:
    return json.dumps([row.get_decoded() for row in Session.objects.all()])


def reports() -> str:
    lines = [
        {name: value for name, value in row.items() if name not in VALUES}
        for row in Change.objects.values()
    ]
    return repr([list(Run.objects.values()), lines, list(Decision.objects.values())])


def audit_rows() -> str:
    return repr(list(AuditEntry.objects.values()))


def mails() -> str:
    """Every part of every mail, decoded, the pages of a traceback among them."""
    return "\n".join(
        part.get_payload(decode=True).decode()
        for message in mail.outbox
        for part in _parts(message.message())
    )


def _parts(message: Message) -> list[Any]:
    return [part for part in message.walk() if not part.is_multipart()]


def dump() -> dict[str, str]:
    """Every table of the database as it lies there, sealed columns sealed."""
    found = {}
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            found[table] = repr(cursor.fetchall())
    return found


def found_in(text: str, secrets: Mapping[str, str]) -> list[str]:
    """The names of the secrets that a text holds, as they are or written otherwise."""
    return [name for name, secret in secrets.items() if any(f in text for f in _forms(secret))]


def _forms(secret: str) -> set[str]:
    forms = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    forms.add(base64.b64encode(secret.encode()).decode().rstrip("="))
    parts = secret.split(".")
    if len(parts) == 3:  # a JWT: what it says, or its signature, would be enough
        forms |= {part for part in parts[1:] if len(part) > 20}
    return forms
