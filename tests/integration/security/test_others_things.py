"""A staff member who manages their own card tries the ids of somebody else's, everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.forms import ChoiceField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.forms import FORMS
from agentbox_sync.models import (
    SETTINGS,
    Connection,
    Decision,
    Link,
    Review,
    StaffSettings,
)
from tests.builders.crm import OWNER, a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.office import ITEMS, Desk, a_desk
from tests.integration.card.pages import text_of, to
from tests.integration.reviews import builders as waits
from tests.integration.security.attackers import a_self_managed, browser_of
from tests.integration.security.deeds import DEEDS, OF_EVERY_KIND, OF_MASTERS, Deed
from tests.integration.security.everywhere import WITH_AN_ID, everything, our_models

METHODS = ("get", "head", "post", "put", "delete", "options")


@pytest.fixture
def tom(db: None) -> Staff:
    return a_staff_member("Tom Reed")


@pytest.fixture
def toms_desk(tom: Staff, kind: str) -> Desk:
    return a_desk(tom, kind=kind)


@pytest.fixture
def janes(jane: Staff) -> Client:
    return browser_of(a_self_managed(jane))


def absent(address: str, desk: Desk) -> str:
    """The same address about something that was never there."""
    known = {desk.staff.pk, desk.connection.pk, desk.stop.pk, desk.decision.pk, desk.change.pk}
    known |= {desk.change.run_id, desk.item.pk, desk.decision.link_id, desk.organisation.pk}
    parts = []
    for part in address.split("/"):
        if desk.invitation.endswith(f"/{part}/"):
            parts.append("0" * len(part))
        else:
            parts.append("999999" if part.isdigit() and int(part) in known else part)
    return "/".join(parts)


def seen(answer: HttpResponse) -> tuple[object, ...]:
    """All of an answer that a browser can tell from another one."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


# What "confirm" asks about is of one session and not of one card: test_sign_in_attacks.py.
@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("name", sorted(set(WITH_AN_ID) - {"confirm"}))
def test_what_is_somebody_elses_is_not_there_and_reads_like_it(
    name: str, toms_desk: Desk, janes: Client
) -> None:
    pressed = {
        k: v for deed in DEEDS if deed.name == name for k, v in deed.pressed(toms_desk).items()
    }
    address = toms_desk.address(name)
    missing = absent(address, toms_desk)
    assert missing != address
    before = everything()
    for method in METHODS:
        send = getattr(janes, method)
        given = {"data": pressed} if method == "post" else {}
        forbidden = send(address, **given)
        assert forbidden.status_code in ({404} if method in ("get", "head") else {404, 405})
        if forbidden.status_code == 404:
            assert seen(forbidden) == seen(send(missing, **given))
        assert everything() == before


@pytest.mark.parametrize("deed, kind", OF_EVERY_KIND)
def test_what_was_refused_there_is_done_on_ones_own_card(
    deed: Deed, kind: str, jane: Staff, janes: Client
) -> None:
    """The control: the same presses change something where they are allowed."""
    desk = a_desk(jane, kind=kind)
    pressed = deed.pressed(desk)
    before = everything()
    janes.post(desk.address(deed.name), pressed)
    is_a_masters = deed.name in OF_MASTERS
    assert (everything() == before) is is_a_masters


# ------------------------------------------------------- ids of another card in one's own address


def test_a_link_of_another_mailbox_is_not_shown_under_ones_own(
    jane: Staff, toms_desk: Desk, janes: Client
) -> None:
    own = a_desk(jane)
    theirs = toms_desk.decision.link_id
    for method in (janes.get, janes.post):
        answer = method(to("review", own.connection.pk, "removed", theirs))
        assert answer.status_code == 302
        assert "Ada" not in answer.content.decode()


@pytest.mark.parametrize(
    "given",
    [
        lambda desk: {"list": "removed", "one": f"dismiss:{desk.decision.link_id}"},
        lambda desk: {"list": "conflicts", "one": f"keep:{desk.change.pk}"},
        lambda desk: {
            "list": "removed",
            "ticked": "dismiss",
            "row": str(desk.decision.link_id),
            "told": "1",
        },
        lambda desk: (
            {"list": "conflicts", "ticked": "keep", "row": str(desk.change.pk)} | {"told": "1"}
        ),
    ],
    ids=["link", "conflict", "ticked link", "ticked conflict"],
)
def test_rows_of_another_mailbox_are_not_decided_about_from_ones_own(
    given: Any, jane: Staff, toms_desk: Desk, janes: Client
) -> None:
    own = a_desk(jane)
    before = everything()
    janes.post(own.address("decide"), given(toms_desk))
    assert everything() == before


def test_an_item_is_not_linked_to_a_contact_that_one_may_not_see(
    jane: Staff, tom: Staff, janes: Client
) -> None:
    connection = waits.a_two_way_connection(jane)
    found = waits.born(connection, {"given": "Ada", "surname": "Lane"})
    theirs = a_contact("Ada Lane", email="ada@client.example", access={tom: OWNER})
    given = {"list": "born", "one": f"link:{found.pk}", "model": "agentbox_crm.contact"}
    before = everything()
    janes.post(to("decide", connection.pk), given | {"pk": str(theirs.pk)})
    assert everything() == before
    own = a_contact("Ada Lane", access={jane: OWNER})
    janes.post(to("decide", connection.pk), given | {"pk": str(own.pk)})
    assert Decision.objects.get().local_pk == str(own.pk), "the control"


def test_a_search_for_whom_to_link_to_finds_nobody_elses_contacts(
    jane: Staff, tom: Staff, janes: Client
) -> None:
    connection = waits.a_two_way_connection(jane)
    found = waits.born(connection, {"given": "Ada", "surname": "Lane"})
    a_contact("Wilhelmina Secret", access={tom: OWNER})
    a_contact("Wilhelmina Open", access={jane: OWNER})
    page = text_of(janes.post(to("review", connection.pk, "born", found.pk), {"q": "Wilhelmina"}))
    assert "Secret" not in page
    assert "Wilhelmina Open" in page, "the control"


@pytest.mark.parametrize("kind", SETTINGS)
def test_nothing_is_linked_to_a_row_of_somebody_else_or_of_another_kind(
    kind: str, jane: Staff, tom: Staff, janes: Client
) -> None:
    connection = a_desk(jane, kind=kind).connection
    SETTINGS[kind].objects.update(status="two_way")
    found = waits.born(connection)
    Link.objects.filter(pk=found.pk).update(kind=kind)
    own = {other: ITEMS[other](jane) for other in ITEMS}
    refused = [ITEMS[kind](tom), *(row for other, row in own.items() if other != kind)]
    before = everything()

    def link_to(row: models.Model) -> None:
        partner = {"model": row._meta.label_lower, "pk": str(row.pk)}
        given = {"list": "born", "one": f"link:{found.pk}", **partner}
        janes.post(to("decide", connection.pk), given)

    for row in refused:
        link_to(row)
        assert everything() == before, row
    link_to(own[kind])
    assert Decision.objects.get(link=found).local_pk == str(own[kind].pk), "the control"


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_search_for_the_row_to_link_to_finds_nobody_elses(
    kind: str, jane: Staff, tom: Staff, janes: Client
) -> None:
    connection = a_desk(jane, kind=kind).connection
    SETTINGS[kind].objects.update(status="two_way")
    found = waits.born(connection)
    Link.objects.filter(pk=found.pk).update(kind=kind)
    theirs, own = ITEMS[kind](tom), ITEMS[kind](jane)
    page = janes.post(to("review", connection.pk, "born", found.pk), {"q": "Ada"}).content.decode()
    assert f'name="pk" value="{theirs.pk}"' not in page
    assert f'name="pk" value="{own.pk}"' in page, "the control"


def test_a_switchboard_and_a_way_back_are_no_oracle(
    jane: Staff, toms_desk: Desk, janes: Client
) -> None:
    answers = [
        janes.get(to("offer"), {"back": back}) for back in (toms_desk.staff.pk, 999_999, jane.pk)
    ]
    assert len({seen(answer)[:2] for answer in answers}) == 1
    assert answers[0].status_code == 404


def test_the_logs_in_the_admin_are_not_there_for_an_agent(toms_desk: Desk, janes: Client) -> None:
    for model in our_models():
        name = f"admin:agentbox_sync_{model._meta.model_name}_changelist"
        if admin.site.is_registered(model):
            assert janes.get(reverse(name)).status_code == 403


# ------------------------------------------------------------------------------ mass assignment

MALLORY = "mallory@evil.example"


def everything_at_once(tom: Staff, mallory: User) -> dict[str, str]:
    """A value for every column of ours and of a user's, bare and with the prefix of a form."""
    given: dict[str, str] = {}
    for model in [*our_models(), User]:
        for column in model._meta.get_fields():
            if not isinstance(column, models.Field) or not column.concrete:
                continue
            value = MALLORY
            if isinstance(column, models.ForeignKey):
                value = str(mallory.pk if column.related_model is User else tom.pk)
            elif isinstance(column, models.BooleanField):
                value = "on"
            elif isinstance(column, models.IntegerField):
                value = "987654321"
            elif isinstance(column, models.DateTimeField):
                value = "1999-01-01T00:00:00Z"
            given |= {column.name: value, column.attname: value}
    return given


@pytest.mark.parametrize("deed, kind", OF_EVERY_KIND)
def test_fields_that_no_page_has_change_nothing(
    deed: Deed, kind: str, jane: Staff, tom: Staff
) -> None:
    desk = a_desk(jane, kind=kind)
    toms = a_desk(tom, kind=kind)
    mallory = a_login(None, username=MALLORY)
    is_a_masters = deed.name in OF_MASTERS
    client = browser_of(a_login(None, is_superuser=True) if is_a_masters else a_self_managed(jane))
    pressed = deed.pressed(desk)
    extra = everything_at_once(tom, mallory)
    planted = {f"{kind}-{name}": value for name, value in extra.items()} | extra
    of_tom = _about(toms)
    client.post(desk.address(deed.name), {**planted, **pressed})
    rows = everything()
    assert MALLORY not in repr(rows)
    assert "987654321" not in repr(rows)
    assert "datetime(1999, " not in repr(rows)
    assert _about(toms) == of_tom
    for row in (row for table in rows.values() for row in table):
        by = {name: value for name, value in row.items() if name.endswith(("_by_id", "actor_id"))}
        assert mallory.pk not in by.values()
    kept = Connection.objects.get(pk=desk.connection.pk)
    was = desk.connection
    for name in ("staff_id", "tenant_id", "object_id", "user_name", "connected_by_id"):
        assert getattr(kept, name) == getattr(was, name)
    allowed = set(StaffSettings.objects.filter(self_managed=True).values_list("staff", flat=True))
    assert allowed == (set() if is_a_masters and deed.name != "allow" else {jane.pk})
    mallory.refresh_from_db()
    assert not mallory.is_superuser
    assert not mallory.groups.exists()


def test_the_fields_that_are_tried_are_those_that_matter(jane: Staff) -> None:
    """The control: the names are read from the models, and these are among them."""
    planted = everything_at_once(jane, a_login(None))
    assert {"staff", "connection", "state", "approved", "approved_by", "self_managed"} <= set(
        planted
    )
    assert {"tenant_id", "object_id", "user_name", "is_superuser", "tokens"} <= set(planted)


def _about(desk: Desk) -> list[object]:
    connection = desk.connection
    return [
        list(model.objects.filter(connection=connection).order_by("pk").values())
        for model in (Link, Decision, Review)
    ] + [Connection.objects.filter(pk=connection.pk).values().get()]


@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_take_no_value_that_the_form_does_not_offer(desk: Desk, janes: Client) -> None:
    address, settings = desk.address("configure"), desk.settings
    before = everything()
    asked = FORMS[desk.kind](settings)
    asked_of_all = {"status", "removal", "target", "conflict", "deletion", "adoption"}
    choices = {name for name, field in asked.fields.items() if isinstance(field, ChoiceField)}
    assert asked_of_all <= choices
    for name in choices:
        form = make.shown_answers(settings, **{name: "burn"})
        assert janes.post(address, form).status_code == 200, "shown again, not saved"
        assert everything() == before, name
    janes.post(address, make.shown_answers(settings, status="two_way"))
    assert everything() != before, "the control"
