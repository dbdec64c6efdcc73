from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.source import Source, read

Rule = Callable[[list[Source]], list[str]]


def plant(root: Path, path: str, text: str) -> list[Source]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return read(root)


@pytest.fixture(scope="module")
def product() -> list[Source]:
    return read()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: Rule, product: list[Source]) -> None:
    found = rule(product)
    assert not found, "\n".join([rule.__doc__ or rule.__name__, *found])


def test_the_tree_that_is_read_is_the_product(product: list[Source]) -> None:
    paths = {source.path for source in product}
    assert {"agentbox_sync/__init__.py", "agentbox_sync/ports/memory.py", "manage.py"} <= paths
    assert "tests/test_architecture.py" in paths
    assert any(path.startswith("agentbox_sync/core/") for path in paths)


def test_every_part_among_the_layers_is_below_or_beside_another() -> None:
    """The table itself has no circle but that of the doorways."""
    above = {
        place: {name for name in allowed if name not in rules.DOORWAYS}
        for place, allowed in rules.MAY_IMPORT.items()
        if place not in rules.DOORWAYS | {"contrib"}
    }
    while above:
        bottom = {place for place, allowed in above.items() if not allowed & above.keys()}
        assert bottom, f"a circle among {sorted(above)}"
        above = {place: allowed for place, allowed in above.items() if place not in bottom}


PLANTED: list[tuple[Rule, str, str]] = [
    (rules.layers, "agentbox_sync/core/plan.py", "import agentbox_sync.ports"),
    (rules.layers, "agentbox_sync/ports/memory.py", "from agentbox_sync import engine"),
    (rules.layers, "agentbox_sync/engine/pull.py", "from agentbox_sync.graph.client import Client"),
    (rules.layers, "agentbox_sync/engine/pull.py", "from agentbox_sync.memory import links"),
    (rules.layers, "agentbox_sync/engine/pull.py", "from ..host import store"),
    (rules.layers, "agentbox_sync/models/link.py", "from agentbox_sync.services import sync"),
    (rules.layers, "agentbox_sync/services/sync.py", "from .. import views"),
    (rules.layers, "agentbox_sync/views/card.py", "from agentbox_sync.engine import apply"),
    (rules.layers, "agentbox_sync/jobs.py", "def tick():\n    from .graph import client  # why"),
    (rules.layers, "agentbox_sync/gadgets.py", "X = 1"),
    (rules.layers, "agentbox_sync/contrib/crm/admin.py", "import agentbox_sync.memory.links"),
    (rules.contrib_stands_apart, "agentbox_sync/apps.py", "import agentbox_sync.contrib.crm"),
    (rules.contrib_stands_apart, "config/urls.py", "from agentbox_sync.contrib import crm"),
    (
        rules.contrib_stands_apart,
        "agentbox_sync/contrib/crm/demo.py",
        "from agentbox_sync.contrib.m365_emulator import state",
    ),
    (
        rules.emulator_knows_nothing_of_us,
        "agentbox_sync/contrib/m365_emulator/graph/errors.py",
        "from agentbox_sync.core import errors",
    ),
    (
        rules.emulator_knows_nothing_of_us,
        "agentbox_sync/contrib/m365_emulator/graph/errors.py",
        "from ....core import errors",
    ),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "import os"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "from random import choice"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "import requests"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "import urllib.request"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "open('x')"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "import datetime as d\nd.date.today()"),
    (rules.core_is_pure, "agentbox_sync/core/plan.py", "import uuid\nmake = uuid.uuid4"),
    (
        rules.the_engine_names_no_kind,
        "agentbox_sync/engine/pull.py",
        "from agentbox_sync.core.kinds import tasks",
    ),
    (rules.the_engine_names_no_kind, "agentbox_sync/core/plan.py", 'X = kind == "calendar"'),
    (rules.no_django_below_the_host, "agentbox_sync/graph/client.py", "import django.db"),
    (rules.no_django_below_the_host, "agentbox_sync/engine/apply.py", "from django import db"),
    (rules.no_django_below_the_host, "agentbox_sync/ports/memory.py", "import django_q.tasks"),
    (
        rules.who_signs_in_is_the_hosts_matter,
        "agentbox_sync/contrib/reference_crm/demo/seed.py",
        "from allauth.mfa.models import Authenticator",
    ),
    (
        rules.who_signs_in_is_the_hosts_matter,
        "agentbox_sync/apps.py",
        "def ready():\n    import allauth  # planted",
    ),
    (
        rules.who_signs_in_is_the_hosts_matter,
        "agentbox_sync/templates/agentbox_sync/card.html",
        '{% url "account_login" %}',
    ),
    (
        rules.settings_have_one_reader,
        "agentbox_sync/services/sync.py",
        "from django.conf import settings",
    ),
    (rules.settings_have_one_reader, "agentbox_sync/checks.py", "from django import conf"),
    (rules.the_outside_has_few_speakers, "agentbox_sync/services/sync.py", "import requests"),
    (
        rules.the_outside_has_few_speakers,
        "agentbox_sync/host/store.py",
        "from urllib.request import urlopen",
    ),
    (rules.the_outside_has_few_speakers, "agentbox_sync/graph/client.py", "import msal"),
    (rules.the_outside_has_few_speakers, "config/views.py", "from http import client"),
    (rules.names_say_something, "agentbox_sync/core/utils.py", "X = 1"),
    (rules.names_say_something, "tests/helpers/records.py", "X = 1"),
    (rules.lazy_imports_are_explained, "manage.py", "def main():\n    import django"),
    (
        rules.lazy_imports_are_explained,
        "manage.py",
        "def main():\n    import django  # noqa: PLC0415",
    ),
    (rules.files_keep_their_budget, "agentbox_sync/core/plan.py", "X = 1\n" * 201),
    (rules.files_keep_their_budget, "agentbox_sync/jobs.py", "X = 1\n" * 301),
    (rules.files_keep_their_budget, "tests/test_jobs.py", "X = 1\n" * 401),
    (rules.files_keep_their_budget, "templates/base.html", "<p>\n" * 151),
    (rules.files_keep_their_budget, "agentbox_sync/static/card.css", "a" * 101),
]


@pytest.mark.parametrize(
    "rule, path, text", PLANTED, ids=[f"{r.__name__}: {p}: {t[:40]}" for r, p, t in PLANTED]
)
def test_a_planted_breach_is_found(rule: Rule, path: str, text: str, tmp_path: Path) -> None:
    found = rule(plant(tmp_path, path, text))
    assert len(found) == 1
    assert found[0].startswith(path)


def test_every_rule_has_a_planted_breach() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(rules.RULES)


ALLOWED: list[tuple[str, str]] = [
    ("agentbox_sync/core/plan.py", "from urllib.parse import quote\nfrom . import merge"),
    ("agentbox_sync/core/plan.py", "import phonenumbers\nfrom datetime import datetime, UTC"),
    ("agentbox_sync/services/sync.py", "from agentbox_sync.engine import pull\n" + "X = 1\n" * 250),
    ("agentbox_sync/views/card.py", "from agentbox_sync.services import sync"),
    ("agentbox_sync/graph/client.py", "import requests\nfrom agentbox_sync import __version__"),
    ("agentbox_sync/models/link.py", "from django.conf import settings"),
    ("agentbox_sync/conf.py", "from django.conf import settings"),
    ("agentbox_sync/migrations/0001_initial.py", "X = 1  # " + "x" * 200 + "\n" * 1000),
    ("templates/card.html", "  {% translate '" + "x" * 100 + "' %}\n"),
    ("agentbox_sync/contrib/crm/admin.py", "from agentbox_sync.contrib.crm import models"),
    (
        "agentbox_sync/apps.py",
        "def ready():\n    # The registry is full only now.\n    import json",
    ),
    ("agentbox_sync/apps.py", "def ready():\n    import json  # the registry is full only now"),
]


@pytest.mark.parametrize("path, text", ALLOWED, ids=[f"{p}: {t[:40]}" for p, t in ALLOWED])
def test_what_is_allowed_is_not_found(path: str, text: str, tmp_path: Path) -> None:
    sources = plant(tmp_path, path, text)
    assert [found for rule in rules.RULES for found in rule(sources)] == []
