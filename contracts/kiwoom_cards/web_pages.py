"""Cards of CORS: the headers with which web pages may read answers, and the preflight that browsers send before."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_cards.model import Card, CardStep
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Evidence
from kiwoom_contracts.recipe_runner import ReceivedResponse

HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "api-id,cont-yn,next-key,resp-cnt,user-data",
    "vary": "Origin,Access-Control-Request-Method,Access-Control-Request-Headers",
    "user-data": "",
}
"""The recorded headers, blanks and repeated lines aside."""

ASKED = "api-id,authorization,content-type"


class WebPageRun:
    """A run that looks at headers alone."""

    def __init__(self, context: CardContext) -> None:
        self._context = context

    def answer(self) -> None:
        """Call an API."""
        self._check(self._context.call_raw("ka00001", {}), HEADERS)

    def refusal(self) -> None:
        """Call an API without its required field."""
        self._check(self._context.call_raw("ka10001", {}), HEADERS)

    def preflight(self) -> None:
        """Send the OPTIONS request with which a browser asks whether a page may call an API."""
        asking = {
            "origin": "http://localhost:3000",
            "access-control-request-method": "POST",
            "access-control-request-headers": ASKED,
        }
        answer = self._context.options(catalogue.api("ka00001").path, asking)
        require(answer.status in (200, 204), f"a preflight was answered with HTTP {answer.status}")
        allowed = _headers(answer)
        require(allowed.get("access-control-allow-origin") in ("*", asking["origin"]), f"allowed is {allowed}")
        require("POST" in allowed.get("access-control-allow-methods", "").split(","), f"allowed is {allowed}")
        names = set(allowed.get("access-control-allow-headers", "").lower().split(","))
        require(names >= set(ASKED.split(",")), f"allowed are the headers {sorted(names)}")

    def _check(self, answer: ReceivedResponse, expected: dict[str, str]) -> None:
        received = {name: value for name, value in _headers(answer).items() if name in expected}
        require(received == expected, f"the headers are {received}")


def _headers(answer: ReceivedResponse) -> dict[str, str]:
    """Return the headers of an answer by name in lower case, without blanks between values and repeated lines."""
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        found.setdefault(name.lower(), []).extend(part.strip() for part in value.split(","))
    return {name: ",".join(dict.fromkeys(parts)) for name, parts in found.items()}


CARDS: tuple[Card[Any], ...] = (
    Card(
        "421",
        "Every answer may be read by web pages",
        Evidence("observed", "raw answer of production; on errors it is assumed"),
        WebPageRun,
        (
            CardStep("call", "four headers of CORS, user-data blank", WebPageRun.answer),
            CardStep("call wrongly", "the same headers on an error", WebPageRun.refusal),
        ),
    ),
    Card(
        "422",
        "A preflight is answered",
        Evidence("observed", "production, reported by users; its headers are assumed"),
        WebPageRun,
        (CardStep("send OPTIONS", "POST and the headers of a request are allowed", WebPageRun.preflight),),
    ),
)
"""Cards 421 and 422."""
