"""A world: one exchange with its clock, timers, seed and market feed. Worlds are isolated from each other."""
