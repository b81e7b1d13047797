"""The results of a benchmark: measured figures and their goals."""

from __future__ import annotations

from typing import NamedTuple


class CannotRunError(Exception):
    """The benchmark needs a program or package that is not installed; the text says how to install it."""


class Figure(NamedTuple):
    """A measured value, and its goal if there is one."""

    name: str
    value: float
    unit: str
    least: float | None = None
    """The goal is met by values of at least this."""
    most: float | None = None
    """The goal is met by values of at most this."""

    def __str__(self) -> str:
        value = f"{self.value:,.2f}" if self.value < 100 else f"{self.value:,.0f}"
        return f"{self.name:<64}{value:>10} {self.unit:<10} {self._verdict()}".rstrip()

    def _verdict(self) -> str:
        if self.least is not None:
            return f"goal >= {self.least:,g}: {'met' if self.value >= self.least else 'MISSED'}"
        if self.most is not None:
            return f"goal <= {self.most:,g}: {'met' if self.value <= self.most else 'MISSED'}"
        return ""
