"""The CRM's pages in the Django admin, for an agent and for a Master User."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess, Task
from tests.builders.crm import (
    FULL,
    OWNER,
    VIEW,
    a_class,
    a_contact,
    a_login,
    a_staff_member,
    a_task,
    an_appointment,
)

pytestmark = pytest.mark.django_db

MODELS = ["office", "staff", "contactclass", "contact", "listing", "appointment", "task"]


@pytest.fixture
def jane():
    return a_staff_member()


@pytest.fixture
def as_jane(client, jane):
    client.force_login(a_login(jane, "Agents"))
    return client


@pytest.fixture
def as_master(client):
    client.force_login(a_login(None, "Master Users"))
    return client


def contact_page(contact):
    return reverse("admin:agentbox_crm_contact_change", args=[contact.pk])


def contact_form(contact, *access, **changes):
    """What a browser posts from the contact's page; `access` is (row or None, staff, level)."""
    form = {"first_name": contact.first_name, "last_name": contact.last_name}
    saved = sum(row is not None for row, _, _ in access)
    form |= {"access-TOTAL_FORMS": len(access), "access-INITIAL_FORMS": saved}
    for number, (row, staff, level) in enumerate(access):
        form |= {
            f"access-{number}-id": row.pk if row else "",
            f"access-{number}-contact": contact.pk or "",
            f"access-{number}-staff": staff.pk,
            f"access-{number}-level": level,
        }
    return form | changes


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_with_rows_and_a_search(as_master, jane, model):
    a_contact(access={jane: OWNER}, classes=(a_class("Buyer"),))
    an_appointment(jane)
    a_task(jane)
    answer = as_master.get(reverse(f"admin:agentbox_crm_{model}_changelist"), {"q": "a"})
    assert answer.status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_every_form_opens(as_master, model):
    assert as_master.get(reverse(f"admin:agentbox_crm_{model}_add")).status_code in {200, 403}


def test_the_list_of_contacts_does_not_ask_row_by_row(
    as_master, jane, django_assert_max_num_queries
):
    address = reverse("admin:agentbox_crm_contact_changelist")

    def queries():
        with django_assert_max_num_queries(40) as counted:
            as_master.get(address)
        return len(counted)

    a_contact(access={jane: OWNER})
    few = queries()
    for _ in range(20):
        a_contact(access={jane: OWNER})
    assert queries() == few


def test_an_agent_sees_only_the_contacts_shared_with_her(as_jane, jane):
    shared = a_contact("Shared Person", access={jane: VIEW})
    foreign = a_contact("Foreign Person", access={a_staff_member("José"): OWNER})
    listed = as_jane.get(reverse("admin:agentbox_crm_contact_changelist")).text
    assert "Shared Person" in listed
    assert "Foreign Person" not in listed
    assert as_jane.get(contact_page(shared)).status_code == 200
    assert as_jane.get(contact_page(foreign)).status_code == 302  # the admin's "does not exist"


@pytest.mark.parametrize("level, status", [(OWNER, 302), (FULL, 302), (VIEW, 403)])
def test_a_view_only_contact_cannot_be_changed_by_an_agent(as_jane, jane, level, status):
    contact = a_contact("Before", access={jane: level})
    row = contact.access.get()
    posted = contact_form(contact, (row, jane, level), first_name="After")
    assert as_jane.post(contact_page(contact), posted).status_code == status
    contact.refresh_from_db()
    assert contact.first_name == ("Before" if status == 403 else "After")


def test_a_master_user_sees_everybodys_contacts(as_master):
    contact = a_contact("Foreign Person", access={a_staff_member("José"): OWNER})
    assert as_master.get(contact_page(contact)).status_code == 200


def test_who_writes_a_contact_down_owns_it(as_jane, jane):
    form = contact_form(Contact(), first_name="New", last_name="Person")
    assert as_jane.post(reverse("admin:agentbox_crm_contact_add"), form).status_code == 302
    access = ContactAccess.objects.get(contact__first_name="New")
    assert (access.staff, access.level) == (jane, OWNER)


def test_a_contact_keeps_one_primary_owner(as_master, jane):
    contact, jose = a_contact(access={jane: OWNER}), a_staff_member("José")
    rows = (contact.access.get(), jane, OWNER), (None, jose, OWNER)
    answer = as_master.post(contact_page(contact), contact_form(contact, *rows))
    assert "A contact has one Primary Owner." in answer.text
    assert contact.access.count() == 1


def test_an_agent_sees_her_own_tasks(as_jane, jane):
    a_task(jane, "Mine")
    a_task(a_staff_member("José"), "Foreign errand")
    listed = as_jane.get(reverse("admin:agentbox_crm_task_changelist")).text
    assert "Mine" in listed
    assert "Foreign errand" not in listed


def test_a_private_appointment_is_seen_by_who_takes_part(as_jane, jane):
    jose = a_staff_member("José")
    an_appointment(jane, title="My dentist", private=True)
    an_appointment(jose, title="Foreign dentist", private=True)
    an_appointment(jose, title="Open home")
    listed = as_jane.get(reverse("admin:agentbox_crm_appointment_changelist")).text
    assert "My dentist" in listed
    assert "Open home" in listed
    assert "Foreign dentist" not in listed


def test_a_master_user_may_not_delete_a_staff_member_but_may_change_one(as_master, jane):
    change = reverse("admin:agentbox_crm_staff_change", args=[jane.pk])
    assert as_master.get(change).status_code == 200
    delete = reverse("admin:agentbox_crm_staff_delete", args=[jane.pk])
    assert as_master.get(delete).status_code == 403


# -------------------------------------------------------------------------------------------- tasks


def test_an_agent_sees_and_is_offered_only_her_own_tasks(as_jane, jane):
    a_task(jane, "Call back")
    a_task(a_staff_member("José"), "Ring the under-bidders")
    listed = as_jane.get(reverse("admin:agentbox_crm_task_changelist")).text
    assert "Call back" in listed
    assert "under-bidders" not in listed
    form = as_jane.get(reverse("admin:agentbox_crm_task_add")).context["adminform"].form
    assert form.initial["staff"] == jane.pk


def test_tasks_are_marked_as_done_together_and_their_series_go_on(as_jane, jane):
    once = a_task(jane, "Call back")
    weekly = a_task(jane, "Report", due_on=dt.date(2030, 3, 8), recurrence="FREQ=WEEKLY")
    done = a_task(jane, "Done before", status="completed")
    other = a_task(jane, "Another")
    chosen = {"action": "complete", "_selected_action": [once.pk, weekly.pk, done.pk]}

    answer = as_jane.post(reverse("admin:agentbox_crm_task_changelist"), chosen, follow=True)

    assert "2 tasks are done." in answer.text
    states = dict(Task.objects.values_list("pk", "status"))
    assert [states[row.pk] for row in (once, weekly, other)] == ["completed", "completed", "open"]
    assert Task.objects.get(due_on=dt.date(2030, 3, 15)).status == "open"
