"""Condition search (조건검색) over a few conditions on the world's data: once, or live until it is cleared.

The real service searches for conditions that the customer saved; these are built in (assumed), and so are the size of a
page and its ``next_key``, the code that the next page begins with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field
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
"""By ``seq``: name and what an instrument must be."""

NOTHING = {"return_code": 100002, "return_msg": "필수 파라미터가 누락되어 있습니다"}


def answer(world: World, session: Subscriber, request: dict[str, Any], page_size: int) -> list[str]:
    """The frames that answer CNSRLST, CNSRREQ or CNSRCLR."""
    name, seq = request["trnm"], request.get("seq")
    if name == "CNSRLST":
        listed = [[number, title] for number, (title, _) in CONDITIONS.items()]
        return [_frame({"trnm": name, "return_code": 0, "return_msg": "", "data": listed})]
    if not isinstance(seq, str) or seq not in CONDITIONS:
        return [_frame({"trnm": name, **NOTHING})]
    if name == "CNSRCLR":
        session.searches.pop(seq, None)
        return [_frame({"return_code": 0, "return_msg": "", "trnm": name, "seq": seq})]
    found = matching(world, seq)
    if request.get("search_type") == "1":
        session.searches[seq] = dict.fromkeys(found)
        rows = [{"jmcode": _lettered(world, code)} for code in found]
        return [_frame({"trnm": name, "seq": seq, "return_code": 0, "data": rows})]
    start = str(request.get("next_key")) if request.get("cont_yn") == "Y" else ""
    page = [code for code in found if code >= start]
    following = "".join(page[page_size : page_size + 1])
    data = [_row(world, code) for code in page[:page_size]]
    head = {"trnm": name, "seq": seq, "cont_yn": "Y" if following else "N", "next_key": following, "return_code": 0}
    return [_frame(head | {"data": data})]


def matching(world: World, seq: str) -> list[str]:
    """The stocks that meet a condition now, by code."""
    _, holds = CONDITIONS[seq]
    by_code = world.ledger.market_data
    return sorted(
        code for code, market_data in by_code.items() if market_data.instrument.market in STOCKS and holds(market_data)
    )


def moves(world: World, session: Subscriber, code: str) -> list[str]:
    """What a live search has to tell of an instrument that moved: that it came in (I) or went out (D)."""
    frames = []
    market_data = world.ledger.market_data[code]
    for seq, inside in session.searches.items():
        holds = market_data.instrument.market in STOCKS and CONDITIONS[seq][1](market_data)
        if holds == (code in inside):
            continue
        if holds:
            inside[code] = None
        else:
            del inside[code]
        values = {
            "841": seq,
            "9001": code,
            "843": "I" if holds else "D",
            "20": Format.of("HHmmss").encode(world.now),
            "907": "2" if holds else "1",
        }
        frames.append(
            _frame({"data": [{"values": values, "type": "02", "name": "조건검색", "item": code}], "trnm": "REAL"})
        )
    return frames


def _rows_of() -> tuple[Field, ...]:
    (data,) = (field for field in catalogue.api("ka10172").response if field.fields)
    return data.fields


def _row(world: World, code: str) -> dict[str, str]:
    """Padded to nine digits with the sign in front; FID 12 in thousandths of a percent (measured)."""
    market_data = world.ledger.market_data[code]
    base = market_data.instrument.base
    change = market_data.last - base
    direction = "2" if change > 0 else "5" if change < 0 else "3"
    values = {
        "9001": _lettered(world, code),
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
    return {field.name: values.get(field.name, "") for field in _rows_of()}


def _lettered(world: World, code: str) -> str:
    return Format.of("A+code").encode(world.ledger.market_data[code].instrument)


def _frame(content: dict[str, Any]) -> str:
    return orjson.dumps(content).decode()
