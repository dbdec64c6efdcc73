"""The nouns of the reference CRM."""

from __future__ import annotations

from .appointment import Appointment
from .contact import Contact, ContactAccess, ContactClass
from .listing import Listing
from .office import Office, Staff
from .task import Task

__all__ = [
    "Appointment",
    "Contact",
    "ContactAccess",
    "ContactClass",
    "Listing",
    "Office",
    "Staff",
    "Task",
]
