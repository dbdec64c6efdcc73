"""A Master User of the example's CRM connects an agent and syncs; prints what came of it.

Run in a process of its own, in the folder of the project; the emulator runs beside it.
"""

from __future__ import annotations

import base64
import json
import os
from urllib.parse import parse_qs, urljoin, urlsplit

import django
import requests
from django.test.utils import setup_test_environment

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

MS365 = {
    "MS365_CLIENT_ID": "33333333-4444-4555-8666-777777777777",
    "MS365_CLIENT_SECRET": "made-up",
    "MS365_TENANT": "77777777-6666-4555-8444-333333333333",
    "MS365_TOKEN_KEYS": base64.urlsafe_b64encode(b"example".ljust(32, b".")).decode(),
}
AMY, PASSWORD = "amy@example.com", "made-up-password"
CALLBACK = "https://crm.example.com/connections/callback/"


def sign_in(url: str) -> str:
    """Sign in at the emulated Microsoft and accept; return the query of the way back."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(url, timeout=30)
        steps = (("email", {"email": AMY}), ("password", {"password": PASSWORD}), ("accept", {}))
        for step, form in steps:
            answer = browser.post(f"{page.url}/{step}", form, allow_redirects=False, timeout=30)
            while "Location" in answer.headers:
                where = urljoin(answer.url, answer.headers["Location"])
                if where.startswith(CALLBACK):
                    return urlsplit(where).query
                answer = browser.get(where, allow_redirects=False, timeout=30)
    raise AssertionError("Microsoft's pages did not lead back to the CRM.")


def main() -> None:
    person = {"upn": AMY, "display_name": "Amy Agent", "password": PASSWORD}
    tenant = {"id": MS365["MS365_TENANT"], "domain": "example.com", "users": [person]}
    app = {
        "client_id": MS365["MS365_CLIENT_ID"],
        "client_secret": MS365["MS365_CLIENT_SECRET"],
        "redirect_uris": [CALLBACK],
    }
    with EmulatorServer(seed={"tenants": [tenant], "apps": [app]}) as emulator:
        os.environ |= MS365 | {"MS365_LOGIN_URL": emulator.url, "MS365_GRAPH_URL": emulator.url}
        django.setup()
        setup_test_environment()  # responses tell what their templates were given
        print(json.dumps(travel(emulator.url)))


def travel(microsoft: str) -> dict[str, object]:
    from crm.models import Agent, Client  # models can be imported only when Django is set up
    from django.contrib.auth.models import User  # as above
    from django.test import Client as Browser  # as above

    from agentbox_sync.jobs import foresee, poll  # as above
    from agentbox_sync.models import Connection, Run  # as above

    User.objects.create_superuser("master", "master@example.com", "x")
    amy = Agent.objects.create(name="Amy Agent", email=AMY)
    bob = Agent.objects.create(name="Bob Broker", email="bob@example.com")
    for name, agent in (("Ann", amy), ("Ben", amy), ("Cas", bob)):
        Client.objects.create(
            agent=agent, first_name=name, last_name="Client", mobile="0491 570 156"
        )

    browser = Browser(headers={"host": "crm.example.com"})
    browser.force_login(User.objects.get())
    card = f"/admin/crm/agent/{amy.pk}/connections/"
    tab = card in browser.get(f"/admin/crm/agent/{amy.pk}/change/").text
    page = browser.post(f"/connections/staff/{amy.pk}/connect/", {"provider": "microsoft"})
    query = sign_in(page.context["departure"].authorization_url)
    back = browser.get(f"/connections/callback/?{query}")
    connection = Connection.objects.get()
    form = browser.get(card).context["sections"][0]["form"]
    browser.post(
        f"/connections/connections/{connection.pk}/configure/contacts/",
        {form.add_prefix(name): value for name, value in form.initial.items()}
        | {form.add_prefix("status"): "one_way"},
    )
    foresee(connection.pk)
    preview = f"/connections/connections/{connection.pk}/preview/contacts/"
    browser.post(f"{preview}go/", {"seen": browser.get(preview).context["look"].seal})
    poll(connection.pk)
    first = arrived(microsoft)

    # What happens later reaches the phone without a full comparison: the signals noticed it.
    Client.objects.get(first_name="Ann").delete()
    moved = Client.objects.get(first_name="Cas")
    moved.agent = amy
    moved.save()
    poll(connection.pk)
    return {
        "tab": tab,
        "redirect_uri": parse_qs(urlsplit(page.context["departure"].authorization_url).query)[
            "redirect_uri"
        ][0],
        "landed": back.headers["Location"] == card,
        "state": connection.state,
        "first": first,
        "second": arrived(microsoft),
        "errors": list(Run.objects.exclude(error="").values_list("error", flat=True)),
    }


def arrived(microsoft: str) -> list[str]:
    with requests.Session() as session:
        session.trust_env = False
        box = session.get(f"{microsoft}/_emulator/mailbox/{AMY}", timeout=30).json()
    return sorted(f"{contact['givenName']} {contact['mobilePhone']}" for contact in box["contacts"])


if __name__ == "__main__":
    main()
