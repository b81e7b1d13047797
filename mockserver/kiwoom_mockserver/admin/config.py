"""What a world begins with: profile, clock, accounts, holdings, keys, instruments, scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from kiwoom_mockserver.broker.profiles import OPEN, Profile
from kiwoom_mockserver.control.world_options import WorldOptions
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.model import Instruments, Scenario
from kiwoom_scenarios.timeline import WalkFeed

APPKEY = "kiwoom-mockserver-appkey"
SECRETKEY = "kiwoom-mockserver-secretkey"
"""Fixed and well known; good for the loopback and nothing else."""

_DEFAULT = WorldOptions()

Feed = Literal["still", "walk"] | WalkFeed


class WorldConfig(Struct, frozen=True):
    """What a world starts with."""

    profile: Profile = OPEN
    hours: Hours | None = None
    """Trading hours, whatever profile and scenario say."""
    clock: Literal["real", "manual"] = "real"
    speed: float = _DEFAULT.speed
    """How fast a real clock runs."""
    start: datetime | None = None
    """Korean time; a manual clock starts at 10:00 of this or the next exchange day if it is left out."""
    seed: int | None = None
    """Of everything that looks like chance: the scenario's if it is left out, else 1."""
    feed: Literal["still", "walk"] = "still"
    """What the market does by itself, unless the scenario says."""
    cash: int = _DEFAULT.cash
    """Won, for each account: that for stocks, and that for gold."""
    accounts: int = _DEFAULT.accounts
    holdings: Mapping[str, int | tuple[int, int]] = {}
    """What the first customer holds, by code: a quantity, or that and the price it was bought at."""
    appkey: str = APPKEY
    secretkey: str = SECRETKEY
    """Those of the first account; the others have ``-2``, ``-3``, ... after them."""
    instruments: Instruments | None = None
    scenario: Scenario | None = None
