"""Data: classes, companies, notes, and what fills the agency's days."""

from __future__ import annotations

from dataclasses import dataclass

# name -> special
CLASSES = {
    "Buyer": False,
    "Vendor": False,
    "Landlord": False,
    "Tenant": False,
    "Referral Partner": True,
    "Harbour Circle": True,
}
# How often a contact belongs to a class.
CLASS_SHARE = {
    "Buyer": 0.48,
    "Vendor": 0.27,
    "Landlord": 0.16,
    "Tenant": 0.18,
    "Referral Partner": 0.07,
    "Harbour Circle": 0.09,
}
# company -> what its people do
COMPANIES = {
    "Bluegum Conveyancing": ["Conveyancer", "Practice Manager"],
    "Brightside Strata Management": ["Strata Manager", "Committee Liaison"],
    "Cooper & Lane Architects": ["Architect", "Interior Architect"],
    "Foreshore Finance": ["Mortgage Broker", "Director"],
    "Gumnut Early Learning": ["Teacher", "Centre Director"],
    "Headland Building Inspections": ["Building Inspector", "Director"],
    "Ironbark Constructions": ["Builder", "Site Manager"],
    "Jetty Street Dental": ["Dentist", "Receptionist"],
    "Kestrel Surveying": ["Surveyor", "Draughtsperson"],
    "Lantern Interiors": ["Interior Designer", "Stylist"],
    "Middle Harbour Physiotherapy": ["Physiotherapist", "Practice Manager"],
    "Northern Light Photography": ["Photographer", "Drone Pilot"],
    "Pelican Removals": ["Removalist", "General Manager"],
    "Quay Accounting": ["Accountant", "Bookkeeper"],
    "Saltbush Landscapes": ["Landscape Designer", "Horticulturist"],
    "Tidewater Legal": ["Solicitor", "Paralegal"],
    "Yarrow Veterinary Clinic": ["Veterinarian", "Nurse"],
}
NOTES = [
    "Prefers a text message to a call before 10 am.",
    "Looking for three bedrooms and a garden, pre-approved by the bank.",
    "Has a friendly kelpie; please close the side gate.",
    "Sold in Cremorne last spring and is renting until the right place comes up.",
    "Wants to be told about anything with harbour glimpses.",
    "Works shifts: evenings suit best.",
    "Considering downsizing within two years.",
    "Met at the Raglan Street open home.",
    "Asks for the strata report before every inspection.",
    "Owns two apartments with us; rent reviews are due in March.",
    "Speaks Mandarin at home and is happy to receive documents in English.",
    "Parking for two cars is a must.",
    "Referred by Tidewater Legal.",
    "Bidding by telephone only.",
    "Lease ends at the end of the financial year.",
    "First call: introduced by a neighbour.\nSecond call: would like an appraisal after Easter.",
    "Keys are with the office – code word “bottlebrush”.",
    "Interested in off-market sales only.",
]


@dataclass(frozen=True)
class Meeting:
    """One appointment relative to today: days from today, start on the clock, minutes.

    Where `weekday` is given (0 is Monday), the day is moved back to the one before. `off` and
    `later` are dates of a series, counted from its first: cancelled ones, and ones an hour later.
    """

    kind: str
    title: str
    day: int
    hour: int
    minute: int
    minutes: int
    who: tuple[str, ...]
    listing: int | None = None
    status: str = "scheduled"
    private: bool = False
    all_day: bool = False
    recurrence: str = ""
    location: str = ""
    with_contacts: int = 1
    weekday: int | None = None
    zone: str = "Australia/Sydney"
    notes: str = ""
    off: tuple[int, ...] = ()
    later: tuple[int, ...] = ()


_JANE, _JOSE, _JOANNA, _OLIVER = "jane.ashcroft", "jose.nunez", "joanna.obrien", "oliver.hartdavies"
_MARGARET, _WEI = "margaret.holloway", "wei.zhang"

MEETINGS = [
    Meeting("appraisal", "Appraisal", -6, 10, 0, 60, (_JANE,), 6, status="completed"),
    Meeting("inspection", "Open home", -5, 11, 0, 30, (_JANE, _JOSE), 0, status="completed"),
    Meeting("appointment", "Contract signing", -3, 16, 30, 45, (_JANE,), status="completed"),
    Meeting("appointment", "Coffee with a buyer", -1, 9, 0, 30, (_JANE,), status="cancelled"),
    Meeting("inspection", "Private inspection", 0, 17, 15, 30, (_JANE,), 1),
    Meeting("appraisal", "Appraisal", 1, 9, 30, 60, (_JANE,), 7),
    Meeting("appointment", "Vendor meeting", 1, 14, 0, 45, (_JANE, _MARGARET), 0, with_contacts=2),
    Meeting("appointment", "Dentist", 2, 8, 0, 45, (_JANE,), private=True, with_contacts=0),
    Meeting("inspection", "Open home", 2, 11, 0, 30, (_JANE, _JOSE), 2),
    Meeting("inspection", "Open home", 2, 12, 0, 30, (_JANE, _WEI), 3),
    Meeting("appraisal", "Appraisal", 3, 15, 0, 60, (_JANE,), 10),
    Meeting("appointment", "Auction", 6, 10, 30, 60, (_JANE, _OLIVER), 4, with_contacts=3),
    Meeting("appointment", "Photography", 7, 8, 30, 120, (_JANE,), 9, with_contacts=0),
    Meeting(
        *("appointment", "Real estate conference", 10, 0, 0, 2 * 1440, (_JANE, _MARGARET)),
        all_day=True,
        location="International Convention Centre, Sydney",
        with_contacts=0,
    ),
    Meeting(
        *("appointment", "Sales meeting", -14, 9, 0, 45, (_JANE, _JOSE, _MARGARET, _OLIVER, _WEI)),
        recurrence="FREQ=WEEKLY;BYDAY=MO",
        weekday=0,
        location="Meeting room",
        with_contacts=0,
    ),
    Meeting(
        *("inspection", "Open home", -7, 10, 0, 30, (_JANE, _JOSE), 1),
        recurrence="FREQ=WEEKLY;BYDAY=SA;COUNT=8",
        weekday=5,
        notes="Flyers and the contract are in the blue folder.",
        with_contacts=2,
        off=(3,),
        later=(2,),
    ),
    Meeting(
        *("appointment", "Lunch with Sam", 3, 12, 30, 60, (_JANE,)),
        private=True,
        location="The Boatshed",
        with_contacts=0,
    ),
    Meeting(
        *("appointment", "Home and Garden Fair", 5, 0, 0, 1440, (_JANE, _WEI)),
        all_day=True,
        location="Royal Hall of Industries",
        with_contacts=0,
    ),
    # By the clock of the place, not by that of Sydney.
    Meeting(
        *("appointment", "Auction in New Farm", 4, 11, 0, 60, (_OLIVER, _JANE)),
        location="12 Merthyr Road, New Farm QLD 4005",
        zone="Australia/Brisbane",
        with_contacts=2,
    ),
    Meeting(
        *("appraisal", "Appraisal by video", 8, 9, 0, 45, (_JANE,)),
        location="Fremantle WA 6160",
        zone="Australia/Perth",
    ),
    Meeting("inspection", "Routine inspection", 4, 13, 0, 30, (_JOANNA,), 8),
    Meeting("inspection", "Routine inspection", 4, 14, 0, 30, (_JOANNA,), 11),
    Meeting("appointment", "Handover of keys", 8, 10, 0, 30, (_JOANNA,), 12),
]


@dataclass(frozen=True)
class Errand:
    """One task; `day` is when it is due, counted from today, None for no date.

    `remind` is the hour of that day, 0 for no reminder; `done` how many days ago it was done.
    """

    who: str
    title: str
    day: int | None
    priority: str = "normal"
    status: str = "open"
    remind: int = 0
    recurrence: str = ""
    with_contact: bool = True
    notes: str = ""
    done: int | None = None


ERRANDS = [
    # What somebody finds in the morning: two are overdue.
    Errand(
        *(_JANE, "Call the vendor of 14 Harbourview Terrace back", -1, "high"),
        remind=9,
        notes="Wants to hear about the second inspection before lunch.",
    ),
    Errand(_JANE, "Return the spare keys of 8 Boronia Street", -2),
    Errand(_JANE, "Send the contract to the solicitor", 0, "high", notes="Tidewater Legal."),
    Errand(_JANE, "Call back about the second inspection", 0, "high", remind=16),
    Errand(_JANE, "Follow up after the open home", 1, remind=9),
    Errand(
        *(_JANE, "Order photographs of 2 Lighthouse Road", 2),
        remind=10,
        with_contact=False,
        notes="Northern Light Photography: twilight, and the drone if the wind allows it.",
    ),
    Errand(_JANE, "Prepare the comparative market analysis", 2, status="in_progress"),
    Errand(_JANE, "Check the proof of the brochure", 3, status="in_progress", with_contact=False),
    Errand(
        *(_JANE, "Send the weekly report to the vendors", 4, "high"),
        remind=15,
        recurrence="FREQ=WEEKLY",
        with_contact=False,
        notes="Enquiries, inspections, what buyers said about the price.",
    ),
    Errand(_JANE, "Ask for a testimonial", 5, "low"),
    Errand(_JANE, "Write to the Harbour Circle", 7, recurrence="FREQ=MONTHLY", with_contact=False),
    Errand(_JANE, "Check the settlement date", 12),
    Errand(_JANE, "Find the survey of 2 Lighthouse Road", None, "low", with_contact=False),
    Errand(_JANE, "Send the appraisal letter", -4, status="completed", done=4),
    Errand(_JANE, "Order the signboard", -8, status="completed", with_contact=False, done=9),
    Errand(_JANE, "Book the auctioneer", -3, "high", status="completed", done=2),
    Errand(_JOSE, "Ring the under-bidders", 1, "high", remind=11),
    Errand(
        _JOSE, "Put up the boards for Saturday", 3, recurrence="FREQ=WEEKLY", with_contact=False
    ),
    Errand(_JOSE, "Call the buyer's bank about the finance", -1, "high"),
    Errand(_JOSE, "Thank the stylist", -6, "low", status="completed", done=5),
    Errand(_JOANNA, "Renew the lease", 14, remind=9),
    Errand(_JOANNA, "Book the smoke alarm check", 6, with_contact=False),
    Errand(_JOANNA, "Chase the plumber's invoice", -3, with_contact=False),
    Errand(
        *(_JOANNA, "Send the owners their statements", 9),
        recurrence="FREQ=MONTHLY",
        with_contact=False,
    ),
    Errand(_OLIVER, "Walk through the auction order", 5, remind=17, with_contact=False),
    Errand(_WEI, "Order photographs of 5/60 Cliff Street", 1, remind=10),
    Errand(_WEI, "Translate the brochure for the buyers from Chatswood", 3, status="in_progress"),
]
