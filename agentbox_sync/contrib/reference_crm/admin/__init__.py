"""The CRM's pages in the Django admin."""

from __future__ import annotations

from . import appointment, contact, listing, office, task

__all__ = ["appointment", "contact", "listing", "office", "task"]
