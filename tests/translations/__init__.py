"""Catalogues of translations: brought up to date by ``python -m tests.translations``."""
