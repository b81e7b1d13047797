from __future__ import annotations

from datetime import date

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_reference_client import InputError, Kiwoom, OrderRejected
from kiwoom_reference_client.base import day_text, number_text
from kiwoom_reference_client.errors import UnknownApi
from reference_client.standin import StandIn
from wire import Worlds

LOWER_LIMIT = 188_500


def test_any_api_is_called_by_its_id(client: Kiwoom) -> None:
    quote = client.call("ka10001", stk_cd="005930")

    assert (quote["stk_nm"], quote["lst_pric"]) == ("삼성전자", LOWER_LIMIT)
    assert (quote.text("stk_nm"), quote.price("lst_pric")) == ("삼성전자", LOWER_LIMIT)
    assert quote.raw["lst_pric"] == "-188500"


def test_fields_are_checked_before_they_leave() -> None:
    service = StandIn()

    with pytest.raises(InputError) as raised:
        service.client.call("ka10001")
    with pytest.raises(UnknownApi):
        service.client.call("ka99999")

    assert raised.value.code == "1511"
    assert service.sent == []


def test_the_pages_of_a_list_are_turned(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, page_size=2)
    world = worlds.open(WorldConfig(profile=profile, clock="manual")).kiwoom
    with Kiwoom.mockserver(world.rest_url, world.appkey, world.secretkey) as client:
        for _ in range(5):
            client.buy("005930", 1, LOWER_LIMIT)
        pages = client.pages("ka10075", all_stk_tp="0", trde_tp="0", stex_tp="0")
        orders = client.open_orders()

        assert [[row.text("ord_no") for row in page.rows("oso")] for page in pages] == [
            ["0000005", "0000004"],
            ["0000003", "0000002"],
            ["0000001"],
        ]
        assert [order.number for order in orders] == ["0000005", "0000004", "0000003", "0000002", "0000001"]


def test_a_list_in_which_nothing_is_found_is_empty() -> None:
    empty = {"return_msg": "[2000](571578:모의투자 해당조회내역이 없습니다)", "return_code": 20}
    assert list(StandIn(ka10075=empty).client.open_orders()) == []


def test_any_other_refusal_of_a_list_is_raised() -> None:
    refusal = {"return_msg": "[2000](RC9000:모의투자에서는 해당업무가 제공되지 않습니다.)", "return_code": 20}
    with pytest.raises(OrderRejected, match="RC9000"):
        next(StandIn(ka10075=refusal).client.open_orders())


def test_a_token_is_ended(kiwoom: MockWorld, client: Kiwoom) -> None:
    first = client.token()
    client.revoke_token()

    assert client.token().text != first.text
    assert kiwoom.broker.state.keys[kiwoom.appkey].issued == 2


def test_blanks_stand_for_nothing() -> None:
    assert (day_text(None), day_text(date(2026, 11, 23))) == ("", "20261123")
    assert (number_text(None), number_text(0), number_text(-5)) == ("", "0", "-5")
