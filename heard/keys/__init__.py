"""Keys of other systems: what each may do, how often, and what became of their requests."""
