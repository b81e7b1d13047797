"""The envelope of every answer: headers, key order and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import msgspec
import pytest

from kiwoom_contracts import catalogue, examples
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.rest.response_serializer import ResponseSerializer
from misses import misses
from rest.stage import ELW, ETF, ETN, KOSDAQ, SHARE, STAGE, refused
from wire import Wire, Worlds

ALL = {"dmst_stex_tp": "%", "stk_bond_tp": "0", "sell_tp": "0"}

REQUESTS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "ka10075": ("ka10075", {"all_stk_tp": "0", "trde_tp": "0", "stex_tp": "0"}, "oso", "ord_no"),
    "ka10076": ("ka10076", {"qry_tp": "0", "sell_tp": "0", "stex_tp": "0"}, "cntr", "cntr_pric"),
    "ka10085": ("ka10085", {"stex_tp": "0"}, "acnt_prft_rt", "stk_cd"),
    "kt00004": ("kt00004", {"qry_tp": "0", "dmst_stex_tp": "KRX"}, "stk_acnt_evlt_prst", "stk_cd"),
    "kt00018": ("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"}, "acnt_evlt_remn_indv_tot", "stk_cd"),
    "kt00007 in order": ("kt00007", ALL | {"qry_tp": "1"}, "acnt_ord_cntr_prps_dtl", "ord_no"),
    "kt00007 reversed": ("kt00007", ALL | {"qry_tp": "2"}, "acnt_ord_cntr_prps_dtl", "ord_no"),
    "kt00007 unfilled": ("kt00007", ALL | {"qry_tp": "3"}, "acnt_ord_cntr_prps_dtl", "ord_no"),
    "kt00007 filled": ("kt00007", ALL | {"qry_tp": "4"}, "acnt_ord_cntr_prps_dtl", "ord_no"),
    "kt00009 all": ("kt00009", ALL | {"qry_tp": "0", "mrkt_tp": "0"}, "acnt_ord_cntr_prst_array", "ord_no"),
    "kt00009 filled": ("kt00009", ALL | {"qry_tp": "1", "mrkt_tp": "0"}, "acnt_ord_cntr_prst_array", "ord_no"),
}
"""API, body, name of the list, and the field that tells its rows apart."""

FILLED = [f"{number:07d}" for number in range(1, 6)]
UNFILLED = [f"{number:07d}" for number in range(6, 11)]
LETTERED = ["A005930", "A035900", "A069500", "Q520078", "J57JBHH"]

EXPECTED = {
    "ka10075": UNFILLED[::-1],
    # the share was bought in three, oldest first
    "ka10076": ["455", "4220", "10005", "20000", "70300", "70200", "70100"],
    "ka10085": ["005930", "035900", "069500", "520078", "57JBHH"],
    "kt00004": LETTERED,
    "kt00018": LETTERED,
    "kt00007 in order": FILLED + UNFILLED,
    "kt00007 reversed": UNFILLED[::-1] + FILLED[::-1],
    "kt00007 unfilled": UNFILLED,
    "kt00007 filled": FILLED,
    "kt00009 all": UNFILLED[::-1] + FILLED[::-1],
    "kt00009 filled": FILLED[::-1],
}


def pages_of(size: int) -> WorldConfig:
    return msgspec.structs.replace(STAGE, profile=msgspec.structs.replace(OPEN, page_size=size))


def trade(client: Wire) -> None:
    """Orders 1 to 5 fill, the first of them in three; 6 to 10 rest."""
    for code, price in ((SHARE, 70_300), (KOSDAQ, 20_000), (ETF, 10_005), (ETN, 4_220), (ELW, 455)):
        client.buy(10, price, code)
    for price in (69_000, 68_900, 69_100, 68_800, 69_200):
        client.buy(1, price)


def pages(client: Wire, inquiry: str, between: Callable[[], Any] | None = None) -> Iterator[httpx2.Response]:
    """One answer after the other, until the header says that there is no more."""
    api_id, body, _, _ = REQUESTS[inquiry]
    answer = client.send(api_id, body)
    yield answer
    while answer.headers["cont-yn"] == "Y":
        if between:
            between()
        answer = client.send(api_id, body, cont_yn="Y", next_key=answer.headers["next-key"])
        yield answer


def told(inquiry: str, answers: list[httpx2.Response]) -> list[str]:
    """What the rows of the pages tell themselves apart by."""
    _, _, rows, name = REQUESTS[inquiry]
    return [row[name] for answer in answers for row in answer.json()[rows]]


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inquiry", REQUESTS)
def test_all_rows_on_one_page_end_the_continuation(worlds: Worlds, inquiry: str) -> None:
    client = worlds.open(pages_of(len(EXPECTED[inquiry])))
    trade(client)
    (answer,) = pages(client, inquiry)
    assert told(inquiry, [answer]) == EXPECTED[inquiry]
    assert (answer.headers["cont-yn"], answer.headers["next-key"]) == ("N", "")
    assert answer.headers["resp-cnt"] == str(len(EXPECTED[inquiry]))


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("inquiry", REQUESTS)
def test_pages_follow_on_each_other_without_loss_or_repetition(worlds: Worlds, inquiry: str, size: int) -> None:
    client = worlds.open(pages_of(size))
    trade(client)
    answers = list(pages(client, inquiry))
    expected = EXPECTED[inquiry]
    assert told(inquiry, answers) == expected
    counts = [min(size, len(expected) - start) for start in range(0, len(expected), size)]
    assert [answer.headers["resp-cnt"] for answer in answers] == [str(count) for count in counts]
    assert [answer.headers["cont-yn"] for answer in answers] == ["Y"] * (len(counts) - 1) + ["N"]
    assert all(0 < len(answer.headers["next-key"]) <= 50 for answer in answers[:-1])
    assert answers[-1].headers["next-key"] == ""
    assert {answer.headers["api-id"] for answer in answers} == {REQUESTS[inquiry][0]}


LISTS = sorted(api_id for api_id in handlers() if any(field.fields for field in catalogue.api(api_id).response))


@pytest.mark.parametrize("api_id", LISTS)
def test_a_page_size_that_is_set_reaches_every_list(worlds: Worlds, api_id: str) -> None:
    client = worlds.open(pages_of(1))
    trade(client)
    answer = client.send(api_id, examples.request(api_id, code=SHARE, today="20261123"))
    assert answer.json()["return_code"] == 0
    table = next(field.name for field in catalogue.api(api_id).response if field.fields)
    assert len(answer.json()[table]) <= 1


def test_at_least_the_lists_of_more_than_a_page_are_cut(worlds: Worlds) -> None:
    """Lists of at most a row would pass the test above whatever their page size."""
    client = worlds.open(pages_of(1))
    trade(client)
    cut = {api_id for api_id in LISTS if is_cut(client, api_id)}
    assert cut >= {inquiry.split()[0] for inquiry in REQUESTS} | {"kt20016"}


def is_cut(client: Wire, api_id: str) -> bool:
    body = examples.request(api_id, code=SHARE, today="20261123")
    return client.send(api_id, body).headers["cont-yn"] == "Y"


@pytest.mark.parametrize("inquiry", REQUESTS)
def test_totals_and_texts_are_the_same_on_every_page(worlds: Worlds, inquiry: str) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    _, _, rows, _ = REQUESTS[inquiry]
    heads = [
        {name: value for name, value in answer.json().items() if name != rows} for answer in pages(client, inquiry)
    ]
    assert len(heads) > 1
    assert all(list(head.items()) == list(heads[0].items()) for head in heads)


@pytest.mark.parametrize(
    ("inquiry", "expected"),
    [
        ("ka10075", UNFILLED[::-1]),
        ("kt00007 reversed", UNFILLED[::-1] + FILLED[::-1]),
        ("kt00007 in order", [*FILLED, *UNFILLED, "0000011", "0000012"]),
        ("kt00007 unfilled", [*UNFILLED, "0000011"]),
        ("kt00009 all", UNFILLED[::-1] + FILLED[::-1]),
    ],
)
def test_new_order_before_each_next_page_comes_last_or_not_at_all(
    worlds: Worlds, inquiry: str, expected: list[str]
) -> None:
    client = worlds.open(pages_of(4))
    trade(client)
    turns = iter([69_300, 69_400, 69_500])

    def order() -> None:
        price = next(turns, None)
        if price is not None:
            client.buy(1, price)

    answers = list(pages(client, inquiry, order))
    assert told(inquiry, answers) == expected


def test_new_fills_between_pages_do_not_move_the_older_ones(worlds: Worlds) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    assert told("ka10076", list(pages(client, "ka10076", lambda: client.buy(1, "", ETF)))) == EXPECTED["ka10076"]


def test_row_that_the_next_page_would_begin_with_may_go_away(worlds: Worlds) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    gone = iter(["0000008", "0000006"])

    def cancel() -> None:
        assert client.cancel(next(gone))["return_code"] == 0

    # 10 and 9; 8 goes: 7 and 6; and that is all
    assert told("ka10075", list(pages(client, "ka10075", cancel))) == ["0000010", "0000009", "0000007", "0000006"]


def test_holding_that_is_sold_between_pages_is_left_out(worlds: Worlds) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    answers = list(pages(client, "kt00018", lambda: client.sell(10, "", ETF)))
    assert told("kt00018", answers) == ["A005930", "A035900", "Q520078", "J57JBHH"]


def test_continuation_that_has_nothing_left_is_an_empty_last_page(worlds: Worlds) -> None:
    client = worlds.open(pages_of(4))
    trade(client)
    answers = list(pages(client, "ka10075", lambda: client.cancel("0000006")))
    assert [answer.headers["resp-cnt"] for answer in answers] == ["4", "0"]
    assert (answers[1].headers["cont-yn"], answers[1].headers["next-key"]) == ("N", "")


def test_yesterdays_orders_are_paged_too(worlds: Worlds) -> None:
    client = worlds.open(pages_of(4))
    trade(client)
    world = client.kiwoom.broker.world
    world.advance(world.now + 15 * 3_600 * 1_000_000)
    body = REQUESTS["kt00007 reversed"][1] | {"ord_dt": "20261123"}
    first = client.send("kt00007", body)
    second = client.send("kt00007", body, cont_yn="Y", next_key=first.headers["next-key"])
    rows = [*first.json()["acnt_ord_cntr_prps_dtl"], *second.json()["acnt_ord_cntr_prps_dtl"]]
    assert [row["ord_no"] for row in rows] == [
        "0000010",
        "0000009",
        "0000008",
        "0000007",
        *UNFILLED[:1],
        *FILLED[:1:-1],
    ]


# -- continuation headers of a request ---------------------------------------------------------------------------------


FIRST_PAGE = [
    {"cont_yn": "N", "next_key": "N"},
    {"cont_yn": "N", "next_key": ""},
    {"cont_yn": "", "next_key": ""},
    {"cont_yn": "", "next_key": "N"},
    {"next_key": "N"},
    {"cont_yn": "N"},
    {"cont_yn": "Y", "next_key": ""},
    {"cont_yn": "Y"},
]
"""Headers that give no key to go on from."""


@pytest.mark.parametrize("inquiry", REQUESTS)
def test_without_a_key_to_go_on_from_the_first_page_comes(worlds: Worlds, inquiry: str) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    api_id, body, _, _ = REQUESTS[inquiry]

    def check(headers: dict[str, str]) -> None:
        answer = client.send(api_id, body, **headers)
        assert told(inquiry, [answer]) == EXPECTED[inquiry][:2]
        assert answer.headers["cont-yn"] == "Y"

    assert misses(FIRST_PAGE, check) == {}


def test_key_counts_only_with_the_flag(worlds: Worlds) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    api_id, body, _, _ = REQUESTS["ka10075"]
    key = client.send(api_id, body).headers["next-key"]
    assert told("ka10075", [client.send(api_id, body, cont_yn="N", next_key=key)]) == ["0000010", "0000009"]
    assert told("ka10075", [client.send(api_id, body, cont_yn="Y", next_key=key)]) == ["0000008", "0000007"]


@pytest.mark.parametrize("inquiry", REQUESTS)
def test_wrong_continuation_key_is_a_malformed_value(worlds: Worlds, inquiry: str) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    api_id, body, _, _ = REQUESTS[inquiry]

    def check(key: str) -> None:
        answer = client.send(api_id, body, cont_yn="Y", next_key=key)
        assert answer.status_code == 200
        assert answer.json()["return_code"] == 2
        assert "[1517:입력 값 형식이 올바르지 않습니다. 파라미터=next-key " in answer.json()["return_msg"]

    assert misses(("N", "garbage", "A0059302025042810480000010000", "ka99999 0000001"), check) == {}


def test_continuation_key_of_another_inquiry_is_a_malformed_value(worlds: Worlds) -> None:
    client = worlds.open(pages_of(2))
    trade(client)
    (first, *_) = pages(client, "ka10075")
    api_id, body, _, _ = REQUESTS["ka10076"]
    answer = client.send(api_id, body, cont_yn="Y", next_key=first.headers["next-key"])
    assert "[1517:" in answer.json()["return_msg"]


@pytest.mark.parametrize(
    ("api_id", "asked", "cursor", "key"),
    [
        ("ka10081", {"stk_cd": "005930"}, "20221117", "A0059302022111700010000"),
        ("ka10080", {"stk_cd": "005930"}, "20250428104800", "A0059302025042810480000010000"),
        ("ka10080", {"stk_cd": "005930_NX"}, "20260227163000", "A005930_NX2026022716300000010000"),
        ("ka20005", {"inds_cd": "001"}, "20260727120700", "00120260727120700"),
        ("ka10075", {"api": "of the body"}, "0000008", "ka100750000008"),
    ],
)
def test_key_is_written_and_read_as_the_catalogue_says(
    api_id: str, asked: dict[str, str], cursor: str, key: str
) -> None:
    serializer = ResponseSerializer(api_id, "mock")
    size = catalogue.api(api_id).page_size or 1
    listing = Page(items=["0" * len(cursor)] * size + [cursor], cursor=str, row=lambda item: {})
    first = serializer.write(listing, asked, "", size)
    assert (first.rows, first.more, first.next_key) == (size, True, key)
    second = serializer.write(listing, asked, key, size)
    assert (second.rows, second.more, second.next_key) == (1, False, "")


@pytest.mark.parametrize(
    "key",
    [
        "A0006602022111700010000",
        "A00593000010000",
        "A0059302022111700020000",
        "0059302022111700010000",
        "ka1008120221117",
    ],
)
def test_key_of_another_request_is_a_malformed_value(key: str) -> None:
    listing = Page(items=[], cursor=str, row=lambda item: {})
    with pytest.raises(ApiError) as raised:
        ResponseSerializer("ka10081", "mock").write(listing, {"stk_cd": "005930"}, key, 1)
    assert (raised.value.code, raised.value.values[0]) == ("1517", "next-key")


# -- envelope ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inquiry", REQUESTS)
def test_code_and_text_come_after_the_data(client: Wire, inquiry: str) -> None:
    trade(client)
    api_id, body, rows, _ = REQUESTS[inquiry]
    answer = client.send(api_id, body)
    assert list(answer.json())[-3:] == [rows, "return_code", "return_msg"]
    assert answer.json()["return_code"] == 0
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"


def test_single_answer_ends_the_continuation(client: Wire) -> None:
    for api_id, body in (
        ("ka00001", {}),
        ("kt00001", {"qry_tp": "2"}),
        ("ka10001", {"stk_cd": SHARE}),
        ("ka10004", {"stk_cd": SHARE}),
    ):
        headers = client.send(api_id, body, cont_yn="Y", next_key="N").headers
        assert (headers["api-id"], headers["cont-yn"], headers["next-key"]) == (api_id, "N", "")


def test_error_has_its_text_before_its_code_and_nothing_else(client: Wire) -> None:
    answer = client.send("kt10000", {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.text == (
        '{"return_msg":"입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다.'
        ' 필수입력 파라미터=dmst_stex_tp]","return_code":2}'
    )


def test_values_are_strings_except_the_code(client: Wire) -> None:
    trade(client)
    for api_id, body, rows, _ in REQUESTS.values():
        answer = client.call(api_id, **body)
        assert type(answer.pop("return_code")) is int
        listed = answer.pop(rows)
        assert listed
        assert all(type(value) is str for row in [answer, *listed] for value in row.values())


# -- rate limit --------------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(worlds: Worlds) -> Wire:
    """The mockapi profile under a clock that stands still; its token was asked for in this very second."""
    return worlds.open(msgspec.structs.replace(STAGE, profile=MOCKAPI))


def move_on(client: Wire, microseconds: int) -> None:
    world = client.kiwoom.broker.world
    world.advance(world.now + microseconds)


def test_second_request_of_a_second_is_one_too_many(limited: Wire) -> None:
    assert limited.send("ka00001", {}).status_code == 200
    answer = limited.send("ka00001", {})
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.text == (
        '{"return_msg":"허용된 요청 개수를 초과하였습니다'
        '[1700:허용된 API 요청 개수를 초과하였습니다. 유량=1, API ID=ka00001]","return_code":5}'
    )


def test_window_opens_only_by_advancing_the_clock(limited: Wire) -> None:
    assert limited.send("ka00001", {}).status_code == 200
    move_on(limited, 999_999)
    assert [limited.send("ka00001", {}).status_code for _ in range(5)] == [429] * 5
    move_on(limited, 1)
    assert [limited.send("ka00001", {}).status_code for _ in range(2)] == [200, 429]


def test_each_api_has_a_window_of_its_own(limited: Wire) -> None:
    limited.send("ka00001", {})
    assert limited.send("ka00001", {}).status_code == 429
    assert limited.send("kt00001", {"qry_tp": "2"}).status_code == 200
    assert limited.buy(1, 69_000)["return_code"] == 0
    assert limited.sell(1, 71_000)["return_code"] == 20
    assert limited.cancel("0000001")["return_code"] == 0


def test_order_that_came_too_soon_is_not_placed(limited: Wire) -> None:
    limited.buy(1, 69_000)
    before = limited.kiwoom.broker.world.state_hash()
    assert limited.buy(1, 69_000)["return_code"] == 5
    assert limited.kiwoom.broker.world.state_hash() == before


def test_asking_for_tokens_is_limited_too(limited: Wire) -> None:
    assert limited.oauth("token", grant_type="client_credentials") == {
        "return_msg": "허용된 요청 개수를 초과하였습니다"
        "[1700:허용된 API 요청 개수를 초과하였습니다. 유량=1, API ID=au10001]",
        "return_code": 5,
    }
    move_on(limited, 1_000_000)
    assert limited.oauth("token", grant_type="client_credentials")["return_code"] == 0


def test_open_profile_has_no_limit(client: Wire) -> None:
    assert {client.send("ka00001", {}).status_code for _ in range(20)} == {200}


def test_limit_is_a_setting(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, requests_per_second=5)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    assert [client.send("ka00001", {}).status_code for _ in range(6)] == [200] * 5 + [429]
    assert "유량=5" in client.send("ka00001", {}).text
    assert refused(client.sell(1)) == "[2000](800033:모의투자 매도가능수량이 부족합니다.)"


def test_a_cursor_that_no_request_could_give_back_is_an_error_of_its_handler() -> None:
    page = Page(items=[1, 2], cursor=str, row=lambda item: {})
    with pytest.raises(ValueError, match=r"^ka10005: no request can give the cursor '2' back"):
        ResponseSerializer("ka10005", "mock").write(page, {"stk_cd": "005930"}, "", 1)
