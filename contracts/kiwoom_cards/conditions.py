"""Cards of condition search: the list of conditions, a search with pages, a live search, its end and its repetition."""

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
"""The realtime type of the frames of a live search."""

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
"""A world in which two shares are up, and one of them falls below its base price and rises again."""


class ConditionSearchRun:
    """A run with a socket and the first condition that the customer has saved."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._session: Socket | None = None
        self._seq = ""

    @property
    def _socket(self) -> Socket:
        if self._session is None:
            raise RuntimeError("no session is open")
        return self._session

    def open_session(self) -> None:
        """Open a logged-in connection."""
        self._session = self._context.open_session()

    def show(self) -> None:
        """List the conditions. Raises Unseen if the customer has saved none."""
        answer = self._request({"trnm": "CNSRLST"}, ("trnm", "return_code", "return_msg", "data"))
        pairs = answer["data"]
        is_list = isinstance(pairs, list) and all(map(_is_pair, pairs))
        require(is_list, f"CNSRLST: data is not a list of pairs of strings: {pairs}")
        if not pairs:
            raise Unseen("the customer has saved no condition")
        self._seq = pairs[0][0]

    def search(self) -> None:
        """Search once, and read all pages."""
        rows: list[dict[str, Any]] = []
        keys = [""]
        while keys[-1] or len(keys) == 1:
            answer = self._page(keys[-1])
            rows += self._rows(answer, ONCE)
            next_key = answer["next_key"]
            require((answer["cont_yn"] == "Y") == bool(next_key), f"CNSRREQ: {answer['cont_yn']}, next_key {next_key}")
            require(not next_key or next_key not in keys, f"CNSRREQ: next_key {next_key} leads in a circle")
            keys.append(next_key)
        if self._context.target.is_set_up:
            codes = [row["9001"] for row in rows]
            require(codes == ["A000660", "A005930"], f"CNSRREQ: on {len(keys) - 1} pages are {codes}")

    def _page(self, next_key: str) -> dict[str, Any]:
        # The second page is requested with the number as the first page has it: with blanks.
        seq = f"{self._seq:3}" if next_key else self._seq
        request = {"trnm": "CNSRREQ", "seq": seq, "search_type": "0", "stex_tp": "K"}
        page = {"cont_yn": "Y" if next_key else "N", "next_key": next_key}
        return self._request(request | page, ("trnm", "seq", "cont_yn", "next_key", "return_code", "data"))

    def begin(self) -> None:
        """Start a live search."""
        request = {"trnm": "CNSRREQ", "seq": self._seq, "search_type": "1", "stex_tp": "K"}
        rows = self._rows(self._request(request, ("trnm", "seq", "return_code", "data")), LIVE)
        if self._context.target.is_set_up:
            codes = sorted(row["jmcode"] for row in rows)
            require(codes == ["A000660", "A005930"], f"CNSRREQ: it begins with {codes}")

    def begin_again(self) -> None:
        """Start the live search that is registered already."""
        self._socket.send({"trnm": "CNSRREQ", "seq": self._seq, "search_type": "1", "stex_tp": "K"})
        answer = self._socket.receive("CNSRREQ")
        text = f"이미 등록된 조건검색 일련번호입니다.(seq={self._seq})"
        refusal = {"trnm": "CNSRREQ", "return_code": 900003, "return_msg": text}
        require(answer == refusal, f"CNSRREQ: a second start was answered with {answer}")

    def break_off(self) -> None:
        """Break the connection off, without a close frame."""
        self._socket.break_off()

    def receive(self) -> None:
        """Receive a frame of the live search; in the world that is set up, one out and one in."""
        for directions in ("D", "I") if self._context.target.is_set_up else ("DI",):
            frame = self._context.receive(self._socket, LONG_ENOUGH, _is_hit)
            for row in rows_of(frame):
                seq, direction = _values(frame, row)
                require(
                    seq == self._seq and direction in tuple(directions), f"{HIT}: (841, 843) are {(seq, direction)}"
                )

    def clear(self) -> None:
        """End the live search."""
        request = {"trnm": "CNSRCLR", "seq": self._seq}
        self._request(request, ("return_code", "return_msg", "trnm", "seq"))
        self._socket.drain()

    def receive_nothing(self) -> None:
        """Let time pass after the end of the search."""
        self._context.target.let_pass(LONG_ENOUGH)
        frames = [frame for frame in self._socket.drain() if _is_hit(frame)]
        require(not frames, f"{len(frames)} frames came after CNSRCLR")

    def _request(self, request: dict[str, str], keys: tuple[str, ...]) -> dict[str, Any]:
        self._socket.send(request)
        answer = self._socket.receive(request["trnm"])
        check_keys(request["trnm"], keys, answer)
        require(answer["return_code"] == 0, f"{request['trnm']} was answered with {answer}")
        if "seq" in request:
            expected = f"{self._seq:3}" if request.get("search_type") == "0" else self._seq
            require(answer["seq"] == expected, f"{request['trnm']}: seq is {answer['seq']!r}")
        return answer

    def _rows(self, answer: dict[str, Any], api_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = answer["data"]
        are_rows = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        require(are_rows, f"{api_id}: data is not a list of rows: {rows}")
        for row in rows:
            _check(api_id, _fields(api_id, "data"), row)
        return rows


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(text, str) for text in value)


def _values(frame: dict[str, Any], row: dict[str, Any]) -> tuple[str, str]:
    """Check a row of a frame, and return the condition (841) and the direction (843) in it."""
    check_keys(f"{HIT}: frame", ("data", "trnm"), frame)
    check_keys(f"{HIT}: row", ROW, row)
    require(row["name"] == "조건검색", f"{HIT}: name is {row['name']!r}")
    values = row["values"]
    require(isinstance(values, dict), f"{HIT}: values is not an object")
    _check(HIT, _fields(LIVE, "values"), values)
    require(row["item"] == values["9001"], f"{HIT}: item is {row['item']!r}, 9001 {values['9001']!r}")
    return values["841"], values["843"]


def _is_hit(frame: dict[str, Any]) -> bool:
    return any(row.get("type") == HIT for row in rows_of(frame))


def _fields(api_id: str, name: str) -> tuple[Field, ...]:
    return next(field.fields for field in catalogue.api(api_id).response if field.name == name and field.fields)


def _check(place: str, fields: tuple[Field, ...], raw: dict[str, Any]) -> None:
    check_keys(place, [field.name for field in fields], raw)
    check_values(place, {field.name: field.format for field in fields}, raw)


OPEN_SESSION = CardStep("log in", "return_code 0", ConditionSearchRun.open_session)
SHOW = CardStep("list", "pairs of number and name", ConditionSearchRun.show)
SEARCH = CardStep(
    "search",
    "the number in three characters; rows padded to nine digits, page by page, each once",
    ConditionSearchRun.search,
)
BEGIN = CardStep("begin", "the codes that match now, with their letter", ConditionSearchRun.begin)
RECEIVE = CardStep(
    "receive",
    "frames of 02 for codes that leave and enter, with the number of the condition",
    ConditionSearchRun.receive,
)
END = CardStep("end", "return_code first, and the number", ConditionSearchRun.clear)
AGAIN = CardStep("begin again", "900003 without the number beside it", ConditionSearchRun.begin_again)
BREAK = CardStep("break off", "no close frame", ConditionSearchRun.break_off)
LOG_IN_AGAIN = CardStep("log in again", "return_code 0", ConditionSearchRun.open_session)
LIST_AGAIN = CardStep("list again", "pairs of number and name", ConditionSearchRun.show)
BEGIN_AFRESH = CardStep("begin afresh", "the codes that match now", ConditionSearchRun.begin)
END_AT_LAST = CardStep("end at last", "return_code first, and the number", ConditionSearchRun.clear)
SILENCE = CardStep("receive nothing", "no frame of 02 any more", ConditionSearchRun.receive_nothing)


def _condition_card(
    number: str, api_id: str, *steps: CardStep[ConditionSearchRun], in_hours: bool = False
) -> Card[ConditionSearchRun]:
    api = catalogue.api(api_id)
    evidence = Evidence(api.evidence.level, api.evidence.where, api.evidence.date)
    title = f"{api.id} answers: {api.name}"
    return Card(
        number, title, evidence, ConditionSearchRun, (OPEN_SESSION, SHOW, *steps), setup=RISING, in_hours=in_hours
    )


CARDS: tuple[Card[Any], ...] = (
    _condition_card("671", LIST),
    _condition_card("672", ONCE, SEARCH),
    _condition_card("673", LIVE, BEGIN, RECEIVE, in_hours=True),
    _condition_card("674", CLEAR, BEGIN, END, SILENCE, in_hours=True),
    Card(
        "675",
        "A live search is registered once until it is cleared",
        Evidence("observed", "production, reported by a user", "2026-08-06"),
        ConditionSearchRun,
        (OPEN_SESSION, SHOW, BEGIN, AGAIN, END, BEGIN_AFRESH, END_AT_LAST),
        setup=RISING,
    ),
    Card(
        "676",
        "A live search outlives a connection that breaks",
        Evidence("observed", "production, concluded by a user from a log", "2026-08-06"),
        ConditionSearchRun,
        (OPEN_SESSION, SHOW, BEGIN, BREAK, LOG_IN_AGAIN, LIST_AGAIN, AGAIN, END, BEGIN_AFRESH, END_AT_LAST),
        setup=RISING,
    ),
)
"""Cards 671 to 676."""
