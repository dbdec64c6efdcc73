"""Why an item is, or is not, in somebody's Outlook: on the host's page, on ours, in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.changes import LinkState, Origin, Rest
from agentbox_sync.models import Change, Connection, ContactSettings, Decision, Link, LocalChange
from agentbox_sync.services.stories import Account
from agentbox_sync.services.why import why
from agentbox_sync.services.wording.answers import ANSWERS
from tests.builders import crm
from tests.integration.card import builders as make
from tests.integration.card.pages import text_of

MODEL = "agentbox_crm.contact"


def about(contact: Contact, **facts: Any) -> Account:
    story = why(MODEL, contact.pk, **facts)
    assert story is not None
    (account,) = story.accounts
    return account


def page_of(contact: Contact) -> str:
    return reverse("agentbox_sync:why", args=[MODEL, contact.pk])


@pytest.fixture
def olivia(jane: Staff) -> Contact:
    make.a_syncing_connection(jane)
    return crm.a_contact("Olivia Rutherford", access={jane: crm.OWNER})


def linked(contact: Contact, **fields: Any) -> Link:
    return make.a_link(Connection.objects.get(), contact, **fields)


def settings(**values: Any) -> None:
    saved = ContactSettings.objects.get()
    for name, value in values.items():
        setattr(saved, name, value)
    saved.approved = saved.fingerprint
    saved.save()


def connection(**values: Any) -> None:
    Connection.objects.update(**values)


def rests(contact: Contact, reason: str, **fields: Any) -> None:
    linked(contact, state=LinkState.RETAINED.value, reason=reason, **fields)


def set_aside(contact: Contact, error: str, **fields: Any) -> None:
    linked(contact, state=LinkState.QUARANTINED.value, error=error, **fields)


def unselect(contact: Contact) -> None:
    contact.classes.set([crm.a_class("Past client", special=True)])


# ---------------------------------------------------------------------------- one answer each

Case = tuple[str, Callable[[Contact], object], str]
CASES: list[Case] = [
    ("synced", linked, "One-way: an edit made in Outlook does not come"),
    ("waiting", lambda c: None, "The next run takes it along."),
    ("disconnected", lambda c: (linked(c), connection(state="disconnected",
                                                      disconnected_at=timezone.now())),
     "The account was disconnected at"),
    ("leaving", lambda c: connection(leaving_at=timezone.now()), "being disconnected"),
    ("needs_sign_in", lambda c: connection(state="needs_sign_in", reason="grant_ended"),
     "Microsoft no longer accepts the earlier sign-in."),
    ("suspended", lambda c: connection(state="suspended", reason="ErrorNonExistentMailbox"),
     "the mailbox may have been deleted"),
    ("paused", lambda c: connection(state="paused"), "until somebody resumes it"),
    ("disabled", lambda c: settings(status="disabled"), "Sync Status of this kind is Disabled"),
    ("not_approved", lambda c: ContactSettings.objects.update(approved=""), "nobody has said go"),
    ("ambiguous", lambda c: set_aside(c, "ambiguous"), "More than one item in Exchange"),
    ("contested", lambda c: rests(c, Rest.CONTESTED), "while it was edited in the CRM"),
    ("protected", lambda c: rests(c, Rest.DISMISSED, error="ErrorCannotDeleteObject"),
     "does not let anybody delete"),
    ("removed_in_exchange", lambda c: rests(c, Rest.REMOVED_IN_EXCHANGE), "restore it on"),
    ("moved_away", lambda c: rests(c, Rest.MOVED_AWAY), "Move it back"),
    ("other_collection", lambda c: rests(c, Rest.OTHER_COLLECTION), "Choose that place again"),
    ("dismissed", lambda c: rests(c, Rest.DISMISSED), "can be taken back"),
    ("set_aside", lambda c: set_aside(c, "ErrorInvalidProperty",
                                      next_attempt=make.later(minutes=5)),
     "Exchange does not accept one of the values"),
    ("held", lambda c: (linked(c), unselect(c), make.a_stop(Connection.objects.get(), [c])),
     "A Master User decides about the whole list"),
    ("going", lambda c: (linked(c), unselect(c), settings(removal="delete")),
     "The next run removes it from Outlook."),
    ("going", lambda c: (linked(c, origin=Origin.EXCHANGE.value), unselect(c),
                         settings(removal="delete")),
     "It stays in Outlook as it is"),
    ("kept", lambda c: (rests(c, Rest.LEFT_FILTER), unselect(c)), "no longer synced"),
    ("not_selected", unselect, "Selected is every standard class"),
    ("back", lambda c: rests(c, Rest.LEFT_FILTER), "The next run picks it up again."),
    ("ordered", lambda c: Decision.objects.create(
        connection=Connection.objects.get(), kind="contacts", verb="restore",
        link=linked(c, state="retained", reason=Rest.REMOVED_IN_EXCHANGE.value),
        decided_at=timezone.now()), "The next run carries it out."),
]  # fmt: skip


@pytest.mark.parametrize(
    "code, arrange, sentence", CASES, ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(CASES)]
)
def test_every_answer_says_what_it_is_why_and_what_to_do(
    code: str, arrange: Callable[[Contact], object], sentence: str, olivia: Contact, master: Client
) -> None:
    arrange(olivia)

    found = about(olivia).answer

    assert found.code == code
    assert "Jane Ashcroft" in found.title
    page = text_of(master.get(page_of(olivia)))
    assert found.title in page
    assert sentence in page


def test_every_answer_has_its_case() -> None:
    # What has a time or can be called off is an appointment: see the tests of the calendar.
    assert {code for code, _, _ in CASES} == set(ANSWERS) - {"outside", "dormant"}


def test_losing_access_is_told_apart_from_the_filter_and_from_a_deletion(
    jane: Staff, olivia: Contact
) -> None:
    linked(olivia)
    olivia.access.all().delete()
    assert about(olivia).answer.reasons[0] == "Jane Ashcroft has no access to it in the CRM."
    key = olivia.pk
    olivia.delete()
    story = why(MODEL, key)
    assert story is not None
    assert story.accounts[0].answer.reasons[0] == "It was deleted in the CRM."


def test_the_filter_is_told_with_the_classes_and_the_ownership(olivia: Contact) -> None:
    buyers = crm.a_class("Buyer")
    settings(classes=[str(buyers.pk)], primary_owner_only=True)

    reasons = about(olivia).answer.reasons

    assert "Selected are these classes: Buyer." in reasons
    assert "Only contacts of which Jane Ashcroft is the Primary Owner." in reasons


def test_what_is_special_about_a_pair_is_said_beside(jane: Staff, olivia: Contact) -> None:
    settings(status="two_way", primary_owner_only=False)
    olivia.access.update(level=crm.VIEW)
    linked(olivia, drift=["company"], left_out=["emails"], frozen=["notes"], origin="exchange")
    LocalChange.objects.create(
        connection=Connection.objects.get(), kind="contacts", local_model=MODEL, local_pk=olivia.pk
    )

    found = about(olivia).answer

    said = " ".join((*found.reasons, *found.notes))
    for part in (
        "A change in the CRM is on its way.",
        "View Only: an edit made in Outlook is put back",
        "It was in Outlook before the CRM",
        "Edited in Outlook and different there: Company.",
        "Exchange takes only a part",
        "kept rewriting it: Notes.",
    ):
        assert part in said


def test_the_last_changes_tell_what_when_why_and_who(
    jane: Staff, olivia: Contact, master: Client
) -> None:
    user = crm.a_login(None, first_name="Margaret", last_name="Hale")
    run = make.a_run(Connection.objects.get(), asked_by=user)
    facts = {
        "connection": Connection.objects.get(),
        "run": run,
        "link": linked(olivia),
        "kind": "contacts",
        "local_model": MODEL,
        "local_pk": str(olivia.pk),
        "outcome": "done",
        "at": timezone.now(),
    }
    Change.objects.create(action="create", cause="new in the CRM", side="remote", **facts)
    Change.objects.create(
        action="update", cause="both there", side="local", atoms=["mobile_phone", "notes"],
        before={"notes": "a secret that stays in the log"}, **facts,
    )  # fmt: skip

    page = text_of(master.get(page_of(olivia)))

    assert "Taken from Outlook into the CRM: Mobile phone, Notes." in page
    assert "It changed." not in page
    assert "Created in Outlook. It is new in the CRM." in page
    assert "begun by Margaret Hale" in page
    assert "a secret" not in page
    assert page.index("Taken from Outlook") < page.index("Created in Outlook")


# --------------------------------------------------------------------------------- who may know


def test_a_master_user_sees_everybodys_account_and_an_agent_their_own(
    jane: Staff, olivia: Contact, master: Client, janes_browser: Client
) -> None:
    tom = crm.a_staff_member("Tom Reed")
    make.a_syncing_connection(tom)
    crm.ContactAccess.objects.create(contact=olivia, staff=tom, level=crm.OWNER)

    everybody, own = (text_of(one.get(page_of(olivia))) for one in (master, janes_browser))

    assert "Tom Reed" in everybody
    assert "Jane Ashcroft" in everybody
    assert "Tom Reed" not in own
    assert "Jane Ashcroft" in own


def test_forbidden_and_absent_read_alike(
    jane: Staff, olivia: Contact, janes_browser: Client
) -> None:
    theirs = crm.a_contact("Theirs", access={crm.a_staff_member("Tom Reed"): crm.OWNER})
    absent = reverse("agentbox_sync:why", args=[MODEL, 999_999])
    answers = [janes_browser.get(address) for address in (page_of(theirs), absent)]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("model, pk", [("auth.user", "1"), ("nonsense", "1"), (MODEL, "no-number")])
def test_what_is_no_item_of_ours_is_not_there(
    model: str, pk: str, olivia: Contact, master: Client
) -> None:
    assert master.get(reverse("agentbox_sync:why", args=[model, pk])).status_code == 404


def test_an_anonymous_visitor_is_sent_to_sign_in(olivia: Contact, client: Client) -> None:
    answer = client.get(page_of(olivia))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_somebody_without_a_card_sees_no_panel(olivia: Contact, client: Client) -> None:
    client.force_login(crm.a_login(None, AGENTS))
    assert client.get(page_of(olivia)).status_code == 404
    assert why(MODEL, olivia.pk, crm.a_login(None, AGENTS)) is None


# ----------------------------------------------------------------------------------- on a page


def test_the_contacts_own_page_shows_the_panel_closed(
    jane: Staff, olivia: Contact, master: Client
) -> None:
    linked(olivia)
    address = reverse("admin:agentbox_crm_contact_change", args=[olivia.pk])

    page = master.get(address)

    body = page.content.decode()
    assert '<details class="agentbox-why-panel agentbox-why-tone-good">' in body
    assert "Synced with Jane Ashcroft’s Outlook" in text_of(page)
    assert "Synced with" not in text_of(master.get(f"{address}?_popup=1"))
    adding = master.get(reverse("admin:agentbox_crm_contact_add"))
    assert "agentbox-why-panel" not in adding.content.decode()


def test_a_contact_of_nobody_who_is_connected_has_no_panel(jane: Staff, master: Client) -> None:
    contact = crm.a_contact("Nobody's", access={jane: crm.OWNER})
    page = master.get(reverse("admin:agentbox_crm_contact_change", args=[contact.pk]))
    assert page.status_code == 200
    assert "agentbox-why-panel" not in page.content.decode()


@pytest.mark.parametrize("who", ["master", "agent"])
@pytest.mark.parametrize("links", [1, 300])
def test_the_page_asks_no_more_than_twelve_questions(
    who: str,
    links: int,
    jane: Staff,
    olivia: Contact,
    client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    row = Connection.objects.get()
    linked(olivia)
    for _ in range(links):
        make.a_link(row)
    for number in range(3):
        colleague = crm.a_staff_member(f"Colleague {number}")
        make.a_link(make.a_syncing_connection(colleague), olivia)
    client.force_login(crm.a_login(jane, MASTER_USERS if who == "master" else AGENTS))

    with django_assert_max_num_queries(12):
        assert client.get(page_of(olivia)).status_code == 200


def test_a_stop_and_lost_classes_ask_no_more_than_twelve_either(
    jane: Staff, olivia: Contact, master: Client, django_assert_max_num_queries: Any
) -> None:
    linked(olivia)
    unselect(olivia)
    make.a_stop(Connection.objects.get(), [olivia])
    with django_assert_max_num_queries(12):
        assert "safety stop" in text_of(master.get(page_of(olivia)))


# -------------------------------------------------------------------------------- in a terminal


def command(*arguments: str) -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command("agentbox_why", *arguments, stdout=out, stderr=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue()


def test_the_command_answers_in_words_without_names(jane: Staff, olivia: Contact) -> None:
    linked(olivia)
    status, said = command(MODEL, str(olivia.pk))
    assert status == 0
    assert f"Synced with staff {jane.pk}’s Outlook [synced]" in said
    assert "Olivia" not in said
    assert "Jane" not in said


def test_the_command_answers_as_json(jane: Staff, olivia: Contact) -> None:
    unselect(olivia)
    status, said = command("agentbox_crm.Contact", str(olivia.pk), "--json")
    (account,) = json.loads(said)["accounts"]
    assert status == 1
    assert (account["code"], account["staff"]) == ("not_selected", str(jane.pk))


def test_the_command_narrows_to_one_staff_member(jane: Staff, olivia: Contact) -> None:
    tom = crm.a_staff_member("Tom Reed", email="tom@harbourvale.example")
    make.a_link(make.a_syncing_connection(tom), olivia)
    for named in (str(jane.pk), "JANE@harbourvale.example"):
        _, said = command(MODEL, str(olivia.pk), "--staff", named, "--json")
        assert [one["staff"] for one in json.loads(said)["accounts"]] == [str(jane.pk)]


def test_the_command_says_when_nothing_is_known(db: None) -> None:
    assert command(MODEL, "1")[0] == 2
    assert json.loads(command("no.model", "1", "--json")[1]) == {"accounts": [], "events": []}
