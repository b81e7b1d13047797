"""Opens a world the way its user asked: instruments, accounts, keys, clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from faker import Faker
from msgspec import Struct

from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.admin.faults import FaultAdmin, invalid_field
from kiwoom_mockserver.broker.broker import Broker, RunningClock
from kiwoom_mockserver.broker.fault_actions import Error
from kiwoom_mockserver.broker.fault_rules import Fault, Filter
from kiwoom_mockserver.broker.profiles import OPEN, SETTINGS, Profile, changed
from kiwoom_mockserver.broker.tokens import AppKey, Token
from kiwoom_mockserver.dispatch.opening import open_broker
from kiwoom_mockserver.exchange.accounts import Account, Product
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market, price_limits
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.volatility import INTERRUPTIBLE
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours, SpecialDay, next_exchange_day
from kiwoom_mockserver.world.listing import default_instruments
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.model import Instruments, InstrumentSpec, KeySpec, Scenario
from kiwoom_scenarios.origin import NOWHERE, Origin, nearest
from kiwoom_scenarios.timeline import (
    AuctionStep,
    BookStep,
    FrameStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderStep,
    StepAction,
    TradeStep,
    WalkFeed,
)

APPKEY = "kiwoom-mockserver-appkey"
SECRETKEY = "kiwoom-mockserver-secretkey"
"""Fixed and well known; good for the loopback and nothing else."""


STOCK_ACCOUNT, GOLD_ACCOUNT = "11", "13"
"""What the numbers of a customer's accounts end in (gold's assumed)."""

QUIET_WALK = WalkFeed(every=1_000_000, band=1)
"""The market that ``serve`` makes: every price moves once a second, within one percent of where it began."""


Feed = Literal["still", "walk"] | WalkFeed


class WorldConfig(Struct, frozen=True):
    """What a world starts with."""

    profile: Profile = OPEN
    hours: Hours | None = None
    """Trading hours, whatever profile and scenario say."""
    clock: Literal["real", "manual"] = "real"
    speed: float = 1.0
    """How fast a real clock runs."""
    start: datetime | None = None
    """Korean time; a manual clock starts at 10:00 of this or the next exchange day if it is left out."""
    seed: int | None = None
    """Of everything that looks like chance: the scenario's if it is left out, else 1."""
    feed: Literal["still", "walk"] = "still"
    """What the market does by itself, unless the scenario says."""
    cash: int = 100_000_000
    """Won, for each account: that for stocks, and that for gold."""
    accounts: int = 1
    holdings: Mapping[str, int | tuple[int, int]] = {}
    """What the first customer holds, by code: a quantity, or that and the price it was bought at."""
    appkey: str = APPKEY
    secretkey: str = SECRETKEY
    """Those of the first account; the others have ``-2``, ``-3``, ... after them."""
    instruments: Instruments | None = None
    scenario: Scenario | None = None


def create_broker(config: WorldConfig, wall: int) -> Broker:
    """A new world with its accounts and keys, at that moment of the wall clock.

    Raises ScenarioError for what makes no sense in this world, with the file and the line that say it, and ValueError
    for holdings that do not.
    """
    start = _start(config, wall)
    profile = _profile(config)
    scenario = config.scenario
    seed = _seed(config)
    world = World.create(start, seed, _calendar(profile, scenario))
    if scenario is not None:
        world.ledger.depth_is_used_up = scenario.used_up
    for listing in _listings(config, seed):
        try:
            world.list_instrument(listing.instrument, listing.last, listing.depth)
        except ValueError as error:
            raise listing.origin.error("", str(error)) from error
    if scenario is not None and scenario.session is not None:
        world.open_phase(Phase(scenario.session))
    names = Faker("ko_KR")
    names.seed_instance(seed)
    keys = []
    for index in range(1, config.accounts + 1):
        customer, holder = f"81{index:06d}", names.name()
        account = Account(customer + STOCK_ACCOUNT, holder, config.cash)
        gold = Account(customer + GOLD_ACCOUNT, holder, config.cash, Product.GOLD)
        for one in (account, gold):
            world.open_account(one)
        keys.append(_key(config, index, account, gold, start + profile.token_life * kst.SECOND))
    start_scenario(world, scenario, config.feed)
    clock = RunningClock(wall, start, config.speed) if config.clock == "real" else None
    broker = open_broker(world, profile, keys, clock)
    faults = FaultAdmin(broker)
    for fault in _refusals(scenario):
        faults.add(fault)
    first = CustomerAdmin(broker, config.appkey)
    for code, held in config.holdings.items():
        first.set_holding(code, *(held if isinstance(held, tuple) else (held,)))
    return broker


def _key(config: WorldConfig, index: int, account: Account, gold: Account, expires: int) -> AppKey:
    """The app key of the customer of that turn, from 1 on; a token from elsewhere expires as if issued now."""
    said = config.scenario.keys if config.scenario is not None else ()
    if len(said) > config.accounts:
        raise said[config.accounts].origin.error("", f"there are no more accounts than {config.accounts}")
    spec = said[index - 1] if index <= len(said) else KeySpec()
    suffix = f"-{index}" if index > 1 else ""
    token = None if spec.token is None else Token(spec.token, expires)
    return AppKey(
        config.appkey + suffix,
        config.secretkey + suffix,
        account.number,
        gold.number if spec.gold else "",
        kind=spec.kind,
        terminals=spec.terminals,
        token=token,
    )


def _refusals(scenario: Scenario | None) -> Iterator[Fault]:
    """The scenario's rules. Raises ScenarioError for what the catalogue does not know, and for too few values."""
    for spec in scenario.refusals if scenario is not None else ():
        fault = Fault(Error(spec.code, spec.values), Filter((spec.covers,)))
        found = invalid_field(fault)
        if found is not None:
            field, text = found
            raise spec.origin.error("covers" if field == "api" else field, text)
        yield fault


def _seed(config: WorldConfig) -> int:
    if config.seed is not None:
        return config.seed
    scenario = config.scenario
    return 1 if scenario is None or scenario.seed is None else scenario.seed


def start_scenario(world: World, scenario: Scenario | None, feed: Feed = "still") -> None:
    """Start the script, and the feed if the scenario names none. Raises ScenarioError."""
    feed = feed if scenario is None or scenario.feed is None else scenario.feed
    if feed == "walk":
        feed = QUIET_WALK
    if isinstance(feed, WalkFeed):
        codes = feed.codes or tuple(
            code
            for code, market_data in world.ledger.market_data.items()
            if market_data.instrument.market is not Market.INDEX
        )
        _check_listed(world, feed.codes, feed.origin, "")
        world.start_walk(codes, feed)
    if scenario is not None and scenario.timeline:
        _check_timeline(world, scenario)
        world.play(scenario.timeline, scenario.loop or 0)


def _check_timeline(world: World, scenario: Scenario) -> None:
    """Raises ScenarioError for a step that names an instrument it cannot happen to, or a price beyond the limits.

    Limits are those of the first day.
    """
    midnight = kst.midnight(kst.at(world.now).date()) + kst.DAY
    for step in scenario.timeline:
        action = step.action
        if isinstance(action, str | FrameStep):
            continue
        code = getattr(action, "code", None)
        codes = getattr(action, "codes", (code,) if code else ())
        _check_listed(world, codes, step.origin, step.kind)
        if code is None:
            continue
        instrument = world.ledger.market_data[code].instrument
        if isinstance(action, IndexStep) and instrument.market is not Market.INDEX:
            raise step.origin.error(step.kind, f"expected the code of an index, got {code}")
        if isinstance(action, InterruptionStep) and instrument.market not in INTERRUPTIBLE:
            raise step.origin.error(step.kind, f"instrument {code} has no volatility interruptions")
        if world.now + step.at < midnight:
            _check_limits(instrument, _prices(action), step.origin, step.kind)


def _prices(action: StepAction) -> tuple[int, ...]:
    """The prices in won that a step makes."""
    match action:
        case TradeStep(price=int(price)) | OrderStep(price=int(price)) | JumpStep(to=int(price)):
            return (price,)
        case BookStep() | AuctionStep():
            last = getattr(action, "last", None)
            rows = (*action.bids, *action.asks)
            return (*([last] if last else []), *(price for price, _ in rows))
        case _:
            return ()


def _check_limits(instrument: Instrument, prices: Iterable[int], origin: Origin, place: str) -> None:
    """Raises ScenarioError for prices beyond the daily limits; they need not lie on the tick grid."""
    limits = price_limits(instrument)
    for price in prices:
        if limits is not None and not limits[0] <= price <= limits[1]:
            raise origin.error(
                place,
                f"{price:,} is beyond the daily limits {limits[0]:,} to {limits[1]:,} of {instrument.code}, "
                f"whose base is {instrument.base:,}",
            )


def _check_listed(world: World, codes: tuple[str, ...], origin: Origin, place: str) -> None:
    for code in codes:
        if code not in world.ledger.market_data:
            raise origin.error(place, f"instrument {code} is not listed")


def _profile(config: WorldConfig) -> Profile:
    """The profile, changed by the scenario's settings, and those by what was asked for by name."""
    profile = config.profile
    if config.scenario is not None:
        for setting, value in config.scenario.settings.items():
            place = f"settings.{setting}"
            if setting not in SETTINGS:
                raise config.scenario.origin.error(place, f"unknown setting; {nearest(setting, SETTINGS)}")
            try:
                profile = changed(profile, setting, value)
            except msgspec.ValidationError as error:
                text = str(error)
                raise config.scenario.origin.error(place, text[0].lower() + text[1:]) from error
    return profile if config.hours is None else msgspec.structs.replace(profile, hours=config.hours)


def _calendar(profile: Profile, scenario: Scenario | None) -> Calendar:
    special = {} if scenario is None else scenario.days
    days = {day.isoformat(): SpecialDay(spec.closed, spec.shift) for day, spec in special.items()}
    return Calendar(profile.hours, profile.off_hours, days)


def _start(config: WorldConfig, wall: int) -> int:
    if config.start is not None:
        return kst.moment(config.start)
    if config.clock == "real":
        return wall
    day = next_exchange_day(kst.at(wall).date())
    return kst.midnight(day) + timedelta(hours=10) // timedelta(microseconds=1)


class ListedInstrument(NamedTuple):
    """An instrument as a world begins with it."""

    instrument: Instrument
    last: int = 0
    depth: Quote | None = None
    origin: Origin = NOWHERE
    """Where it is said that it begins so."""


def _listings(config: WorldConfig, seed: int) -> list[ListedInstrument]:
    """The default set, then what the file of instruments says, then the scenario."""
    listings = {instrument.code: ListedInstrument(instrument) for instrument in default_instruments()}
    for said in (config.instruments, config.scenario):
        if said is None:
            continue
        codes: set[str] = set()
        for spec in said.instruments:
            if spec.code in codes:
                raise spec.origin.error("", f"instrument {spec.code} is listed twice")
            codes.add(spec.code)
            known = listings.get(spec.code)
            listings[spec.code] = _listing(spec, _instrument(spec, known.instrument if known else None))
        for instrument in _fictitious(said.fictitious, seed):
            listings.setdefault(instrument.code, ListedInstrument(instrument))
    return list(listings.values())


def _instrument(spec: InstrumentSpec, known: Instrument | None) -> Instrument:
    said = {
        name: value
        for name in ("name", "base", "listed", "face", "leverage", "credit_is_used_up")
        if (value := getattr(spec, name)) is not None
    }
    if spec.market is not None:
        said["market"] = Market(spec.market)
    if spec.grade is not None:
        said["grade"] = Grade(spec.grade)
    if known is not None:
        return msgspec.structs.replace(known, **said)
    lacking = [name for name in ("name", "market", "base") if name not in said]
    if lacking:
        raise spec.origin.error("", f"instrument {spec.code} is new and lacks {', '.join(lacking)}")
    return Instrument(code=spec.code, **said)


def _listing(spec: InstrumentSpec, instrument: Instrument) -> ListedInstrument:
    last = spec.price or instrument.base
    bids, asks = list(spec.bids or ()), list(spec.asks or ())
    _check_limits(instrument, (last, *(price for price, _ in (*bids, *asks))), spec.origin, "")
    is_given = spec.bids is not None or spec.asks is not None
    return ListedInstrument(instrument, last, Quote(spec.code, last, bids, asks) if is_given else None, spec.origin)


def _fictitious(count: int, seed: int) -> list[Instrument]:
    """Invented shares, codes from 900010 on; the codes and prices depend on the seed, the names on Faker."""
    names = Faker("ko_KR")
    names.seed_instance(seed)
    rng = seeded_rng(seed, "fictitious")
    listed = []
    for index in range(count):
        base = (rng.below(190) + 10) * 10 ** (2 + rng.below(3))
        market, grade = ((Market.KOSPI, Grade.B), (Market.KOSDAQ, Grade.C))[rng.below(2)]
        code = f"{900_010 + 10 * index}"
        listed.append(
            Instrument(code, names.company(), market, base, (rng.below(900) + 100) * 100_000, 500, grade=grade)
        )
    return listed
