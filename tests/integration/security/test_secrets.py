"""After a whole day no secret lies anywhere it can be read, and one that does is found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.utils import timezone
from django_q.models import Failure, OrmQ, Success
from django_q.tasks import async_task

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import AuditEntry, Connection, Run
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.services.trouble import without_words
from tests.builders.crm import a_staff_member
from tests.integration.card.signing_in import JANE
from tests.integration.security import places
from tests.integration.security.places import found_in
from tests.integration.security.story import Story
from tests.integration.security.watching import everything_logged

pytestmark = pytest.mark.django_db(transaction=True)

# Pages that show an item to whoever may see it: what it says is what they are for.
SHOW_ITEMS = ("/changes/", "/preview/", "/reviews/", "/undo/")


@pytest.fixture
def jane(transactional_db: None) -> Staff:
    return a_staff_member("Jane Ashcroft", email=JANE)


@pytest.fixture
def told(jane: Staff, control: Any, settings: Any) -> Iterator[tuple[Story, str]]:
    settings.ADMINS = [("Ann", "ann@harbourvale.example")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with everything_logged() as heard:
        story = Story(jane, control, settings)
        story.tell()
        yield story, heard.getvalue()


def test_no_secret_is_left_anywhere_after_a_day_of_everything(told: tuple[Story, str]) -> None:
    story, log = told
    _it_was_a_day_of_everything(story, log)
    pages = [*story.master.pages, *story.janes.pages]
    shown = "\n".join(text for _path, text in pages)
    plain = "\n".join(text for path, text in pages if not any(p in path for p in SHOW_ITEMS))
    everywhere = {
        "log": log,
        "pages": shown,
        "queue": "\n".join([*story.queue, places.queue_rows()]),
        "sessions": places.session_rows(),
        "reports": places.reports(),
        "audit": places.audit_rows(),
        "mails": places.mails(),
    }
    leaks = {place: found_in(text, story.secrets) for place, text in everywhere.items()}
    assert leaks == {place: [] for place in everywhere}
    bodies = {**everywhere, "pages": plain}
    leaks = {place: found_in(text, story.bodies) for place, text in bodies.items()}
    assert leaks == {place: [] for place in bodies}
    for place in ("log", "queue", "audit"):
        assert found_in(everywhere[place], story.addresses) == [], place
    tables = places.dump()
    assert {
        name: found for name, text in tables.items() if (found := found_in(text, story.secrets))
    } == {}
    of_items = {name for name, text in tables.items() if found_in(text, story.bodies)}
    allowed = {"link", "change", "intent", "inbox"}
    assert of_items <= {"agentbox_crm_contact", *(f"agentbox_sync_{name}" for name in allowed)}


def _it_was_a_day_of_everything(story: Story, log: str) -> None:
    """The control of the story: each of its chapters has left its mark."""
    for kind in (
        "AccessToken of the sign-in",
        "RefreshToken renewed",
        "IdToken",
        "code",
        "verifier",
    ):
        assert any(name.startswith(kind) for name in story.secrets), kind
    assert len({v for n, v in story.secrets.items() if n.startswith("AccessToken")}) > 1
    assert min(map(len, story.secrets.values())) > 8
    failures = [str(result) for result in Failure.objects.values_list("result", flat=True)]
    assert any("ValueError" in result and "is_read_only" in result for result in failures)
    assert Success.objects.exists()
    assert any("the directory of the CRM is away" in part for part in [places.mails()])
    errors = set(Run.objects.values_list("error", flat=True))
    assert {"unexpected", "ErrorAccessDenied"} <= errors
    for name in ("msal", "urllib3", "agentbox_sync", "django-q"):
        assert f" {name}" in log, f"nothing was heard of {name}"


# ------------------------------------------------------------------ a planted one is found

SECRET = "planted-secret-0123456789"
PLANTED = {"planted": SECRET}


def _raise_with_locals() -> None:
    access_token = SECRET
    raise RuntimeError(f"{len(access_token)} characters")


def _mail_a_traceback() -> None:
    try:
        _raise_with_locals()
    except RuntimeError:
        logging.getLogger("a.host").exception("something failed")


def _end_a_task(model: Any, **row: Any) -> None:
    now = timezone.now()
    ended = {"func": "f", "name": "n", "started": now, "stopped": now}
    model.objects.create(id=row.pop("id"), success=model is Success, **ended, **row)


def _keep_in_a_session() -> None:
    session = SessionStore()
    session["flow"] = {"code_verifier": SECRET}
    session.create()


PLACES: dict[str, tuple[Callable[[], Any], Callable[[], str]]] = {
    "a waiting task": (lambda: async_task("f", SECRET), places.queue_rows),
    "a failed task": (
        lambda: _end_a_task(Failure, id="1", result=f"error: {SECRET}"),
        places.queue_rows,
    ),
    "a task that went well": (
        lambda: _end_a_task(Success, id="2", args=(SECRET,)),
        places.queue_rows,
    ),
    "a session": (_keep_in_a_session, places.session_rows),
    "the trail": (
        lambda: AuditEntry.objects.create(
            at=timezone.now(), action="x", doorway="page", subject={"token": SECRET}
        ),
        places.audit_rows,
    ),
    "a mail": (lambda: mail.mail_admins("x", f"token {SECRET}"), places.mails),
    "a variable in an error mail": (_mail_a_traceback, places.mails),
    "a run": (
        lambda: Run.objects.create(
            connection=_connection(), asked_at=timezone.now(), error_detail=SECRET
        ),
        places.reports,
    ),
    "a column in clear": (
        lambda: Connection.objects.filter(pk=_connection().pk).update(user_name=SECRET),
        lambda: "".join(places.dump().values()),
    ),
}


def _connection() -> Connection:
    return Connection.objects.create(tenant_id="t", object_id="o", connected_at=timezone.now())


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_secret_is_found(place: str, settings: Any) -> None:
    settings.ADMINS = [("Ann", "ann@harbourvale.example")]
    plant, look = PLACES[place]
    OrmQ.objects.all().delete()
    assert found_in(look(), PLANTED) == []
    with everything_logged():
        plant()
    assert found_in(look(), PLANTED) == ["planted"]


@pytest.mark.parametrize("logger", ["msal.token_cache", "urllib3.connectionpool", "a.new.one"])
def test_a_planted_secret_in_any_log_is_found(logger: str) -> None:
    with everything_logged() as heard:
        logging.getLogger(logger).debug("token %s", SECRET)
        logging.getLogger(logger).error("quoted %s", SECRET.replace("-", "%2D"))
    assert found_in(heard.getvalue(), PLANTED) == ["planted"]


def test_what_msal_sends_is_not_repeated_in_its_log() -> None:
    """It hides the tokens and not the code; the filter that drops the line is ours."""
    with everything_logged() as heard:
        logging.getLogger("msal.token_cache").debug("event=%s", {"code": SECRET})
        logging.getLogger("msal.token_cache").debug("something else")
    assert found_in(heard.getvalue(), PLANTED) == []
    assert "something else" in heard.getvalue()


def test_tokens_lie_in_the_database_sealed_and_the_key_opens_them() -> None:
    connection = _connection()
    connection.tokens = SECRET
    connection.save()
    table = places.dump()["agentbox_sync_connection"]
    assert found_in(table, PLANTED) == []
    start = table.index("f1:")
    sealed = table[start : table.index("'", start)]
    assert Cipher(conf.token_keys()).decrypt(sealed) == SECRET


def test_an_error_of_somebody_elses_code_is_told_without_its_words() -> None:
    try:
        try:
            _raise_with_locals()
        except RuntimeError as first:
            raise ValueError(SECRET) from first
    except ValueError as error:
        told = str(without_words(error))
    assert SECRET not in told
    assert told.startswith("ValueError from RuntimeError at integration/security/test_secrets.py:")
    assert "test_an_error_of_somebody_elses_code" in told
