from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_reference_client import Kiwoom, UnreadableAnswer
from kiwoom_reference_client.errors import UnknownInstrument
from kiwoom_reference_client.quotes import Direction, Level
from reference_client.standin import StandIn


def test_the_directions_are_those_of_the_catalogue() -> None:
    (field,) = (field for field in catalogue.api("ka10001").response if field.name == "pre_sig")
    assert set(Direction) == set(field.values)


def test_a_quote(kiwoom: MockWorld, client: Kiwoom) -> None:
    kiwoom.broker.apply(PrintTrade("005930", 269_500, 2, Side.BUY))
    quote = client.quote("005930")

    assert (quote.code, quote.name, quote.price, quote.base_price) == ("005930", "삼성전자", 269_500, 269_000)
    assert (quote.direction, quote.change, quote.change_rate) == (Direction.UP, 500, Decimal("0.19"))
    assert (quote.open, quote.high, quote.low, quote.volume) == (269_500, 269_500, 269_500, 2)
    assert (quote.upper_limit, quote.lower_limit) == (349_500, 188_500)
    assert quote.raw["cur_prc"] == "+269500"
    with pytest.raises(UnknownInstrument):
        client.quote("999999")


def test_an_order_book(client: Kiwoom) -> None:
    book = client.order_book("005930")

    assert book.at == time(10)
    assert [level.price for level in book.asks] == [269_500 + 500 * step for step in range(10)]
    assert [level.price for level in book.bids] == [269_000 - 500 * step for step in range(10)]
    assert book.asks[0] == Level(269_500, 18, 0)
    assert (book.asked, book.bid) == (sum(one.quantity for one in book.asks), sum(one.quantity for one in book.bids))


def test_a_level_that_was_not_sent_is_unreadable() -> None:
    book = StandIn(ka10004={"bid_req_base_tm": "", "tot_sel_req": "0", "tot_buy_req": "0"}).client.order_book("005930")

    assert book.at is None
    with pytest.raises(UnreadableAnswer, match="sel_fpr_bid is absent"):
        book.asks  # noqa: B018
