"""Connects the demo's heroine, switches her contacts on, says go and presses Sync Contact Now.

Runs with the demo's settings; what a person clicks, through the same services.
"""

from __future__ import annotations

import os

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from agentbox_sync.contrib.reference_crm.demo.once import sign_in  # noqa: E402
from agentbox_sync.contrib.reference_crm.demo.people import JANE, MARGARET  # noqa: E402
from agentbox_sync.contrib.reference_crm.models import Staff  # noqa: E402
from agentbox_sync.services import connect, sync  # noqa: E402
from agentbox_sync.services.configure import configure  # noqa: E402

if __name__ == "__main__":
    user = get_user_model().objects.get(username=MARGARET.login)
    session: dict[str, object] = {}
    departure = connect.begin(user, Staff.objects.get(email=JANE.email), session)
    password = os.environ["AGENTBOX_DEMO_PASSWORD"]
    landing = connect.finish(
        user, session, sign_in(departure.authorization_url, JANE.email, password)
    )
    assert landing.connection is not None, landing.code
    configure(user, landing.connection, "contacts", {"status": "one_way"}, 1)
    sync.approve(landing.connection, ["contacts"], user)
    print(sync.ask(landing.connection, ["contacts"], user=user).pk)
