"""The words of the domains: codes, texts, fees and rate of each profile on the wire."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.errors import REASONS
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, PROFILES, Profile
from kiwoom_mockserver.broker.words import WORDS, Domain
from kiwoom_mockserver.exchange.fees import MOCK as MOCK_FEES
from kiwoom_mockserver.exchange.fees import PRODUCTION as PRODUCTION_FEES
from kiwoom_mockserver.exchange.fees import STOCK_FEES
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.views.market import book_of
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import ETF, SHARE, STAGE, deposit, refused, wait
from wire import Wire, Worlds

BUY = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": "70000", "trde_tp": "0"}
CHANGE = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "orig_ord_no": "0000001"}
MODIFY = CHANGE | {"mdfy_qty": "0", "mdfy_uv": "69900"}
CANCEL = CHANGE | {"cncl_qty": "0"}
RESTS = BUY | {"ord_uv": "69000"}

SATURDAY, MORNING, NIGHT = datetime(2026, 11, 21, 10), datetime(2026, 11, 23, 6, 33), datetime(2026, 11, 23, 20)

NOTHING_LEFT = "506550:취소할 수량이 없습니다", "RC4033:모의투자 정정/취소할 수량이 없습니다."
WRONG_PRICE = "571557:주문단가를 잘못입력하셨습니다"
NOT_NOW = "521790:해당 호가유형은 주문 불가능한 시간입니다."
OTHER_VENUE = "571412:SOR정정 및 취소주문은 원주문이 SOR주문인 경우 가능합니다."
UNKNOWN_KIND = "407022:매매구분을 확인하십시요"
NAMES_A_PRICE = "571357:시간외종가 주문시에는 단가를 입력하지 않습니다"
NOT_OFFERED = "RC9000:모의투자에서는 해당업무가 제공되지 않습니다."


class Refusal(NamedTuple):
    """A request that is refused, and what the order system of each domain says."""

    api_id: str
    body: dict[str, str]
    production: str
    mock: str
    before: tuple[tuple[str, dict[str, str]], ...] = ()
    """Requests that are accepted first."""
    start: datetime = datetime(2026, 11, 23, 10)
    mockapi: str = ""
    """What the profile mockapi says, if it is not the same as open."""


REFUSALS = {
    "an unknown kind": Refusal("kt10000", BUY | {"trde_tp": "2"}, UNKNOWN_KIND, UNKNOWN_KIND),
    "an unknown kind of a sale": Refusal("kt10001", BUY | {"trde_tp": "999"}, UNKNOWN_KIND, UNKNOWN_KIND),
    "an unknown kind of a credit buy": Refusal(
        "kt10006", BUY | {"trde_tp": "4"}, UNKNOWN_KIND, UNKNOWN_KIND, mockapi=NOT_OFFERED
    ),
    "an unknown kind of a gold order": Refusal(
        "kt50000",
        {"stk_cd": "M04020000", "ord_qty": "1", "ord_uv": "190000", "trde_tp": "0"},
        UNKNOWN_KIND,
        UNKNOWN_KIND,
        mockapi=NOT_OFFERED,
    ),
    "off the tick": Refusal("kt10000", BUY | {"ord_uv": "70001"}, WRONG_PRICE, "RC4003:모의투자 호가단위 오류입니다."),
    "beyond the limits": Refusal(
        "kt10000", BUY | {"ord_uv": "100000"}, WRONG_PRICE, "RC4027:모의투자 상/하한가 오류입니다."
    ),
    "the same price": Refusal(
        "kt10002",
        MODIFY | {"mdfy_uv": "69000"},
        WRONG_PRICE,
        "RC4034:모의투자 정정가격이 원주문가격과 같습니다",
        (("kt10000", RESTS),),
    ),
    "too little cash": Refusal(
        "kt10000",
        BUY | {"ord_qty": "2000"},
        "855056:매수증거금이 부족합니다. 1428주 매수가능",  # 1428 x 70,000 and 14,990 of commission; 1429 x 70,000 is more
        "RC4025:모의투자 매수증거금이 부족합니다.",
    ),
    "too little cash at the market": Refusal(
        "kt10000",
        BUY | {"ord_qty": "1100", "ord_uv": "", "trde_tp": "3"},
        "855056:매수증거금이 부족합니다. 1098주 매수가능",  # at the upper limit of 91,000
        "RC4025:모의투자 매수증거금이 부족합니다.",
    ),
    "too few shares": Refusal(
        "kt10001",
        BUY,
        "800033:매도가능수량이 부족합니다. 0주 매도가능",
        "800033:모의투자 매도가능수량이 부족합니다.",
    ),
    "no quantity": Refusal(
        "kt10000", BUY | {"ord_qty": "0"}, "308007:주문수량을 입력하십시요", "RC4099:모의투자 주문수량(0)을 확인하세요."
    ),
    "a closed day": Refusal(
        "kt10000", BUY, "571489:장이 열리지 않는 날입니다.", "RC4010:모의투자 영업일이 아닙니다.", start=SATURDAY
    ),
    "before the open": Refusal("kt10000", BUY, NOT_NOW, "RC4057:모의투자 장시작전", start=MORNING),
    "after the close": Refusal("kt10000", BUY, "505217:장종료되었습니다", "RC4058:모의투자 장종료", start=NIGHT),
    "a kind of another session": Refusal("kt10000", BUY | {"trde_tp": "62"}, NOT_NOW, NOT_NOW),
    "a price for an order at the close": Refusal("kt10000", BUY | {"trde_tp": "81"}, NAMES_A_PRICE, NAMES_A_PRICE),
    "a price for an order at the last close": Refusal("kt10000", BUY | {"trde_tp": "61"}, NAMES_A_PRICE, NAMES_A_PRICE),
    "nothing is lent on it": Refusal(
        "kt10006",
        BUY | {"stk_cd": ETF, "ord_uv": "10000"},
        "571242:매수 불가한 종목입니다",
        "RC4007:모의투자 매매제한 종목입니다.",
        mockapi=NOT_OFFERED,
    ),
    "no such order": Refusal("kt10003", CANCEL, NOTHING_LEFT[0], "RC4032:모의투자 원주문번호가 존재하지 않습니다."),
    "the other family": Refusal(
        "kt10009",
        CANCEL,
        NOTHING_LEFT[0],
        "RC4061:모의투자 주문번호를 확인하세요.",
        (("kt10000", RESTS),),
        mockapi=NOT_OFFERED,
    ),
    "nothing left to cancel": Refusal("kt10003", CANCEL, *NOTHING_LEFT, (("kt10000", RESTS), ("kt10003", CANCEL))),
    "nothing left to modify": Refusal("kt10002", MODIFY, *NOTHING_LEFT, (("kt10000", RESTS), ("kt10003", CANCEL))),
    "a cancel as the original": Refusal(
        "kt10003",
        CANCEL | {"orig_ord_no": "0000002"},
        "571435:원주문이취소주문입니다",
        NOTHING_LEFT[1],
        (("kt10000", RESTS), ("kt10003", CANCEL)),
    ),
    "KRX modified under SOR": Refusal(
        "kt10002",
        MODIFY | {"dmst_stex_tp": "SOR"},
        OTHER_VENUE,
        OTHER_VENUE,
        (("kt10000", RESTS),),
        mockapi=NOT_OFFERED,
    ),
    "KRX cancelled under SOR": Refusal(
        "kt10003",
        CANCEL | {"dmst_stex_tp": "SOR"},
        OTHER_VENUE,
        OTHER_VENUE,
        (("kt10000", RESTS),),
        mockapi=NOT_OFFERED,
    ),
}


def state(wire: Wire) -> tuple[str, bytes, Any]:
    """Hash of the world, ledger, and order book."""
    world = wire.kiwoom.broker.world
    book = book_of(world, SHARE)
    return (world.state_hash(), msgspec.msgpack.encode(world.ledger), [book.levels(side) for side in Side])


def ask(wire: Wire, api_id: str, body: dict[str, str]) -> Any:
    """The answer to a request, a second after the last one."""
    wait(wire, seconds=1)
    return wire.call(api_id, **body)


@pytest.mark.parametrize("profile", [OPEN, MOCKAPI, PRODUCTION], ids=lambda profile: profile.name)
@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_speaks_as_its_domain_and_changes_nothing(worlds: Worlds, profile: Profile, case: str) -> None:
    refusal = REFUSALS[case]
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=profile, start=refusal.start, hours=Hours.KRX))
    for api_id, body in refusal.before:
        assert ask(wire, api_id, body)["return_code"] == 0
    wait(wire, seconds=1)
    before = state(wire)
    text = refusal.production if profile is PRODUCTION else refusal.mock
    if profile is MOCKAPI:
        text = refusal.mockapi or text
    assert wire.call(refusal.api_id, **refusal.body) == {"return_msg": f"[2000]({text})", "return_code": 20}
    assert state(wire) == before


@pytest.mark.parametrize(
    ("own", "named"), [("SOR", "KRX"), ("SOR", "NXT"), ("KRX", "NXT"), ("NXT", "KRX"), ("NXT", "SOR"), ("KRX", "SOR")]
)
@pytest.mark.parametrize("on_credit", [False, True], ids=["cash", "credit"])
@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "not kept"])
def test_an_order_is_changed_under_its_own_venue(
    worlds: Worlds, own: str, named: str, on_credit: bool, keeps: bool
) -> None:
    profile = msgspec.structs.replace(PRODUCTION, changes_keep_venue=keeps)
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    place, modify, cancel = ("kt10006", "kt10008", "kt10009") if on_credit else ("kt10000", "kt10002", "kt10003")
    wire.call(place, **RESTS | {"dmst_stex_tp": own})
    before = state(wire)
    answers = [wire.call(modify, **MODIFY | {"dmst_stex_tp": named})]
    if keeps or named == "SOR":
        answers.append(wire.call(cancel, **CANCEL | {"dmst_stex_tp": named}))
        assert [refused(answer) for answer in answers] == [f"[2000]({OTHER_VENUE})"] * 2
        assert state(wire) == before
        assert wire.call(modify, **MODIFY | {"dmst_stex_tp": own})["return_code"] == 0
        assert wire.call(cancel, **CANCEL | {"dmst_stex_tp": own, "orig_ord_no": "0000002"})["return_code"] == 0
    else:
        answers.append(wire.call(cancel, **CANCEL | {"dmst_stex_tp": named, "orig_ord_no": "0000002"}))
        assert [answer["return_code"] for answer in answers] == [0, 0]


def test_an_unknown_kind_is_refused_after_all_that_comes_before_the_order_system(wire: Wire) -> None:
    strange = BUY | {"trde_tp": "2"}
    assert wire.call("kt10000", **strange | {"cond_uv": "x"})["return_msg"] == (
        "입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터=cond_uv 실패사유= 숫자가 아닙니다]"
    )
    assert wire.call("kt10000", **strange | {"ord_qty": ""})["return_msg"] == (
        "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=ord_qty]"
    )
    assert wire.call("kt10000", **strange | {"ord_uv": ""})["return_msg"] == f"[2000]({UNKNOWN_KIND})"


@pytest.mark.parametrize("number", ["30.0", "1.5", "1.", ".5"])
@pytest.mark.parametrize(
    ("api_id", "body", "name"),
    [
        ("kt10000", BUY, "ord_qty"),
        ("kt10001", BUY, "ord_uv"),
        ("kt10000", BUY | {"trde_tp": "28"}, "cond_uv"),
        ("kt10002", MODIFY, "mdfy_qty"),
        ("kt10002", MODIFY, "mdfy_uv"),
        ("kt10003", CANCEL, "cncl_qty"),
        ("kt10006", BUY, "ord_qty"),
        ("kt50000", {"stk_cd": "M04020000", "ord_uv": "190000", "trde_tp": "00"}, "ord_qty"),
    ],
)
def test_a_number_with_decimals_is_told_so(
    wire: Wire, api_id: str, body: dict[str, str], name: str, number: str
) -> None:
    before = state(wire)
    assert wire.call(api_id, **body | {name: number}) == {
        "return_msg": f"입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터={name} "
        "실패사유= 정수만 입력가능합니다]",
        "return_code": 2,
    }
    assert state(wire) == before


def test_an_order_at_the_close_may_name_a_price_of_zero(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION, start=datetime(2026, 11, 23, 15, 45)))
    for price in ("", "0"):
        assert ask(wire, "kt10000", BUY | {"trde_tp": "81", "ord_uv": price})["return_code"] == 0


# -- the words of production -----------------------------------------------------------------------------------------


def test_production_says_nothing_of_the_mock_domain() -> None:
    words = WORDS["production"]
    assert words.codes.keys() == REASONS.keys()
    for code in words.codes.values():
        assert not code.startswith("RC")
        assert "모의투자" not in words.texts.get(code, catalogue.errors()[code].text)
    for api_id in catalogue.api_ids():
        success = words.successes.get(api_id, catalogue.api(api_id).success)
        assert "모의투자" not in f"{success.message}{success.empty}{success.more}", api_id


def test_the_page_names_every_code_in_which_the_domains_differ() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulation-api.md").read_text(encoding="utf-8")
    section = page.split("### Words of production", 1)[1].split("\n## ", 1)[0]
    mock, production = WORDS["mock"].codes, WORDS["production"].codes
    assert set(re.findall(r"^\| ([^|]+) \| (RC\d+) \| (\d+) \|", section, re.MULTILINE)) == {
        (reason.value, mock[reason], production[reason]) for reason in mock if mock[reason] != production[reason]
    }
    named = set(re.findall(r"\bk[ta]\d{5}\b", section))
    words = WORDS["production"]
    assert named == words.successes.keys() | words.nothing_found.keys()
    assert set(re.findall(r"\b(800033|8050)\b", section)) == words.texts.keys()


def test_every_domain_has_words_and_fees() -> None:
    assert tuple(WORDS) == tuple(STOCK_FEES) == get_args(Domain)


def test_orders_are_accepted_in_the_words_of_production(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION))
    assert wire.buy(3)["return_msg"] == "KRX 매수주문이 완료되었습니다."
    assert wire.call("kt10000", **RESTS | {"dmst_stex_tp": "SOR"})["return_msg"] == "SOR 매수주문이 완료되었습니다."
    assert wire.sell(1, 71_000)["return_msg"] == "매도주문이 완료되었습니다."
    assert wire.modify("0000003", 0, 71_100)["return_msg"] == "매도정정 주문입력이 완료되었습니다"
    assert wire.cancel("0000004") == {
        "ord_no": "0000005", "base_orig_ord_no": "0000003", "cncl_qty": "000000000001", "return_code": 0,
        "return_msg": "매도취소 주문입력이 완료되었습니다",
    }  # fmt: skip
    assert wire.buy_on_credit(1)["return_msg"] == "신용 매수주문이 완료되었습니다."
    assert deposit(wire)["return_msg"] == "조회가 완료되었습니다."
    assert wire.call("kt00004", qry_tp="0", dmst_stex_tp="KRX")["brch_nm"] == ""
    for query in ("1", "2"):
        answer = wire.call("kt00018", qry_tp=query, dmst_stex_tp="KRX")
        assert answer["return_msg"] == " 조회가 완료되었습니다"


def test_an_inquiry_that_finds_no_orders_is_refused_in_production_alone(worlds: Worlds) -> None:
    body = {"stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "dmst_stex_tp": "%"}
    production, mock = (worlds.open(msgspec.structs.replace(STAGE, profile=profile)) for profile in (PRODUCTION, OPEN))
    assert production.call("kt00009", **body) == {"return_msg": "[2000](501724:관련자료가없습니다)", "return_code": 20}
    assert mock.call("kt00009", **body)["return_code"] == 0
    production.buy(1)
    assert production.call("kt00009", **body)["return_code"] == 0


def test_an_address_that_is_not_registered(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION))
    (key,) = wire.kiwoom.broker.state.keys.values()
    key.terminals = ("192.0.2.7",)
    assert wire.oauth("token", grant_type="client_credentials")["return_msg"] == (
        "인증에 실패했습니다[8050:IP가 등록되지 않았습니다. "
        "키움 REST API 홈페이지 > API 사용신청 화면에서 IP를 등록해주세요.]"
    )


def test_a_fault_speaks_as_the_domain(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION))
    wire.kiwoom.faults.error("800033", "7", api="kt10001")
    assert refused(wire.sell(1)) == "[2000](800033:매도가능수량이 부족합니다. 7주 매도가능)"


# -- fees and rate ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "commission"), [(195_580, 20), (199_760, 20), (1_673_430, 250), (680_000, 100), (66_660, 0)]
)
def test_commission_of_production(amount: int, commission: int) -> None:
    assert PRODUCTION_FEES.commission_on(amount) == commission


def test_fees_are_those_of_the_domain(worlds: Worlds) -> None:
    expected = {
        "open": (1_460, 1_460, 838),
        "mockapi": (1_460, 1_460, 838),
        "production": (60, 60, 838),
    }
    assert expected.keys() == PROFILES.keys()
    for profile in PROFILES.values():
        wire = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
        wire.buy(6, 71_000)  # 3 at 70,100, 3 at 70,200
        wait(wire, seconds=1)
        wire.sell(6, 69_900)
        bought, sold = wire.kiwoom.broker.world.ledger.accounts[wire.customer.account].orders.values()
        assert (bought.value, sold.value) == (420_900, 419_400)
        assert (bought.commission, sold.commission, sold.tax) == expected[profile.name]
    assert PRODUCTION_FEES.sell_tax == MOCK_FEES.sell_tax


def test_production_takes_five_requests_a_second(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION))
    assert [wire.send("ka00001", {}).status_code for _ in range(6)] == [200] * 5 + [429]
    assert wire.call("ka00001")["return_msg"] == (
        "허용된 요청 개수를 초과하였습니다[1700:허용된 API 요청 개수를 초과하였습니다. 유량=5, API ID=ka00001]"
    )
