from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_reference_client import Kiwoom
from kiwoom_reference_client.credit import Grade, Market
from kiwoom_reference_client.errors import UnknownInstrument


def test_the_filters_are_those_of_the_catalogue() -> None:
    values = {field.name: set(field.values) for field in catalogue.api("kt20016").request}
    assert {"%", *Grade} == values["crd_stk_grde_tp"]
    assert {"%", *Market} == values["mrkt_deal_tp"]


def test_what_is_lent_on(client: Kiwoom) -> None:
    (one,) = client.creditable("005930")

    assert (one.code, one.name, one.margin) == ("005930", "삼성전자", "45%")
    assert (one.replacement_price, one.previous_close) == (188_300, 269_000)
    assert (one.is_used_up, one.note) == (False, "")


def test_what_is_lent_on_by_grade_and_market(client: Kiwoom) -> None:
    every = {one.code for one in client.creditable()}
    kospi = {one.code for one in client.creditable(market=Market.KOSPI)}
    kosdaq = {one.code for one in client.creditable(market=Market.KOSDAQ)}

    assert "035900" in kosdaq
    assert kospi | kosdaq == every
    assert not kospi & kosdaq
    assert {one.code for one in client.creditable(grade=Grade.A)} < every


def test_whether_one_is_lent_on(client: Kiwoom) -> None:
    assert client.credit_notice("005930").text == "< A군 신용융자 가능 >"
    with pytest.raises(UnknownInstrument):
        client.credit_notice("999999")
