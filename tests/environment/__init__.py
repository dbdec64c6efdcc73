"""What the tests need beside Python: PostgreSQL, a browser, and no network.

`python -m tests.environment` is what `make test` runs.
"""
