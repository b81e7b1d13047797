"""The market around the accounts of a world."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import (
    InstrumentInfo,
    MarketSession,
    MarketTrade,
    OpenSession,
    SetOrderBook,
    SetPrice,
)
from kiwoom_mockserver.server.admin_api.operation import WORLD, Operation, OperationCall


def show_instrument(call: OperationCall) -> InstrumentInfo:
    """Show price and depth of an instrument."""
    return call.look(lambda: _told(call))


def set_price(call: OperationCall, asked: SetPrice) -> InstrumentInfo:
    """Name another last price, with a book around it."""
    call.kiwoom.market.set_price(call.path["code"], asked.price)
    return show_instrument(call)


def trade(call: OperationCall, asked: MarketTrade) -> InstrumentInfo:
    """Let the market outside trade, which makes a tick."""
    call.kiwoom.market.trade(call.path["code"], asked.price, asked.quantity, asked.side)
    return show_instrument(call)


def book(call: OperationCall, asked: SetOrderBook) -> InstrumentInfo:
    """Offer depth."""
    call.kiwoom.market.book(call.path["code"], bids=asked.bids, asks=asked.asks, last=asked.last)
    return show_instrument(call)


def halt(call: OperationCall) -> InstrumentInfo:
    """Halt trading of an instrument."""
    call.kiwoom.market.halt(call.path["code"])
    return show_instrument(call)


def resume(call: OperationCall) -> InstrumentInfo:
    """Let trading of an instrument go on."""
    call.kiwoom.market.resume(call.path["code"])
    return show_instrument(call)


def show_session(call: OperationCall) -> MarketSession:
    """Show the market session."""
    return MarketSession(call.kiwoom.market.session)


def open_session(call: OperationCall, asked: OpenSession) -> MarketSession:
    """Open a session, whatever the clock says."""
    market = call.kiwoom.market
    market.open(asked.session)
    return MarketSession(market.session)


def _told(call: OperationCall) -> InstrumentInfo:
    kiwoom, code = call.kiwoom, call.path["code"]
    depth = kiwoom.market.depth(code)
    market_data = kiwoom.broker.world.ledger.market_data[code]
    return InstrumentInfo(
        code,
        market_data.instrument.name,
        market_data.last,
        depth["bids"],
        depth["asks"],
        market_data.halted,
        market_data.interrupted,
    )


OPERATIONS = (
    Operation("GET", WORLD + "/market/{code}", show_instrument),
    Operation("POST", WORLD + "/market/{code}/price", set_price),
    Operation("POST", WORLD + "/market/{code}/trade", trade),
    Operation("POST", WORLD + "/market/{code}/book", book),
    Operation("POST", WORLD + "/market/{code}/halt", halt),
    Operation("POST", WORLD + "/market/{code}/resume", resume),
    Operation("GET", WORLD + "/session", show_session),
    Operation("POST", WORLD + "/session", open_session),
)
