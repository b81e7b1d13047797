"""Parses the options of a world: from markers, fixtures, ini files, the environment and command lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.type_errors import DATE_AND_TIME, convert, expected_message
from kiwoom_mockserver.broker.profiles import PROFILES, Profile
from kiwoom_mockserver.help_pages import HelpPage, explained_by
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world_options import (
    FIRST_YEAR,
    LAST_YEAR,
    OPTIONS,
    HoldingSpec,
    Price,
    Quantity,
    WorldOption,
)
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.origin import join_place, nearest, with_place


def world_config(**options: Any) -> WorldConfig:
    """The configuration that a set of options describes.

    Values may be text, as ini files have it; ``scenario`` and ``profile`` may be objects, ``start`` a datetime, and a
    holding a pair of quantity and price. Raises ValueError for an unknown option or a bad value, and ScenarioError.
    """
    given = {name: option.default for name, option in OPTIONS.items()} | parse_options(options)
    scenario, profile, hours = given.pop("scenario"), given.pop("profile"), given.pop("hours")
    return WorldConfig(
        scenario=load_scenario(scenario) if isinstance(scenario, str) else scenario,
        profile=PROFILES[profile] if isinstance(profile, str) else profile,
        hours=None if hours is None else Hours(hours),
        clock=given.pop("clock") or "manual",
        **given,
    )


@explained_by(HelpPage.WORLD_OPTIONS)
def parse_options(options: Mapping[str, Any], source: str = "") -> dict[str, Any]:
    """The options with parsed values. ``source`` names who gives them in an error. Raises ValueError."""
    if not isinstance(options, Mapping):
        raise ValueError(expected_message(source, 'a dict of options such as {"cash": 0}', options))
    for name in options:
        if name not in OPTIONS:
            raise ValueError(with_place(source, f'unknown option "{name}"; {nearest(name, OPTIONS)}'))
    return {name: parse_option(OPTIONS[name], value, with_place(source, name)) for name, value in options.items()}


def options_from_environment(from_ini: Callable[[str], str]) -> dict[str, Any]:
    """The options of the environment, or else of the ini file; a blank value is not given. Raises ValueError."""
    given = {}
    for option in OPTIONS.values():
        ini = f"kiwoom_{option.name}"
        for source, text in ((option.variable, os.environ.get(option.variable, "")), (ini, from_ini(ini))):
            if text:
                given[option.name] = parse_option(option, text, source)
                break
    return given


@explained_by(HelpPage.WORLD_OPTIONS)
def parse_option(option: WorldOption, given: Any, source: str) -> Any:
    """The parsed value of an option. Raises ValueError that names the source and what was expected."""
    if given is None and option.default is None:
        return None
    if option.name == "start":
        return _start(given, source)
    if option.name == "holdings":
        return _holdings(given, source)
    if isinstance(given, Scenario if option.name == "scenario" else Profile if option.name == "profile" else ()):
        return given
    return convert(_number(given) if _is_number(option.kind) else given, option.kind, source)


def _is_number(kind: Any) -> bool:
    return next(iter(get_args(kind)), None) in (int, float)


def _number(given: Any) -> Any:
    """The number in a text, or the text itself if it is not a number."""
    for kind in (int, float):
        try:
            return kind(given) if isinstance(given, str) else given
        except ValueError:
            continue
    return given


def _start(given: Any, source: str) -> datetime:
    try:
        start = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError(expected_message(source, DATE_AND_TIME, given)) from None
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise ValueError(expected_message(source, f"a year from {FIRST_YEAR} to {LAST_YEAR}", start.year))
    return start


def _holdings(given: Any, source: str) -> dict[str, int | tuple[int, int]]:
    """Quantities by instrument code, or pairs of quantity and price. Raises ValueError."""
    if isinstance(given, str):
        given = _holdings_of_text(given, source)
    if not isinstance(given, Mapping):
        raise ValueError(expected_message(source, "quantities by code", given))
    return {
        convert(code, str, source): _holding(holding, join_place(source, str(code))) for code, holding in given.items()
    }


def _holding(holding: Any, source: str) -> int | tuple[int, int]:
    if isinstance(holding, HoldingSpec):
        holding = holding.quantity, holding.price
    if not isinstance(holding, tuple | list):
        quantity: int = convert(holding, Quantity, source)
        return quantity
    if len(holding) != 2:
        raise ValueError(with_place(source, f"expected a quantity and a price, got {len(holding)} values"))
    return convert(holding[0], Quantity, source), convert(holding[1], Price, source)


def _holdings_of_text(text: str, source: str) -> dict[str, Any]:
    """The holdings in a text such as ``005930=10,000660=5@900000``. Raises ValueError."""
    holding: dict[str, Any] = {}
    for one in text.split(","):
        code, has_amount, amount = one.strip().partition("=")
        if not code or not has_amount:
            raise ValueError(expected_message(source, "holdings such as 005930=10,000660=5@900000", text))
        quantity, is_priced, price = amount.partition("@")
        holding[code.strip()] = (_number(quantity), _number(price)) if is_priced else _number(quantity)
    return holding
