"""The settings of contacts: what is offered, what is saved, and what comes back unsaved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import ContactClass, Staff
from agentbox_sync.core.rules import Adoption, Conflict, Deletion, Removal, Status, Target
from agentbox_sync.forms import ContactsForm
from agentbox_sync.host.adapter import ContactSource
from agentbox_sync.models import Connection, ContactSettings
from agentbox_sync.services.configure import configure
from tests.builders.crm import a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to


@pytest.fixture
def buyers(db: None) -> ContactClass:
    return ContactClass.objects.create(name="Buyers")


@pytest.fixture
def investors(db: None) -> ContactClass:
    return ContactClass.objects.create(name="Investors", special=True)


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return make.a_connection(jane)


@pytest.fixture
def settings_row(connection: Connection) -> ContactSettings:
    row: ContactSettings = make.settings_of(connection, Status.ONE_WAY)
    return row


def save(browser: Client, settings: ContactSettings, **changes: Any) -> HttpResponse:
    """Press Save; the page that a person sees then."""
    address = to("configure", settings.connection_id, "contacts")
    page: HttpResponse = browser.post(address, make.answers(settings, **changes), follow=True)
    return page


def ticked(page: HttpResponse) -> set[str]:
    """The answers that are chosen on a page, as name=value."""
    inputs = re.findall(r"<input[^>]*\bchecked[^>]*>", page.content.decode())
    names = (re.search(r'name="contacts-([^"]+)"', one) for one in inputs)
    values = (re.search(r'value="([^"]*)"', one) for one in inputs)
    return {
        f"{name.group(1)}={value.group(1) if value else 'on'}"
        for name, value in zip(names, values, strict=True)
        if name
    }


def test_every_answer_is_saved(
    settings_row: ContactSettings,
    buyers: ContactClass,
    investors: ContactClass,
    master: Client,
) -> None:
    page = save(
        master,
        settings_row,
        status="two_way",
        removal="delete",
        target="own",
        strict="on",
        conflict="exchange_wins",
        deletion="apply",
        adoption="import",
        classes=[str(buyers.pk), str(investors.pk)],
        primary_owner_only="False",
        **{f"category-{buyers.pk}": "Clients: buying"},
    )
    settings_row.refresh_from_db()
    policy = settings_row.policy()
    assert (policy.status, policy.removal) == (Status.TWO_WAY, Removal.DELETE)
    assert (policy.target, policy.strict) == (Target.OWN, True)
    assert (policy.conflict, policy.deletion) == (Conflict.EXCHANGE_WINS, Deletion.APPLY)
    assert policy.adoption == Adoption.IMPORT
    assert settings_row.classes == [str(buyers.pk), str(investors.pk)]
    assert settings_row.primary_owner_only is False
    assert settings_row.categories == {str(buyers.pk): "Clients: buying"}
    assert not settings_row.is_approved, "what decides something else needs a new go"
    assert "Two-way · Buyers, Investors · Also Full Access and View Only" in text_of(page)


def test_the_form_shows_what_is_saved_and_saving_it_again_changes_nothing(
    settings_row: ContactSettings, buyers: ContactClass, master: Client
) -> None:
    save(master, settings_row, classes=[str(buyers.pk)], strict="on", adoption="review")
    settings_row.refresh_from_db()
    page = master.get(card_of(settings_row.connection.staff))
    assert {
        "status=one_way",
        "strict=on",
        "adoption=review",
        f"classes={buyers.pk}",
        "primary_owner_only=True",
    } <= ticked(page)
    before = settings_row.version
    assert "Saved." in text_of(save(master, settings_row))
    settings_row.refresh_from_db()
    assert settings_row.version == before


@pytest.mark.parametrize(
    "changes, anchor",
    [
        ({"status": "three_way"}, "status"),
        ({"removal": ""}, "removal"),
        ({"target": None}, "target"),
        ({"adoption": "steal"}, "adoption"),
        ({"classes": ["4711"]}, "classes"),
        ({"primary_owner_only": "perhaps"}, "primary_owner_only"),
        ({"version": "-1"}, ""),
        ({"version": "x"}, ""),
    ],
)
def test_an_answer_that_was_not_offered_saves_nothing_and_keeps_the_others(
    changes: dict[str, Any],
    anchor: str,
    settings_row: ContactSettings,
    buyers: ContactClass,
    master: Client,
) -> None:
    answers = {"deletion": "restore", f"category-{buyers.pk}": "Of mine", **changes}
    page = save(master, settings_row, **answers)
    assert "Nothing was saved." in text_of(page)
    assert "deletion=restore" in ticked(page)
    assert 'value="Of mine"' in page.content.decode()
    if anchor:
        beside = page.content.decode().split(f'id="agentbox-contacts-{anchor}"')[1]
        assert "agentbox-error" in beside.split("</fieldset>")[0]
    settings_row.refresh_from_db()
    assert (settings_row.status, settings_row.version) == (Status.ONE_WAY, 1)


def test_a_category_is_one_name(
    settings_row: ContactSettings, buyers: ContactClass, master: Client
) -> None:
    page = save(master, settings_row, **{f"category-{buyers.pk}": "Hot, Cold"})
    assert "Buyers: One name, without a comma or a semicolon." in text_of(page)
    settings_row.refresh_from_db()
    assert settings_row.categories == {}


def test_a_form_writes_no_field_that_it_does_not_show(
    settings_row: ContactSettings, master: Client
) -> None:
    more = {"approved": "x", "approved_by": "1", "connection": "99", "version_": "7", "id": "5"}
    settings_row.approved = ""
    settings_row.save()
    save(master, settings_row, status="disabled", **more)
    before = settings_row.pk, settings_row.connection_id
    settings_row.refresh_from_db()
    assert (settings_row.pk, settings_row.connection_id) == before
    assert (settings_row.approved, settings_row.approved_by) == ("", None)
    assert settings_row.status == Status.DISABLED, "positive control: the rest was saved"


def test_the_service_takes_nothing_that_no_person_may_choose(
    settings_row: ContactSettings, master: Client
) -> None:
    user = a_login(None)
    with pytest.raises(ValueError, match="approved"):
        configure(user, settings_row.connection, "contacts", {"approved": "x"}, 1)


# ------------------------------------------------------------------------------ a second window


def test_a_window_that_is_behind_saves_nothing_and_shows_what_differs(
    settings_row: ContactSettings, buyers: ContactClass, master: Client
) -> None:
    behind = make.answers(settings_row, status="two_way", classes=[str(buyers.pk)])
    save(master, settings_row, removal="delete", status="disabled")
    page = master.post(to("configure", settings_row.connection_id, "contacts"), behind)
    settings_row.refresh_from_db()
    assert (settings_row.status, settings_row.removal) == (Status.DISABLED, Removal.DELETE)
    said = text_of(page)
    assert "Nothing was saved, because these settings were changed in another window" in said
    assert "Sync Status Two-way Disabled" in said
    assert "When removed from the CRM Retain in Exchange Delete from Exchange" in said
    assert "Contact classes Buyers All standard classes" in said
    assert "When removed in Exchange Keep" not in said.split("Keep what was saved")[0]
    assert {"status=two_way", "removal=retain", f"classes={buyers.pk}"} <= ticked(page)


def test_saving_over_the_other_window_is_done_on_purpose(
    settings_row: ContactSettings, master: Client
) -> None:
    behind = make.answers(settings_row, status="two_way")
    save(master, settings_row, status="disabled")
    page = master.post(to("configure", settings_row.connection_id, "contacts"), behind)
    assert "Save my answers over theirs" in text_of(page)
    version = re.search(r'name="contacts-version" value="(\d+)"', page.content.decode())
    assert version
    page = master.post(
        to("configure", settings_row.connection_id, "contacts"),
        {**behind, "contacts-version": version.group(1)},
        follow=True,
    )
    assert "Saved." in text_of(page)
    settings_row.refresh_from_db()
    assert settings_row.status == Status.TWO_WAY


def test_two_windows_that_want_the_same_are_not_asked(
    settings_row: ContactSettings, master: Client
) -> None:
    behind = make.answers(settings_row, status="two_way")
    save(master, settings_row, status="two_way")
    page = master.post(to("configure", settings_row.connection_id, "contacts"), behind, follow=True)
    assert "Saved." in text_of(page)


# ------------------------------------------------------------------------------ what is offered


def test_classes_stand_under_two_headings_and_the_form_says_what_none_means(
    settings_row: ContactSettings,
    buyers: ContactClass,
    investors: ContactClass,
    master: Client,
) -> None:
    said = text_of(master.get(card_of(settings_row.connection.staff)))
    standard, special = said.index("Standard classes"), said.index("Custom classes")
    assert standard < said.index("Buyers", standard) < special < said.index("Investors", special)
    assert "Tick nothing for all standard classes" in said
    assert "One-way: CRM to Exchange · All standard classes · Primary Owner Only" in said


def test_a_class_that_was_deleted_in_the_crm_is_shown_and_can_be_unticked(
    settings_row: ContactSettings, buyers: ContactClass, master: Client
) -> None:
    gone = str(buyers.pk)
    save(master, settings_row, classes=[gone], **{f"category-{gone}": "Buying"})
    settings_row.refresh_from_db()
    ContactClass.objects.all().delete()
    page = master.get(card_of(settings_row.connection.staff))
    assert "No longer there" in text_of(page)
    assert f"Deleted in the CRM (no. {gone})" in text_of(page)
    assert f"classes={gone}" in ticked(page)
    save(master, settings_row, removal="delete")
    settings_row.refresh_from_db()
    assert settings_row.classes == [gone], "what nobody unticked stays as it was"
    save(master, settings_row, classes=[])
    settings_row.refresh_from_db()
    assert settings_row.classes == []


A_CATEGORY = 'name="contacts-category-'


def test_a_crm_with_classes_is_asked_for_their_categories(
    settings_row: ContactSettings, master: Client
) -> None:
    ContactClass.objects.create(name="Buyer")
    page = master.get(card_of(settings_row.connection.staff))
    assert A_CATEGORY in page.content.decode()


def test_a_crm_without_classes_is_not_asked_about_them(
    settings_row: ContactSettings, monkeypatch: pytest.MonkeyPatch, master: Client
) -> None:
    monkeypatch.setattr(Contacts, "classes", ContactSource.classes)
    monkeypatch.setattr(Contacts, "classes_of", ContactSource.classes_of)
    page = master.get(card_of(settings_row.connection.staff))
    assert "Contact classes" not in text_of(page)
    assert A_CATEGORY not in page.content.decode()
    assert "Whose contacts" in text_of(page), "positive control: the other questions are there"
    assert "Saved." in text_of(save(master, settings_row, status="two_way"))


@pytest.mark.parametrize(
    "method, answer, sentence",
    [
        ("grant", {"adoption": "import"}, "does not let the sync add to it"),
        ("release", {"deletion": "apply"}, "does not let the sync follow a removal"),
    ],
)
def test_what_the_host_cannot_carry_out_is_not_offered(
    method: str,
    answer: dict[str, str],
    sentence: str,
    settings_row: ContactSettings,
    monkeypatch: pytest.MonkeyPatch,
    master: Client,
) -> None:
    staff = settings_row.connection.staff
    ((name, value),) = answer.items()
    shown = master.get(card_of(staff))
    assert f'name="contacts-{name}" value="{value}"' in shown.content.decode()
    assert sentence not in text_of(shown)
    monkeypatch.setattr(Contacts, method, getattr(ContactSource, method))
    shown = master.get(card_of(staff))
    assert f'name="contacts-{name}" value="{value}"' not in shown.content.decode()
    assert sentence in text_of(shown)
    page = save(master, settings_row, status="two_way", **answer)
    assert "This answer is not offered here." in text_of(page)


def test_two_way_is_not_offered_where_no_field_can_be_written(
    settings_row: ContactSettings, monkeypatch: pytest.MonkeyPatch, master: Client
) -> None:
    monkeypatch.setattr(
        "agentbox_sync.host.mapping.RecordMapping.fixed", lambda self, model: frozenset(self.atoms)
    )
    page = save(master, settings_row, status="two_way")
    assert "Two-way is not offered" in text_of(page)
    settings_row.refresh_from_db()
    assert settings_row.status == Status.ONE_WAY


def test_whoever_may_only_look_reads_every_choice_in_words(
    jane: Staff, settings_row: ContactSettings, buyers: ContactClass, janes_browser: Client
) -> None:
    settings_row.status, settings_row.classes = "two_way", [str(buyers.pk)]
    settings_row.categories = {str(buyers.pk): "Buying"}
    settings_row.save()
    page = janes_browser.get(card_of(jane))
    said = text_of(page)
    assert "<form" not in page.content.decode().split("agentbox-contacts")[1]
    for words in (
        "Sync Status Two-way",
        "Contact classes Buyers",
        "Whose contacts Primary Owner Only",
        "When removed from the CRM Retain in Exchange",
        "Where in Exchange The main Contacts folder",
        "Category in Outlook Buyers → Buying",
        "When removed in Exchange Keep in the CRM, leave it away in Exchange",
        "New in Exchange Leave alone",
    ):
        assert words in said


@pytest.mark.parametrize("status", list(Status))
def test_every_answer_has_a_line_of_help(
    status: Status, settings_row: ContactSettings, db: None
) -> None:
    settings_row.status = status
    form = ContactsForm(settings_row)
    for question in form.questions():
        for option in question.options:
            assert option.help or question.name in ("classes", "categories"), (
                f"{question.name}: {option.label} is not explained"
            )


def test_reading_the_form_asks_the_same_however_many_classes_there_are(
    jane: Staff,
    settings_row: ContactSettings,
    master: Client,
    django_assert_max_num_queries: Any,
) -> None:
    ContactClass.objects.bulk_create(ContactClass(name=f"Class {n}") for n in range(60))
    master.get(card_of(jane))
    with django_assert_max_num_queries(14):
        master.get(card_of(jane))
