"""What the log forgets, and what it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agentbox_sync.models import Change, Decision, Heartbeat, Link, Run
from agentbox_sync.services import retention

from .world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_older_than_the_retention_time_goes_and_the_rest_stays(world: World) -> None:
    world.set(CHANGE_RETENTION_DAYS=30)
    world.contacts(3)
    world.run_well()
    old = Change.objects.order_by("pk").first()
    assert old is not None
    Change.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=31))
    Run.objects.update(finished_at=timezone.now() - timedelta(days=29))
    assert retention.trim() == 1
    assert not Change.objects.filter(pk=old.pk).exists()
    assert (Change.objects.count(), Run.objects.count()) == (2, 1)
    assert Link.objects.count() == 3, "links are memory, not log"


def test_decisions_go_with_the_log_and_one_that_waits_stays(world: World) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    said = {"connection": world.connection, "kind": "contacts", "verb": "dismiss"}
    Decision.objects.create(**said, decided_at=long_ago, closed_at=long_ago, outcome="done")
    recent = Decision.objects.create(**said, decided_at=long_ago, closed_at=timezone.now())
    waits = Decision.objects.create(**said, decided_at=long_ago)

    assert retention.trim() == 1
    assert set(Decision.objects.all()) == {recent, waits}


def test_a_run_in_progress_is_never_too_old(world: World) -> None:
    Run.objects.create(connection=world.connection, asked_at=timezone.now() - timedelta(days=400))
    assert retention.trim() == 0
    assert Run.objects.count() == 1


def test_it_is_trimmed_once_a_day(world: World) -> None:
    world.contact()
    world.run_well()
    Change.objects.update(at=timezone.now() - timedelta(days=400))
    assert retention.trim_daily() == 1
    world.contact("Another Person")
    world.run_well()
    Change.objects.update(at=timezone.now() - timedelta(days=400))
    assert retention.trim_daily() == 0
    Heartbeat.objects.filter(name=retention.NAME).update(
        beaten_at=timezone.now() - timedelta(hours=25)
    )
    assert retention.trim_daily() == 1
