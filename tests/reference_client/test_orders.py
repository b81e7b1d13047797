from __future__ import annotations

from datetime import date, time

import pytest

from kiwoom_reference_client import Kiwoom, OrderKind, OrderState, Show, Side, Venue

LOWER_LIMIT = 188_500


@pytest.fixture
def trader(client: Kiwoom) -> Kiwoom:
    """A client that bought 18 of 20 shares, and bids for another instrument."""
    client.buy("005930", 20, 269_500)
    client.buy("000660", 1, 1_000_000)
    return client


def test_open_orders_come_newest_first(trader: Kiwoom) -> None:
    second, first = trader.open_orders()

    assert (first.number, first.parent, first.code, first.name) == ("0000001", "0000000", "005930", "삼성전자")
    assert (first.side, first.kind, first.state) == (Side.BUY, OrderKind.LIMIT, OrderState.TAKEN)
    assert (first.quantity, first.price, first.open, first.filled) == (20, 269_500, 2, 18)
    assert (first.filled_amount, first.last_price, first.stop_price) == (4_851_000, 269_000, 0)
    assert (first.at, first.fee, first.tax) == (time(10), 16_970, 0)
    assert (first.venue, first.is_sor) == (Venue.KRX, False)
    assert first.raw["io_tp_nm"] == "+매수"
    assert (second.number, second.code, second.open) == ("0000002", "000660", 1)


def test_open_orders_of_one_side_or_instrument(trader: Kiwoom) -> None:
    assert list(trader.open_orders(side=Side.SELL)) == []
    assert [order.number for order in trader.open_orders("000660", side=Side.BUY)] == ["0000002"]


def test_fills_of_today(trader: Kiwoom) -> None:
    trader.sell("005930", 3, kind=OrderKind.MARKET)

    fill = list(trader.fills_of_today())[-1]
    assert (fill.number, fill.parent, fill.code, fill.name) == ("0000001", "0000000", "005930", "삼성전자")
    assert (fill.side, fill.kind, fill.state) == (Side.BUY, OrderKind.LIMIT, OrderState.FILLED)
    assert (fill.quantity, fill.price, fill.open) == (18, 269_500, 2)
    assert (fill.order_quantity, fill.order_price, fill.ordered_at) == (20, 269_500, time(10))
    assert (fill.fee, fill.tax, fill.venue, fill.is_sor) == (16_970, 0, Venue.KRX, False)
    sold = list(trader.fills_of_today("005930", side=Side.SELL))
    assert {one.number for one in sold} == {"0000003"}
    assert sum(one.quantity for one in sold) == 3
    assert {one.number for one in trader.fills_of_today(before="0000003")} == {"0000001"}
    assert list(trader.fills_of_today("000660")) == []


def test_orders_of_a_day(trader: Kiwoom) -> None:
    modified = trader.modify("0000002", "000660", 1_001_000)

    first, second, third = trader.orders_of_day()
    assert (first.number, first.parent, first.code, first.side) == ("0000001", "0000000", "005930", Side.BUY)
    assert (first.kind, first.state, first.change, first.credit) == (OrderKind.LIMIT, OrderState.TAKEN, "", "보통매매")
    assert (first.quantity, first.price, first.open, first.filled, first.filled_price) == (20, 269_500, 2, 18, 269_500)
    assert (first.at, first.confirmed_at, first.loan_day, first.stop_price) == (time(10), None, None, 0)
    assert first.venue is Venue.KRX
    assert (second.number, second.open) == ("0000002", 0)
    assert (third.number, third.parent) == (modified.number, "0000002")
    assert (third.state, third.change, third.confirmed_at) == (OrderState.CONFIRMED, "정정", time(10))


def test_orders_of_a_day_as_they_are_wanted(trader: Kiwoom) -> None:
    def numbers(show: Show, day: date | None = None, code: str = "") -> list[str]:
        return [order.number for order in trader.orders_of_day(day, show=show, code=code)]

    assert numbers(Show.NEWEST_FIRST) == ["0000002", "0000001"]
    assert numbers(Show.OPEN) == ["0000001", "0000002"]
    assert numbers(Show.FILLED) == ["0000001"]
    assert numbers(Show.IN_ORDER, code="000660") == ["0000002"]
    assert numbers(Show.IN_ORDER, date(2020, 1, 2)) == []
    assert list(trader.orders_of_day(side=Side.SELL)) == []


def test_executions_of_a_day(trader: Kiwoom) -> None:
    executions = trader.executions_of_day()

    assert (executions.sold, executions.bought, executions.agreed) == (0, 4_851_000, 4_851_000)
    second, first = executions.rows  # the newest order first
    assert (first.number, first.parent, first.code, first.name) == ("0000001", "0000000", "005930", "삼성전자")
    assert (first.side, first.kind, first.state, first.change) == (Side.BUY, OrderKind.LIMIT, OrderState.TAKEN, "")
    assert (first.quantity, first.price, first.filled, first.filled_price) == (20, 269_500, 18, 269_500)
    assert (first.filled_at, first.credit, first.stop_price, first.venue) == (time(10), "보통매매", 0, Venue.KRX)
    assert (second.number, second.filled, second.filled_at) == ("0000002", 0, None)
    assert [row.number for row in trader.executions_of_day(filled_only=True).rows] == ["0000001"]
    assert trader.executions_of_day(code="000660", side=Side.BUY).agreed == 0
