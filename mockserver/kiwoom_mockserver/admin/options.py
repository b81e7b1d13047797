"""Reads how a world begins from the words of markers, fixtures, ini files, the environment and command lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.misfit import MOMENT, fitted, unfit
from kiwoom_mockserver.broker.profiles import PROFILES, Profile
from kiwoom_mockserver.control.world_options import (
    FIRST_YEAR,
    LAST_YEAR,
    OPTIONS,
    HoldingSpec,
    Price,
    Quantity,
    WorldOption,
)
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.origin import join_place, nearest, with_place


def world_config(**words: Any) -> WorldConfig:
    """The world that options of these names and values ask for.

    Values may be text, as ini files have it; ``scenario`` and ``profile`` may be objects, ``start`` a datetime, and a
    holding a pair of quantity and price. Raises ValueError for what makes no sense, and ScenarioError.
    """
    said = {name: option.default for name, option in OPTIONS.items()} | checked(words)
    scenario, profile, hours = said.pop("scenario"), said.pop("profile"), said.pop("hours")
    return WorldConfig(
        scenario=load_scenario(scenario) if isinstance(scenario, str) else scenario,
        profile=PROFILES[profile] if isinstance(profile, str) else profile,
        hours=None if hours is None else Hours(hours),
        **said,
    )


def checked(words: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """Options with their values read; ``place`` is who says them. Raises ValueError."""
    for name in words:
        if name not in OPTIONS:
            raise ValueError(with_place(place, f'unknown option "{name}"; {nearest(name, OPTIONS)}'))
    return {name: read_option(OPTIONS[name], value, with_place(place, name)) for name, value in words.items()}


def configured(from_ini: Callable[[str], str]) -> dict[str, Any]:
    """The options that the environment says, or else the ini file; blank is nothing said. Raises ValueError."""
    said = {}
    for option in OPTIONS.values():
        ini = f"kiwoom_{option.name}"
        for place, text in ((option.variable, os.environ.get(option.variable, "")), (ini, from_ini(ini))):
            if text:
                said[option.name] = read_option(option, text, place)
                break
    return said


def read_option(option: WorldOption, said: Any, place: str) -> Any:
    """The value of an option from what was said of it. Raises ValueError."""
    if said is None and option.default is None:
        return None
    if option.name == "start":
        return _start(said, place)
    if option.name == "holdings":
        return _holdings(said, place)
    if isinstance(said, Scenario if option.name == "scenario" else Profile if option.name == "profile" else ()):
        return said
    return fitted(_number(said) if _is_number(option.kind) else said, option.kind, place)


def _is_number(kind: Any) -> bool:
    return next(iter(get_args(kind)), None) in (int, float)


def _number(said: Any) -> Any:
    """The number that a text is, or the text if it is none."""
    for kind in (int, float):
        try:
            return kind(said) if isinstance(said, str) else said
        except ValueError:
            continue
    return said


def _start(said: Any, place: str) -> datetime:
    try:
        start = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    except (TypeError, ValueError):
        raise ValueError(unfit(place, MOMENT, said)) from None
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise ValueError(unfit(place, f"a year from {FIRST_YEAR} to {LAST_YEAR}", start.year))
    return start


def _holdings(said: Any, place: str) -> dict[str, int | tuple[int, int]]:
    """Quantities by code, some with a price. Raises ValueError."""
    if isinstance(said, str):
        said = _holdings_of_text(said, place)
    if not isinstance(said, Mapping):
        raise ValueError(unfit(place, "quantities by code", said))
    return {fitted(code, str, place): _holding(held, join_place(place, str(code))) for code, held in said.items()}


def _holding(held: Any, place: str) -> int | tuple[int, int]:
    if isinstance(held, HoldingSpec):
        held = held.quantity, held.price
    if not isinstance(held, tuple | list):
        quantity: int = fitted(held, Quantity, place)
        return quantity
    if len(held) != 2:
        raise ValueError(with_place(place, f"expected a quantity and a price, got {len(held)} values"))
    return fitted(held[0], Quantity, place), fitted(held[1], Price, place)


def _holdings_of_text(text: str, place: str) -> dict[str, Any]:
    """``005930=10,000660=5@900000``."""
    held: dict[str, Any] = {}
    for one in text.split(","):
        code, is_said, amount = one.strip().partition("=")
        if not code or not is_said:
            raise ValueError(unfit(place, "holdings such as 005930=10,000660=5@900000", text))
        quantity, is_priced, price = amount.partition("@")
        held[code.strip()] = (_number(quantity), _number(price)) if is_priced else _number(quantity)
    return held
