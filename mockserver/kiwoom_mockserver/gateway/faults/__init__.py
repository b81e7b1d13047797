"""Faults that a test injects: seeded, on the world's clock, and part of its state."""
