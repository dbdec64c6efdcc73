"""My Office: the reference CRM, and the demo, of a host that agentbox_sync is a guest in."""
