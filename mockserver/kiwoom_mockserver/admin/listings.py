"""The instruments that a world begins with: the default set, those of a file, those of the scenario, invented ones."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from faker import Faker

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.impossible_prices import beyond_limits
from kiwoom_mockserver.admin.scenario_checks import check_prices
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import (
    SHARES,
    Benchmark,
    Designation,
    Grade,
    Instrument,
    Market,
    ShareType,
)
from kiwoom_mockserver.world.listing import default_instruments
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_scenarios.model import InstrumentSpec
from kiwoom_scenarios.origin import NOWHERE, Origin


class ListedInstrument(NamedTuple):
    """An instrument as a world begins with it."""

    instrument: Instrument
    last: int = 0
    depth: Quote | None = None
    origin: Origin = NOWHERE
    """The place in a file that lists the instrument so, for error messages."""


def listings(config: WorldConfig, seed: int) -> list[ListedInstrument]:
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
    if spec.follows is not None:
        said["follows"] = Benchmark(spec.follows)
    if spec.grade is not None:
        said["grade"] = Grade(spec.grade)
    if spec.share_type is not None:
        said["share_type"] = ShareType(spec.share_type)
    if spec.designation is not None:
        said["designation"] = None if spec.designation == "none" else Designation(spec.designation)
    if known is not None:
        return _checked(spec, msgspec.structs.replace(known, **said))
    lacking = [name for name in ("name", "market", "base") if name not in said]
    if lacking:
        raise spec.origin.error("", f"instrument {spec.code} is new and lacks {', '.join(lacking)}")
    return _checked(spec, Instrument(code=spec.code, **said))


def _checked(spec: InstrumentSpec, instrument: Instrument) -> Instrument:
    """Return the instrument. Raises ScenarioError for what its market does not have."""
    if instrument.follows is not None and instrument.market not in (Market.ETF, Market.ETN):
        raise spec.origin.error("follows", f"{instrument.code} is no etf or etn, but of market {instrument.market}")
    if instrument.market not in SHARES:
        if instrument.designation is not None:
            raise spec.origin.error("designation", _no_share(instrument))
        if instrument.share_type is not ShareType.COMMON:
            raise spec.origin.error("share_type", _no_share(instrument))
    return instrument


def _no_share(instrument: Instrument) -> str:
    return f"{instrument.code} is no share of {', '.join(sorted(SHARES))}, but of market {instrument.market}"


def _listing(spec: InstrumentSpec, instrument: Instrument) -> ListedInstrument:
    last = spec.price or instrument.base
    bids, asks = list(spec.bids or ()), list(spec.asks or ())
    # A market as it was recorded may have prices off the tick grid: the mock domain has filled at such a price.
    check_prices(instrument, (last, *(price for price, _ in (*bids, *asks))), spec.origin, "", beyond_limits)
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
