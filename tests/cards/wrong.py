"""Servers that are wrong in one thing: how the simulator is bent, and the card that finds it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import orjson
import pytest

from kiwoom_cards import CARDS
from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker import errors
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.broker.subscription_groups import SubscriptionGroups
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange import trading_day
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.orders import OrderKind
from kiwoom_mockserver.exchange.session import DAY, Phase
from kiwoom_mockserver.realtime import condition_search, frames, publisher
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.rest.response_serializer import ContinuationKey
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


def opening_never_put_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trading_day, "check_opening", lambda ledger, market_data, price: None)


def orders_that_outlive_their_session(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trading_day, "_close_regular_board", lambda matching, books, events: None)


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


def clear_that_does_nothing(patch: pytest.MonkeyPatch) -> None:
    answer = condition_search.answer

    def keep(world: World, session: RealtimeSession, request: Raw, page_size: int) -> list[str]:
        before = dict(session.searches)
        frames = answer(world, session, request, page_size)
        session.searches = before | session.searches
        return frames

    patch.setattr(condition_search, "answer", keep)


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


def money_that_stays_away(patch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def less_each_time(raw: Raw, request: Raw) -> Raw:
        seen.append("asked")
        return raw | {"ord_alow_amt": f"{int(raw['ord_alow_amt']) - len(seen):015d}"}

    body("kt00001", less_each_time)(patch)


WRONG = (
    Wrong("an order number without zeros", body("kt10000", number_unpadded), "201", "buy", "ord_no is '1', not order", (*BUYS, "641", "642")),
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
    Wrong("pages in a circle", always_the_first_page, "401", "read all pages", "leads in a circle", ("402", "403", "404", "411")),
    Wrong("money that does not come back", money_that_stays_away, "201", "clean up", "became (99999998, {'005930': 10})", (*TRADES, "704", "709")),
    Wrong("an order that is not listed", body("ka10075", with_(oso=[])), "201", "buy", "open are {}; should be {'0000001': 1}", (*numbered(202, 209), "227", "ka10075", "331", "333", "334", "401", *numbered(701, 705), "708", "709", "711")),
    Wrong("a holiday told as an evening", holiday_told_as_evening, "705", "be refused", "RC4058", ("RC4010", "706")),
    Wrong("an opening that no price puts off", opening_never_put_off, "708", "look at nine", "open are {}"),
    Wrong("orders that outlive their session", orders_that_outlive_their_session, "709", "look again", "should be {}"),
    Wrong("an after-market of limits alone", after_market_of_limits_alone, "710", "buy at the best price", "521790"),
    Wrong("a year that begins like any day", year_that_begins_like_any_day, "711", "be refused", '"return_code":0'),
    Wrong("LOGIN answered with a text", says(lambda text: text.replace('"return_code":0', '"return_code":"0"')), "651", "log in", "'0'", (*TYPES, "641", "642", "652", *numbered(655, 663), *numbered(671, 675))),
    Wrong(
        "REG answered with data",
        says(lambda text: text.replace('"REG","return_code":0', '"REG","data":[],"return_code":0')),
        "0B",
        "register",
        "'data': []",
        (*TYPES, "656", "657", "658", "660"),
    ),
    Wrong("TRNM filled in", says(lambda text: text.replace("%s", "REG")), "652", "register", "(TRNM=REG)"),
    Wrong("a PING with more in it", says(lambda text: text.replace('"PING"}', '"PING","at":"1"}')), "661", "wait", "no frame"),
    Wrong("an echo that is answered", echo_answered, "661", "wait", "the echo was answered"),
    Wrong("trnm first", pushes(lambda frame: {"trnm": "REAL", "data": frame["data"]}), "0B", "receive", "in another order", (*TYPES, "641", "642")),
    Wrong("type before values", rows(lambda row: {"type": row["type"]} | row), "0B", "receive", "in another order", (*TYPES, "641", "642")),
    Wrong("FIDs by number", values(lambda told: dict(sorted(told.items()))), "0B", "receive", "in another order", (*set(TYPES) - {"0C"}, "641", "642")),
    Wrong("the menu's name", rows(lambda row: row | {"name": "잔고"} if row["type"] == "04" else row), "04", "receive", "name is '잔고'"),
    Wrong(
        "no blank for a flat price",
        values(lambda told: told | {"10010": told["10010"].strip()} if "10010" in told else told),
        "641",
        "buy",
        "10010 is '269000'",
        ("00", "642"),
    ),
    Wrong(
        "a signed cancel",
        values(lambda told: told | {"905": told["905"].replace("매수취소", "+매수취소")} if "905" in told else told),
        "641",
        "cancel",
        "+매수취소",
    ),
    Wrong("REMOVE without effect", remove_that_does_nothing, "656", "receive nothing", "came after REMOVE"),
    Wrong("no word to the older connection", no_goodbye, "655", "log in again", "no frame SYSTEM"),
    Wrong("another reason to close", closed_in_another_way, "653", "be closed", "(1000, 'Gone')", ("655", "662")),
    Wrong("conditions as objects", says(lambda text: text.replace('["0","상승"]', '{"seq":"0","name":"상승"}')), "671", "list", "not a list of pairs", ("672", "673", "674")),
    Wrong("pages of a search in a circle", says(lambda text: text.replace('"N","next_key":""', '"Y","next_key":"005930"')), "672", "search", "leads in a circle"),
    Wrong("a code without its letter in a live search", says(lambda text: text.replace('"jmcode":"A', '"jmcode":"')), "673", "begin", "not A+code", ("674",)),
    Wrong("CNSRCLR without effect", clear_that_does_nothing, "674", "receive nothing", "came after CNSRCLR"),
    Wrong("REG without end", nothing_is_too_often, "659", "register six times", "[0, 0, 0, 0, 0, 0]"),
)  # fmt: skip
"""What may not be passed over."""
