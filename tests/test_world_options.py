"""The options of a world are the same at every door, with the same bounds and the same words for what is beyond them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import click
import httpx2
import msgspec
import pytest
from click.testing import CliRunner

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.option_parsing import options_from_environment, world_config
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.commands.control import control as control_commands
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control import Control, ControlError
from kiwoom_mockserver.control.messages import NewWorld
from kiwoom_mockserver.help_pages import HelpPage
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world_options import FIRST_YEAR, LAST_YEAR, OPTIONS, WorldOptionsDict

MOMENT = "expected a Korean date and time such as 2026-11-23T09:30, got"

WRONG: list[tuple[str, str, Any, str]] = [
    ("cash", "-1", -1, "expected an integer from 0 to 999,999,999,999, got -1"),
    ("cash", "1000000000000", 10**12, "expected an integer from 0 to 999,999,999,999, got 1000000000000"),
    ("cash", "much", "much", 'expected an integer from 0 to 999,999,999,999, got "much"'),
    ("accounts", "0", 0, "expected an integer from 1 to 9,999, got 0"),
    ("accounts", "10000", 10_000, "expected an integer from 1 to 9,999, got 10000"),
    ("seed", "-1", -1, "expected an integer from 0 to 9,223,372,036,854,775,807, got -1"),
    ("seed", str(2**63), 2**63, f"expected an integer from 0 to 9,223,372,036,854,775,807, got {2**63}"),
    ("profile", "mockap", "mockap", 'expected one of open, mockapi, production, got "mockap"; did you mean "mockapi"?'),
    ("clock", "sundial", "sundial", 'expected one of manual, real, got "sundial"'),
    ("hours", "night", "night", 'expected one of open, krx, got "night"'),
    ("start", "09:30", "09:30", f'{MOMENT} "09:30"'),
    ("start", "1999-12-31", "1999-12-31", f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, got 1999"),
    ("start", "2100-01-01", "2100-01-01", f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, got 2100"),
    ("speed", "0", 0, "expected a number from 0.001 to 10,000, got 0"),
    ("speed", "10001", 10_001, "expected a number from 0.001 to 10,000, got 10001"),
    ("holdings", "005930=0", {"005930": 0}, "005930: expected an integer from 1 to 9,999,999,999, got 0"),
]

EDGES: list[tuple[str, int | float | str]] = [
    ("cash", 0),
    ("cash", 999_999_999_999),
    ("accounts", 1),
    ("accounts", 9_999),
    ("seed", 0),
    ("seed", 2**63 - 1),
    ("start", "2000-01-01"),
    ("start", "2099-12-31"),
    ("speed", 0.001),
    ("speed", 10_000),
]

SERVE = main.commands["serve"]
CREATE = control_commands.commands["create"]


@pytest.fixture
def control(kiwoom_server: MockServer) -> Iterator[Control]:
    with Control(kiwoom_server.rest_url) as control:
        yield control


def options_of(command: click.Command) -> dict[str, click.Parameter]:
    return {str(parameter.name): parameter for parameter in command.params}


def test_every_door_has_every_option() -> None:
    assert [name for name in NewWorld.__struct_fields__ if name in OPTIONS] == list(OPTIONS)
    assert list(WorldOptionsDict.__annotations__) == list(OPTIONS)
    serve, create = options_of(SERVE), options_of(CREATE)
    for name, option in OPTIONS.items():
        assert (serve[name].envvar, serve[name].opts) == (option.variable, [f"--{name}"])
        assert (create[name].envvar, create[name].opts) == (None, [f"--{name}"])
    assert {name: one.default for name, one in create.items() if name in OPTIONS} == {
        name: option.default for name, option in OPTIONS.items()
    }
    assert {name for name, option in OPTIONS.items() if serve[name].default != option.default} == {"clock"}
    asked: list[str] = []
    options_from_environment(lambda ini: asked.append(ini) or "")  # type: ignore[func-returns-value]
    assert asked == [f"kiwoom_{name}" for name in OPTIONS]


def test_names_are_those_of_the_server() -> None:
    assert get_args(OPTIONS["profile"].kind) == tuple(PROFILES)
    assert get_args(OPTIONS["hours"].kind) == tuple(hours.value for hours in Hours)


def test_a_world_of_the_control_api_begins_as_that_of_a_test(control: Control, kiwoom: MockWorld) -> None:
    world = control.create_world()
    told = world.info()
    assert (told.seed, told.profile, told.session, told.clock) == (
        kiwoom.seed, kiwoom.broker.profile.name, kiwoom.market.session, control.world(kiwoom.name).info().clock,
    )  # fmt: skip
    assert (world.customer.cash, len(told.customers)) == (kiwoom.customer.cash, len(kiwoom.customers))
    world.remove()


@pytest.mark.parametrize(("name", "text", "value", "said"), WRONG)
def test_what_is_beyond_the_bounds_is_refused_alike(
    name: str, text: str, value: Any, said: str, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"{name}." if name == "holdings" else f"{name}: "
    for word in (text, value):
        assert refusal(lambda word=word: world_config(**{name: word})) == place + said  # type: ignore[misc]
    assert (
        refusal(lambda: options_from_environment(lambda ini: text if ini == f"kiwoom_{name}" else ""))
        == f"kiwoom_{place}{said}"
    )
    assert refusal(lambda: control.create_world(**{name: value})) == place + said
    for command in (["serve"], ["control", "create"]):
        result = CliRunner().invoke(main, [*command, f"--{name}", text])
        assert result.exit_code == 2
        assert re.search(
            rf"Error: Invalid value for '--{name}'.*: {re.escape(said)}; see {HelpPage.WORLD_OPTIONS}\n$", result.output
        )
    monkeypatch.setenv(OPTIONS[name].variable, text)
    assert (
        refusal(lambda: options_from_environment(lambda ini: ""))
        == OPTIONS[name].variable + place.removeprefix(name) + said
    )


def refusal(act: Callable[[], object]) -> str:
    """The message of a refusal without the page that explains it, which is the same everywhere."""
    with pytest.raises((ValueError, ControlError)) as caught:
        act()
    text, _, page = str(caught.value).rpartition("; see ")
    assert page == HelpPage.WORLD_OPTIONS
    return text


@pytest.mark.parametrize(("name", "value"), EDGES)
def test_what_lies_on_the_bounds_is_taken_alike(name: str, value: float | str) -> None:
    begun = world_config(**{name: value})
    assert isinstance(begun, WorldConfig)
    assert world_config(**{name: str(value)}) == begun
    assert options_from_environment(lambda ini: str(value) if ini == f"kiwoom_{name}" else "") == {
        name: getattr(begun, name)
    }
    told = msgspec.json.decode(msgspec.json.encode({name: value}), type=NewWorld)
    assert world_config(**{name: getattr(told, name)}) == begun
    for command in (SERVE, CREATE):
        context = command.make_context("x", [f"--{name}", str(value)])
        assert context.params[name] == getattr(begun, name)


def test_an_unknown_option_is_told_with_the_nearest(kiwoom: MockWorld, http: httpx2.Client) -> None:
    answer = http.post(f"{kiwoom.rest_url}/__control/worlds", json={"cahs": 1})
    said = {"error": 'unknown field "cahs"; did you mean "cash"?', "page": "docs/testing.md#the-world-of-a-test"}
    assert (answer.status_code, answer.json()) == (400, said)
