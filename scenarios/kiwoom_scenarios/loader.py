"""Loads scenario files, and the scenarios of the library that comes with the package by name."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import msgspec

from kiwoom_scenarios.model import Instruments, Scenario
from kiwoom_scenarios.origin import ScenarioError
from kiwoom_scenarios.reading import ReadingError, read
from kiwoom_scenarios.ticks import read_ticks

LIBRARY = Path(__file__).parent / "library"

T = TypeVar("T", bound=Instruments)


def names() -> tuple[str, ...]:
    """Return the names of the library scenarios, sorted."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def load_scenario(name_or_file: str) -> Scenario:
    """Load a library scenario by its name, or a scenario file by its path. Raises ScenarioError."""
    path = LIBRARY / f"{name_or_file}.yaml" if name_or_file in names() else Path(name_or_file)
    scenario = _read(path, Scenario)
    return scenario if scenario.ticks is None else _with_ticks(scenario, path.parent / scenario.ticks)


def library_scenario(name: str) -> Scenario:
    """Load a library scenario by its name, never a file. Raises ScenarioError."""
    if name not in names():
        raise ScenarioError(f"there is no scenario {name!r}{_library(name)}")
    return load_scenario(name)


def scenario_of(text: str) -> Scenario:
    """Read the text of a scenario, which must not name a file of ticks.

    Raises ScenarioError; its lines are those of the text, and its file is called ``script``.
    """
    try:
        scenario = read(text.encode(), Scenario, "script")
    except ReadingError as error:
        raise ScenarioError(error.text, "script", error.line) from error
    if scenario.ticks is not None:
        raise scenario.origin.error("ticks", "a script that is no file has no file of ticks beside it")
    return scenario


def _with_ticks(scenario: Scenario, path: Path) -> Scenario:
    """Return the scenario with the ticks of a file merged into its timeline. Raises ScenarioError."""
    try:
        steps = sorted((*scenario.timeline, *read_ticks(path, scenario.loop)), key=lambda step: step.at)
        return msgspec.structs.replace(scenario, timeline=tuple(steps)).read_at(scenario.origin)
    except OSError as error:
        raise ScenarioError(error.strerror or str(error), str(path)) from error
    except UnicodeDecodeError as error:
        raise ScenarioError("expected UTF-8", str(path)) from error


def load_instruments(file: str) -> Instruments:
    """Load a file of instruments. Raises ScenarioError."""
    return _read(Path(file), Instruments)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return read(path.read_bytes(), kind, str(path))
    except OSError as error:
        library = _library(str(path)) if kind is Scenario else ""
        raise ScenarioError(f"{error.strerror}{library}", str(path)) from error
    except ReadingError as error:
        raise ScenarioError(error.text, str(path), error.line) from error


def _library(said: str) -> str:
    """The scenarios of the library, and the one that may have been meant."""
    near = get_close_matches(said, names(), 1)
    return f"; the library has {', '.join(names())}" + (f'; did you mean "{near[0]}"?' if near else "")


def scenario_file(body: str) -> str:
    """Return the text of a scenario file with the keys in ``body`` and the required name and description.

    An empty body gives an empty text.
    """
    return f"name: cause\ndescription: causes an error\n{body}\n" if body else ""
