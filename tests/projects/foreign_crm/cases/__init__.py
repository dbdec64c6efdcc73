"""Tests that run inside the foreign CRM: pytest with its settings, started by the outer tests."""
