"""A random number generator that is plain data: splitmix64, whose whole state is one integer."""

from __future__ import annotations

from msgspec import Struct

_MASK = (1 << 64) - 1


class Rng(Struct):
    """A generator whose numbers depend on the seed alone, in every process and on every machine."""

    state: int

    def draw(self) -> int:
        """Return a number of 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1."""
        return self.draw() * limit >> 64


def seeded_rng(seed: int, name: str) -> Rng:
    """Return a generator for one named purpose, so that no purpose changes the numbers of another."""
    state = seed & _MASK
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & _MASK
    return Rng(state)
