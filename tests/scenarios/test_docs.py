from __future__ import annotations

import re
from pathlib import Path

import pytest
from yaml import safe_load

from kiwoom_mockserver.broker.profiles import PROFILES, SETTINGS, changed
from kiwoom_scenarios.loader import load_scenario, names
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.timeline import Motion, TimelineStep, duration_text

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def section(heading: str) -> str:
    """The text under a heading of the second level."""
    return TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def whole(example: str) -> str:
    """An example as a file; some show steps alone."""
    return f"name: example\ndescription: d\ntimeline:\n{example}" if example.startswith("- ") else example


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads(tmp_path: Path, example: str) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(whole(example), encoding="utf-8")
    scenario = load_scenario(str(path))
    assert len(scenario.timeline) == len(re.findall(r"^ *- at:", example, re.MULTILINE))


def test_every_action_has_an_example() -> None:
    shown = {key for example in EXAMPLES for key in re.findall(r"^ +(\w+):", example, re.MULTILINE)}
    assert set(TimelineStep.one_of) <= shown
    assert len(EXAMPLES) >= 8


def test_the_page_names_every_setting_with_its_values() -> None:
    names, *columns = zip(*settings_of_the_page(), strict=True)
    assert names == SETTINGS
    for profile, column in zip(PROFILES.values(), columns, strict=True):
        for name, value in zip(names, column, strict=True):
            assert changed(profile, name, safe_load(value.strip("`"))) == profile, (profile.name, name)


def settings_of_the_page() -> list[tuple[str, ...]]:
    """The rows of the table of settings, without what they mean."""
    columns = r" (.+?) \|" * len(PROFILES)
    (heading,) = re.findall(rf"^\| setting \| meaning \|{columns}$", section("Settings"), re.MULTILINE)
    assert [name.strip("`") for name in heading] == list(PROFILES)
    rows: list[tuple[str, ...]] = re.findall(
        rf"^\| `([a-z_.]+)` \| [^|]+ \|{columns}$", section("Settings"), re.MULTILINE
    )
    return rows


def test_the_page_names_the_whole_library() -> None:
    rows = re.findall(r"^\| (`.*`) \|", section("The library"), re.MULTILINE)
    assert set(re.findall(r"`([a-z-]+)`", " ".join(rows))) == set(names())


def test_the_page_names_every_key_of_a_file() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", section("Keys of the file"), re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(Scenario.__struct_fields__)


def test_the_page_names_every_key_of_a_feed_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `?([^`|]+)`? \|$", section("Feed"), re.MULTILINE))
    assert rows.pop("codes") == "all but the indices"
    assert rows.pop("every") == duration_text(Motion().every)
    assert rows == {name: str(getattr(Motion(), name)) for name in ("step", "drift", "band")}
