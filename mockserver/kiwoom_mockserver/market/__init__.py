"""The market outside of a world, as a function of the seed, the instrument and the day: nothing of it is state."""

GENERATOR = 1
"""The version of the generator: another one makes another past from the same seed. It is part of the state hash."""
