"""Moving the market from a test: prices, order books, trades, sessions, scripts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.market import MarketAdmin
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import SHARE, STAGE, filled, unfilled
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def market(client: Wire) -> MarketAdmin:
    return client.kiwoom.market


def test_a_price_is_named_with_a_book_around_it(client: Wire, market: MarketAdmin) -> None:
    client.buy(5, 68_500)
    market.set_price(SHARE, 68_000)
    assert market.price(SHARE) == 68_000
    (row,) = filled(client)
    assert (row["cntr_pric"], row["cntr_qty"]) == ("68500", "5")
    book = market.order_book(SHARE)
    assert (len(book["bids"]), len(book["asks"])) == (10, 10)


def test_a_trade_fills_resting_orders_first_and_every_view_tells_the_same(client: Wire, market: MarketAdmin) -> None:
    """A bid of 10 at 70,000: a sale of 2 at 69,900 prints at 70,000; one of 12 prints 8 there and 4 at 69,900."""
    client.buy(10, 70_000)
    with listening(client, "0B") as listener:
        assert listener.register("00", item="")["return_code"] == 0
        market.trade(SHARE, 69_900, 2, "sell")
        own, print_ = listener.rows(2)
        assert [own["values"][fid] for fid in ("913", "914", "915", "902", "903")] == [
            "체결",
            "70000",
            "2",
            "8",
            "140000",
        ]
        assert [print_["values"][fid] for fid in ("10", "15", "13", "14")] == [" 70000", "-2", "2", "0"]
        assert [(row["cntr_pric"], row["cntr_qty"], row["oso_qty"]) for row in filled(client)] == [("70000", "2", "8")]

        market.trade(SHARE, 69_900, 12, "sell")
        own, at_the_bid, below_it = listener.rows(3)
        assert [own["values"][fid] for fid in ("913", "914", "915", "902", "903")] == [
            "체결",
            "70000",
            "8",
            "0",
            "700000",
        ]
        assert [[row["values"][fid] for fid in ("10", "15", "13", "14")] for row in (at_the_bid, below_it)] == [
            [" 70000", "-8", "10", "0"],
            ["-69900", "-4", "14", "0"],
        ]
    assert [(row["cntr_pric"], row["cntr_qty"], row["oso_qty"]) for row in filled(client)] == [
        ("70000", "8", "0"),
        ("70000", "2", "8"),
    ]
    assert client.kiwoom.broker.world.ledger.market_data[SHARE].value == 10 * 70_000 + 4 * 69_900


def test_a_trade_that_no_order_stands_before_fills_nobody(client: Wire, market: MarketAdmin) -> None:
    client.buy(5, 69_700)
    market.trade(SHARE, 69_800, 7, "sell")
    market_data = client.kiwoom.broker.world.ledger.market_data[SHARE]
    assert (market_data.last, market_data.volume, market_data.trade) == (69_800, 7, -7)
    assert [row["oso_qty"] for row in unfilled(client)] == ["5"]


def test_half_of_an_order_is_filled_by_depth(client: Wire, market: MarketAdmin) -> None:
    client.buy(10, 69_000)
    market.set_order_book(SHARE, asks=[(69_000, 5)], bids=[(68_900, 5)])
    assert [(row["cntr_qty"], row["oso_qty"]) for row in filled(client)] == [("5", "5")]


def test_halts_and_sessions(client: Wire, market: MarketAdmin) -> None:
    market.halt(SHARE)
    assert "RC4007" in client.buy(1, 69_000)["return_msg"]
    market.resume(SHARE)
    assert client.buy(1, 69_000)["return_code"] == 0
    assert market.session == "continuous"
    market.open_session("after-close")
    assert market.session == "after-close"
    assert "RC4058" in client.buy(1, 69_000)["return_msg"]


def test_an_interruption_is_ended_with_its_auction(client: Wire, market: MarketAdmin) -> None:
    market.set_price(SHARE, 72_500)
    client.buy(5, 72_600)
    assert [row["oso_qty"] for row in unfilled(client)] == ["5"]
    market.resume(SHARE)
    assert not client.kiwoom.broker.world.ledger.market_data[SHARE].interrupted
    assert unfilled(client) == []


STRICT = msgspec.structs.replace(STAGE, profile=msgspec.structs.replace(MOCKAPI, push_every=60_000, hours=Hours.OPEN))
"""Frames leave on a grid of a minute, but for those that somebody at the controls causes."""

MOVES: dict[str, Callable[[MockWorld], object]] = {
    "trade": lambda kiwoom: kiwoom.market.trade(SHARE, 69_800),
    "fill": lambda kiwoom: kiwoom.orders.fill(1),
    "reject": lambda kiwoom: kiwoom.orders.reject(1),
    "advance": lambda kiwoom: kiwoom.clock.advance(30),
}


@pytest.mark.parametrize("move", MOVES)
def test_what_comes_of_a_move_is_handed_out_when_it_returns(worlds: Worlds, move: str) -> None:
    client = worlds.open(STRICT)
    client.kiwoom.faults.fill_after(30.0)
    client.buy(1, 69_000)
    with listening(client, "0B", "00", "04"):
        client.kiwoom.snapshot()
        before = client.kiwoom.journal.last
        MOVES[move](client.kiwoom)
        assert client.kiwoom.journal.find("REAL", after=before)


@pytest.mark.parametrize(
    "move",
    [
        lambda market: market.price("999999"),
        lambda market: market.set_price("999999", 1),
        lambda market: market.trade("999999", 1),
        lambda market: market.set_order_book("999999"),
        lambda market: market.order_book("999999"),
        lambda market: market.halt("999999"),
        lambda market: market.resume("999999"),
    ],
)
def test_an_unknown_instrument_is_named(market: MarketAdmin, move: object) -> None:
    with pytest.raises(
        LookupError, match=r"^instrument 999999 is not listed; see docs/testing.md#the-parts-of-the-fixture$"
    ):
        move(market)  # type: ignore[operator]


@pytest.mark.parametrize("said", ["5930", "A005930", "삼성전자"])
def test_the_instrument_that_was_meant_is_named(market: MarketAdmin, said: str) -> None:
    with pytest.raises(LookupError) as caught:
        market.price(said)
    assert caught.value.args == (f"instrument {said} is not listed; did you mean 005930 (삼성전자)?",)


def test_what_makes_no_sense_changes_nothing(client: Wire, market: MarketAdmin) -> None:
    before = client.kiwoom.state_hash()
    for price in (0, -1):
        with pytest.raises(
            ValueError, match=rf"^price: expected an integer from 1 to 999,999,999, got {price}; see docs/"
        ):
            market.set_price(SHARE, price)
    with pytest.raises(ValueError, match="expected bids that fall and asks that rise in price"):
        market.set_order_book(SHARE, bids=[(70_000, 1)], asks=[(70_000, 1)])
    with pytest.raises(ValueError, match=r"^quantity: expected an integer from 1 to 9,999,999,999, got 0; see docs/"):
        market.trade(SHARE, 70_000, 0)
    with pytest.raises(ValueError, match=r'^session: expected one of holiday, .*, after-close, got "lunch"; see docs/'):
        market.open_session("lunch")
    with pytest.raises(ValueError, match=r'got "continuos"; did you mean "continuous"\?; see docs/'):
        market.open_session("continuos")
    with pytest.raises(ValueError, match=r'^side: expected one of buy, sell, got "bye"'):
        market.trade(SHARE, 70_000, side="bye")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^price: expected an integer from 1 to 999,999,999, got 70700.0; see docs/"):
        market.set_price(SHARE, market.price(SHARE) * 1.01)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^price: expected an integer from 1 to 999,999,999, got 70000.5; see docs/"):
        market.trade(SHARE, 70_000.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^bids\[0\]\[0\]: expected an integer from "):
        market.set_order_book(SHARE, bids=[(10**20, 1)])
    with pytest.raises(ValueError, match=r"^bids: expected a list, got 5; see docs/"):
        market.set_order_book(SHARE, bids=5)  # type: ignore[arg-type]
    assert client.kiwoom.state_hash() == before
