"""Moving the market from a test: prices, order books, trades, sessions, scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from faults.listener import listening
from kiwoom_contracts import catalogue
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


def test_the_one_share_that_sets_a_price_is_a_trade_of_its_own(client: Wire, market: MarketAdmin) -> None:
    """Bids of 4 and 6 at 69,500: they fill as one trade, then one share prints there."""
    with listening(client, "0B") as listener:
        client.buy(4, 69_500)
        client.buy(6, 69_500)
        market.set_price(SHARE, 69_500)
        rows = [row["values"] for row in listener.rows(2)]
    assert [(values["10"], values["15"], values["13"]) for values in rows] == [
        ("-69500", "-10", "10"),
        ("-69500", "-1", "11"),
    ]
    client.kiwoom.journal.verify("REAL", type="0B", count=1, fields={"10": "-69500", "15": "-1"})


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
    market.set_price(SHARE, 72_500, interrupt=True)
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
    with pytest.raises(ValueError, match=r"^bids\[0\]: expected an integer from "):
        market.set_order_book(SHARE, bids=[(10**20, 1)])
    with pytest.raises(ValueError, match=r"^interrupt: expected true or false, got \"yes\""):
        market.set_price(SHARE, 70_000, interrupt="yes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^bids: expected a list, got 5; see docs/"):
        market.set_order_book(SHARE, bids=5)  # type: ignore[arg-type]
    assert client.kiwoom.state_hash() == before


# -- a price that is set -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [68_000, 72_000])
def test_a_price_that_is_set_prints_one_share(client: Wire, market: MarketAdmin, price: int) -> None:
    """The frame is that of the finished move: price, one share, and the best quotes around it."""
    with listening(client, "0B", "0D") as listener:
        market.set_price(SHARE, price)
        rows = listener.rows(2)
    trade = next(row["values"] for row in rows if row["type"] == "0B")
    sign = "+" if price > 70_000 else "-"
    assert [trade[fid] for fid in ("10", "15", "13", "27", "28")] == [
        f"{sign}{price}",
        f"{sign}1",
        "1",
        f"{sign}{price + 100}",
        f"{sign}{price}",
    ]
    assert market.price(SHARE) == price


def test_each_price_on_the_way_is_a_trade(client: Wire, market: MarketAdmin) -> None:
    client.buy(5, 68_500)
    client.buy(3, 68_200)
    with listening(client, "0B") as listener:
        market.set_price(SHARE, 68_000)
        rows = listener.rows(3)
    assert [(row["values"]["10"], row["values"]["15"]) for row in rows] == [
        ("-68500", "-5"),
        ("-68200", "-3"),
        ("-68000", "-1"),
    ]
    assert [(row["cntr_pric"], row["cntr_qty"]) for row in filled(client)] == [("68200", "3"), ("68500", "5")]


@pytest.mark.parametrize(
    ("code", "price", "said"),
    [
        (
            SHARE,
            70_050,
            "price: 70,050 is off the tick grid of 005930: its tick is 100 there, the nearest prices are 70,000 and "
            "70,100, and the daily limits 49,000 to 91,000; force takes it all the same",
        ),
        (
            SHARE,
            700_000,
            "price: 700,000 is beyond the daily limits 49,000 to 91,000 of 005930, whose base is 70,000; "
            "force takes it all the same",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["set_price", "trade", "bids", "asks", "last"])
def test_a_price_that_cannot_be_is_refused_with_those_that_can(
    client: Wire, market: MarketAdmin, verb: str, code: str, price: int, said: str
) -> None:
    before = client.kiwoom.state_hash()
    calls: dict[str, Callable[[bool], None]] = {
        "set_price": lambda force: market.set_price(code, price, force=force),
        "trade": lambda force: market.trade(code, price, force=force),
        "bids": lambda force: market.set_order_book(code, bids=[(price, 1)], force=force),
        "asks": lambda force: market.set_order_book(code, asks=[(price, 1)], force=force),
        "last": lambda force: market.set_order_book(code, last=price, force=force),
    }
    place = {"bids": "bids[0]", "asks": "asks[0]", "last": "last"}.get(verb, "price")
    with pytest.raises(ValueError, match=f"^{re.escape(said.replace('price', place, 1))}; see docs/"):
        calls[verb](False)
    assert client.kiwoom.state_hash() == before
    calls[verb](True)
    assert client.kiwoom.invariants() == []


@pytest.mark.parametrize("price", [1, 69_950, 123_456_789, 999_999_999])
def test_frames_of_a_forced_price_keep_their_contract(client: Wire, market: MarketAdmin, price: int) -> None:
    """They name the price, what it is to the base, and quotes inside the limits."""
    types = ("0A", "0B", "0C", "0D", "0w", "0g")
    with listening(client, *types) as listener:
        market.set_price(SHARE, price, force=True)
        frames = {row["type"]: row["values"] for row in listener.rows(5)}
    for type_, values in frames.items():
        contract = catalogue.realtime()[type_]
        assert list(values) == list(contract.sent or [field.fid for field in contract.fields]), type_
    sign = "+" if price > 70_000 else "-"
    assert (frames["0B"]["10"], frames["0B"]["15"]) == (f"{sign}{price}", f"{sign}1")
    assert float(frames["0B"]["12"]) == pytest.approx((price - 70_000) / 700, abs=0.01)
    book = market.order_book(SHARE)
    assert all(49_000 <= level[0] <= 91_000 for side in book.values() for level in side)
    assert client.call("ka10001", stk_cd=SHARE)["cur_prc"] == f"{sign}{price}"


def test_a_new_last_price_with_an_order_book_is_a_trade_too(client: Wire, market: MarketAdmin) -> None:
    with listening(client, "0B") as listener:
        market.set_order_book(SHARE, bids=[(72_900, 4)], asks=[(73_100, 6)], last=73_000)
        (row,) = listener.rows(1)
    assert [row["values"][fid] for fid in ("10", "15", "27", "28")] == ["+73000", "+1", "+73100", "+72900"]
    assert market.order_book(SHARE) == {"bids": [(72_900, 4)], "asks": [(73_100, 6)]}
    assert market.interrupted(SHARE) is None


# -- volatility interruptions ------------------------------------------------------------------------------------------


def test_no_price_starts_an_interruption_unless_it_is_asked_to(client: Wire, market: MarketAdmin) -> None:
    market.set_price(SHARE, 80_000)
    assert market.interrupted(SHARE) is None
    market.trade(SHARE, 80_100)
    assert market.interrupted(SHARE) is None
    market.set_price(SHARE, 80_200, interrupt=True)
    assert market.interrupted(SHARE) is None
    market.set_price(SHARE, 83_000, interrupt=True)
    until = market.interrupted(SHARE)
    assert until is not None
    assert 120 <= (until - client.kiwoom.clock.now).total_seconds() <= 150
    assert market.session == "continuous"
    client.kiwoom.clock.advance_to(until)
    assert market.interrupted(SHARE) is None


@pytest.mark.parametrize("verb", ["set_price", "set_order_book"])
def test_no_later_order_is_interrupted_for_moves_that_a_test_made(client: Wire, market: MarketAdmin, verb: str) -> None:
    """70,000 to 76,900 in steps below 3 %. The best ask, 77,000, is 10 % above the base price."""
    for price in (72_000, 74_000, 76_000, 76_900):
        if verb == "set_price":
            market.set_price(SHARE, price)
        else:
            market.set_order_book(SHARE, bids=[(price, 50)], asks=[(price + 100, 50)], last=price)
    with listening(client, "1h") as listener:
        client.buy(5)
        assert [(row["cntr_pric"], row["cntr_qty"]) for row in filled(client)] == [("77000", "5")]
        assert market.interrupted(SHARE) is None
        market.vi(SHARE, 5)
        values = listener.rows(1)[0]["values"]
    assert (values["9068"], values["1221"], values["1237"]) == ("1", "80800", "76900")


@pytest.mark.parametrize(("percent", "price"), [(10, 77_000), (-5, 66_500), (-60, 49_000)])
def test_an_interruption_starts_now(client: Wire, market: MarketAdmin, percent: int, price: int) -> None:
    with listening(client, "0B", "1h") as listener:
        until = market.vi(SHARE, percent)
        rows = {row["type"]: row["values"] for row in listener.rows(2)}
    sign = "+" if percent > 0 else "-"
    assert (rows["0B"]["10"], rows["1h"]["1221"], rows["1h"]["1224"]) == (
        f"{sign}{price}",
        f"{price}",
        f"{until:%H%M%S}",
    )
    assert (market.price(SHARE), market.interrupted(SHARE)) == (price, until)
    client.buy(1, 49_000)
    assert [row["oso_qty"] for row in unfilled(client)] == ["1"]


@pytest.mark.parametrize(
    ("before", "percent", "said"),
    [
        (lambda _: None, 1, r"a move of 005930 from 70,000 to 70,700 starts no volatility interruption; the VI"),
        (lambda _: None, 0, r"a move of 005930 from 70,000 to 70,000 starts no volatility interruption"),
        (lambda _: None, 61, r"percent: expected an integer from -60 to 60, got 61"),
        (lambda market: market.vi(SHARE), 20, r"instrument 005930 has a volatility interruption until 10:02:"),
        (lambda market: market.halt(SHARE), 10, r"trading in 005930 is halted"),
        (lambda market: market.circuit_breaker("kospi", 1), 10, r"trading in 005930 is halted"),
        (
            lambda market: market.open_session("closing-auction"),
            10,
            r"expected session continuous, got closing-auction",
        ),
    ],
)
def test_an_interruption_that_cannot_be_changes_nothing(
    client: Wire, market: MarketAdmin, before: Callable[[MarketAdmin], object], percent: int, said: str
) -> None:
    before(market)
    state = client.kiwoom.state_hash()
    with pytest.raises(ValueError, match=f"^{said}"):
        market.vi(SHARE, percent)
    assert client.kiwoom.state_hash() == state


@pytest.mark.parametrize(
    ("code", "kind"),
    [("57JBHH", "elw"), ("001", "index"), ("990010", "konex"), ("990035", "share in rounds"), ("990070", "overheated")],
)
def test_an_instrument_without_interruptions_is_told(kiwoom: MockWorld, code: str, kind: str) -> None:
    with pytest.raises(ValueError, match=rf"^instrument {code} has no volatility interruptions \({kind}\); see docs/"):
        kiwoom.market.vi(code)
    before = kiwoom.market.price(code)
    kiwoom.market.set_price(code, before + (10 if code == "57JBHH" else 50), interrupt=True)
    assert kiwoom.market.price(code) > before


def test_every_class_of_instruments_prints_its_smallest_quantity(kiwoom: MockWorld) -> None:
    """An index, a share of KONEX, one that trades in rounds, a fund, an ELW of lots of ten, and gold."""
    prices = {"001": 420_000, "990010": 4_300, "990070": 0, "069500": 58_000, "57JBHH": 500, "M04020000": 160_000}
    for code, price in prices.items():
        kiwoom.market.set_price(code, price or kiwoom.market.price(code))
        market_data = kiwoom.broker.world.ledger.market_data[code]
        assert (market_data.volume, market_data.last) == (10 if code == "57JBHH" else 1, price or market_data.last)
    assert kiwoom.invariants() == []
