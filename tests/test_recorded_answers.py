"""Every answer that was recorded of the simulated APIs: the same state is traded up, and the bytes compared.

The records stand here as they were published; where only a part of an answer was published, that part is compared.

Two records are not reproduced. ``KRX 매수주문이 완료되었습니다.`` is production's text of a buy; the mock domain's was
recorded too, and the simulator speaks like the mock domain. 1504 for ``usa10099`` names an API of the overseas menu,
which the domestic catalogue does not know; the same answer is compared for an API that it does know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import msgspec
import orjson
import pytest

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.world import kst
from kiwoom_scenarios.model import InstrumentSpec, Scenario
from rest.gold_market import without_gold
from rest.stage import place, wait
from wire import Wire, Worlds

pytestmark = pytest.mark.usefixtures("unsimulated")


def samsung(worlds: Worlds, price: int, ask: int, *, cash: int = 100_000_000) -> Wire:
    """A world in which 005930 stands at a price and is offered at another, off the tick grid if need be."""
    spec = InstrumentSpec("005930", base=269_000, price=price, bids=((price - 500, 1_000),), asks=((ask, 1_000),))
    scenario = Scenario(name="recorded", description="", instruments=(spec,))
    start = datetime(2026, 9, 11, 10, 14, 14)
    return worlds.open(WorldConfig(clock="manual", start=start, cash=cash, scenario=scenario))


def number_from(wire: Wire, number: int) -> None:
    """The mock domain counts the orders of all its users; here the count starts where the record says."""
    wire.kiwoom.broker.world.ledger.next_order = number


def test_token() -> None:
    # Mock domain, 2026-08-13; the token itself was not published.
    recorded = (
        '{"expires_dt":"20260814121649","return_msg":"정상적으로 처리되었습니다","token_type":"Bearer",'
        '"return_code":0,"token":"..."}'
    )
    wall = kst.moment(datetime(2026, 8, 13, 12, 16, 49))
    gateway = Gateway(lambda: wall)
    gateway.add(create_broker(WorldConfig(), wall))
    body = {"grant_type": "client_credentials", "appkey": APPKEY, "secretkey": SECRETKEY}
    text = gateway.handle("/oauth2/token", [], orjson.dumps(body)).body.decode()
    token = orjson.loads(text)["token"]
    assert re.fullmatch(r"[\w-]{86}", token)
    assert text.replace(token, "...") == recorded


@pytest.mark.parametrize(
    ("number", "recorded"),
    [
        (121_751, '{"ord_no":"0121751","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매수주문완료"}'),
        (157_630, '{"ord_no":"0157630","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매수주문완료"}'),
    ],
)
def test_buy(wire: Wire, number: int, recorded: str) -> None:
    number_from(wire, number)
    order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3"}
    assert wire.send("kt10000", order).text == recorded


def test_sell(wire: Wire) -> None:
    wire.buy(1)
    number_from(wire, 119_574)
    order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3"}
    assert wire.send("kt10001", order).text == (
        '{"ord_no":"0119574","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매도주문완료"}'
    )


def test_cancel(wire: Wire) -> None:
    # Mock domain, 2026-09-11: "0" was sent, the 19 that were left were cancelled. The numbers were not published.
    number_from(wire, 110_280)
    wire.buy(19, 250_000)
    number_from(wire, 110_324)
    cancel = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "orig_ord_no": "0110280", "cncl_qty": "0"}
    assert wire.send("kt10003", cancel).text == (
        '{"ord_no":"0110324","base_orig_ord_no":"0110280","cncl_qty":"000000000019",'
        '"return_code":0,"return_msg":"모의투자 취소주문완료"}'
    )


@pytest.mark.parametrize(
    ("api_id", "body", "recorded"),
    [
        (
            "ka10075",
            {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"},
            '{"oso":[],"return_code":0,"return_msg":" 조회가 완료되었습니다."}',
        ),
        (
            "ka10076",
            {"stk_cd": "", "qry_tp": "0", "sell_tp": "0", "ord_no": "", "stex_tp": "0"},
            '{"cntr":[],"return_code":0,"return_msg":" 조회가 완료되었습니다."}',
        ),
        (
            "kt00018",
            {"qry_tp": "2", "dmst_stex_tp": "KRX"},
            '{"tot_pur_amt":"000000000000000","tot_evlt_amt":"000000000000000","tot_evlt_pl":"000000000000000",'
            '"tot_prft_rt":"000000000.00","prsm_dpst_aset_amt":"000000010000000","tot_loan_amt":"000000000000000",'
            '"tot_crd_loan_amt":"000000000000000","tot_crd_ls_amt":"000000000000000","acnt_evlt_remn_indv_tot":[],'
            '"return_code":0,"return_msg":"모의투자 해당조회내역이 없습니다."}',
        ),
    ],
)
def test_nothing_there(worlds: Worlds, api_id: str, body: dict[str, str], recorded: str) -> None:
    wire = worlds.open(WorldConfig(clock="manual", cash=10_000_000))
    assert wire.send(api_id, body).text == recorded


def test_fill_of_a_limit_above_the_market(worlds: Worlds) -> None:
    # Mock domain: a limit of 250,500 filled at 250,250, off the tick grid. Which shares it was is not known.
    wire = samsung(worlds, price=250_250, ask=250_250)
    wire.buy(1, 250_500)
    (row,) = wire.call("ka10076", qry_tp="0", sell_tp="0", stex_tp="0")["cntr"]
    recorded = {
        "ord_pric": "250500",
        "cntr_pric": "250250",
        "tdy_trde_cmsn": "870",
        "tdy_trde_tax": "0",
        "ord_stt": "체결",
        "trde_tp": "보통",
        "ord_tm": "101414",
        "stex_tp": "1",
        "stex_tp_txt": "KRX",
        "sor_yn": "N",
        "stop_pric": "0",
    }
    assert {name: row[name] for name in recorded} == recorded


def test_market_order_has_no_price(worlds: Worlds) -> None:
    wire = samsung(worlds, price=250_250, ask=250_250)
    wire.buy(1)
    (row,) = wire.call("ka10076", qry_tp="0", sell_tp="0", stex_tp="0")["cntr"]
    assert (row["ord_pric"], row["trde_tp"]) == ("0", "시장가")


def test_holding(worlds: Worlds) -> None:
    # Mock domain, 2026-07: one share bought at 272,750 and now at 272,500.
    wire = samsung(worlds, price=272_500, ask=272_750)
    wire.buy(1)
    (row,) = wire.call("kt00018", qry_tp="2", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
    recorded = {
        "stk_cd": "A005930",
        "evltv_prft": "-00000000002694",
        "prft_rt": "-00000000.99",
        "pur_pric": "000000000272750",
        "rmnd_qty": "000000000000001",
        "cur_prc": "000000272500",
        "pur_amt": "000000000272750",
        "pur_cmsn": "000000000000950",
        "evlt_amt": "000000000272500",
        "sell_cmsn": "000000000000950",
        "tax": "000000000000544",
        "poss_rt": "000000100.00",
        "crd_tp": "00",
        "crd_tp_nm": "",
        "crd_loan_dt": "",
    }
    assert {name: row[name] for name in recorded} == recorded
    assert len(row) == 23


def day_of_orders(worlds: Worlds) -> Wire:
    """The day of production's records of kt50030 and kt50031, but for the orders that it refused."""
    spec = InstrumentSpec("005930", base=400_000, asks=((396_000, 10),), bids=((396_000 - 500, 10),))
    scenario = Scenario(name="recorded", description="", instruments=(spec,))
    wire = worlds.open(WorldConfig(clock="manual", start=datetime(2026, 5, 22, 11, 32, 13), scenario=scenario))
    number_from(wire, 38)
    wire.buy(1)
    wire.kiwoom.broker.apply(Quote("005930", 396_000, [(396_000, 10)], []))
    wait(wire, seconds=3)
    wire.sell(1)
    for number in (49, 51, 53):
        number_from(wire, number)
        place(wire, "buy", 10, 292_000, "SOR")
        wire.call("kt10003", dmst_stex_tp="SOR", orig_ord_no=f"{number:07d}", stk_cd="005930", cncl_qty="0")
    return wire


def test_orders_of_stocks_in_the_list_for_gold(worlds: Worlds) -> None:
    # Production, 2026-05-22: mrkt_deal_tp 1 listed orders of stocks.
    rest = (
        '"rsrv_tp":"","orig_ord_no":"%s","stk_nm":"삼성전자","dcd_tp_nm":"삼일","crd_deal_tp":"보통매매",'
        '"cntr_qty":"%s","cntr_uv":"%s","ord_remnq":"","comm_ord_tp":"REST API","mdfy_cncl_tp":"%s",'
        '"dmst_stex_tp":"%s","cond_uv":"0000000000"}'
    )
    row = (
        '{"stk_bond_tp":"1","ord_no":"%s","stk_cd":"A005930","trde_tp":"%s","io_tp_nm":"%s","ord_qty":"%s",'
        '"ord_uv":"%s","cnfm_qty":"%s","data_send_end_tp":"접수","mrkt_deal_tp":"1",'
    ) + rest
    none, one, ten = "0000000000", "0000000001", "0000000010"
    rows = [
        row % ("0000038", "시장가", "현금매수", one, none, none, "0000000", one, "0000396000", "", "KRX"),
        row % ("0000039", "시장가", "현금매도", one, none, none, "0000000", one, "0000396000", "", "KRX"),
    ]
    for bought in ("0000049", "0000051", "0000053"):
        cancel = f"{int(bought) + 1:07d}"
        rows += [
            row % (bought, "지정가", "현금매수", ten, "0000292000", none, "0000000", none, none, "", "SOR"),
            row % (cancel, "지정가", "현금매수", ten, none, ten, bought, none, none, "취소확인", "SOR"),
        ]
    recorded = f'{{"acnt_ord_cntr_prst":[{",".join(rows)}],"return_code":0,"return_msg":"조회가 완료되었습니다"}}'

    asked = {"ord_dt": "20260522", "qry_tp": "1", "mrkt_deal_tp": "1", "stk_bond_tp": "0", "slby_tp": "0"}
    assert day_of_orders(worlds).send("kt50030", asked).text == recorded


def test_orders_of_a_customer_without_gold(worlds: Worlds) -> None:
    # Production, 2026-05-22: kt50031 with the KRX alone.
    row = (
        '{"ord_no":"%s","stk_cd":"A005930","trde_tp":"시장가","crd_tp":"보통매매","ord_qty":"0000000001",'
        '"ord_uv":"0000000000","cnfm_qty":"0000000000","acpt_tp":"접수","rsrv_tp":"","ord_tm":"%s",'
        '"ori_ord":"0000000","stk_nm":"삼성전자","io_tp_nm":"%s","loan_dt":"","cntr_qty":"0000000001",'
        '"cntr_uv":"0000396000","ord_remnq":"0000000000","comm_ord_tp":"REST API","mdfy_cncl":"","cnfm_tm":"",'
        '"dmst_stex_tp":"KRX","cond_uv":"0000000000"}'
    )
    rows = row % ("0000038", "11:32:13", "현금매수") + "," + row % ("0000039", "11:32:16", "현금매도")
    recorded = f'{{"acnt_ord_cntr_prps_dtl":[{rows}],"return_code":0,"return_msg":"조회가 완료되었습니다"}}'

    asked = {"ord_dt": "20260522", "qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "KRX"}
    assert without_gold(day_of_orders(worlds)).send("kt50031", asked).text == recorded


def test_no_open_order_of_gold(worlds: Worlds) -> None:
    # Production, 2026-05-22.
    asked = {"ord_dt": "20260522", "mrkt_deal_tp": "1", "stk_bond_tp": "0", "sell_tp": "0"}
    assert day_of_orders(worlds).send("kt50075", asked).text == (
        '{"acnt_ord_oso_prst":[],"return_code":0,"return_msg":"선택된 내역이 없습니다"}'
    )


def test_margin_of_twenty_percent(worlds: Worlds) -> None:
    wire = worlds.open(WorldConfig(clock="manual", cash=10_000_000))
    answer = wire.call("kt00001", qry_tp="3")
    assert answer["20stk_ord_alow_amt"] == "000000050000000"
    assert (answer["stk_entr_prst"], answer["return_msg"]) == ([], "모의투자 조회완료")


def test_buy_reservation(worlds: Worlds) -> None:
    # Mock domain: an open buy at 241,000 took 241,840 off what can be ordered.
    wire = worlds.open(WorldConfig(clock="manual", cash=10_000_000))
    wire.buy(1, 241_000)
    assert int(wire.call("kt00001", qry_tp="2")["ord_alow_amt"]) == 10_000_000 - 241_840


def test_account_number(wire: Wire) -> None:
    # Production: the key is in camel case, and return_msg comes before return_code.
    assert wire.send("ka00001", {}).text == (
        f'{{"acctNo":"{wire.kiwoom.account}","return_msg":"정상적으로 처리되었습니다","return_code":0}}'
    )


def test_request_without_a_body(wire: Wire) -> None:
    headers = {"api-id": "kt00001", "authorization": f"Bearer {wire.token}"}
    response = wire.http.post(wire.kiwoom.rest_url + "/api/dostk/acnt", headers=headers)
    assert response.status_code == 400
    assert response.text == '{"status":400,"error":"BAD_REQUEST","message":"Required request body is missing"}'


Cause = Callable[[Worlds, Wire], str]


def _wrong_path(worlds: Worlds, wire: Wire) -> str:
    headers = {"api-id": "kt00018", "authorization": f"Bearer {wire.token}"}
    return wire.http.post(wire.kiwoom.rest_url + "/api/dostk/mrkcond", json={}, headers=headers).text


def _too_fast(worlds: Worlds, wire: Wire) -> str:
    limited = msgspec.structs.replace(OPEN, requests_per_second=1)
    other = worlds.open(WorldConfig(profile=limited, clock="manual"))
    other.send("ka10099", {"mrkt_tp": "0"})
    return other.send("ka10099", {"mrkt_tp": "0"}).text


def _after_the_close(worlds: Worlds, wire: Wire) -> str:
    other = worlds.open(WorldConfig(profile=MOCKAPI, clock="manual", start=datetime(2026, 9, 11, 15, 30, 38)))
    order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3"}
    return other.send("kt10000", order).text


def _unsupported(worlds: Worlds, wire: Wire) -> str:
    return worlds.open(WorldConfig(profile=MOCKAPI)).send("ka01690", {"qry_dt": "20260909"}).text


@pytest.mark.parametrize(
    ("recorded", "cause"),
    [
        (
            '{"return_msg":"잘못된 요청입니다[1504:해당 URI에서는 지원하는 API ID가 아닙니다. '
            'API ID=kt00018, URI=/api/dostk/mrkcond]","return_code":1}',
            _wrong_path,
        ),
        (
            '{"return_msg":"입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=qry_tp]",'
            '"return_code":2}',
            lambda worlds, wire: wire.send("kt00018", {}).text,
        ),
        (
            '{"return_msg":"인증에 실패했습니다[8005:Token이 유효하지 않습니다]","return_code":3}',
            lambda worlds, wire: wire.send("ka00001", {}, authorization="Bearer Egicyx").text,
        ),
        (
            '{"return_msg":"허용된 요청 개수를 초과하였습니다[1700:허용된 API 요청 개수를 초과하였습니다. '
            '유량=1, API ID=ka10099]","return_code":5}',
            _too_fast,
        ),
        (
            '{"return_msg":"서비스를 처리하는 중에 오류가 발생했습니다[1902:종목 정보가 없습니다. '
            '입력한 종목코드 값을 확인바랍니다. 종목코드=118970]","return_code":7}',
            lambda worlds, wire: wire.send("ka10001", {"stk_cd": "118970"}).text,
        ),
        ('{"return_msg":"[2000](RC4058:모의투자 장종료)","return_code":20}', _after_the_close),
        (
            '{"return_msg":"입력 값 오류입니다[8104:모의투자에서 지원하지 않는 API 입니다.]","return_code":2}',
            _unsupported,
        ),
        (
            '{"return_msg":"[2000](999999:금현물 계좌상품만 조회 가능합니다.)","return_code":20}',
            lambda worlds, wire: without_gold(wire).send("kt50020", {}).text,
        ),
        (
            '{"return_msg":"[2000](840038:금현물 약정계좌가 아닙니다.)","return_code":20}',
            lambda worlds, wire: without_gold(wire).send("kt50021", {}).text,
        ),
    ],
)
def test_errors(worlds: Worlds, wire: Wire, recorded: str, cause: Cause) -> None:
    assert cause(worlds, wire) == recorded
