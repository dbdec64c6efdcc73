"""A day of the CRM with everything that can leave a secret behind, and what was secret in it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings, Preview, StaffSettings
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.services import tokens
from agentbox_sync.services.connect import SESSION_KEY
from agentbox_sync.services.go import seal
from tests.builders.crm import OWNER, a_contact, a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to
from tests.integration.card.signing_in import JANE, TOM, leave, links_of
from tests.integration.security.attackers import answer_at
from tests.integration.security.failing_crm import BROKEN, QUOTING
from tests.integration.security.watching import KeepingClient, run_worker

NOTES, PHONE = "walnut-cabinet-4711", "+61 491 570 156"
ADDRESS = "ada.lane@client.example"


class Story:
    """Both browsers, and what must be found nowhere: a name for each secret, and its value."""

    def __init__(self, jane: Staff, control: Any, settings: Any) -> None:
        self.jane, self.control, self.settings = jane, control, settings
        self.master = KeepingClient()
        self.master.force_login(a_login(None, MASTER_USERS))
        self.janes = KeepingClient()
        self.janes.force_login(a_login(jane, is_staff=False))
        self.secrets: dict[str, str] = {
            "client secret": conf.required("MS365_CLIENT_SECRET"),
            "token key": conf.token_keys()[0],
        }
        self.bodies = {"notes": NOTES, "phone": PHONE}
        self.addresses = {"client": ADDRESS, "jane": JANE, "tom": TOM}
        self.queue: list[str] = []

    # -------------------------------------------------------------------------- what is secret

    def learn_tokens(self, name: str) -> None:
        cache = json.loads(Connection.objects.get().tokens)
        for sort in ("AccessToken", "RefreshToken", "IdToken"):
            for number, entry in enumerate(cache[sort].values()):
                self.secrets[f"{sort} {name} {number}"] = entry["secret"]

    def learn_flow(self, client: KeepingClient, state: str) -> None:
        sealed = client.session[SESSION_KEY][state]["flow"]
        flow = json.loads(Cipher(conf.token_keys()).decrypt(sealed))
        self.secrets[f"verifier {len(self.secrets)}"] = flow["code_verifier"]
        self.secrets[f"nonce {len(self.secrets)}"] = flow["nonce"]

    def work(self) -> None:
        for _ in range(6):
            self.queue.append(run_worker())
            if not self.queue[-1]:
                break

    # ------------------------------------------------------------------------------ the story

    def tell(self) -> None:
        self._somebody_else_is_asked_about()
        self._the_crm_fails_while_she_signs_in()
        self._jane_is_invited()
        self._contacts_travel()
        self._microsoft_and_the_crm_fail()
        self._a_token_is_renewed()
        self._everything_is_looked_at()
        self.learn_tokens("at the end")
        self.master.post(to("disconnect", Connection.objects.get().pk))
        self.work()

    def _answer(self, client: KeepingClient, account: str, link: str = "") -> Any:
        if link:
            visitor = leave(self.master, self.jane)[0]
            url = links_of(client.post(link))["Continue to Microsoft"]
        else:
            visitor, url = leave(client, self.jane)
        answer = answer_at(visitor, url, account)
        self.learn_flow(client, answer["state"])
        self.secrets[f"code {len(self.secrets)}"] = answer["code"]
        return client.get(to("callback"), answer, follow=True)

    def _somebody_else_is_asked_about(self) -> None:
        page = self._answer(self.master, TOM)
        assert "Is this the right account?" in page.content.decode()
        visitor, _url = leave(self.master, self.jane)  # a flow that stays under way
        visitor.session.close()

    def _the_crm_fails_while_she_signs_in(self) -> None:
        kept = self.settings.AGENTBOX_SYNC
        self.settings.AGENTBOX_SYNC = {**kept, "ADAPTER": BROKEN}
        assert self._answer(self.master, JANE).status_code == 500
        self.settings.AGENTBOX_SYNC = kept

    def _jane_is_invited(self) -> None:
        page = self.master.post(to("invite", self.jane.pk), {"way": "link"})
        self._answer(self.janes, JANE, urlsplit(page.context["link"]).path)
        StaffSettings.objects.create(staff=self.jane, self_managed=True)
        self.learn_tokens("of the sign-in")

    def _contacts_travel(self) -> None:
        access = {self.jane: OWNER}
        a_contact("Ada Lane", email=ADDRESS, notes=NOTES, mobile=PHONE, access=access)
        connection = Connection.objects.get()
        settings = ContactSettings.objects.get()
        chosen = make.answers(settings, status="two_way", adoption="review")
        self.janes.post(to("configure", connection.pk, "contacts"), chosen)
        self.work()
        self.janes.get(to("preview", connection.pk, "contacts"))
        seen = seal(Preview.objects.get())
        self.janes.post(to("go", connection.pk, "contacts"), {"seen": seen})
        self.work()
        born = {"givenName": "Bo", "personalNotes": NOTES, "mobilePhone": PHONE}
        self.control(f"mailbox/{JANE}", {"add": born})

    def _microsoft_and_the_crm_fail(self) -> None:
        access = {self.jane: OWNER}
        refused = {"status": 400, "code": "ErrorInvalidProperty", "message": f"{NOTES} {ADDRESS}"}
        self.control("faults", {"path": "/contacts", "body_contains": "Refused", **refused})
        a_contact("Refused Person", email=ADDRESS, notes=NOTES, access=access)
        self._sync()
        away = {"status": 403, "code": "ErrorAccessDenied", "message": NOTES, "times": 1}
        self.control("faults", {"path": "/contactFolders", **away})
        self._sync()
        Connection.objects.update(state="connected", not_before=None)
        kept = self.settings.AGENTBOX_SYNC
        self.settings.AGENTBOX_SYNC = {**kept, "ADAPTER": QUOTING}
        self._sync()
        self.settings.AGENTBOX_SYNC = kept
        Connection.objects.update(state="connected", not_before=None, failures=0)

    def _a_token_is_renewed(self) -> None:
        connection = Connection.objects.get()
        cache = json.loads(connection.tokens)
        for entry in cache["AccessToken"].values():
            entry["expires_on"] = "0"
        Connection.objects.filter(pk=connection.pk).update(tokens=json.dumps(cache))
        tokens._fresh.clear()
        self._sync()
        self.learn_tokens("renewed")

    def _sync(self) -> None:
        connection = Connection.objects.get()
        Connection.objects.filter(pk=connection.pk).update(not_before=None)
        self.master.post(to("sync", connection.pk), {"kind": "contacts"})
        self.work()

    def _everything_is_looked_at(self) -> None:
        connection = Connection.objects.get()
        for client in (self.master, self.janes):
            client.get(to("card", self.jane.pk))
            client.get(card_of(self.jane))
            client.get(to("progress", connection.pk))
            client.get(to("disconnect", connection.pk))
            client.get(to("reviews", connection.pk), {"list": "born", "look": "1"})
            for run in connection.runs.all():
                client.get(to("changes", run.pk))
        for name in ("connection", "run", "link", "auditentry", "invitation", "decision"):
            self.master.get(f"/admin/agentbox_sync/{name}/")
        self.master.get(f"/admin/agentbox_sync/connection/{connection.pk}/change/")
