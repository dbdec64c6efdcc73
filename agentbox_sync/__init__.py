"""A Connections tab for the CRM you already have: keeps it and Microsoft 365 reconciled."""

from __future__ import annotations

__version__ = "0.1.0"
