"""The scenes of the two-way day, in their order; each looks at both sides and at what is read."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from agentbox_sync import jobs
from agentbox_sync.services import connect, microsoft, sync
from agentbox_sync.services.configure import configure
from tests.builders.worker import work
from tests.contracts.emulated import JANE, PASSWORD
from tests.integration.oauth.visitor import Visitor

from .crm_pages import Preview
from .day import ADDED, GUESTS, JOSE, LOOKED_AT, PEOPLE, SHARED, Day
from .microsoft_pages import MicrosoftSignIn
from .screenshots import take


def morning(day: Day) -> None:
    """Connect, choose two-way, look at what would happen, and say go."""
    crm = day.crm
    for number, name in enumerate([*PEOPLE, *GUESTS]):
        crm.add(name, crm.mobile(100 + number))
    crm.add(LOOKED_AT, crm.mobile(200), colleague="owns")
    crm.add(SHARED, crm.mobile(300), colleague="shares")
    _sign_in(day)
    expect(day.card.banner).to_contain_text("is connected to Microsoft 365.")
    day.card.choose("Sync Status", "Two-way")
    day.card.choose("When removed from the CRM", "Delete from Exchange")
    day.card.choose("Whose contacts", "Also Full Access and View Only")
    day.card.choose("New in Exchange", "Ask on the card")
    crm.narrow(day.card)
    take(day.page, f"{crm.name}-settings")
    day.card.save()
    expect(day.page.locator("body")).to_contain_text("Saved. What would change is being looked up")
    work()
    seen = _look(day)
    expect(seen.lead).to_have_text(
        f"15 people will be added to {crm.staff}’s Outlook; nothing will be removed."
    )
    assert day.in_outlook() == {}
    _say_go(day, seen)
    day.open_card()
    expect(day.card.headline).to_have_text(f"{crm.staff}’s phone is up to date.")
    expect(day.card.report).to_contain_text("15 contacts were created in Exchange.")
    assert set(day.in_outlook()) == {*PEOPLE, *GUESTS, LOOKED_AT, SHARED}


def edits_on_both_sides(day: Day) -> None:
    """Different people, different fields, and one field on both sides at once."""
    ada, bea, cy = PEOPLE[:3]
    day.edit_in_outlook(ada, "Mobile", day.crm.mobile(411))
    day.crm.change_notes(bea, "Wants a garden.")
    day.edit_in_outlook(cy, "Notes", "Outlook says so.")
    day.crm.change_notes(cy, "The CRM says so.")
    day.sync()
    day.agree(ada, mobile=day.crm.mobile(411))
    day.agree(bea, notes="Wants a garden.")
    day.agree(cy, notes="The CRM says so.")  # the setting: the CRM wins
    expect(day.card.headline).to_have_text(f"{day.crm.staff}’s phone is up to date.")
    expect(day.card.report).to_contain_text("1 contact was changed in the CRM.")
    expect(day.card.report).to_contain_text("2 contacts were updated in Exchange.")
    expect(day.whole).to_contain_text(
        "1 time both sides had changed the same, and the setting chose which value stands."
    )
    day.page.get_by_role("link", name="See both values").click()
    row = day.page.locator(".agentbox-rows > li").filter(has_text=cy)
    expect(row).to_contain_text("Outlook says so.")
    expect(row).to_contain_text("The CRM says so.")
    take(day.page, f"{day.crm.name}-review")
    expect(day.line(ada)).to_contain_text("Taken from Outlook into the CRM: Mobile phone.")


def undo(day: Day) -> None:
    """What came from Outlook is taken back, in the CRM at once and in Outlook with the run."""
    ada = PEOPLE[0]
    take(day.page, f"{day.crm.name}-changes")
    day.line(ada).get_by_role("link", name=f"Undo… {ada}").click()
    expect(day.page.get_by_role("heading", name="What the undo would do")).to_be_visible()
    day.page.get_by_role("button", name="Undo it").click()
    expect(day.page.locator("body")).to_contain_text(
        "Undone in the CRM. The next run carries it to Exchange."
    )
    work()
    day.sync()
    day.agree(ada, mobile=day.crm.mobile(100))


def deleted_in_outlook(day: Day) -> None:
    """The CRM keeps who was deleted on the phone, asks, and puts them back."""
    di = PEOPLE[3]
    day.delete_in_outlook(di)
    day.sync()
    assert day.crm.says(di) is not None
    assert di not in day.in_outlook()
    expect(day.whole).to_contain_text(
        "1 item was deleted or moved in Exchange by hand and stays away."
    )
    day.crm.open(di)
    day.page.locator(".agentbox-why-panel summary").click()
    panel = day.page.locator(".agentbox-why-panel")
    expect(panel).to_contain_text(f"Not in {day.crm.staff}’s Outlook: it was removed there")
    expect(panel).to_contain_text("To have it back, restore it on")
    take(day.page, f"{day.crm.name}-why")
    day.open_card()
    day.page.get_by_role("link", name="Look at them").click()
    expect(day.page.get_by_role("heading", name="Waiting for a decision")).to_be_visible()
    take(day.page, f"{day.crm.name}-reviews")
    day.page.get_by_role("button", name=f"Put it back in Exchange {di}").click()
    expect(day.page.locator("body")).to_contain_text("Put back with the next run.")
    work()
    assert di in day.in_outlook()
    day.agree(di, mobile=day.crm.mobile(103))
    day.open_card()
    expect(day.whole).not_to_contain_text("by hand and stays away")


def born_in_outlook(day: Day) -> None:
    """Somebody who was added on the phone stays private until a person takes them in."""
    day.add_in_outlook(ADDED)
    day.sync()
    assert day.crm.says(ADDED) is None
    waiting = day.page.get_by_role("region", name="Waiting for a decision")
    waiting.get_by_role("link", name="New in Exchange").click()
    day.page.get_by_role("button", name=f"Take into the CRM {ADDED}").click()
    expect(day.page.locator("body")).to_contain_text("Taken into the CRM with the next run.")
    day.page.wait_for_load_state("networkidle")  # the page reads names: one of us speaks at a time
    work()
    assert day.crm.says(ADDED) is not None
    assert ADDED in day.in_outlook()
    day.open_card()
    expect(day.page.get_by_role("region", name="Waiting for a decision")).not_to_be_visible()


def gone_from_the_crm(day: Day) -> None:
    """Deleted, out of the selection, and out of reach: each goes from the phone, and says why."""
    eli, fay, gus = PEOPLE[4:]
    day.crm.delete(eli)
    day.crm.take_out(fay)
    day.crm.take_away(gus)
    day.sync()
    expect(day.card.report).to_contain_text("3 contacts were removed from Exchange.")
    assert day.in_outlook().keys().isdisjoint({eli, fay, gus})
    assert (day.crm.says(eli), day.crm.may_see(fay), day.crm.may_see(gus)) == (None, True, False)
    expect(day.line(fay)).to_contain_text("It left the selection.")
    expect(day.line(gus)).to_contain_text("This person may no longer see it.")
    removed = day.page.locator(".agentbox-rows > li").filter(has_text="It was deleted in the CRM.")
    expect(removed).to_contain_text("Removed from Outlook.")
    day.crm.open(gus)
    panel = day.page.locator(".agentbox-why-panel")
    expect(panel).to_contain_text(f"Not synced with {day.crm.staff}’s Outlook")


def view_only(day: Day) -> None:
    """An edit of somebody who may only be looked at is put back, and the card says so."""
    day.edit_in_outlook(LOOKED_AT, "Mobile", day.crm.mobile(499))
    day.sync()
    day.agree(LOOKED_AT, mobile=day.crm.mobile(200))
    expect(day.card.headline).to_have_text(f"{day.crm.staff}’s phone is up to date.")
    expect(day.line(LOOKED_AT)).to_contain_text("Updated in Outlook: Mobile phone.")
    expect(day.line(LOOKED_AT)).to_contain_text("What was edited in Outlook was put back")
    day.crm.open(LOOKED_AT)
    panel = day.page.locator(".agentbox-why-panel")
    panel.locator("summary").click()
    expect(panel).to_contain_text("View Only: an edit made in Outlook is put back")


def two_agents(day: Day) -> None:
    """What one agent edits on the phone reaches the phone of the other one."""
    _connect_colleague(day)
    assert set(day.in_outlook(JOSE)) >= {SHARED}
    day.edit_in_outlook(SHARED, "Mobile", day.crm.mobile(422))
    day.sync()
    jobs.tick()
    work()
    day.agree(SHARED, mobile=day.crm.mobile(422))
    assert day.in_outlook(JOSE)[SHARED]["mobilePhone"] == day.crm.mobile(422)
    day.crm.open(SHARED)
    panel = day.page.locator(".agentbox-why-panel")
    expect(panel).to_contain_text("and 1 more account")


def mass_delete(day: Day) -> None:
    """A mistake in the CRM does not empty a phone: a person lets exactly this list go."""
    day.crm.delete(*GUESTS)
    day.sync()
    assert set(day.in_outlook()) >= set(GUESTS)
    expect(day.card.headline).to_have_text(
        f"A safety stop is holding back removals from {day.crm.staff}’s phone."
    )
    expect(day.card.first_line).to_contain_text(
        "6 removals at once are more than usual, so none was carried out."
    )
    take(day.page, f"{day.crm.name}-guard")
    day.page.get_by_role("button", name="Let exactly these 6 go").click()
    expect(day.whole).to_contain_text("Let go: this list is removed with the next run.")
    work()
    day.open_card()
    expect(day.card.headline).to_have_text(f"{day.crm.staff}’s phone is up to date.")
    expect(day.card.report).to_contain_text("6 contacts were removed from Exchange.")
    assert day.in_outlook().keys().isdisjoint(GUESTS)


def a_preview_that_removes(day: Day) -> None:
    """Narrower settings say first whom they would remove; nothing goes before the go."""
    day.open_card()
    day.card.choose("Whose contacts", "Primary Owner Only")
    day.card.save()
    expect(day.page.locator("body")).to_contain_text("Saved. What would change is being looked up")
    work()
    before = set(day.in_outlook())
    seen = _look(day)
    expect(seen.lead).to_contain_text(f"1 person will be removed from {day.crm.staff}’s Outlook")
    expect(seen.group("Removed or emptied")).to_contain_text(LOOKED_AT)
    take(day.page, f"{day.crm.name}-preview")
    assert set(day.in_outlook()) == before
    _say_go(day, seen)
    day.open_card()
    expect(day.card.report).to_contain_text("1 contact was removed from Exchange.")
    assert set(day.in_outlook()) == before - {LOOKED_AT}


def disconnect(day: Day) -> None:
    """The phone keeps everything, and what changes from then on does not get there."""
    before = day.in_outlook()
    day.open_card()
    day.page.get_by_role("link", name="Disconnect this account").click()
    expect(day.page.get_by_label("Keep everything in Outlook")).to_be_checked()
    take(day.page, f"{day.crm.name}-disconnect")
    day.card.button("Disconnect").click()
    expect(day.card.headline).to_have_text(f"{day.crm.staff}’s phone is not connected.")
    day.crm.change_notes(PEOPLE[1], "Written while nothing was connected.")
    work()
    assert day.in_outlook() == before
    day.crm.open(PEOPLE[1])
    panel = day.page.locator(".agentbox-why-panel")
    expect(panel).to_contain_text(f"No longer synced with {day.crm.staff}’s Outlook")


def reconnect(day: Day) -> None:
    """It goes on where it stopped: nobody is there twice, and what was missed arrives."""
    before = set(day.in_outlook())
    _sign_in(day)
    expect(day.card.banner).to_contain_text("is connected to Microsoft 365.")
    expect(day.card.first_line).to_contain_text("it goes on from there, and nothing is doubled")
    day.card.choose("Sync Status", "Two-way")
    day.card.save()
    expect(day.page.locator("body")).to_contain_text("Saved. What would change is being looked up")
    work()
    seen = _look(day)
    expect(seen.lead).to_contain_text("nothing will be removed")
    assert day.crm.says(PEOPLE[1]) is not None
    _say_go(day, seen)
    day.open_card()
    expect(day.card.headline).to_have_text(f"{day.crm.staff}’s phone is up to date.")
    assert set(day.in_outlook()) == before
    day.agree(PEOPLE[1], notes="Written while nothing was connected.")


SCENES = (
    morning,
    edits_on_both_sides,
    undo,
    deleted_in_outlook,
    born_in_outlook,
    gone_from_the_crm,
    view_only,
    two_agents,
    mass_delete,
    a_preview_that_removes,
    disconnect,
    reconnect,
)


def _sign_in(day: Day) -> None:
    day.open_card().leave_for_microsoft()
    day.card.follow_to_microsoft()
    there = MicrosoftSignIn(day.page)
    known = day.page.get_by_role("button", name=JANE)  # Microsoft remembers who has signed in
    expect(known.or_(there.email)).to_be_visible()
    if known.count():
        known.click()
        return
    there.email.fill(JANE)
    day.page.get_by_role("button", name="Next").click()
    there.password.fill(PASSWORD)
    day.page.get_by_role("button", name="Sign in").click()


def _look(day: Day) -> Preview:
    day.open_card()
    return day.card.look()


def _say_go(day: Day, seen: Preview) -> None:
    """Let what the preview shows happen, and let a worker do it once it was asked for."""
    seen.go.click()
    expect(day.card.headline).to_have_text("The sync is about to start.")
    work()


def _connect_colleague(day: Day) -> None:
    session: dict[str, Any] = {}
    departure = connect.begin(day.crm.user, day.crm.colleague, session)
    visitor = Visitor(microsoft.callback_url())
    visitor.sign_in(departure.authorization_url, JOSE, PASSWORD)
    visitor.session.close()
    landing = connect.finish(day.crm.user, session, visitor.came_back())
    assert landing.connection is not None, landing.code
    values = {"status": "two_way", "primary_owner_only": False}
    configure(day.crm.user, landing.connection, "contacts", values, 1)
    sync.approve(landing.connection, ["contacts"], day.crm.user)
    sync.ask(landing.connection, ["contacts"], user=day.crm.user)
    work()


def live(day: Day) -> None:
    """Play the whole day."""
    for scene in SCENES:
        scene(day)
