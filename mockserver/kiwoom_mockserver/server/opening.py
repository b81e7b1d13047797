"""Opens a world the way its user asked: instruments, accounts, keys, clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from faker import Faker
from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.profiles import OPEN, Profile
from kiwoom_mockserver.gateway.tokens import Key
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, SpecialDay, next_exchange_day
from kiwoom_mockserver.world.chance import chance
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.listing import default_instruments
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.loader import ScenarioError
from kiwoom_scenarios.model import Instruments, InstrumentSpec, Scenario

APPKEY = "kiwoom-mockserver-appkey"
SECRETKEY = "kiwoom-mockserver-secretkey"
"""Fixed and well known; good for the loopback and nothing else."""


class Opening(Struct, frozen=True):
    """What a world starts with."""

    profile: Profile = OPEN
    clock: Literal["real", "manual"] = "real"
    start: datetime | None = None
    """Korean time; a manual clock starts at 10:00 of this or the next exchange day if it is left out."""
    seed: int = 1
    cash: int = 100_000_000
    """Won, for each account."""
    accounts: int = 1
    appkey: str = APPKEY
    secretkey: str = SECRETKEY
    """Those of the first account; the others have ``-2``, ``-3``, ... after them."""
    instruments: Instruments | None = None
    scenario: Scenario | None = None


def open_counter(opening: Opening, wall: int) -> Counter:
    """A new world with its accounts and keys, at that moment of the wall clock.

    Raises ScenarioError for instruments that make no sense.
    """
    start = _start(opening, wall)
    profile = _profile(opening)
    scenario = opening.scenario
    world = World.create(start, opening.seed, _calendar(profile, scenario))
    if scenario is not None:
        world.ledger.depth_is_used_up = scenario.used_up
    for instrument, quote in _listings(opening):
        world.list_instrument(instrument, quote)
    if scenario is not None and scenario.session is not None:
        world.open_phase(Phase(scenario.session))
    names = Faker("ko_KR")
    names.seed_instance(opening.seed)
    keys = []
    for index in range(1, opening.accounts + 1):
        account = Account(f"81{index:06d}11", names.name(), opening.cash)
        world.open_account(account)
        suffix = f"-{index}" if index > 1 else ""
        keys.append(Key(opening.appkey + suffix, opening.secretkey + suffix, account.number))
    return Counter(world, profile, keys, start - wall if opening.clock == "real" else None)


def _profile(opening: Opening) -> Profile:
    if opening.scenario is None:
        return opening.profile
    try:
        return msgspec.convert(msgspec.to_builtins(opening.profile) | opening.scenario.settings, Profile)
    except msgspec.ValidationError as error:
        raise ScenarioError(f"scenario {opening.scenario.name}, settings: {error}") from error


def _calendar(profile: Profile, scenario: Scenario | None) -> Calendar:
    special = {} if scenario is None else scenario.days
    days = {day.isoformat(): SpecialDay(spec.closed, spec.shift) for day, spec in special.items()}
    return Calendar(profile.hours, profile.off_hours, days)


def _start(opening: Opening, wall: int) -> int:
    if opening.start is not None:
        return kst.moment(opening.start)
    if opening.clock == "real":
        return wall
    day = next_exchange_day(kst.at(wall).date())
    return kst.midnight(day) + timedelta(hours=10) // timedelta(microseconds=1)


def _listings(opening: Opening) -> list[tuple[Instrument, Quote | None]]:
    """The default set, then what the file of instruments says, then the scenario."""
    listings: dict[str, tuple[Instrument, Quote | None]] = {
        instrument.code: (instrument, None) for instrument in default_instruments()
    }
    for said in (opening.instruments, opening.scenario):
        if said is None:
            continue
        for spec in said.instruments:
            known = listings.get(spec.code)
            instrument = _instrument(spec, known[0] if known else None)
            listings[spec.code] = instrument, _quote(spec, instrument, opening.seed)
        for instrument in _fictitious(said.fictitious, opening.seed):
            listings.setdefault(instrument.code, (instrument, None))
    return list(listings.values())


def _instrument(spec: InstrumentSpec, known: Instrument | None) -> Instrument:
    said = {
        name: value
        for name in ("name", "base", "listed", "face", "leverage")
        if (value := getattr(spec, name)) is not None
    }
    if spec.market is not None:
        said["market"] = Market(spec.market)
    if known is not None:
        return msgspec.structs.replace(known, **said)
    lacking = [name for name in ("name", "market", "base") if name not in said]
    if lacking:
        raise ScenarioError(f"instrument {spec.code} is new and lacks {', '.join(lacking)}")
    return Instrument(code=spec.code, **said)


def _quote(spec: InstrumentSpec, instrument: Instrument, seed: int) -> Quote:
    last = spec.price or instrument.base
    if spec.bids is None and spec.asks is None:
        return still_book(instrument, last, seed)
    bids, asks = list(spec.bids or ()), list(spec.asks or ())
    ordered = sorted(bids, reverse=True) == bids and sorted(asks) == asks
    if not ordered or (bids and asks and bids[0][0] >= asks[0][0]):
        raise ScenarioError(f"instrument {spec.code}: bids and asks go best first, and bids lie below asks")
    return Quote(spec.code, last, bids, asks)


def _fictitious(count: int, seed: int) -> list[Instrument]:
    """Invented shares, codes from 900010 on; the codes and prices depend on the seed, the names on Faker."""
    names = Faker("ko_KR")
    names.seed_instance(seed)
    luck = chance(seed, "fictitious")
    listed = []
    for index in range(count):
        base = (luck.below(190) + 10) * 10 ** (2 + luck.below(3))
        market = (Market.KOSPI, Market.KOSDAQ)[luck.below(2)]
        code = f"{900_010 + 10 * index}"
        listed.append(Instrument(code, names.company(), market, base, (luck.below(900) + 100) * 100_000, 500))
    return listed
