"""Reads scenario files, and finds the ones that come with the package by name."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from kiwoom_scenarios.model import Instruments, Scenario
from kiwoom_scenarios.reading import ReadingError, read

LIBRARY = Path(__file__).parent / "library"

T = TypeVar("T", bound=Instruments)


class ScenarioError(ValueError):
    """A file that is not a scenario: what was expected, and in which file and line (0 if in none)."""

    def __init__(self, text: str, file: str = "", line: int = 0) -> None:
        super().__init__(text, file, line)
        self.text = text
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}" if place else self.text


def names() -> tuple[str, ...]:
    """The scenarios that come with the package."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def load_scenario(name_or_file: str) -> Scenario:
    """A scenario of the library by its name, or a file. Raises ScenarioError."""
    built_in = LIBRARY / f"{name_or_file}.yaml"
    return _read(built_in if name_or_file in names() else Path(name_or_file), Scenario)


def load_instruments(file: str) -> Instruments:
    """A file of instruments. Raises ScenarioError."""
    return _read(Path(file), Instruments)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return read(path.read_bytes(), kind)
    except OSError as error:
        library = f"; the library has {', '.join(names())}" if kind is Scenario else ""
        raise ScenarioError(f"{error.strerror}{library}", str(path)) from error
    except ReadingError as error:
        raise ScenarioError(error.text, str(path), error.line) from error
