"""The still book around a last price."""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Instrument, Market, price_limits, tick_size
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.listing import default_instruments
from misses import misses

SHARE = Instrument("111110", "share", Market.KOSPI, 10_000)


def prices(rows: list[tuple[int, int]]) -> list[int]:
    return [price for price, _ in rows]


def test_ten_levels_each_side_with_the_best_bid_on_the_last_price() -> None:
    quote = still_book(SHARE, 10_000, 1)

    assert (quote.code, quote.last) == ("111110", 10_000)
    assert prices(quote.bids) == [10_000 - 10 * step for step in range(10)]
    assert prices(quote.asks) == [10_010 + 10 * step for step in range(10)]


def test_levels_follow_the_tick_over_a_boundary() -> None:
    quote = still_book(Instrument("111110", "share", Market.KOSPI, 2_000), 2_000, 1)

    assert prices(quote.bids)[:3] == [2_000, 1_999, 1_998]
    assert prices(quote.asks)[:3] == [2_005, 2_010, 2_015]
    below = still_book(Instrument("111110", "share", Market.KOSPI, 1_998), 1_998, 1)
    assert prices(below.asks)[:3] == [1_999, 2_000, 2_005]


def test_last_price_off_the_grid_lies_between_the_best_prices() -> None:
    quote = still_book(Instrument("005930", "share", Market.KOSPI, 269_000), 272_750, 1)

    assert (quote.bids[0][0], quote.asks[0][0]) == (272_500, 273_000)


def test_at_a_daily_limit_the_side_beyond_it_is_empty() -> None:
    at_upper, at_lower = still_book(SHARE, 13_000, 1), still_book(SHARE, 7_000, 1)

    assert (len(at_upper.bids), at_upper.asks) == (10, [])
    assert (prices(at_lower.bids), len(at_lower.asks)) == ([7_000], 10)


def test_level_is_worth_eight_million_won_give_or_take_half() -> None:
    values = [10_000 * size for _, size in [*still_book(SHARE, 10_000, 1).bids, *still_book(SHARE, 10_000, 1).asks]]

    assert all(4_000_000 <= value <= 12_010_000 for value in values)
    assert len(set(values)) > 10, "by the seed, not all alike"


def test_same_seed_gives_the_same_book_and_another_seed_another() -> None:
    assert still_book(SHARE, 10_000, 1) == still_book(SHARE, 10_000, 1)
    assert still_book(SHARE, 10_000, 1) != still_book(SHARE, 10_000, 2)


def test_warrants_are_quoted_in_lots() -> None:
    quote = still_book(Instrument("57TEST", "warrant", Market.ELW, 15), 15, 1)

    assert prices(quote.bids) == [15, 10, 5]
    assert all(size % 10 == 0 for _, size in quote.bids + quote.asks)


def test_book_of_every_listed_instrument_can_be_traded_with() -> None:
    def check(instrument: Instrument) -> None:
        quote = still_book(instrument, instrument.base, 7)
        lower, upper = price_limits(instrument) or (1, 10**12)

        bids, asks = prices(quote.bids), prices(quote.asks)
        assert bids
        assert asks
        assert bids == sorted(set(bids), reverse=True)
        assert asks == sorted(set(asks))
        assert bids[0] < asks[0]
        for price, size in quote.bids + quote.asks:
            assert lower <= price <= upper
            assert price % tick_size(instrument.market, price) == 0
            assert size > 0

    assert misses(default_instruments(), check) == {}
