"""Servers that are wrong in one thing: how the simulator is bent, and the card that finds it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import orjson
import pytest

from kiwoom_cards import CARDS
from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker import errors
from kiwoom_mockserver.broker.continuation_key import ContinuationKey
from kiwoom_mockserver.broker.left_searches import LeftSearches
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.broker.subscription_groups import SubscriptionGroups
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange import exchange, matching, trading_day, uncrossing
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.orders import OrderKind, Venue
from kiwoom_mockserver.exchange.session import DAY, Phase
from kiwoom_mockserver.realtime import condition_search, frames, protocol, publisher
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.rest import orders
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.order_history import executions
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.rest.response_serializer import response_serializer
from kiwoom_mockserver.server.cors import ANSWER_HEADERS
from kiwoom_mockserver.world import calendar
from kiwoom_mockserver.world.world import World

Raw = dict[str, Any]
Bend = Callable[[pytest.MonkeyPatch], None]


class Wrong(NamedTuple):
    """One wrong server."""

    called: str
    bend: Bend
    card: str
    """That is about what is wrong."""
    step: str
    """At which the card fails."""
    why: str
    """A part of what it tells."""
    also: Collection[str] = ()
    """Other cards that come across it, and fail; all the others pass."""

    @property
    def fails(self) -> set[str]:
        return {self.card, *self.also}


def numbered(first: int, end: int) -> tuple[str, ...]:
    """The ids of cards from one number to before another."""
    return tuple(str(number) for number in range(first, end))


TOKENS, TYPES = numbered(101, 107), tuple(catalogue.realtime())
BUYS = ("201", *numbered(203, 210), *numbered(701, 705), *numbered(707, 712))
"""That look at the answer to a buy."""
TRADES = tuple(card.id for card in CARDS if card.trades)
"""That look at the account before and after."""


def answers(api_id: str, change: Callable[[Response, Raw], Response]) -> Bend:
    """Change what an API answers; the request is handed on with it."""
    return _handled(lambda asked, answer: asked == api_id, change)


def error(code: str, change: Callable[[Raw, Raw], Raw]) -> Bend:
    """Change the body of every answer with an error code."""
    return _handled(
        lambda asked, answer: answer.code == code,
        lambda answer, request: answer._replace(body=_changed(answer.body, request, change)),
    )


def _handled(is_meant: Callable[[str, Response], bool], change: Callable[[Response, Raw], Response]) -> Bend:
    """Change the answers that are meant, by the API that is asked for and by what it answers."""

    def bend(patch: pytest.MonkeyPatch) -> None:
        handle = Gateway.handle

        def handle_wrongly(gateway: Gateway, path: str, headers: Any, body: bytes = b"", address: str = "") -> Response:
            answer = handle(gateway, path, headers, body, address)
            asked = dict(headers).get(b"api-id", b"").decode()
            return change(answer, orjson.loads(body)) if is_meant(asked, answer) else answer

        patch.setattr(Gateway, "handle", handle_wrongly)

    return bend


def body(api_id: str, change: Callable[[Raw, Raw], Raw]) -> Bend:
    """Change the body of what an API answers: it is handed the body and the request."""
    return answers(api_id, lambda answer, request: answer._replace(body=_changed(answer.body, request, change)))


def _changed(text: bytes, request: Raw, change: Callable[[Raw, Raw], Raw]) -> bytes:
    return orjson.dumps(change(orjson.loads(text), request))


def with_(**fields: Any) -> Callable[[Raw, Raw], Raw]:
    """A successful answer with some fields told otherwise."""
    return lambda raw, request: raw if raw["return_code"] else raw | fields


def without(name: str) -> Callable[[Raw, Raw], Raw]:
    return lambda raw, request: {key: value for key, value in raw.items() if key != name}


def in_rows(lists: str, change: Callable[[Raw], Raw]) -> Callable[[Raw, Raw], Raw]:
    return lambda raw, request: raw | {lists: [change(row) for row in raw[lists]]} if lists in raw else raw


def number_unpadded(raw: Raw, request: Raw) -> Raw:
    return raw | {"ord_no": str(int(raw["ord_no"]))} if "ord_no" in raw else raw


def dead_token_as_401(answer: Response, request: Raw) -> Response:
    return answer._replace(status=401) if b"[8005:" in answer.body else answer


def parent_for_root(raw: Raw, request: Raw) -> Raw:
    return raw | {"base_orig_ord_no": request["orig_ord_no"]} if "base_orig_ord_no" in raw else raw


def envelope_first(raw: Raw, request: Raw) -> Raw:
    return {name: raw[name] for name in ("return_code", "return_msg")} | raw


def code(told: str, otherwise: str) -> Callable[[Raw, Raw], Raw]:
    """The text of an error with another code in it."""
    return lambda raw, request: raw | {"return_msg": raw["return_msg"].replace(told, otherwise)}


def token_that_lives_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AppKey, "issue", lambda key, now, life, issue=AppKey.issue: issue(key, now, 2 * life))


def holiday_told_as_evening(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(errors.REASONS, Reason.HOLIDAY, "RC4058")


def venues_unread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(orders, "_venue", lambda call: Venue.KRX)


def market_buys_reserve_the_last_price(patch: pytest.MonkeyPatch) -> None:
    for module in (exchange, matching):
        patch.setattr(module, "worst_price", lambda book, kind, limit: limit)


def opening_never_put_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trading_day, "check_opening", lambda ledger, market_data, price: None)


def orders_that_outlive_their_session(patch: pytest.MonkeyPatch) -> None:
    for module in (trading_day, uncrossing):
        patch.setattr(module, "close_regular_board", lambda matching, books, events: None)


def after_market_of_limits_alone(patch: pytest.MonkeyPatch) -> None:
    limits = {form: board for form, board in DAY[Phase.AFTER_MARKET].takes.items() if form[0] is OrderKind.LIMIT}
    patch.setitem(DAY, Phase.AFTER_MARKET, DAY[Phase.AFTER_MARKET]._replace(takes=limits))


def year_that_begins_like_any_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calendar, "is_first_of_year", lambda of, day: False)


def says(change: Callable[[str], str]) -> Bend:
    """Change what a session says by itself: all but REAL."""

    def bend(patch: pytest.MonkeyPatch) -> None:
        say = RealtimeSession._send
        patch.setattr(RealtimeSession, "_send", lambda session, name, text: say(session, name, change(text)))

    return bend


def pushes(change: Callable[[Raw], Raw]) -> Bend:
    """Change every REAL frame."""

    def bend(patch: pytest.MonkeyPatch) -> None:
        frame = frames.frame

        def wrong_frame(*row: Any) -> str:
            return orjson.dumps(change(orjson.loads(frame(*row)))).decode()

        patch.setattr(publisher, "frame", wrong_frame)

    return bend


def values(change: Callable[[Raw], Raw]) -> Bend:
    """Change the values of every row."""
    return rows(lambda row: row | {"values": change(row["values"])})


def rows(change: Callable[[Raw], Raw]) -> Bend:
    return pushes(lambda frame: frame | {"data": [change(row) for row in frame["data"]]})


def echo_answered(patch: pytest.MonkeyPatch) -> None:
    obey = RealtimeSession._dispatch

    def answer(session: RealtimeSession, name: str, request: Raw) -> None:
        obey(session, name, request)
        if name == "PING":
            session._send("PONG", '{"trnm":"PONG"}')

    patch.setattr(RealtimeSession, "_dispatch", answer)


def remove_that_does_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SubscriptionGroups, "remove", lambda registrations, wanted: None)


def one_for_a_list(patch: pytest.MonkeyPatch) -> None:
    texts = protocol._texts
    patch.setattr(protocol, "_texts", lambda value: [value] if isinstance(value, str) else texts(value))


def clear_that_does_nothing(patch: pytest.MonkeyPatch) -> None:
    answer = condition_search.answer

    def keep(
        world: World, left_searches: LeftSearches, session: RealtimeSession, request: Raw, page_size: int
    ) -> list[str]:
        before = dict(session.searches)
        frames = answer(world, left_searches, session, request, page_size)
        session.searches = before | session.searches
        return frames

    patch.setattr(condition_search, "answer", keep)


def taken_twice(patch: pytest.MonkeyPatch) -> None:
    answer = condition_search.answer

    def start_again(
        world: World, left_searches: LeftSearches, session: RealtimeSession, request: Raw, page_size: int
    ) -> list[str]:
        session.searches = {}
        return answer(world, left_searches, session, request, page_size)

    patch.setattr(condition_search, "answer", start_again)
    patch.setattr(LeftSearches, "has", lambda left, appkey, seq: False)


def searches_that_end_with_the_socket(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LeftSearches, "add", lambda left, appkey, seqs: None)


def no_goodbye(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        RealtimeSession,
        "end",
        lambda session, code="", end=RealtimeSession.end: None if code == "R10001" else end(session, code),
    )


def nothing_is_too_often(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RealtimeSession, "_is_within_rate", lambda session, limit: True)


def closed_in_another_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("kiwoom_mockserver.realtime.protocol.BYE", "Gone")


def always_the_first_page(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ContinuationKey, "cursor", lambda key, text: "")


def handled(api_id: str, handler: Callable[[Call], Page]) -> Bend:
    """Let another handler answer an API."""
    wrong = {**handlers(), api_id: handler}
    return lambda patch: patch.setattr("kiwoom_mockserver.dispatch.gateway.handlers", lambda: wrong)


def oldest_first(call: Call) -> Page:
    listing = executions(call)
    return listing._replace(items=reversed(list(listing.items)), descending=False)


def fr_ord_no_ignored(call: Call) -> Page:
    return executions(call._replace(body=call.body | {"fr_ord_no": ""}))


def hundred_rows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(response_serializer("kt00009", "mock"), "_page_size", 100)


def headers_told(*told: tuple[bytes, bytes]) -> Bend:
    """Send other headers of CORS with every answer: these, and of the right ones all but user-data."""
    kept = tuple((name, value) for name, value in ANSWER_HEADERS if name not in (b"user-data", *dict(told)))
    return lambda patch: patch.setattr("kiwoom_mockserver.server.network.ANSWER_HEADERS", (*kept, *told))


def no_preflight(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("kiwoom_mockserver.server.app.preflight_headers", lambda headers: None)


def money_that_stays_away(patch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def less_each_time(raw: Raw, request: Raw) -> Raw:
        seen.append("asked")
        return raw | {"ord_alow_amt": f"{int(raw['ord_alow_amt']) - len(seen):015d}"}

    body("kt00001", less_each_time)(patch)


WRONG = (
    Wrong("an order number without zeros", body("kt10000", number_unpadded), "201", "buy", "ord_no is '1', not order", (*BUYS, "641", "642", "643")),
    Wrong("another text", body("kt10000", with_(return_msg="매수주문이 완료되었습니다.")), "201", "buy", "return_msg is", BUYS),
    Wrong("a key too many", body("kt10000", with_(ord_tm="100000")), "201", "buy", "with ord_tm besides", BUYS),
    Wrong("a modify that keeps its number", body("kt10002", with_(ord_no="0000001")), "203", "modify", "is not new", ("205", "207", "641")),
    Wrong("the parent for the root", body("kt10003", parent_for_root), "205", "cancel", "the root is 0000001"),
    Wrong("a quantity without zeros", body("kt10003", with_(cncl_qty="1")), "204", "cancel", "cncl_qty is '1', not 0>12", ("205", "206", "208")),
    Wrong(
        "a quantity cancelled that was not",
        body("kt10003", with_(cncl_qty="000000000003")),
        "206",
        "cancel one",
        "cncl_qty is 000000000003",
        ("204", "205", "208"),
    ),
    Wrong("an exchange in a cancel", body("kt10003", with_(dmst_stex_tp="KRX")), "204", "cancel", "besides", ("205", "206", "208")),
    Wrong("the dead as unborn", body("kt10003", code("RC4033", "RC4032")), "208", "cancel again", "with RC4032", ("205", "206", "209")),
    Wrong("a kind that is malformed", body("kt10000", code("407022", "571557")), "232", "order", "571557"),
    Wrong("a fraction with a text of its own", body("kt10000", lambda raw, request: raw | {"return_code": 20} if "[1517:" in raw["return_msg"] else raw), "233", "order", "1517", ("1517",)),
    Wrong("any venue changes an order", venues_unread, "234", "order", '"return_code":0', ("231", "1903")),
    Wrong("a market order for the price that it pays", market_buys_reserve_the_last_price, "210", "buy", "are accepted with"),
    Wrong("a tick for a limit", body("kt10000", code("RC4003", "RC4027")), "221", "order", "RC4027"),
    Wrong(
        "a dead token with HTTP 401",
        answers("ka00001", dead_token_as_401),
        "102",
        "use it again",
        "HTTP 401",
        ("104", "8005"),
    ),
    Wrong("a rate limit with HTTP 200", answers("ka00001", lambda answer, request: answer._replace(status=200)), "1700", "cause it", "HTTP 200"),
    Wrong("return_code first in errors", body("zz99999", envelope_first), "1505", "cause it", '{"return_code":1'),
    Wrong("return_code as a text", body("ka00001", with_(return_code="0")), "ka00001", "inquire", "without a number return_code", TOKENS),
    Wrong("no blank in front of a text", body("ka10075", with_(return_msg="조회가 완료되었습니다.")), "ka10075", "inquire", "return_msg is", ("401",)),
    Wrong("the envelope first", body("kt00018", lambda raw, request: raw if raw["return_code"] else envelope_first(raw, request)), "kt00018", "inquire", "in another order"),
    Wrong("a key too few", body("kt00001", without("entr")), "kt00001", "inquire", "without entr", (*TRADES, "209", "332", "702", "703", "704", "708", "709", "711")),
    Wrong("an amount of 12 digits", body("kt00018", with_(tot_pur_amt="000000269500")), "kt00018", "inquire", "not 0>15"),
    Wrong(
        "a code without its letter",
        body("kt00018", in_rows("acnt_evlt_remn_indv_tot", lambda row: row | {"stk_cd": "005930"})),
        "kt00018",
        "inquire",
        "stk_cd is '005930', not A+code",
    ),
    Wrong(
        "a number as a number",
        body("ka10076", in_rows("cntr", lambda row: row | {"cntr_qty": 1})),
        "ka10076",
        "inquire",
        "cntr_qty is not a string: 1",
        ("402",),
    ),
    Wrong("a token of the past", body("au10001", with_(expires_dt="20200101000000")), "101", "issue", "the token expires at 2020"),
    Wrong("a small bearer", body("au10001", with_(token_type="bearer")), "101", "issue", "token_type is bearer", TOKENS),
    Wrong("a token that lives two days", token_that_lives_on, "104", "use after expiry", '"return_code":0', ("101",)),
    Wrong("a key and no page", answers("ka10075", lambda answer, request: answer._replace(more=False)), "401", "read all pages", "cont-yn"),
    Wrong("rows miscounted", answers("ka10075", lambda answer, request: answer._replace(rows=7)), "401", "read all pages", "resp-cnt is 7"),
    Wrong("pages in a circle", always_the_first_page, "401", "read all pages", "leads in a circle", ("402", "403", "404", "405", "411")),
    Wrong("the oldest order first", handled("kt00009", oldest_first), "405", "read all pages", "the orders are"),
    Wrong("a hundred rows on a page", hundred_rows, "405", "read all pages", "hold [35] rows"),
    Wrong("fr_ord_no without effect", handled("kt00009", fr_ord_no_ignored), "405", "read from a number", "kt00009 from 0000034"),
    Wrong("money that does not come back", money_that_stays_away, "201", "clean up", "became (99999998, {'005930': 10})", (*TRADES, "704", "709")),
    Wrong("answers of one origin", headers_told((b"access-control-allow-origin", b"https://www.kiwoom.com")), "421", "call", "the headers are"),
    Wrong("answers without user-data", headers_told(), "421", "call", "the headers are"),
    Wrong("no answer to a preflight", no_preflight, "422", "send OPTIONS", "answered with HTTP 405"),
    Wrong("an order that is not listed", body("ka10075", with_(oso=[])), "201", "buy", "open are {}; should be {'0000001': 1}", (*numbered(202, 209), "227", "ka10075", "331", "333", "334", "401", *numbered(701, 705), "708", "709", "711")),
    Wrong("a holiday told as an evening", holiday_told_as_evening, "705", "be refused", "RC4058", ("RC4010", "706")),
    Wrong("an opening that no price puts off", opening_never_put_off, "708", "look at nine", "open are {}"),
    Wrong("orders that outlive their session", orders_that_outlive_their_session, "709", "look again", "should be {}"),
    Wrong("an after-market of limits alone", after_market_of_limits_alone, "710", "buy at the best price", "521790"),
    Wrong("a year that begins like any day", year_that_begins_like_any_day, "711", "be refused", '"return_code":0'),
    Wrong("LOGIN answered with a text", says(lambda text: text.replace('"return_code":0', '"return_code":"0"')), "651", "log in", "'0'", (*TYPES, "641", "642", "643", "644", "652", *numbered(655, 664), *numbered(671, 677))),
    Wrong(
        "REG answered with data",
        says(lambda text: text.replace('"REG","return_code":0', '"REG","data":[],"return_code":0')),
        "0B",
        "register",
        "'data': []",
        (*TYPES, "656", "657", "658", "660", "663"),
    ),
    Wrong("REG with a text for a list taken", one_for_a_list, "663", "register wrongly", "answered with {'trnm': 'REG', 'return_code': 0"),
    Wrong("TRNM filled in", says(lambda text: text.replace("%s", "REG")), "652", "register", "(TRNM=REG)"),
    Wrong("a PING with more in it", says(lambda text: text.replace('"PING"}', '"PING","at":"1"}')), "661", "wait", "no frame"),
    Wrong("an echo that is answered", echo_answered, "661", "wait", "the echo was answered"),
    Wrong("trnm first", pushes(lambda frame: {"trnm": "REAL", "data": frame["data"]}), "0B", "receive", "in another order", (*TYPES, "641", "642", "643", "644")),
    Wrong("type before values", rows(lambda row: {"type": row["type"]} | row), "0B", "receive", "in another order", (*TYPES, "641", "642", "643", "644")),
    Wrong("FIDs by number", values(lambda told: dict(sorted(told.items()))), "0B", "receive", "in another order", (*set(TYPES) - {"0C"}, "641", "642", "643", "644")),
    Wrong("the menu's name", rows(lambda row: row | {"name": "잔고"} if row["type"] == "04" else row), "04", "receive", "name is '잔고'"),
    Wrong(
        "no blank for a flat price",
        values(lambda told: told | {"10010": told["10010"].strip()} if "10010" in told else told),
        "641",
        "buy",
        "10010 is '269000'",
        ("00", "642", "643"),
    ),
    Wrong(
        "a signed cancel",
        values(lambda told: told | {"905": told["905"].replace("매수취소", "+매수취소")} if "905" in told else told),
        "641",
        "cancel",
        "+매수취소",
    ),
    Wrong("the end of another interruption", values(lambda told: told | {"1225": "동적", "1236": "0"} if told.get("9068") == "2" else told), "644", "end", "'1225': ('정적', '동적')"),
    Wrong("911 of one fill", values(lambda told: told | {"911": told["915"]} if "911" in told else told), "643", "buy at three prices", "'911': '2'"),
    Wrong("910 of one fill", values(lambda told: told | {"910": told["914"]} if "910" in told else told), "643", "buy at three prices", "'910': '270000'"),
    Wrong("an average rounded down", body("kt00007", in_rows("acnt_ord_cntr_prps_dtl", lambda row: row | {"cntr_uv": "0000270394"})), "643", "compare", "kt00007 says"),
    Wrong("REMOVE without effect", remove_that_does_nothing, "656", "receive nothing", "came after REMOVE"),
    Wrong("no word to the older connection", no_goodbye, "655", "log in again", "no frame SYSTEM"),
    Wrong("another reason to close", closed_in_another_way, "653", "be closed", "(1000, 'Gone')", ("655", "662")),
    Wrong("conditions as objects", says(lambda text: text.replace('["0","상승"]', '{"seq":"0","name":"상승"}')), "671", "list", "not a list of pairs", numbered(672, 677)),
    Wrong("pages of a search in a circle", says(lambda text: text.replace('"N","next_key":""', '"Y","next_key":"005930"')), "672", "search", "leads in a circle"),
    Wrong("a code without its letter in a live search", says(lambda text: text.replace('"jmcode":"A', '"jmcode":"')), "673", "begin", "not A+code", ("674", "675", "676")),
    Wrong("CNSRCLR without effect", clear_that_does_nothing, "674", "receive nothing", "came after CNSRCLR", ("675",)),
    Wrong("a number without blanks", says(lambda text: text.replace('"seq":"0  "', '"seq":"0"')), "672", "search", "seq is '0'"),
    Wrong("blanks in every answer", says(lambda text: text.replace('"seq":"0"', '"seq":"0  "')), "673", "begin", "seq is '0  '", ("674", "675", "676")),
    Wrong("a second start answered", taken_twice, "675", "begin again", "second start was answered", ("676",)),
    Wrong("a number beside 900003", says(lambda text: text.replace('"return_code":900003', '"seq":"0","return_code":900003')), "675", "begin again", "second start was answered", ("676",)),
    Wrong("a search that ends with its socket", searches_that_end_with_the_socket, "676", "begin again", "second start was answered"),
    Wrong("REG without end", nothing_is_too_often, "659", "register six times", "[0, 0, 0, 0, 0, 0]"),
)  # fmt: skip
"""What may not be passed over."""
