"""Tests that run inside the bare project."""
