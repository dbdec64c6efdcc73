"""Data: the agency, its staff, and names for its contacts."""

from __future__ import annotations

from dataclasses import dataclass

AGENCY = "Harbour & Vale Realty"
OFFICE = "Harbour & Vale Mosman"
DOMAIN = "harbourvale.example"


@dataclass(frozen=True)
class Person:
    """One staff member; `login` is empty for those who get none."""

    first_name: str
    last_name: str
    mailbox: str
    position: str
    mobile: str
    login: str = ""
    is_master: bool = False

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"


# Mobile and landline numbers are those that ACMA keeps free for fiction.
JANE = Person(
    "Jane", "Ashcroft", "jane.ashcroft", "Senior Sales Agent", "0491 570 006", login="jane"
)
MARGARET = Person(
    "Margaret",
    "Holloway",
    "margaret.holloway",
    "Principal",
    "0491 570 156",
    login="margaret",
    is_master=True,
)
STAFF = [
    JANE,
    MARGARET,
    Person("José", "Núñez", "jose.nunez", "Sales Agent", "0491 570 157"),
    Person("Joanna", "O'Brien", "joanna.obrien", "Property Manager", "0491 570 158"),
    Person("Minh", "Nguyễn", "minh.nguyen", "Sales Agent", "0491 570 159"),
    Person("Priya", "Raghavan", "priya.raghavan", "Property Manager", "0491 570 110"),
    Person("Zoë", "Lindqvist", "zoe.lindqvist", "Leasing Consultant", "0491 570 313"),
    Person("Aroha", "Tamatea", "aroha.tamatea", "Sales Agent", "0491 570 737"),
    Person("Oliver", "Hart-Davies", "oliver.hartdavies", "Auctioneer", "0491 571 266"),
    Person("Wei", "Zhang", "wei.zhang", "Buyer Relations", "0491 571 491"),
    Person("Fatima", "El-Sayed", "fatima.elsayed", "Sales Assistant", "0491 571 804"),
    Person("Thomas", "Brennan", "thomas.brennan", "Office Administrator", "0491 572 549"),
]

# What the others may see of Jane's contacts: mailbox -> (level, share of the contacts).
SHARED_WITH = {
    "margaret.holloway": ("full_access", 0.30),
    "jose.nunez": ("full_access", 0.20),
    "fatima.elsayed": ("full_access", 0.45),
    "thomas.brennan": ("view_only", 0.35),
    "wei.zhang": ("view_only", 0.15),
    "oliver.hartdavies": ("view_only", 0.08),
}

MOBILES = [
    *("0491 572 665", "0491 572 983", "0491 573 087", "0491 573 770", "0491 574 118"),
    *("0491 574 632", "0491 575 254", "0491 575 789", "0491 576 398", "0491 576 801"),
    *("0491 577 426", "0491 577 644", "0491 578 148", "0491 578 888", "0491 578 957"),
    *("0491 579 212", "0491 579 455", "0491 579 760"),
]
# Area code by state; 5550 xxxx and 7010 xxxx are kept free for fiction in each.
AREA_CODES = {
    "NSW": "02",
    "ACT": "02",
    "VIC": "03",
    "TAS": "03",
    "QLD": "07",
    "SA": "08",
    "WA": "08",
}

# (share of the contacts, given names, family names): as mixed as the people of Sydney.
NAMES: list[tuple[int, list[str], list[str]]] = [
    (
        34,
        [
            *("Amelia", "Angus", "Bronwyn", "Callum", "Charlotte", "Declan", "Eleanor", "Fraser"),
            *("Georgia", "Hamish", "Imogen", "Jack", "Kirsty", "Lachlan", "Matilda", "Nicholas"),
            *("Olivia", "Patrick", "Rosemary", "Stuart", "Tegan", "William"),
        ],
        [
            *("Abernathy", "Barlow", "Cartwright", "Donnelly", "Eastwood", "Fairweather"),
            *("Gallagher", "Hargreaves", "Irving", "Kavanagh", "Lockwood", "MacKenzie"),
            *("Northcote", "O'Sullivan", "Pemberton", "Quigley", "Rutherford", "St. Clair"),
            *("Thornbury", "Underhill", "Van der Berg", "Whitlock"),
        ],
    ),
    (
        9,
        ["Alessandro", "Bianca", "Carlo", "Francesca", "Giulia", "Lorenzo", "Silvana"],
        ["Bellini", "Conti", "D'Angelo", "Esposito", "Ferraro", "Lo Presti", "Romano"],
    ),
    (
        8,
        ["Andreas", "Despina", "Eleni", "Konstantinos", "Sofia", "Theo"],
        ["Angelopoulos", "Christou", "Kazantzis", "Papadakis", "Stavrou"],
    ),
    (
        11,
        ["Bảo", "Hương", "Lan", "Linh", "Quang", "Thảo", "Tuấn"],
        ["Bùi", "Đặng", "Hoàng", "Lê", "Phạm", "Trần", "Võ"],
    ),
    (
        12,
        ["Chen", "Fang", "Hao", "Jing", "Li Na", "Ming", "Xiu Ying", "Yan"],
        ["Chan", "Huang", "Lau", "Liu", "Tan", "Wu", "Zhao"],
    ),
    (
        11,
        ["Aditya", "Ananya", "Deepika", "Harpreet", "Karthik", "Meera", "Rohan", "Sunita"],
        ["Banerjee", "Desai", "Gill", "Iyer", "Kulkarni", "Patel", "Subramaniam"],
    ),
    (
        8,
        ["Amira", "Elias", "Hassan", "Layla", "Nadine", "Youssef"],
        ["Al-Hassan", "Boutros", "Haddad", "Khoury", "Nasser"],
    ),
    (
        6,
        ["Hone", "Leilani", "Mele", "Sione", "Wiremu"],
        ["Fa'asavalu", "Latu", "Ngata", "Parata", "Tuilagi"],
    ),
    (
        7,
        ["Agnieszka", "Björn", "Chloë", "Göran", "Łukasz", "Renée", "Tomáš"],
        ["Dvořák", "Grønlund", "Kowalczyk", "Müller", "Ødegaard", "Šimić", "Żurek"],
    ),
    (
        6,
        ["Carmen", "Diego", "Maricel", "Paloma", "Rafael", "Rosario"],
        ["Bautista", "de la Cruz", "Herrera", "Muñoz", "Villanueva"],
    ),
]
