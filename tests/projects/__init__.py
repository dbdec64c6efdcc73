"""CRMs that were not built for us: host projects that the app must be a polite guest in."""
