"""A local Microsoft 365: Entra ID and Microsoft Graph v1.0, in memory, for demos and tests."""
