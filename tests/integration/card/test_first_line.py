"""What the first line says, read off the page that a Master User sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.rules import Status
from agentbox_sync.models import Connection, ProviderSwitch, Run
from agentbox_sync.services.wording.conditions import PASSING, Condition
from agentbox_sync.services.wording.headlines import TITLES
from tests.builders.crm import a_contact, a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, primary_buttons, text_of

State = Connection.State


def not_offered(jane: Staff) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)


def disconnected(jane: Staff) -> None:
    make.a_connection(jane, state=State.DISCONNECTED, tokens="")


def needs_sign_in(jane: Staff) -> None:
    make.a_syncing_connection(jane, state=State.NEEDS_SIGN_IN, reason="grant_ended")


def leaving(jane: Staff, **fields: object) -> None:
    amounts = {"leaving_at": make.ago(minutes=1), "leaving_amounts": {"contacts": 212}}
    make.a_syncing_connection(jane, **amounts, **fields)


def leaving_while_microsoft_wants_a_sign_in(jane: Staff) -> None:
    leaving(jane, state=State.NEEDS_SIGN_IN, reason="grant_ended")


def leaving_while_microsoft_is_away(jane: Staff) -> None:
    leaving(jane, failures=1, reason="Unreachable", not_before=make.later(minutes=3))


def leaving_while_something_is_refused(jane: Staff) -> None:
    leaving(jane)
    connection = Connection.objects.get()
    make.set_aside(connection, a_contact(), "ErrorInvalidRequest")
    make.a_run(connection)


def leaving_without_a_worker(jane: Staff) -> None:
    leaving(jane)
    make.a_heartbeat(make.ago(hours=2))


def suspended(jane: Staff) -> None:
    make.a_syncing_connection(jane, state=State.SUSPENDED, reason="MailboxNotEnabledForRESTAPI")


def paused(jane: Staff) -> None:
    make.a_paused_connection(jane, paused_by=a_login(first_name="Mary", last_name="Stone"))


def paused_by_somebody_who_left(jane: Staff) -> None:
    make.a_paused_connection(jane, paused_at=make.ago(days=1))


def paused_while_microsoft_wants_a_sign_in(jane: Staff) -> None:
    make.a_paused_connection(jane, paused_state=State.NEEDS_SIGN_IN, reason="grant_ended")


def paused_while_suspended(jane: Staff) -> None:
    reason = {"paused_state": State.SUSPENDED, "reason": "MailboxNotEnabledForRESTAPI"}
    make.a_paused_connection(jane, **reason)


def disabled(jane: Staff) -> None:
    make.settings_of(make.a_connection(jane), Status.DISABLED)


def synced_before_and_connected_again(jane: Staff) -> None:
    connection = make.a_connection(jane, succeeded_at=make.ago(days=90))
    make.settings_of(connection, Status.DISABLED)


def without_settings(jane: Staff) -> None:
    make.a_connection(jane)


def not_begun(jane: Staff) -> None:
    make.settings_of(make.a_connection(jane), approved=False)


def changed(jane: Staff) -> None:
    connection = make.a_connection(jane, succeeded_at=make.ago(hours=1))
    make.settings_of(connection, approved=False)


def looking(jane: Staff) -> None:
    connection = make.a_connection(jane)
    make.a_preview(make.settings_of(connection, approved=False), "making", counts={"read": 120})
    make.a_heartbeat()


def looked(jane: Staff) -> None:
    settings = make.settings_of(make.a_connection(jane), approved=False)
    make.a_preview(settings, counts={"created": 212, "created_remote": 212})


def looked_yesterday(jane: Staff) -> None:
    settings = make.settings_of(make.a_connection(jane), approved=False)
    make.a_preview(settings, counts={"created": 1, "created_remote": 1}, made_at=make.ago(days=1))


def looked_at_other_settings(jane: Staff) -> None:
    settings = make.settings_of(make.a_connection(jane), approved=False)
    make.a_preview(settings, fingerprint="of other settings")


def looked_in_vain(jane: Staff) -> None:
    settings = make.settings_of(make.a_connection(jane), approved=False)
    make.a_preview(settings, "failed", error="secret_refused")


def nobody_looks(jane: Staff) -> None:
    make.a_preview(make.settings_of(make.a_connection(jane), approved=False), "asked")


def looking_while_microsoft_pauses(jane: Staff) -> None:
    connection = make.a_connection(
        jane, failures=1, reason="TooManyRequests", not_before=make.later(minutes=3)
    )
    make.a_preview(make.settings_of(connection, approved=False), "asked", error="TooManyRequests")
    make.a_heartbeat()


def looking_while_microsoft_is_away(jane: Staff) -> None:
    connection = make.a_connection(
        jane, failures=1, reason="Unreachable", not_before=make.later(minutes=3)
    )
    make.a_preview(make.settings_of(connection, approved=False), "asked", error="Unreachable")
    make.a_heartbeat()


def no_worker_yet(jane: Staff) -> None:
    make.settings_of(make.a_connection(jane, succeeded_at=make.ago(minutes=1)))


def no_worker_any_more(jane: Staff) -> None:
    make.a_syncing_connection(jane)
    make.a_heartbeat(make.ago(hours=2))


def queued(jane: Staff) -> None:
    make.a_run(make.a_syncing_connection(jane), Run.State.QUEUED)


def syncing(jane: Staff) -> None:
    make.a_run(make.a_syncing_connection(jane), Run.State.RUNNING)


def syncing_although_a_pause_was_named(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane, not_before=make.later(minutes=3))
    make.a_run(connection, Run.State.RUNNING)


def throttled(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane, failures=1, not_before=make.later(minutes=3))
    make.a_run(connection, error="TooManyRequests", started_at=make.ago(minutes=1))


def unreachable(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane, failures=2, not_before=make.later(minutes=3))
    make.a_run(connection, error="Unreachable", started_at=make.ago(minutes=1))


def failing_without_a_run(jane: Staff) -> None:
    make.a_syncing_connection(jane, failures=1, reason="ErrorOfTomorrow")


def misconfigured(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane, failures=1, reason="configuration")
    make.a_run(connection, error="secret_refused", started_at=make.ago(minutes=1))


def stopped(jane: Staff) -> None:
    make.a_stop(make.a_syncing_connection(jane), [a_contact() for _ in range(11)])


def let_go_already(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_stop(connection, [a_contact()], approved_at=timezone.now())


def unfinished(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_run(connection, unfinished=True, started_at=make.ago(minutes=1))


def first_run_still_owed(jane: Staff) -> None:
    make.a_syncing_connection(jane, succeeded_at=None)


def set_aside(jane: Staff) -> None:
    make.set_aside(make.a_syncing_connection(jane), a_contact(), "ErrorInvalidProperty")


def in_order(jane: Staff) -> None:
    make.a_run(make.a_syncing_connection(jane))


def in_order_after_an_old_error(jane: Staff) -> None:
    make.a_run(make.a_syncing_connection(jane), error="Unreachable", started_at=make.ago(hours=1))


def connected_again(jane: Staff) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_run(connection, error="disconnected", started_at=make.ago(minutes=1))


OUTLOOK = "212 people will be added to Jane Ashcroft’s Outlook; nothing will be removed."

Case = tuple[Callable[[Staff], None], Condition, str, str]
CASES: list[Case] = [
    (lambda jane: None, Condition.NOT_CONNECTED, "phone is not connected", "Connect"),
    (disconnected, Condition.NOT_CONNECTED, "phone is not connected", "Connect"),
    (not_offered, Condition.NOT_OFFERED, "Switch it on", ""),
    (needs_sign_in, Condition.NEEDS_SIGN_IN, "Microsoft needs Jane Ashcroft to", "Sign in again"),
    (leaving, Condition.LEAVING, "Removing 212 items that the CRM put into Outlook", ""),
    (
        leaving_while_microsoft_wants_a_sign_in,
        Condition.CANNOT_LEAVE,
        "no longer accepts the earlier sign-in. Sign in again to let the removal go on",
        "Sign in again",
    ),
    (leaving_while_microsoft_is_away, Condition.CANNOT_LEAVE, "It is tried again at", ""),
    (leaving_while_something_is_refused, Condition.CANNOT_LEAVE, "reasons stand below", ""),
    (leaving_without_a_worker, Condition.CANNOT_LEAVE, "No worker is running", ""),
    (suspended, Condition.SUSPENDED, "the licence may be missing", "Sign in again"),
    (paused, Condition.PAUSED, "Mary Stone paused it at", "Resume syncing"),
    (paused_by_somebody_who_left, Condition.PAUSED, "It was paused yesterday at", "Resume syncing"),
    (
        paused_while_microsoft_wants_a_sign_in,
        Condition.PAUSED,
        "resume it, then sign in again",
        "Resume syncing",
    ),
    (paused_while_suspended, Condition.PAUSED, "the licence may be missing", "Resume syncing"),
    (disabled, Condition.DISABLED, "Connecting alone syncs nothing", "Choose a Sync Status"),
    (
        synced_before_and_connected_again,
        Condition.DISABLED,
        "it goes on from there, and nothing is doubled",
        "Choose a Sync Status",
    ),
    (without_settings, Condition.DISABLED, "Connecting alone", "Choose a Sync Status"),
    (not_begun, Condition.NOT_BEGUN, "Nothing has been written yet", "See what would happen"),
    (looked_yesterday, Condition.NOT_BEGUN, "Nothing has been written", "See what would happen"),
    (looked_at_other_settings, Condition.NOT_BEGUN, "Nothing has been", "See what would happen"),
    (changed, Condition.CHANGED, "Until then nothing moves.", "See what would happen"),
    (looking, Condition.LOOKING, "120 people read from Exchange.", ""),
    (looked, Condition.FORESEEN, OUTLOOK, "See what would happen"),
    (looked_in_vain, Condition.NOT_FORESEEN, "client secret", "Look again"),
    (nobody_looks, Condition.NO_WORKER, "No worker has run yet", ""),
    (looking_while_microsoft_pauses, Condition.WAITING, "asked for a pause", ""),
    (looking_while_microsoft_is_away, Condition.UNREACHABLE, "tried again at", "Look again"),
    (no_worker_yet, Condition.NO_WORKER, "No worker has run yet", "Sync Contact Now"),
    (no_worker_any_more, Condition.NO_WORKER, "last sign of life", "Sync Contact Now"),
    (queued, Condition.QUEUED, "about to start", ""),
    (syncing, Condition.SYNCING, "being brought up to date", ""),
    (syncing_although_a_pause_was_named, Condition.SYNCING, "being brought up to date", ""),
    (throttled, Condition.WAITING, "asked for a pause. It goes on by itself at", ""),
    (unreachable, Condition.UNREACHABLE, "will be tried again at", "Sync Contact Now"),
    (failing_without_a_run, Condition.UNREACHABLE, "“ErrorOfTomorrow”", "Sync Contact Now"),
    (misconfigured, Condition.MISCONFIGURED, "client secret", ""),
    (stopped, Condition.STOPPED, "11 removals at once", "Look at the list"),
    (let_go_already, Condition.IN_ORDER, "Let go: this list is removed", "Sync Contact Now"),
    (unfinished, Condition.UNFINISHED, "goes on from there by itself", "Sync Contact Now"),
    (first_run_still_owed, Condition.UNFINISHED, "not complete yet", "Sync Contact Now"),
    (set_aside, Condition.SET_ASIDE, "1 item was set aside", "Sync Contact Now"),
    (in_order, Condition.IN_ORDER, "phone is up to date", "Sync Contact Now"),
    (in_order_after_an_old_error, Condition.IN_ORDER, "up to date", "Sync Contact Now"),
    (connected_again, Condition.IN_ORDER, "up to date", "Sync Contact Now"),
]


@pytest.mark.usefixtures("midday")
@pytest.mark.parametrize(
    "build, expected, sentence, button", CASES, ids=lambda part: getattr(part, "__name__", "")
)
def test_the_first_line_answers_in_words_with_one_next_step(
    build: Callable[[Staff], None],
    expected: Condition,
    sentence: str,
    button: str,
    jane: Staff,
    master: Client,
) -> None:
    build(jane)
    page = master.get(card_of(jane))
    assert condition_of(page) == expected
    assert sentence in text_of(page)
    assert primary_buttons(page) == ([button] if button else [])
    is_watched = "data-agentbox-progress=" in page.content.decode()
    assert is_watched is (expected in PASSING)


def test_every_condition_is_among_the_cases() -> None:
    assert {expected for _, expected, _, _ in CASES} == set(Condition) == set(TITLES)


@pytest.mark.parametrize(
    "build, told_to_an_agent",
    [
        (not_offered, "Microsoft 365 (Office 365) is not offered here yet. Please contact"),
        (no_worker_any_more, "Please tell a Master User that no worker is running."),
        (paused, "Please ask a Master User to resume it."),
        (misconfigured, "A setting of the CRM is wrong. Please tell a Master User."),
        (stopped, "A Master User has to look at them."),
        (not_begun, "A Master User has to begin."),
        (looked, "Nothing is written before a Master User says go."),
        (looked_in_vain, "If it happens again, please tell a Master User."),
    ],
)
def test_an_agent_is_told_whom_to_ask_and_no_command(
    build: Callable[[Staff], None], told_to_an_agent: str, jane: Staff, janes_browser: Client
) -> None:
    build(jane)
    page = text_of(janes_browser.get(card_of(jane)))
    assert told_to_an_agent in page
    assert "manage.py" not in page


def test_the_switch_of_an_office_goes_before_that_of_the_site(jane: Staff, master: Client) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    ProviderSwitch.objects.create(provider="microsoft", office=str(jane.office_id), offered=True)
    assert condition_of(master.get(card_of(jane))) == Condition.NOT_CONNECTED
    ProviderSwitch.objects.filter(office="").update(offered=True)
    ProviderSwitch.objects.exclude(office="").update(offered=False)
    assert condition_of(master.get(card_of(jane))) == Condition.NOT_OFFERED


def test_a_switch_does_not_hide_what_is_connected(jane: Staff, master: Client) -> None:
    make.a_syncing_connection(jane)
    not_offered(jane)
    assert condition_of(master.get(card_of(jane))) == Condition.IN_ORDER
