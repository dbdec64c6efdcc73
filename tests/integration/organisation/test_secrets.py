"""The token that opens every mailbox of a company lies nowhere, and neither does what they hold."""

from __future__ import annotations

import pytest

from agentbox_sync import conf
from agentbox_sync.models import Organisation
from agentbox_sync.services import tokens
from agentbox_sync.services.organisation import check, end
from tests.integration.security import places
from tests.integration.security.places import found_in
from tests.integration.security.watching import KeepingClient, everything_logged

from .office import TOM, Office

NOTES, ADDRESS = "walnut-cabinet-4712", "ada.lane@client.example"


@pytest.mark.django_db(transaction=True)
def test_an_organisation_leaves_no_secret_anywhere(office: Office) -> None:
    browser = KeepingClient()
    browser.force_login(office.master)
    with everything_logged() as heard:
        office.connect_all()
        office.travel()
        office.contact("Ada Lane", email=ADDRESS, notes=NOTES)
        office.run_well(forced=True)
        known = {one.access_token for one in tokens._of_organisations.values()}
        office.restrict(TOM)
        check.check(office.master, Organisation.objects.get())
        office.microsoft.fault(path="/users/", status=403, message=f"{NOTES} {ADDRESS}", times=2)
        office.report(forced=True)
        known |= {one.access_token for one in tokens._of_organisations.values()}
        for path in ("organisation/", f"organisation/{office.organisation.pk}/mailboxes/"):
            assert browser.get(f"/agentbox/{path}").status_code == 200
        end.end(office.master, Organisation.objects.get())
    secrets = {f"token {number}": token for number, token in enumerate(sorted(known))}
    assert secrets
    assert min(map(len, known)) > 40
    secrets["client secret"] = conf.required("MS365_CLIENT_SECRET")
    everywhere = {
        "log": heard.getvalue(),
        "pages": "\n".join(text for _path, text in browser.pages),
        "queue": places.queue_rows(),
        "sessions": places.session_rows(),
        "reports": places.reports(),
        "trail": places.audit_rows(),
    }
    for place, text in everywhere.items():
        assert found_in(text, secrets | {"notes": NOTES}) == [], place
    assert found_in(everywhere["log"] + everywhere["trail"], {"one": ADDRESS, "tom": TOM}) == []
    assert found_in("".join(places.dump().values()), secrets) == []
    assert NOTES in "".join(places.dump().values()), "the control: the contact was there"
