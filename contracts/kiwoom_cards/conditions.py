"""Cards of condition search: listed, once and page by page, live, and ended."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import Unseen, require
from kiwoom_cards.context import CardContext
from kiwoom_cards.format_checks import check_keys, check_values
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.realtime import LONG_ENOUGH, ROW, rows_of
from kiwoom_cards.socket import Socket
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Evidence, Field

LIST, ONCE, LIVE, CLEAR = "ka10171", "ka10172", "ka10173", "ka10174"
HIT = "02"
"""The type of what a live search tells."""

RISING = WorldSetup(
    """settings: {page_size: 1}
timeline:
  - at: 0s
    trade: {code: "005930", price: 269500, side: buy, quantity: 1}
  - at: 0s
    trade: {code: "000660", price: 1121000, side: buy, quantity: 1}
  - at: 10s
    trade: {code: "005930", price: 268500, side: buy, quantity: 1}
  - at: 12s
    trade: {code: "005930", price: 269500, side: buy, quantity: 1}
"""
)
"""A market in which two shares have risen, and one of them falls and rises again."""


class ConditionSearchRun:
    """A play with a socket, and the first condition that the customer has saved."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._opened: Socket | None = None
        self._seq = ""

    @property
    def _socket(self) -> Socket:
        if self._opened is None:
            raise RuntimeError("no socket is open")
        return self._opened

    def listen(self) -> None:
        self._opened = self._context.listen()

    def show(self) -> None:
        """Raises Unseen if there is none."""
        answer = self._answered({"trnm": "CNSRLST"}, ("trnm", "return_code", "return_msg", "data"))
        listed = answer["data"]
        is_list = isinstance(listed, list) and all(_is_pair(one) for one in listed)
        require(is_list, f"CNSRLST: data is no list of pairs of texts: {listed}")
        if not listed:
            raise Unseen("the customer has saved no condition")
        self._seq = listed[0][0]

    def search(self) -> None:
        rows: list[dict[str, Any]] = []
        keys = [""]
        while keys[-1] or len(keys) == 1:
            answer = self._turn(keys[-1])
            rows += self._rows(answer, ONCE)
            following = answer["next_key"]
            require(
                (answer["cont_yn"] == "Y") == bool(following), f"CNSRREQ: {answer['cont_yn']}, next_key {following}"
            )
            require(not following or following not in keys, f"CNSRREQ: next_key {following} leads in a circle")
            keys.append(following)
        if self._context.target.is_set_up:
            codes = [row["9001"] for row in rows]
            require(codes == ["A000660", "A005930"], f"CNSRREQ: on {len(keys) - 1} pages are {codes}")

    def _turn(self, next_key: str) -> dict[str, Any]:
        asked = {"trnm": "CNSRREQ", "seq": self._seq, "search_type": "0", "stex_tp": "K"}
        page = {"cont_yn": "Y" if next_key else "N", "next_key": next_key}
        return self._answered(asked | page, ("trnm", "seq", "cont_yn", "next_key", "return_code", "data"))

    def begin(self) -> None:
        asked = {"trnm": "CNSRREQ", "seq": self._seq, "search_type": "1", "stex_tp": "K"}
        rows = self._rows(self._answered(asked, ("trnm", "seq", "return_code", "data")), LIVE)
        if self._context.target.is_set_up:
            codes = sorted(row["jmcode"] for row in rows)
            require(codes == ["A000660", "A005930"], f"CNSRREQ: it begins with {codes}")

    def hear(self) -> None:
        """A move; and where they are known, that one out and one in."""
        for wanted in ("D", "I") if self._context.target.is_set_up else ("DI",):
            frame = self._context.hear(self._socket, LONG_ENOUGH, _is_hit)
            for row in rows_of(frame):
                seq, way = _values(frame, row)
                require(seq == self._seq and way in tuple(wanted), f"{HIT} tells (841, 843) {(seq, way)}")

    def clear(self) -> None:
        asked = {"trnm": "CNSRCLR", "seq": self._seq}
        self._answered(asked, ("return_code", "return_msg", "trnm", "seq"))
        self._socket.heard()

    def hear_nothing(self) -> None:
        self._context.target.let_pass(LONG_ENOUGH)
        told = [frame for frame in self._socket.heard() if _is_hit(frame)]
        require(not told, f"{len(told)} frames came after CNSRCLR")

    def _answered(self, asked: dict[str, str], keys: tuple[str, ...]) -> dict[str, Any]:
        self._socket.say(asked)
        answer = self._socket.hear(asked["trnm"])
        check_keys(asked["trnm"], keys, answer)
        require(answer["return_code"] == 0, f"{asked['trnm']} was answered with {answer}")
        seq = str(answer.get("seq", "")).strip()
        require(seq == asked.get("seq", ""), f"{asked['trnm']}: seq is {seq!r}")
        return answer

    def _rows(self, answer: dict[str, Any], api_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = answer["data"]
        are_rows = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        require(are_rows, f"{api_id}: data is no list of rows: {rows}")
        for row in rows:
            _check(api_id, _fields(api_id, "data"), row)
        return rows


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(text, str) for text in one)


def _values(frame: dict[str, Any], row: dict[str, Any]) -> tuple[str, str]:
    """Condition and way of a row of a frame that is as it should be."""
    check_keys(f"{HIT}: frame", ("data", "trnm"), frame)
    check_keys(f"{HIT}: row", ROW, row)
    require(row["name"] == "조건검색", f"{HIT}: name is {row['name']!r}")
    values = row["values"]
    require(isinstance(values, dict), f"{HIT}: values is no object")
    _check(HIT, _fields(LIVE, "values"), values)
    require(row["item"] == values["9001"], f"{HIT}: item is {row['item']!r}, 9001 {values['9001']!r}")
    return values["841"], values["843"]


def _is_hit(frame: dict[str, Any]) -> bool:
    return any(row.get("type") == HIT for row in rows_of(frame))


def _fields(api_id: str, name: str) -> tuple[Field, ...]:
    return next(field.fields for field in catalogue.api(api_id).response if field.name == name and field.fields)


def _check(what: str, fields: tuple[Field, ...], raw: dict[str, Any]) -> None:
    check_keys(what, [field.name for field in fields], raw)
    check_values(what, {field.name: field.format for field in fields}, raw)


LISTEN = CardStep("log in", "return_code 0", ConditionSearchRun.listen)
SHOW = CardStep("list", "pairs of number and name", ConditionSearchRun.show)
SEARCH = CardStep("search", "rows padded to nine digits, page by page, each once", ConditionSearchRun.search)
BEGIN = CardStep("begin", "the codes with their letter that it finds now", ConditionSearchRun.begin)
HEAR = CardStep("hear", "02 for what goes out and comes in, with the number of the condition", ConditionSearchRun.hear)
END = CardStep("end", "return_code first, and the number", ConditionSearchRun.clear)
SILENCE = CardStep("hear nothing", "no frame of 02 any more", ConditionSearchRun.hear_nothing)


def _card(
    number: str, api_id: str, *steps: CardStep[ConditionSearchRun], in_hours: bool = False
) -> Card[ConditionSearchRun]:
    api = catalogue.api(api_id)
    evidence = Evidence(api.evidence.level, api.evidence.where, api.evidence.date)
    title = f"{api.id} answers: {api.name}"
    return Card(number, title, evidence, ConditionSearchRun, (LISTEN, SHOW, *steps), setup=RISING, in_hours=in_hours)


CARDS: tuple[Card[Any], ...] = (
    _card("671", LIST),
    _card("672", ONCE, SEARCH),
    _card("673", LIVE, BEGIN, HEAR, in_hours=True),
    _card("674", CLEAR, BEGIN, END, SILENCE, in_hours=True),
)
"""Cards 671 to 674."""
