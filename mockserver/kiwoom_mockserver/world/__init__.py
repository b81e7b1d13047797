"""A world: one exchange with its clock, its timers, its seed and its market feed. The unit of isolation."""
