"""The configuration of a world: profile, clock, accounts, holdings, keys, instruments and scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from kiwoom_mockserver.broker.profiles import OPEN, Profile
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world_options import WorldOptions
from kiwoom_scenarios.model import Instruments, Scenario
from kiwoom_scenarios.timeline import WalkFeed

APPKEY = "kiwoom-mockserver-appkey"
SECRETKEY = "kiwoom-mockserver-secretkey"
"""The default keys. They are public, so that a server beyond the loopback makes up others."""

_DEFAULT = WorldOptions()

Feed = Literal["still", "walk"] | WalkFeed


class WorldConfig(Struct, frozen=True):
    """The configuration of a world with checked values, as :func:`kiwoom_mockserver.world_config` makes it."""

    profile: Profile = OPEN
    hours: Hours | None = None
    """The trading hours; None takes those of the scenario, else those of the profile."""
    clock: Literal["real", "manual"] = "real"
    speed: float = _DEFAULT.speed
    """How many times as fast as the wall clock a real clock runs."""
    start: datetime | None = None
    """The Korean time at which the world starts. None is now for a real clock, else 10:00 of the next exchange day."""
    seed: int | None = None
    """The random seed; None takes that of the scenario, else 1."""
    feed: Literal["still", "walk"] = "still"
    """Whether prices stand still or walk by themselves, unless the scenario has a feed."""
    cash: int = _DEFAULT.cash
    """The cash of each account in won: the stock accounts and the gold accounts alike."""
    accounts: int = _DEFAULT.accounts
    holdings: Mapping[str, int | tuple[int, int]] = {}
    """The holdings of the first customer by code: a quantity, or a pair of quantity and purchase price in won."""
    appkey: str = APPKEY
    secretkey: str = SECRETKEY
    """App key and secret key of the first customer; those of the others end in ``-2``, ``-3`` and so on."""
    instruments: Instruments | None = None
    scenario: Scenario | None = None
