"""Opens a world the way its user asked: profile, calendar, accounts, keys, clock, scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec
from faker import Faker

from kiwoom_mockserver.admin.config import Feed, WorldConfig
from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.listings import listings
from kiwoom_mockserver.admin.scenario_checks import check_listed, check_timeline, refusals
from kiwoom_mockserver.broker.broker import Broker, RunningClock
from kiwoom_mockserver.broker.profiles import SETTINGS, Profile, changed
from kiwoom_mockserver.broker.tokens import AppKey, Token
from kiwoom_mockserver.dispatch.broker_factory import open_broker
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.fees import STOCK_FEES
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.settlement import Product
from kiwoom_mockserver.help_pages import message_of
from kiwoom_mockserver.market.trading_days import next_exchange_day
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, SpecialDay
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.model import KeySpec, Scenario
from kiwoom_scenarios.origin import nearest, with_place
from kiwoom_scenarios.timeline import WalkFeed

STOCK_ACCOUNT, GOLD_ACCOUNT = "11", "13"
"""What the numbers of a customer's accounts end in (gold's assumed)."""

QUIET_WALK = WalkFeed(every=1_000_000, band=1)
"""The market that ``serve`` makes: every price moves once a second, within one percent of where it began."""


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
    world.ledger.fills = profile.fills
    if scenario is not None:
        world.ledger.consumes_depth = scenario.consume_depth
    world.ledger.fees = STOCK_FEES[profile.fees]
    world.ledger.changes_keep_venue = profile.changes_keep_venue
    for listing in listings(config, seed):
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
        keys.append(_key(config, profile, start, index, account, gold))
    start_scenario(world, scenario, config.feed)
    clock = RunningClock(wall, start, config.speed) if config.clock == "real" else None
    broker = open_broker(world, profile, keys, clock)
    faults = FaultAdmin(broker)
    for fault in refusals(scenario, broker):
        faults.add(fault)
    _hold(CustomerAdmin(broker, config.appkey), config.holdings)
    return broker


def _hold(customer: CustomerAdmin, holdings: Mapping[str, int | tuple[int, int]]) -> None:
    """Give a customer what the world begins with. Raises ValueError."""
    for code, held in holdings.items():
        try:
            customer.set_holding(code, *(held if isinstance(held, tuple) else (held,)))
        except LookupError as error:
            raise ValueError(with_place("holdings", message_of(error))) from None
        except ValueError as error:
            raise ValueError(with_place(f"holdings.{code}", message_of(error))) from None


def _key(config: WorldConfig, profile: Profile, start: int, index: int, account: Account, gold: Account) -> AppKey:
    """The app key of the index-th customer, from 1 on; a token of the scenario expires as one that is issued now."""
    said = config.scenario.keys if config.scenario is not None else ()
    if len(said) > config.accounts:
        raise said[config.accounts].origin.error("", f"there are no more accounts than {config.accounts}")
    spec = said[index - 1] if index <= len(said) else KeySpec()
    suffix = f"-{index}" if index > 1 else ""
    token = None if spec.token is None else Token(spec.token, start + profile.token_life * kst.SECOND)
    return AppKey(
        config.appkey + suffix,
        config.secretkey + suffix,
        account.number,
        gold.number if spec.gold else "",
        kind=spec.kind or profile.keys,
        terminals=spec.terminals,
        token=token,
    )


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
        check_listed(world, feed.codes, feed.origin, "")
        world.start_walk(codes, feed)
    if scenario is not None and scenario.timeline:
        check_timeline(world, scenario)
        world.play(scenario.timeline, scenario.loop or 0)


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
