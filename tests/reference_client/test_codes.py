from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field
from kiwoom_reference_client import GoldKind, GoldProduct, OrderKind, OrderState, Show, Side, Venue
from kiwoom_reference_client.codes import kind, side


def field(api_id: str, name: str) -> Field:
    return next(field for field in catalogue.api(api_id).request if field.name == name)


def test_the_kinds_are_those_of_the_catalogue() -> None:
    assert set(OrderKind) == set(field("kt10000", "trde_tp").values)


def test_the_venues_are_those_of_the_catalogue() -> None:
    assert set(Venue) == set(field("kt10000", "dmst_stex_tp").values)


def test_the_sides_are_those_of_the_catalogue() -> None:
    values = field("ka10075", "trde_tp").values
    assert (values[Side.SELL], values[Side.BUY]) == ("매도", "매수")


def test_a_limit_has_a_price_and_a_market_order_has_none() -> None:
    assert OrderKind.LIMIT.is_priced
    assert OrderKind.STOP_LIMIT.is_priced
    assert not OrderKind.MARKET_FOK.is_priced


def test_the_words_for_gold_are_those_of_the_catalogue() -> None:
    assert set(GoldKind) == set(field("kt50000", "trde_tp").values)
    assert set(GoldProduct) == set(field("kt50000", "stk_cd").values)


def test_the_lists_of_a_day_are_those_of_the_catalogue() -> None:
    assert set(Show) == set(field("kt00007", "qry_tp").values)


def test_the_states_are_those_of_the_catalogue() -> None:
    assert set(OrderState) == set(next(one for one in catalogue.realtime()["00"].fields if one.fid == "913").values)


@pytest.mark.parametrize(
    ("text", "named"),
    [("+매수", Side.BUY), ("-매도정정", Side.SELL), ("신용매수", Side.BUY), ("매수취소", Side.BUY), ("", None)],
)
def test_a_side_is_found_in_its_word(text: str, named: Side | None) -> None:
    assert side(text) is named


def test_a_kind_is_known_by_its_name() -> None:
    assert kind("보통") is OrderKind.LIMIT
    assert kind("최유리(IOC)") is OrderKind.BEST_IOC
    assert kind("시간외대량") == "시간외대량"
