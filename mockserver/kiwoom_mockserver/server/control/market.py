"""The market around the accounts of a world."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import Book, InstrumentInfo, MarketTrade, OpenSession, Session, SetPrice
from kiwoom_mockserver.server.control.operation import WORLD, Call, Operation


def show_instrument(call: Call) -> InstrumentInfo:
    """Show price and depth of an instrument."""
    return call.look(lambda: _told(call))


def set_price(call: Call, asked: SetPrice) -> InstrumentInfo:
    """Name another last price, with a book around it."""
    call.kiwoom.market.set_price(call.path["code"], asked.price)
    return show_instrument(call)


def trade(call: Call, asked: MarketTrade) -> InstrumentInfo:
    """Let the market outside trade, which makes a tick."""
    call.kiwoom.market.trade(call.path["code"], asked.price, asked.quantity, asked.side)
    return show_instrument(call)


def book(call: Call, asked: Book) -> InstrumentInfo:
    """Offer depth."""
    call.kiwoom.market.book(call.path["code"], bids=asked.bids, asks=asked.asks, last=asked.last)
    return show_instrument(call)


def halt(call: Call) -> InstrumentInfo:
    """Halt trading of an instrument."""
    call.kiwoom.market.halt(call.path["code"])
    return show_instrument(call)


def resume(call: Call) -> InstrumentInfo:
    """Let trading of an instrument go on."""
    call.kiwoom.market.resume(call.path["code"])
    return show_instrument(call)


def show_session(call: Call) -> Session:
    """Show the market session."""
    return Session(call.kiwoom.market.session)


def open_session(call: Call, asked: OpenSession) -> Session:
    """Open a session, whatever the clock says."""
    market = call.kiwoom.market
    market.open(asked.session)
    return Session(market.session)


def _told(call: Call) -> InstrumentInfo:
    kiwoom, code = call.kiwoom, call.path["code"]
    depth = kiwoom.market.depth(code)
    market_data = kiwoom.counter.world.ledger.market_data[code]
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
