"""The layout of the code as rules over its source; `tests/test_architecture.py` holds them."""
