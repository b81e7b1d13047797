from __future__ import annotations

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field
from kiwoom_reference_client import OrderKind, Side, Venue


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
