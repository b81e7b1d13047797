"""The origin of each part of a scenario: its file, its line, and its place in the document.

A part carries its origin after it was read, so that an error that is found later, when a script is played, can still
name the file and the line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple, Self

from msgspec import Struct


class ScenarioError(ValueError):
    """An invalid scenario: what was expected, and the file and line (0 for no line) where something else was found."""

    def __init__(self, text: str, file: str = "", line: int = 0) -> None:
        super().__init__(text, file, line)
        self.text = text
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return with_place(place, self.text)


class Origin(NamedTuple):
    """The file that a part was read from, the line of each place in that file, and the place of the part itself."""

    file: str = ""
    lines: Mapping[str, int] = {}
    """Line number, from 1, by place such as ``timeline[3].trade``."""
    place: str = ""

    def error(self, field: str, text: str) -> ScenarioError:
        """Return an error about a field of the part; an empty ``field`` stands for the part itself."""
        place = join_place(self.place, field)
        return ScenarioError(with_place(place, text), self.file, self.lines.get(place) or self.lines.get(self.place, 0))


NOWHERE = Origin()
"""The origin of parts that were not read from a file."""


class Part(Struct, frozen=True, dict=True):
    """A part of a scenario.

    Its origin is not a field: it takes no part in comparisons, and is neither serialised nor in a snapshot.
    """

    @property
    def origin(self) -> Origin:
        """The place where the part was read; :data:`NOWHERE` if it was made in Python or restored from a snapshot."""
        origin: Origin = self.__dict__.get("origin", NOWHERE)
        return origin

    def read_at(self, origin: Origin) -> Self:
        """Set the origin of the part and return the part."""
        self.__dict__["origin"] = origin
        return self


def join_place(place: str, field: str) -> str:
    """Return the place of a field within a place; either may be empty."""
    return f"{place}.{field}" if place and field else place or field


def with_place(place: str, text: str) -> str:
    """Return a message with the place that it is about in front, if there is one."""
    return f"{place}: {text}" if place else text


def nearest(name: str, known: Collection[str]) -> str:
    """Return a hint for an unknown name: the known name that is most like it, or all known names."""
    near = get_close_matches(name, known, 1)
    return f'did you mean "{near[0]}"?' if near else f"expected one of {', '.join(known)}"
