"""How a world begins, in the words of markers, ini files and the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import PROFILES, Profile
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario

ENVIRONMENT = "KIWOOM_MOCKSERVER_"

MOST_CASH = 999_999_999_999
MOST_ACCOUNTS = 999_999
LARGEST_SEED = 2**63 - 1


def world_config(
    *,
    scenario: str | Scenario | None = None,
    cash: int | str = 100_000_000,
    accounts: int | str = 1,
    seed: int | str | None = None,
    profile: str | Profile = "open",
    clock: str = "manual",
    hours: str | None = None,
    start: str | datetime | None = None,
    holdings: Mapping[str, int | tuple[int, int]] | None = None,
) -> WorldConfig:
    """What a world begins with; numbers may be written as text. Raises ValueError or ScenarioError."""
    return WorldConfig(
        profile=profile if isinstance(profile, Profile) else _known("profile", profile, PROFILES),
        hours=None if hours is None else Hours(hours),
        clock=_clock(clock),
        start=_start(start),
        seed=None if seed is None else _number("seed", seed, 0, LARGEST_SEED),
        cash=_number("cash", cash, 0, MOST_CASH),
        accounts=_number("accounts", accounts, 1, MOST_ACCOUNTS),
        holdings=holdings or {},
        scenario=load_scenario(scenario) if isinstance(scenario, str) else scenario,
    )


def configured(names: Iterable[str], from_ini: Callable[[str], str]) -> dict[str, Any]:
    """What the environment says, or else the ini file; blank is nothing said."""
    said = {name: os.environ.get(ENVIRONMENT + name.upper(), "") or from_ini(name) for name in names}
    return {name: value for name, value in said.items() if value}


def _known(what: str, name: str, known: dict[str, Profile]) -> Profile:
    if name not in known:
        raise ValueError(f"{what} {name!r} is none of {', '.join(known)}")
    return known[name]


def _number(what: str, said: int | str, least: int, most: int) -> int:
    try:
        if least <= (number := int(said)) <= most:
            return number
    except ValueError:
        pass
    raise ValueError(f"{what} {said!r} is no number from {least:,} to {most:,}")


def _start(start: str | datetime | None) -> datetime | None:
    moment = datetime.fromisoformat(start) if isinstance(start, str) else start
    if moment is not None and not 2000 <= moment.year < 2100:
        raise ValueError(f"a world starts between the years 2000 and 2100, not in {moment.year}")
    return moment


def _clock(name: str) -> Literal["real", "manual"]:
    match name:
        case "real" | "manual":
            return name
    raise ValueError(f"clock {name!r} is none of manual, real")
