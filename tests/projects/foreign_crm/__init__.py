"""A brokerage's CRM with ways of its own: UUID keys, other names, phones in a table, an archive."""
