"""Names and values that are markup: from the CRM, from Exchange, from Microsoft; on every page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Contact, Office, Staff
from agentbox_sync.models import (
    AuditEntry,
    Change,
    Connection,
    ContactSettings,
    Link,
    ProviderSwitch,
    Run,
)
from tests.builders.crm import OWNER, a_contact, a_login
from tests.integration.card import builders as make
from tests.integration.card.office import Desk
from tests.integration.card.pages import to
from tests.integration.reviews import builders as waits
from tests.integration.security.attackers import browser_of
from tests.integration.security.everywhere import each

TAG = "<xss-probe onxss=1>"
# As an element, out of an attribute in either sort of quotes, out of a script, a style, a comment.
EVIL = f"{TAG}\"{TAG}'{TAG}</script>{TAG}</title>{TAG}-->{TAG}"
SHORT = f"\"'>{TAG}"  # for columns of 32 characters or more


class Elements(HTMLParser):
    """Finds our probe where it has become an element or an attribute of one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {tag, *(name for name, _value in attrs)}
        self.found += sorted(name for name in names if "xss" in name)


def became_markup(page: str) -> list[str]:
    return Elements(page).found


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{EVIL}</p>",
        f'<p title="{EVIL}">',
        f"<p title='{EVIL}'>",
        f"<title>{EVIL}</title>",
        f"<script>'{EVIL}'</script>",
        f"<!-- {EVIL} -->",
    ],
)
def test_planted_markup_is_found(page: str) -> None:
    assert became_markup(page)


@pytest.mark.parametrize("page", ["<p>&lt;xss-probe onxss=1&gt;</p>", '<p title="&quot;onxss">'])
def test_escaped_markup_is_text(page: str) -> None:
    assert not became_markup(page)


def evil(model: type[models.Model], *columns: str) -> dict[str, str]:
    """The longest of our probes that each column of a model takes."""
    lengths = {name: model._meta.get_field(name).max_length or len(EVIL) for name in columns}
    assert min(lengths.values()) >= len(SHORT)
    return {name: SHORT if size < len(EVIL) else EVIL for name, size in lengths.items()}


@pytest.fixture
def evil_desk(desk: Desk) -> Desk:
    """Jane's card where everything that anybody may name is named like this."""
    Staff.objects.filter(pk=desk.staff.pk).update(
        **evil(Staff, "first_name", "last_name", "position")
    )
    Office.objects.update(**evil(Office, "name"))
    connection = desk.connection
    Connection.objects.filter(pk=connection.pk).update(
        state=Connection.State.CONNECTED,
        **evil(Connection, "user_name", "display_name", "zone", "reason"),
    )
    Contact.objects.update(**evil(Contact, "first_name", "last_name", "company", "notes"))
    contact = a_contact(EVIL[:60], company=EVIL[:60], access={desk.staff: OWNER})
    waits.ambiguous(connection, contact)
    record = {"name": {"given": EVIL, "surname": EVIL}, "company": EVIL, "emails": [SHORT]}
    waits.born(connection, record)
    make.set_aside(connection, a_contact(EVIL[:60], access={desk.staff: OWNER}), SHORT)
    Link.objects.filter(pk=desk.decision.link_id).update(
        base_local={"name": {"given": EVIL, "surname": EVIL}, "company": EVIL},
        base_remote={"name": {"given": EVIL, "surname": EVIL}, "company": EVIL},
    )
    Change.objects.filter(pk=desk.change.pk).update(
        before={"company": EVIL, SHORT: EVIL}, after={"company": EVIL}, detail=EVIL, cause=SHORT
    )
    Run.objects.update(error=SHORT, error_detail=EVIL)
    ContactSettings.objects.update(categories={SHORT: EVIL})
    ProviderSwitch.objects.create(provider="microsoft", office=SHORT, offered=True)
    AuditEntry._base_manager.update(actor_name=EVIL[:150], subject={SHORT: EVIL})
    return desk


@pytest.fixture
def evil_master(db: None) -> Client:
    user = a_login(None, MASTER_USERS, first_name=EVIL[:60], last_name=EVIL[:60])
    return browser_of(user)


def test_no_name_becomes_markup_on_any_page(evil_desk: Desk, evil_master: Client) -> None:
    shown = set()
    for name, address in each(evil_desk):
        page = evil_master.get(address, follow=True).content.decode()
        assert became_markup(page) == [], name
        if "xss-probe" in page:
            shown.add(name)
    # The control: these are the pages on which somebody's name or value stands.
    wanted = {"tab", "card", "help", "invite", "offer", "disconnect", "preview", "reviews"}
    assert wanted | {"review", "changes", "undo", "why"} <= shown


@pytest.mark.parametrize("place", ["contested", "ambiguous", "born", "removed", "moved"])
def test_no_item_that_waits_becomes_markup(
    place: str, evil_desk: Desk, evil_master: Client
) -> None:
    lists = to("reviews", evil_desk.connection.pk)
    page = evil_master.get(lists, {"list": place, "look": "1"}, follow=True).content.decode()
    assert became_markup(page) == []
    assert "xss-probe" in page
    for link in Link.objects.all():
        one = evil_master.get(to("review", evil_desk.connection.pk, place, link.pk), follow=True)
        assert became_markup(one.content.decode()) == []


@pytest.mark.parametrize("way", ["link", "mail", "withdraw"])
def test_no_message_after_a_press_becomes_markup(
    way: str, evil_desk: Desk, evil_master: Client
) -> None:
    Staff.objects.filter(pk=evil_desk.staff.pk).update(email="jane@harbourvale.example")
    page = evil_master.post(evil_desk.address("invite"), {"way": way}, follow=True)
    page_after = evil_master.post(evil_desk.address("allow"), {"self_managed": "on"}, follow=True)
    for shown in (page, page_after):
        assert became_markup(shown.content.decode()) == []
        assert "xss-probe" in shown.content.decode()


@pytest.mark.parametrize(
    "name", ["auditentry", "change", "connection", "decision", "invitation", "link", "run"]
)
def test_no_line_of_a_log_becomes_markup(name: str, evil_desk: Desk, evil_master: Client) -> None:
    address = reverse(f"admin:agentbox_sync_{name}_changelist")
    for given in ({}, {"q": EVIL}):
        assert became_markup(evil_master.get(address, given).content.decode()) == []


def test_what_was_typed_into_a_form_comes_back_as_text(
    evil_desk: Desk, evil_master: Client
) -> None:
    given = dict.fromkeys(
        ("contacts-status", "contacts-version", "contacts-classes", "q", "list", "seen", "one"),
        EVIL,
    )
    for name, address in each(evil_desk):
        for answer in (evil_master.get(address, given), evil_master.post(address, given)):
            assert became_markup(answer.content.decode()) == [], name


def test_progress_is_no_page_whatever_it_says(evil_desk: Desk, evil_master: Client) -> None:
    answer = evil_master.get(evil_desk.address("progress"))
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
