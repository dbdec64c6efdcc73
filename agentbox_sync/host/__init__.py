"""The CRM we are a guest in: what a host declares, and how it is read."""
