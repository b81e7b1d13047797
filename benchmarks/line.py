"""What a benchmark tells."""

from __future__ import annotations

from typing import NamedTuple


class CannotRunError(Exception):
    """Something that the benchmark needs is not there; the text says how to get it."""


class Line(NamedTuple):
    """One figure, and the goal that it is held against, if there is one."""

    what: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        value = f"{self.value:,.2f}" if self.value < 100 else f"{self.value:,.0f}"
        return f"{self.what:<64}{value:>10} {self.unit:<10} {self._verdict()}".rstrip()

    def _verdict(self) -> str:
        if self.least is not None:
            return f"goal >= {self.least:,g}: {'met' if self.value >= self.least else 'MISSED'}"
        if self.most is not None:
            return f"goal <= {self.most:,g}: {'met' if self.value <= self.most else 'MISSED'}"
        return ""
