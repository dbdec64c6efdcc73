"""The demo: an agency that does not exist, and the runner that serves it."""
