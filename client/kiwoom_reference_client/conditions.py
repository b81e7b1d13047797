"""Condition search: what the conditions find that a customer has saved, once, or live until the search is ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from kiwoom_contracts.validation import validate
from kiwoom_reference_client import values
from kiwoom_reference_client.errors import UnreadableAnswer, foreseen
from kiwoom_reference_client.events import ConditionEvent
from kiwoom_reference_client.models import Code, Model, Price, wire_field
from kiwoom_reference_client.quotes import Direction
from kiwoom_reference_client.records import Record

ONCE, LIVE, CLEAR = "ka10172", "ka10173", "ka10174"
LIST = {"trnm": "CNSRLST"}
"""The frame that asks for the conditions. The service wants it before any search of a connection (ka10171)."""

Rate = Annotated[Decimal, lambda text: values.decimal(text) / 1000]
"""Percent, sent in thousandths of it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One that the customer has saved."""

    seq: str
    """By which it is asked for."""
    name: str


@dataclass(frozen=True, slots=True)
class Match(Model):
    """An instrument that meets a condition. Prices in won."""

    code: Code = wire_field("9001")
    name: str = wire_field("302")
    price: Price = wire_field("10")
    direction: Direction | str = wire_field("25")
    change: int = wire_field("11")
    change_rate: Rate = wire_field("12")
    volume: int = wire_field("13")
    """Shares of today."""
    open: Price = wire_field("16")
    high: Price = wire_field("17")
    low: Price = wire_field("18")


class Searches:
    """The live searches of a stream, and the codes that each finds by now: learnt from answers and events."""

    def __init__(self) -> None:
        self.are_listed = False
        """Whether the conditions were asked for."""
        self._found: dict[str, dict[str, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def __contains__(self, seq: str) -> bool:
        return seq in self._found

    @property
    def found(self) -> dict[str, tuple[str, ...]]:
        """Codes by ``seq``."""
        return {seq: tuple(codes) for seq, codes in self._found.items()}

    def answered(self, frame: Mapping[str, str], answer: dict[str, Any]) -> None:
        """A frame had that answer. Raises UnreadableAnswer."""
        if answer.get("return_code") != 0:
            return
        if frame["trnm"] == "CNSRLST":
            self.are_listed = True
        elif frame["trnm"] == "CNSRCLR":
            self._found.pop(frame["seq"], None)
        elif frame.get("search_type") == "1":
            self._found[frame["seq"]] = dict.fromkeys(codes_in(answer))

    def moved(self, event: ConditionEvent) -> None:
        """An instrument came in, or went out."""
        codes = self._found.get(event.seq, {})
        codes.pop(event.code, None)
        if event.is_in:
            codes[event.code] = None

    def frames(self) -> Iterator[dict[str, str]]:
        """What begins all of it on a new connection."""
        if self.are_listed:
            yield LIST
        for seq in self._found:
            yield live(seq)


def once(seq: str, next_key: str = "") -> dict[str, str]:
    """The frame for a page of what meets a condition now. Raises InputError for a ``seq`` that makes no sense."""
    page = {"cont_yn": "Y" if next_key else "N", "next_key": next_key}
    return _checked(ONCE, {"trnm": "CNSRREQ", "seq": seq, "search_type": "0", "stex_tp": "K"} | page)


def live(seq: str) -> dict[str, str]:
    """The frame that begins a live search. Raises InputError for a ``seq`` that makes no sense."""
    return _checked(LIVE, {"trnm": "CNSRREQ", "seq": seq, "search_type": "1", "stex_tp": "K"})


def clear(seq: str) -> dict[str, str]:
    """The frame that ends a live search. Raises InputError for a ``seq`` that makes no sense."""
    return _checked(CLEAR, {"trnm": "CNSRCLR", "seq": seq})


def _checked(api_id: str, frame: dict[str, str]) -> dict[str, str]:
    fault = validate(api_id, frame)
    if fault is not None:
        raise foreseen(fault.code, fault.values, api_id)
    return frame


def conditions_in(answer: dict[str, Any]) -> tuple[Condition, ...]:
    """The conditions of an answer to CNSRLST, a pair of ``seq`` and name each. Raises UnreadableAnswer."""
    try:
        return tuple(Condition(str(seq), str(name)) for seq, name in answer["data"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableAnswer("200", "data is no list of pairs", None, "CNSRLST") from None


def codes_in(answer: dict[str, Any]) -> tuple[str, ...]:
    """The codes of an answer to a live search, without their letter. Raises UnreadableAnswer."""
    return tuple(row.read("jmcode", values.plain_code) for row in Record(LIVE, answer).rows("data"))


def matches_in(answer: dict[str, Any]) -> tuple[Match, ...]:
    """The rows of a page. Raises UnreadableAnswer."""
    return tuple(Match.of(row) for row in Record(ONCE, answer).rows("data"))
