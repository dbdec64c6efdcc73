"""Is this installation well? One finding a question, each with the next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.models import Count

from agentbox_sync import conf
from agentbox_sync.core.errors import SyncError
from agentbox_sync.graph.reach import reach
from agentbox_sync.models import Connection, Organisation
from agentbox_sync.oauth import flow
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.services import heartbeat, microsoft
from agentbox_sync.services.tokens import OrganisationTokens


class Health(StrEnum):
    """How a question was answered."""

    WELL = "ok"
    DOUBTFUL = "warning"
    ILL = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer; ``next_step`` is empty when all is well."""

    question: str
    health: Health
    answer: str
    next_step: str = ""


def examine() -> list[Finding]:
    """Return a finding for every question; no question keeps another from being asked."""
    questions: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("settings", _settings),
        ("token keys", _keys),
        ("address", _address),
        ("sign-in service", _entra),
        ("Microsoft Graph", _graph),
        ("worker", _worker),
        ("organisation", _organisation),
        ("connections", _connections),
    )
    return [finding for name, ask in questions for finding in _asked(name, ask)]


def _asked(name: str, ask: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from ask()
    except SyncError as error:
        yield Finding(name, Health.ILL, str(error), error.next_step)
    except ImproperlyConfigured as error:
        yield Finding(name, Health.ILL, str(error), "Add the line and restart.")
    except DatabaseError as error:
        yield Finding(name, Health.ILL, f"The database says: {error}", "Run manage.py migrate.")


def _settings() -> Iterator[Finding]:
    messages = [
        message
        for message in checks.run_checks(include_deployment_checks=False)
        if (message.id or "").startswith("agentbox_sync.")
    ]
    for message in messages:
        health = Health.ILL if message.is_serious() else Health.DOUBTFUL
        yield Finding("settings", health, f"{message.id}: {message.msg}", message.hint or "")
    if not messages:
        yield Finding("settings", Health.WELL, "The system checks find nothing.")


def _keys() -> Iterator[Finding]:
    cipher = Cipher(conf.token_keys())
    cipher.decrypt(cipher.encrypt("probe"))
    # Read through the field: a key that was dropped too early shows itself here.
    for connection in Connection.objects.exclude(tokens="").only("tokens").iterator():
        del connection
    yield Finding("token keys", Health.WELL, f"{len(conf.token_keys())} in use.")


def _address() -> Iterator[Finding]:
    url = microsoft.callback_url()
    local = url.startswith(("http://localhost", "http://127.0.0.1"))
    if not url.startswith("https://") and not local:
        yield Finding(
            "address",
            Health.ILL,
            f"{url} is not https, and Microsoft sends nobody back to it.",
            'Set AGENTBOX_SYNC["BASE_URL"] to the public https address of the CRM.',
        )
        return
    yield Finding("address", Health.WELL, f"Microsoft sends people back to {url}.")


def _entra() -> Iterator[Finding]:
    flow.begin(microsoft.registration(), microsoft.session())
    yield Finding("sign-in service", Health.WELL, f"{_who(microsoft.cloud().login)} answers.")


def _graph() -> Iterator[Finding]:
    reach(microsoft.session(), f"https://{microsoft.cloud().graph}/v1.0")
    yield Finding("Microsoft Graph", Health.WELL, f"{_who(microsoft.cloud().graph)} answers.")


def _who(host: str) -> str:
    # An operator who left an emulator's address in the settings must not read that all is well.
    instead = microsoft.redirects().get(host)
    return f"the emulator at {instead}, in the place of {host}," if instead else host


def _worker() -> Iterator[Finding]:
    if heartbeat.is_worker_alive():
        yield Finding("worker", Health.WELL, "A background job ran within the last minutes.")
        return
    yield Finding(
        "worker",
        Health.ILL,
        "No background job has run for a while, so nothing is synced.",
        "Start one with: python manage.py qcluster",
    )


def _organisation() -> Iterator[Finding]:
    for organisation in Organisation.objects.filter(disconnected_at=None):
        OrganisationTokens(organisation).acquire()
        if organisation.reason:
            yield Finding(
                "organisation",
                Health.DOUBTFUL,
                f"The last look found: {organisation.reason}.",
                "Open the page Organisation in the CRM and press Check.",
            )
        else:
            answer = f"Tenant {organisation.tenant_id} lets the CRM in."
            yield Finding("organisation", Health.WELL, answer)


def _connections() -> Iterator[Finding]:
    states = dict(
        Connection.objects.values_list("state")
        .annotate(Count("pk"))
        .values_list("state", "pk__count")
    )
    steps = {
        Connection.State.NEEDS_SIGN_IN: "The people concerned must sign in at Microsoft again.",
        Connection.State.SUSPENDED: "Check licences, mailboxes and the app's permissions.",
    }
    for state, step in steps.items():
        if count := states.get(state):
            yield Finding("connections", Health.DOUBTFUL, f"{count} in state {state}.", step)
    live = sum(count for state, count in states.items() if state != "disconnected")
    yield Finding("connections", Health.WELL, f"{live} live.")
