"""Reads scenario files, and finds the ones that come with the package by name."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from kiwoom_scenarios.model import Instruments, Scenario

LIBRARY = Path(__file__).parent / "library"

T = TypeVar("T", bound=Instruments)


class ScenarioError(ValueError):
    """A file that is not a scenario; the text names the file and the place in it."""


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
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except OSError as error:
        library = f"; the library has {', '.join(names())}" if kind is Scenario else ""
        raise ScenarioError(f"{path}: {error.strerror}{library}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from error
