"""The default set of instruments."""

from __future__ import annotations

from collections import Counter

from kiwoom_mockserver.exchange.instrument_classes import trades_in_rounds
from kiwoom_mockserver.exchange.instruments import Designation, Market, ShareType, price_limits, tick_size
from kiwoom_mockserver.world.listing import default_instruments


def test_every_code_is_listed_once() -> None:
    codes = Counter(instrument.code for instrument in default_instruments())

    assert [code for code, times in codes.items() if times > 1] == []


def test_every_class_is_there() -> None:
    assert {instrument.market for instrument in default_instruments()} == set(Market)


def test_every_set_of_trading_rules_is_there() -> None:
    listed = default_instruments()
    assert {instrument.designation for instrument in listed} == {None, *Designation}
    assert {instrument.share_type for instrument in listed} == set(ShareType)
    rounds = [instrument.name for instrument in listed if trades_in_rounds(instrument)]
    assert rounds == ["가상화학우", "가상과열", "가상정리"]


def test_shares_with_rules_of_their_own_are_invented_and_come_last() -> None:
    listed = default_instruments()
    assert len(listed) == 69
    assert all("가상" in instrument.name for instrument in listed[60:])
    ordinary = listed[:60]
    assert {instrument.designation for instrument in ordinary} == {None}
    assert {instrument.share_type for instrument in ordinary} == {ShareType.COMMON}


def test_every_base_price_lies_on_the_grid_and_inside_its_own_limits() -> None:
    for instrument in default_instruments():
        assert instrument.base % tick_size(instrument.market, instrument.base) == 0, instrument
        lower, upper = price_limits(instrument) or (1, instrument.base)
        assert lower <= instrument.base <= upper, instrument


def test_codes_that_everybody_knows_are_there() -> None:
    names = {instrument.code: instrument.name for instrument in default_instruments()}

    assert names["005930"] == "삼성전자"
    assert names["069500"] == "KODEX 200"
    assert {"M04020000", "M04020100", "001", "101"} <= names.keys()


def test_leveraged_and_inverse_funds_are_known_as_such() -> None:
    leverage = {instrument.code: instrument.leverage for instrument in default_instruments()}

    assert [leverage[code] for code in ("069500", "122630", "114800", "252670")] == [1, 2, -1, -2]


def test_funds_that_follow_the_kospi_200_once_or_inversely_once_have_the_narrow_interruption() -> None:
    funds = {one.code: one.has_narrow_vi for one in default_instruments() if one.market in (Market.ETF, Market.ETN)}

    assert [code for code, narrow in funds.items() if narrow] == ["069500", "102110", "114800"]
    assert {"122630", "252670", "133690", "520078", "530031"} <= funds.keys()
