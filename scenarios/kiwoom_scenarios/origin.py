"""Where a scenario says what it says, so that whoever finds a fault later can name the file and the line too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple, Self

from msgspec import Struct


class ScenarioError(ValueError):
    """A scenario that makes no sense: what was expected, and in which file and line (0 if in none)."""

    def __init__(self, text: str, file: str = "", line: int = 0) -> None:
        super().__init__(text, file, line)
        self.text = text
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return told(place, self.text)


class Origin(NamedTuple):
    """The file that a part was read from, the line of each place in it, and the part's own place there."""

    file: str = ""
    lines: Mapping[str, int] = {}
    """By place, such as ``timeline[3].trade``."""
    place: str = ""

    def error(self, rest: str, text: str) -> ScenarioError:
        """What is wrong with something that the part says."""
        place = join(self.place, rest)
        return ScenarioError(told(place, text), self.file, self.lines.get(place) or self.lines.get(self.place, 0))


NOWHERE = Origin()
"""Of parts that were not read from a file."""


class Part(Struct, frozen=True, dict=True):
    """A part of a scenario. Its origin is no field: it is not compared, not written and not in a snapshot."""

    @property
    def origin(self) -> Origin:
        """Where it was read."""
        origin: Origin = self.__dict__.get("origin", NOWHERE)
        return origin

    def read_at(self, origin: Origin) -> Self:
        """The same part, which now knows where it was read."""
        self.__dict__["origin"] = origin
        return self


def join(place: str, rest: str) -> str:
    """A place within a place."""
    return f"{place}.{rest}" if place and rest else place or rest


def told(place: str, text: str) -> str:
    """A text with the place that it is about, if there is one."""
    return f"{place}: {text}" if place else text


def nearest(name: str, known: Collection[str]) -> str:
    """The name that was meant instead, or all that could be."""
    near = get_close_matches(name, known, 1)
    return f'did you mean "{near[0]}"?' if near else f"expected one of {', '.join(known)}"
