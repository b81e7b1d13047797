"""Chance that is plain data: a splitmix64 generator whose whole state is one integer."""

from __future__ import annotations

from msgspec import Struct

_MASK = (1 << 64) - 1


class Chance(Struct):
    """Draws that depend on the seed alone, in every process and on every machine."""

    state: int

    def draw(self) -> int:
        """A number of 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        return self.draw() * limit >> 64


def chance(seed: int, name: str) -> Chance:
    """A generator of its own for one purpose, so that no purpose disturbs another."""
    state = seed & _MASK
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & _MASK
    return Chance(state)
