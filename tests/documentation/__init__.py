"""Reads what the code offers and what the pages say; `tests/test_docs.py` compares them."""
