"""Condition search over the WebSocket: the saved conditions of a customer, searched once or live."""

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
"""The frame that lists the conditions (ka10171). The service requires it before the first search of a connection."""

ALREADY_REGISTERED = "900003"
"""The code that refuses a live search which is registered already, perhaps by a connection that broke."""

Rate = Annotated[Decimal, lambda text: values.decimal(text) / 1000]
"""A rate in percent, sent in thousandths of a percent."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that the customer has saved."""

    seq: str
    """The sequence number by which the condition is searched."""
    name: str


@dataclass(frozen=True, slots=True)
class ConditionMatch(Model):
    """An instrument that meets a condition. Prices are in won."""

    code: Code = wire_field("9001")
    name: str = wire_field("302")
    price: Price = wire_field("10")
    direction: Direction | str = wire_field("25")
    change: int = wire_field("11")
    change_rate: Rate = wire_field("12")
    volume: int = wire_field("13")
    """Shares traded today."""
    open: Price = wire_field("16")
    high: Price = wire_field("17")
    low: Price = wire_field("18")


class Searches:
    """The live searches of a stream, and the codes that each matches now, updated by answers and events."""

    def __init__(self) -> None:
        self.are_listed = False
        """Whether the conditions were listed on this connection."""
        self._matching: dict[str, dict[str, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._matching)

    def __contains__(self, seq: str) -> bool:
        return seq.strip() in self._matching

    @property
    def matching(self) -> dict[str, tuple[str, ...]]:
        """The codes that each live search matches now, by ``seq``."""
        return {seq: tuple(codes) for seq, codes in self._matching.items()}

    def on_answer(self, frame: Mapping[str, str], answer: dict[str, Any]) -> None:
        """Update the searches by the answer to a frame. Raises UnreadableAnswer."""
        if answer.get("return_code") != 0:
            return
        if frame["trnm"] == "CNSRLST":
            self.are_listed = True
        elif frame["trnm"] == "CNSRCLR":
            self._matching.pop(frame["seq"], None)
        elif frame.get("search_type") == "1":
            self._matching[frame["seq"]] = dict.fromkeys(codes_in(answer))

    def on_event(self, event: ConditionEvent) -> None:
        """Update a search by an instrument that began or ceased to match."""
        codes = self._matching.get(event.seq, {})
        codes.pop(event.code, None)
        if event.is_in:
            codes[event.code] = None

    def frames(self) -> Iterator[dict[str, str]]:
        """Yield the frames that start all searches on a new connection."""
        if self.are_listed:
            yield LIST
        for seq in self._matching:
            yield live(seq)


def once(seq: str, next_key: str = "") -> dict[str, str]:
    """Return the frame that requests a page of the current matches. Raises InputError for a malformed ``seq``.

    ``seq`` may have the blanks with which ka10172 answers; this holds for all frames.
    """
    page = {"cont_yn": "Y" if next_key else "N", "next_key": next_key}
    return _checked(ONCE, {"trnm": "CNSRREQ", "seq": seq.strip(), "search_type": "0", "stex_tp": "K"} | page)


def live(seq: str) -> dict[str, str]:
    """Return the frame that starts a live search. Raises InputError for a malformed ``seq``."""
    return _checked(LIVE, {"trnm": "CNSRREQ", "seq": seq.strip(), "search_type": "1", "stex_tp": "K"})


def clear(seq: str) -> dict[str, str]:
    """Return the frame that ends a live search. Raises InputError for a malformed ``seq``."""
    return _checked(CLEAR, {"trnm": "CNSRCLR", "seq": seq.strip()})


def _checked(api_id: str, frame: dict[str, str]) -> dict[str, str]:
    violation = validate(api_id, frame)
    if violation is not None:
        raise foreseen(violation.code, violation.values, api_id)
    return frame


def conditions_in(answer: dict[str, Any]) -> tuple[Condition, ...]:
    """Return the conditions in an answer to CNSRLST, pairs of ``seq`` and name. Raises UnreadableAnswer."""
    try:
        return tuple(Condition(str(seq).strip(), str(name)) for seq, name in answer["data"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableAnswer("200", "data is not a list of pairs", None, "CNSRLST") from None


def codes_in(answer: dict[str, Any]) -> tuple[str, ...]:
    """Return the codes in an answer to a live search, without their prefix letter. Raises UnreadableAnswer."""
    return tuple(row.read("jmcode", values.plain_code) for row in Record(LIVE, answer).rows("data"))


def matches_in(answer: dict[str, Any]) -> tuple[ConditionMatch, ...]:
    """Return the matches on a page. Raises UnreadableAnswer."""
    return tuple(ConditionMatch.of(row) for row in Record(ONCE, answer).rows("data"))
