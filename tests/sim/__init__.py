"""The real core and engine in a simulated world: one thread, a virtual clock, one seed."""
