"""How a world begins, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.option_parsing import options_from_environment, parse_options, world_config
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world_options import OPTIONS
from kiwoom_scenarios.model import Scenario


def test_words_become_a_world() -> None:
    said = world_config(
        cash="5000000", seed="7", hours="krx", start="2026-11-23T09:30", holdings={"005930": (10, 60_000)}, speed="0.5"
    )
    assert (said.cash, said.seed, said.hours, said.clock, said.speed) == (5_000_000, 7, Hours.KRX, "manual", 0.5)
    assert (said.start, said.holdings) == (datetime(2026, 11, 23, 9, 30), {"005930": (10, 60_000)})


def test_without_words_a_world_begins_as_that_of_a_test() -> None:
    assert world_config() == WorldConfig(clock="manual")


def test_objects_may_stand_for_their_names() -> None:
    scenario, start = Scenario(name="s", description=""), datetime(2026, 11, 23)
    said = world_config(scenario=scenario, profile=MOCKAPI, start=start)
    assert (said.scenario, said.profile, said.start) == (scenario, MOCKAPI, start)


def test_holdings_may_be_text() -> None:
    assert world_config(holdings="005930=10, 000660=5@900000").holdings == {"005930": 10, "000660": (5, 900_000)}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"cahs": 1}, 'unknown option "cahs"; did you mean "cash"?'),
    ({"money": 1}, f'unknown option "money"; expected one of {", ".join(OPTIONS)}'),
    ({"start": "1999-12-31"}, "start: expected a year from 2000 to 2099, got 1999"),
    ({"start": "09:30"}, 'start: expected a Korean date and time such as 2026-11-23T09:30, got "09:30"'),
    ({"start": 9}, "start: expected a Korean date and time such as 2026-11-23T09:30, got 9"),
    ({"profile": "real"}, 'profile: expected one of open, mockapi, production, got "real"'),
    (
        {"profile": "mockap"},
        'profile: expected one of open, mockapi, production, got "mockap"; did you mean "mockapi"?',
    ),
    ({"clock": "sundial"}, 'clock: expected one of manual, real, got "sundial"'),
    ({"hours": "night"}, 'hours: expected one of open, krx, got "night"'),
    ({"hours": "krxx"}, 'hours: expected one of open, krx, got "krxx"; did you mean "krx"?'),
    ({"cash": "much"}, 'cash: expected an integer from 0 to 999,999,999,999, got "much"'),
    ({"cash": -1}, "cash: expected an integer from 0 to 999,999,999,999, got -1"),
    ({"cash": 0.5}, "cash: expected an integer from 0 to 999,999,999,999, got 0.5"),
    ({"accounts": 0}, "accounts: expected an integer from 1 to 9,999, got 0"),
    ({"accounts": True}, "accounts: expected an integer from 1 to 9,999, got true"),
    ({"seed": 2**63}, "seed: expected an integer from 0 to 9,223,372,036,854,775,807, got 9223372036854775808"),
    ({"seed": "-1"}, "seed: expected an integer from 0 to 9,223,372,036,854,775,807, got -1"),
    ({"speed": "fast"}, 'speed: expected a number from 0.001 to 10,000, got "fast"'),
    ({"speed": "nan"}, "speed: expected a number from 0.001 to 10,000, got nan"),
    ({"scenario": 5}, "scenario: expected text, got 5"),
    ({"holdings": 5}, "holdings: expected quantities by code, got 5"),
    ({"holdings": "5"}, 'holdings: expected holdings such as 005930=10,000660=5@900000, got "5"'),
    ({"holdings": {"005930": 0}}, "holdings.005930: expected an integer from 1 to 9,999,999,999, got 0"),
    ({"holdings": {"005930": (1, 0)}}, "holdings.005930: expected an integer from 1 to 999,999,999, got 0"),
    ({"holdings": {"005930": (1, 2, 3)}}, "holdings.005930: expected a quantity and a price, got 3 values"),
    ({"holdings": "005930=x@y"}, 'holdings.005930: expected an integer from 1 to 9,999,999,999, got "x"'),
    ({"holdings": {5930: 1}}, "holdings: expected text, got 5930"),
]


@pytest.mark.parametrize(("words", "text"), WRONG)
def test_what_makes_no_sense_is_named(words: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        world_config(**words)
    assert str(caught.value) == f"{text}; see docs/testing.md#the-world-of-a-test"


def test_who_says_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ValueError,
        match=r'^kiwoom_options: cash: expected an integer .*, got "x"; see docs/testing\.md#the-world-of-a-test$',
    ):
        parse_options({"cash": "x"}, "kiwoom_options")
    with pytest.raises(ValueError, match=r'^kiwoom_options: unknown option "cahs"; did you mean "cash"\?; see .*$'):
        parse_options({"cahs": 1}, "kiwoom_options")
    with pytest.raises(ValueError, match=r'^kiwoom_hours: expected one of open, krx, got "night"; see .*$'):
        options_from_environment(lambda name: "night" if name == "kiwoom_hours" else "")
    monkeypatch.setenv("KIWOOM_MOCKSERVER_CASH", "much")
    with pytest.raises(ValueError, match=r'^KIWOOM_MOCKSERVER_CASH: expected an integer .*, got "much"; see .*$'):
        options_from_environment(lambda name: "")
