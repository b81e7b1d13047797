"""How a world begins, in the words of markers, ini files and the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

from kiwoom_mockserver.gateway.profiles import PROFILES, Profile
from kiwoom_mockserver.server.opening import Opening
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario

ENVIRONMENT = "KIWOOM_MOCKSERVER_"


def opening(
    *,
    scenario: str | Scenario | None = None,
    cash: int | str = 100_000_000,
    accounts: int | str = 1,
    seed: int | str | None = None,
    profile: str | Profile = "open",
    clock: str = "manual",
    hours: str | None = None,
    start: str | datetime | None = None,
) -> Opening:
    """What a world begins with; numbers may be written as text. Raises ValueError or ScenarioError."""
    return Opening(
        profile=profile if isinstance(profile, Profile) else _known("profile", profile, PROFILES),
        hours=None if hours is None else Hours(hours),
        clock=_clock(clock),
        start=datetime.fromisoformat(start) if isinstance(start, str) else start,
        seed=None if seed is None else int(seed),
        cash=int(cash),
        accounts=int(accounts),
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


def _clock(name: str) -> Literal["real", "manual"]:
    match name:
        case "real" | "manual":
            return name
    raise ValueError(f"clock {name!r} is none of manual, real")
