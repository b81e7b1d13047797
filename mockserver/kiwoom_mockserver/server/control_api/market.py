"""The operations on the market around the accounts of a world."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import (
    CircuitBreakerRequest,
    InstrumentInfo,
    MarketSession,
    MarketStop,
    MarketTrade,
    OpenSession,
    SetOrderBook,
    SetPrice,
    SidecarRequest,
    VolatilityInterruption,
    VolatilityInterruptionRequest,
)
from kiwoom_mockserver.server.control_api.operation import WORLD, Operation, OperationCall


def show_instrument(call: OperationCall) -> InstrumentInfo:
    """Show price, order book and trading state of an instrument."""
    return call.read(lambda: _instrument_info(call))


def set_price(call: OperationCall, request: SetPrice) -> InstrumentInfo:
    """Bring the last price there with a trade, and rebuild the order book around it."""
    call.world.market.set_price(call.path["code"], request.price, interrupt=request.interrupt, force=request.force)
    return show_instrument(call)


def vi(call: OperationCall, request: VolatilityInterruptionRequest) -> VolatilityInterruption:
    """Start a volatility interruption."""
    return VolatilityInterruption(call.world.market.vi(call.path["code"], request.percent))


def trade(call: OperationCall, request: MarketTrade) -> InstrumentInfo:
    """Make a trade of other market participants: it fills resting orders first, then prints."""
    market = call.world.market
    market.trade(call.path["code"], request.price, request.quantity, request.side, force=request.force)
    return show_instrument(call)


def set_order_book(call: OperationCall, request: SetOrderBook) -> InstrumentInfo:
    """Set the quoted depth of the order book."""
    market, code = call.world.market, call.path["code"]
    market.set_order_book(code, bids=request.bids, asks=request.asks, last=request.last, force=request.force)
    return show_instrument(call)


def halt(call: OperationCall) -> InstrumentInfo:
    """Halt trading in an instrument."""
    call.world.market.halt(call.path["code"])
    return show_instrument(call)


def resume(call: OperationCall) -> InstrumentInfo:
    """Resume trading in an instrument after a halt or a volatility interruption."""
    call.world.market.resume(call.path["code"])
    return show_instrument(call)


def circuit_breaker(call: OperationCall, request: CircuitBreakerRequest) -> MarketStop:
    """Begin a stage of the circuit breaker of a market."""
    return MarketStop(call.world.market.circuit_breaker(request.market, request.stage))


def sidecar(call: OperationCall, request: SidecarRequest) -> MarketStop:
    """Suspend the program orders of one side of a market."""
    return MarketStop(call.world.market.sidecar(request.market, request.side))


def show_session(call: OperationCall) -> MarketSession:
    """Show the market session."""
    return MarketSession(call.world.market.session)


def open_session(call: OperationCall, request: OpenSession) -> MarketSession:
    """Open a market session, whatever the clock says."""
    market = call.world.market
    market.open_session(request.session)
    return MarketSession(market.session)


def _instrument_info(call: OperationCall) -> InstrumentInfo:
    world, code = call.world, call.path["code"]
    order_book = world.market.order_book(code)
    market_data = world.broker.world.ledger.market_data[code]
    return InstrumentInfo(
        code,
        market_data.instrument.name,
        market_data.last,
        order_book["bids"],
        order_book["asks"],
        world.broker.world.exchange.matching.is_stopped(market_data),
        world.market.interrupted(code),
    )


OPERATIONS = (
    Operation("GET", WORLD + "/market/{code}", show_instrument),
    Operation("POST", WORLD + "/market/{code}/price", set_price),
    Operation("POST", WORLD + "/market/{code}/vi", vi),
    Operation("POST", WORLD + "/market/{code}/trade", trade),
    Operation("POST", WORLD + "/market/{code}/order-book", set_order_book),
    Operation("POST", WORLD + "/market/{code}/halt", halt),
    Operation("POST", WORLD + "/market/{code}/resume", resume),
    Operation("POST", WORLD + "/circuit-breaker", circuit_breaker),
    Operation("POST", WORLD + "/sidecar", sidecar),
    Operation("GET", WORLD + "/session", show_session),
    Operation("POST", WORLD + "/session", open_session),
)
