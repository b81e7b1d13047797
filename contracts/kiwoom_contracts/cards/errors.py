"""A card for each error code with a natural cause that is no matter of prices: it plays the cause of the contract."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_contracts import catalogue
from kiwoom_contracts.cards import rejections
from kiwoom_contracts.cards.answers import check_error
from kiwoom_contracts.cards.desk import HERE, Desk
from kiwoom_contracts.cards.model import Card, Setting, Step
from kiwoom_contracts.cards.target import Power
from kiwoom_contracts.cards.unruly import send_unruly
from kiwoom_contracts.causes import CAUSES, MONDAY, Cause
from kiwoom_contracts.staging import Answered, Sent, play

TOO_SOON = "1700"
NOT_SIMULATED = "1999"
UNSENDABLE = "1516"
"""Takes a header that ends in a blank, which no HTTP client sends."""
ELSEWHERE_BY_PRICE = frozenset(one.code for one in rejections.REJECTIONS) - {"1511", "1902"} | {"RC4033"}
"""Codes that have a card with the prices of the day."""

_ORDERS = ("/api/dostk/ordr", "/api/dostk/crdordr")


class Causing:
    """A play of one cause."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.appkey, self.secretkey = desk.appkey, desk.secretkey
        self._is_hurried = False
        self._last: Sent | None = None

    def send(self, sent: Sent) -> Answered:
        is_again, self._last = sent == self._last, sent
        if any(value.endswith(" ") for _, value in sent.headers):
            return send_unruly(self._desk.target.url, sent)
        return self._desk.send_too_soon(sent) if is_again and self._is_hurried else self._desk.send(sent)

    def cause(self, code: str) -> None:
        """Raises CriterionMissed unless the last answer is the error."""
        self._is_hurried = code == TOO_SOON
        *_, (_, answer) = play(CAUSES[code], self)
        check_error(code, answer)


def needed(code: str, cause: Cause) -> Power:
    """What it takes to play a cause on a target: orders of its own prices are for worlds that are set up."""
    known = catalogue.api_ids()
    is_order = any(one.api_id in known and catalogue.api(one.api_id).path in _ORDERS for one in cause.requests)
    is_elsewhere = any(one.address != HERE for one in cause.requests)
    is_of_ours = code in (NOT_SIMULATED, UNSENDABLE)
    if cause.scenario or cause.start != MONDAY or is_elsewhere or is_order or is_of_ours:
        return Power.FAULTS
    return Power.NONE


def is_natural(cause: Cause) -> bool:
    """Whether it takes no rule of the user."""
    return "refusals" not in cause.scenario


def _cards() -> Iterator[Card[Causing]]:
    for place, (code, cause) in enumerate(CAUSES.items()):
        if not is_natural(cause) or code in ELSEWHERE_BY_PRICE:
            continue
        error = catalogue.errors()[code]
        wanted = f"HTTP {error.http_status}, class {error.return_code}, {error.text}"
        yield Card(
            501 + place,
            f"{code}: {cause.how}",
            error.evidence,
            Causing,
            (Step("cause it", wanted, lambda causing, code=code: causing.cause(code)),),  # type: ignore[misc]
            needed(code, cause),
            setting=Setting(cause.scenario, cause.profile, cause.hours, cause.start),
        )


CARDS = tuple(_cards())
"""Cards 501 and on; the number goes by the place in the list of codes."""
