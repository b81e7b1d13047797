"""Condition search (조건검색): finds the stocks that meet a condition, once or live until the search is cleared.

The real service searches for conditions that the customer saved. Assumed here: the three built-in conditions, the size
of a page, ``next_key``, which is the code that the next page begins with, and 100002 for what is absent or unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field
from kiwoom_mockserver.broker.left_searches import LeftSearches
from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.exchange.instruments import STOCKS
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.world.world import World

CONDITIONS: dict[str, tuple[str, Callable[[MarketData], bool]]] = {
    "0": ("상승", lambda market_data: market_data.last > market_data.instrument.base),
    "1": ("하락", lambda market_data: market_data.last < market_data.instrument.base),
    "2": ("거래형성", lambda market_data: market_data.volume > 0),
}
"""The conditions by ``seq``: the name, and a test of an instrument's market data."""

LIVE = "1"
"""The ``search_type`` of a live search; that of a single one is ``0``."""


def answer(
    world: World, left_searches: LeftSearches, session: Subscriber, request: dict[str, Any], page_size: int
) -> list[str]:
    """Return the frames that answer CNSRLST, CNSRREQ or CNSRCLR, and start or clear live searches of the session.

    ``page_size`` is the number of rows in one page of a search that is not live.
    """
    name = request["trnm"]
    if name == "CNSRLST":
        conditions = [[number, title] for number, (title, _) in CONDITIONS.items()]
        return [_frame({"trnm": name, "return_code": 0, "return_msg": "", "data": conditions})]
    seq = str(request.get("seq")).strip()  # it may be sent with the blanks with which ka10172 answers
    if seq not in CONDITIONS or (name == "CNSRREQ" and not _is_complete(request)):
        return [_refusal(name, 100002, "필수 파라미터가 누락되어 있습니다")]
    if name == "CNSRCLR":
        session.searches.pop(seq, None)
        left_searches.clear(session.appkey, seq)
        return [_frame({"return_code": 0, "return_msg": "", "trnm": name, "seq": seq})]
    if request["search_type"] != LIVE:
        return [_page(world, seq, request, page_size)]
    if seq in session.searches or left_searches.has(session.appkey, seq):
        return [_refusal(name, 900003, f"이미 등록된 조건검색 일련번호입니다.(seq={seq})")]
    codes = matching_codes(world, seq)
    session.searches[seq] = dict.fromkeys(codes)
    rows = [{"jmcode": _prefixed_code(world, code)} for code in codes]
    return [_frame({"trnm": name, "seq": seq, "return_code": 0, "data": rows})]


def _is_complete(request: dict[str, Any]) -> bool:
    """Return whether CNSRREQ has the parameters that the document requires beside ``seq``."""
    exchange = request.get("stex_tp")
    return request.get("search_type") in ("0", LIVE) and isinstance(exchange, str) and exchange != ""


def _refusal(name: str, code: int, text: str) -> str:
    """Return an error answer; it has no ``seq`` (recorded for 900003)."""
    return _frame({"trnm": name, "return_code": code, "return_msg": text})


def _page(world: World, seq: str, request: dict[str, Any], page_size: int) -> str:
    """Return one page of a search that is not live; its ``seq`` has three characters (documented example)."""
    start = str(request.get("next_key")) if request.get("cont_yn") == "Y" else ""
    codes = [code for code in matching_codes(world, seq) if code >= start]
    next_key = "".join(codes[page_size : page_size + 1])
    content = {
        "trnm": request["trnm"],
        "seq": f"{seq:3}",
        "cont_yn": "Y" if next_key else "N",
        "next_key": next_key,
        "return_code": 0,
        "data": [_match_row(world, code) for code in codes[:page_size]],
    }
    return _frame(content)


def matching_codes(world: World, seq: str) -> list[str]:
    """Return the codes of the stocks that meet a condition now, sorted."""
    _, is_met = CONDITIONS[seq]
    by_code = world.ledger.market_data
    return sorted(
        code for code, market_data in by_code.items() if market_data.instrument.market in STOCKS and is_met(market_data)
    )


def change_frames(world: World, session: Subscriber, code: str) -> list[str]:
    """Return the frames for live searches that an instrument has entered (843 ``I``) or left (``D``) just now."""
    frames = []
    market_data = world.ledger.market_data[code]
    for seq, matched in session.searches.items():
        is_match = market_data.instrument.market in STOCKS and CONDITIONS[seq][1](market_data)
        if is_match == (code in matched):
            continue
        if is_match:
            matched[code] = None
        else:
            del matched[code]
        values = {
            "841": seq,
            "9001": code,
            "843": "I" if is_match else "D",
            "20": Format.of("HHmmss").encode(world.now),
            "907": "2" if is_match else "1",
        }
        frames.append(
            _frame({"data": [{"values": values, "type": "02", "name": "조건검색", "item": code}], "trnm": "REAL"})
        )
    return frames


def _row_fields() -> tuple[Field, ...]:
    (data,) = (field for field in catalogue.api("ka10172").response if field.fields)
    return data.fields


def _match_row(world: World, code: str) -> dict[str, str]:
    """Return a result row: numbers padded to nine digits with the sign in front, 12 in 0.001 percent (measured)."""
    market_data = world.ledger.market_data[code]
    base = market_data.instrument.base
    change = market_data.last - base
    direction = "2" if change > 0 else "5" if change < 0 else "3"
    values = {
        "9001": _prefixed_code(world, code),
        "302": market_data.instrument.name,
        "10": f"{market_data.last:09d}",
        "25": direction,
        "11": f"{change:09d}",
        "12": f"{percent(change, base, 3):09d}",
        "13": f"{market_data.volume:09d}",
        "16": f"{market_data.open:09d}",
        "17": f"{market_data.high:09d}",
        "18": f"{market_data.low:09d}",
    }
    return {field.name: values.get(field.name, "") for field in _row_fields()}


def _prefixed_code(world: World, code: str) -> str:
    return Format.of("A+code").encode(world.ledger.market_data[code].instrument)


def _frame(content: dict[str, Any]) -> str:
    return orjson.dumps(content).decode()
