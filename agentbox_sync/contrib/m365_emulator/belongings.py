from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .identifiers import Identifiers

PERSON = ""  # whose photo it is, beside the keys of contacts
FIRST_CATEGORIES = (
    ("Red category", "preset0"),
    ("Orange category", "preset1"),
    ("Yellow category", "preset3"),
    ("Green category", "preset4"),
    ("Blue category", "preset7"),
    ("Purple category", "preset8"),
)


@dataclass(frozen=True)
class Category:
    id: str
    name: str
    color: str


@dataclass(frozen=True)
class Photo:
    content: bytes
    kind: str
    width: int
    height: int

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:8].upper()}"'


@dataclass
class Belongings:
    """What a mailbox holds beside folders and items."""

    categories: dict[str, Category] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)  # what was changed of them
    # Every name of a property takes a place in the mailbox for good, deletion gives none back.
    property_names: set[str] = field(default_factory=set)
    full: bool = False  # no room for another write

    @classmethod
    def of_new_mailbox(cls, ids: Identifiers) -> Belongings:
        made = [Category(ids.guid(), name, color) for name, color in FIRST_CATEGORIES]
        return cls({category.id: category for category in made})

    def dump(self) -> dict[str, Any]:
        return {
            "categories": [asdict(c) for c in self.categories.values()],
            "photos": {
                key: {**asdict(photo), "content": base64.b64encode(photo.content).decode()}
                for key, photo in self.photos.items()
            },
            "settings": self.settings,
            "property_names": sorted(self.property_names),
            "full": self.full,
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Belongings:
        categories = [Category(**entry) for entry in data["categories"]]
        photos = {
            key: Photo(**{**entry, "content": base64.b64decode(entry["content"])})
            for key, entry in data["photos"].items()
        }
        names = set(data["property_names"])
        held = {category.id: category for category in categories}
        return cls(held, photos, data["settings"], names, data.get("full", False))
