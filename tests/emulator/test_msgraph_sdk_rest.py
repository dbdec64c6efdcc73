"""Microsoft's own SDK on what lies beside contacts: every answer fits its models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.identity import AuthorizationCodeCredential
from msgraph.generated.models.category_color import CategoryColor
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.exchange_id_format import ExchangeIdFormat
from msgraph.generated.models.mailbox_settings import MailboxSettings
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.open_type_extension import OpenTypeExtension
from msgraph.generated.models.outlook_category import OutlookCategory
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.translate_exchange_ids import (
    translate_exchange_ids_post_request_body as translating,
)

from .clients import CALLBACK, CLIENT_ID, JANE, PASSWORDS, SECRET, Browser, Control
from .endpoint import Endpoint
from .sdk import TENANT, Sdk, asking, entra_transport, sdk_for
from .test_photos import jpeg

SCOPES = (
    "User.Read User.ReadWrite Contacts.ReadWrite MailboxSettings.ReadWrite offline_access openid"
)


@pytest.fixture
def sdk(control: Control) -> Iterator[Sdk]:
    """Jane's mailbox for an app that may change settings and photos as well."""
    code = Browser(control.url).sign_in(JANE, PASSWORDS[JANE], scope=SCOPES)["code"]
    with entra_transport(control.url) as transport:
        credential = AuthorizationCodeCredential(
            TENANT, CLIENT_ID, code, CALLBACK, client_secret=SECRET, transport=transport
        )
        with sdk_for(control.url, credential) as sdk:
            yield sdk


def leftover(model: Any) -> set[str]:
    """What the model had no place for."""
    return {name for name in model.additional_data if "@odata." not in name}


def contact(sdk: Sdk) -> Contact:
    made: Contact = sdk(sdk.me.contacts.post(Contact(surname="Wong"), asking(sdk.me.contacts)))
    return made


def test_categories_are_listed_made_coloured_and_deleted(sdk: Sdk, control: Control) -> None:
    categories = sdk.me.outlook.master_categories
    first = sdk(categories.get()).value[0]
    assert (first.display_name, first.color) == ("Red category", CategoryColor.Preset0)
    body = OutlookCategory(display_name="Vendors", color=CategoryColor.Preset9)
    made = sdk(categories.post(body))
    one = categories.by_outlook_category_id(made.id)
    changed = sdk(one.patch(OutlookCategory(color=CategoryColor.Preset24)))
    assert (changed.display_name, changed.color) == ("Vendors", CategoryColor.Preset24)
    assert leftover(changed) == set()
    sdk(one.delete())
    assert "Vendors" not in [c["name"] for c in control.mailbox()["categories"]]


def test_settings_are_read_and_changed(sdk: Sdk) -> None:
    settings = sdk(sdk.me.mailbox_settings.get())
    assert settings.time_zone == "AUS Eastern Standard Time"
    assert settings.working_hours.start_time.hour == 8
    assert leftover(settings) == set()
    assert leftover(settings.automatic_replies_setting) == set()
    changed = sdk(sdk.me.mailbox_settings.patch(MailboxSettings(time_zone="UTC")))
    assert changed.time_zone == "UTC"


def test_zones_are_listed_in_both_standards(sdk: Sdk) -> None:
    windows = sdk(sdk.me.outlook.supported_time_zones.get()).value
    assert "AUS Eastern Standard Time" in [zone.alias for zone in windows]
    by_standard = sdk.me.outlook.supported_time_zones_with_time_zone_standard("Iana")
    assert "Australia/Sydney" in [zone.alias for zone in sdk(by_standard.get()).value]


def test_a_photo_is_put_and_read(sdk: Sdk) -> None:
    photo = sdk.me.contacts.by_contact_id(contact(sdk).id).photo
    with pytest.raises(ODataError) as absent:
        sdk(photo.get())
    assert absent.value.response_status_code == 404
    sdk(photo.content.put(jpeg(120, 90)))
    about = sdk(photo.get())
    assert (about.width, about.height) == (120, 90)
    assert leftover(about) == set()
    assert sdk(photo.content.get()) == jpeg(120, 90)


def test_an_open_extension_lives_its_life(sdk: Sdk, control: Control) -> None:
    extensions = sdk.me.contacts.by_contact_id(contact(sdk).id).extensions
    body = OpenTypeExtension(
        odata_type="microsoft.graph.openTypeExtension",
        extension_name="Com.Example",
        additional_data={"dealValue": 7, "topPicks": ["A"]},
    )
    made = sdk(extensions.post(body))
    assert isinstance(made, OpenTypeExtension)
    one = extensions.by_extension_id("Com.Example")
    body.additional_data = {"dealValue": 8}
    sdk(one.patch(body))
    read = sdk(one.get())
    assert read.extension_name == "Com.Example"
    assert (read.additional_data["dealValue"], read.additional_data["topPicks"]) == (8, ["A"])
    assert [e.id for e in sdk(extensions.get()).value] == [read.id]
    sdk(one.delete())
    assert control.mailbox()["contacts"][0]["open"] == {}


def test_a_subscription_is_made_renewed_and_ended(sdk: Sdk, control: Control) -> None:
    until = datetime.now(UTC) + timedelta(days=2)
    with Endpoint() as crm:
        control.post("subscriptions", {"address": crm.url})
        made = sdk(
            sdk.client.subscriptions.post(
                Subscription(
                    change_type="created,updated",
                    notification_url="https://crm.example/hook",
                    lifecycle_notification_url="https://crm.example/life",
                    resource="/me/contacts",
                    expiration_date_time=until,
                    client_state="s3cret",
                )
            )
        )
        assert leftover(made) == set()
        contact(sdk)
        assert crm.wait(1)[0]["subscriptionId"] == made.id
    one = sdk.client.subscriptions.by_subscription_id(made.id)
    later = until + timedelta(days=1)
    renewed = sdk(one.patch(Subscription(expiration_date_time=later)))
    assert abs(renewed.expiration_date_time - later) < timedelta(seconds=1)
    sdk(one.reauthorize.post())
    assert [s.id for s in sdk(sdk.client.subscriptions.get()).value] == [made.id]
    sdk(one.delete())
    with pytest.raises(ODataError) as gone:
        sdk(one.get())
    assert gone.value.response_status_code == 404


def test_ids_are_translated(sdk: Sdk) -> None:
    made = contact(sdk)
    body = translating.TranslateExchangeIdsPostRequestBody(
        input_ids=[made.id],
        source_id_type=ExchangeIdFormat.RestImmutableEntryId,
        target_id_type=ExchangeIdFormat.RestId,
    )
    (row,) = sdk(sdk.me.translate_exchange_ids.post(body)).value
    assert row.source_id == made.id
    assert row.target_id not in (None, made.id)
    assert leftover(row) == set()


def test_folders_are_followed_by_delta(sdk: Sdk, control: Control) -> None:
    control.person({"add_folder": "Vendors"})
    page = sdk(sdk.me.contact_folders.delta.get())
    assert [folder.display_name for folder in page.value] == ["Vendors"]
    control.person({"delete_folder": "Vendors"})
    later = sdk(sdk.me.contact_folders.delta.with_url(page.odata_delta_link).get())
    assert "@removed" in later.value[0].additional_data
