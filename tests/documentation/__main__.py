"""Write the tables that are made from the code into their pages."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from tests.architecture.source import ROOT  # noqa: E402  what is read needs Django set up
from tests.documentation import tables  # noqa: E402

tables.write(ROOT, tables.places(ROOT))
