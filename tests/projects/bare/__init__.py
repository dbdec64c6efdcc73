"""The least that can host us: Django's own user is the staff record, nothing else is there."""
