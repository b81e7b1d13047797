"""Why a volatility interruption cannot begin, in words: what was expected, and what there is."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.instrument_classes import has_interruptions, trades_in_rounds
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.world import World


def interruption_refusal(world: World, command: PrintTrade) -> str:
    """The error message for a trade that was to start a volatility interruption, and that the world has refused."""
    code = command.code
    market_data = world.ledger.market_data[code]
    instrument = market_data.instrument
    until = world.interrupted_until(code)
    if not has_interruptions(instrument):
        kind = instrument.designation or ("share in rounds" if trades_in_rounds(instrument) else instrument.market)
        return f"instrument {code} has no volatility interruptions ({kind})"
    if until is not None:
        return f"instrument {code} has a volatility interruption until {kst.at(until):%H:%M:%S}"
    if world.exchange.matching.is_stopped(market_data):
        return f"trading in {code} is halted"
    if world.exchange.matching.trigger(market_data, command.price) is None:
        return (
            f"a move of {code} from {market_data.last:,} to {command.price:,} starts no volatility interruption; "
            f"the VI reference is {market_data.vi_reference:,}"
        )
    return f"expected session continuous, got {world.ledger.phase}"
