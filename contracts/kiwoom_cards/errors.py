"""A card for each error code with a natural cause that is no matter of prices: it plays the cause of the contract."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_cards import rejections
from kiwoom_cards.answers import check_error
from kiwoom_cards.context import HERE, CardContext
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.raw_http import send_raw
from kiwoom_cards.target import Capability
from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import ERROR_RECIPES, MONDAY, ErrorRecipe
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest, run_recipe

TOO_SOON = "1700"
NOT_SIMULATED = "1999"
UNSENDABLE = "1516"
"""Takes a header that ends in a blank, which no HTTP client sends."""
ELSEWHERE_BY_PRICE = frozenset(one.code for one in rejections.REJECTIONS) - {"1511", "1902"} | {"RC4033"}
"""Codes that have a card with the prices of the day."""


class ErrorRun:
    """A play of one cause."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self.appkey, self.secretkey = context.appkey, context.secretkey
        self._is_hurried = False
        self._last: SentRequest | None = None

    def send(self, sent: SentRequest) -> ReceivedResponse:
        is_again, self._last = sent == self._last, sent
        if any(value.endswith(" ") for _, value in sent.headers):
            return send_raw(self._context.target.url, sent)
        return self._context.send_too_soon(sent) if is_again and self._is_hurried else self._context.send(sent)

    def recipe(self, code: str) -> None:
        """Raises CriterionMissed unless the last answer is the error."""
        self._is_hurried = code == TOO_SOON
        *_, (_, answer) = run_recipe(ERROR_RECIPES[code], self)
        check_error(code, answer)


def needed(code: str, recipe: ErrorRecipe) -> Capability:
    """What it takes to play a cause on a target: orders of its own prices are for worlds that are set up."""
    known = catalogue.api_ids()
    is_order = any(sent.api_id in known and catalogue.api(sent.api_id).is_order for sent in recipe.requests)
    is_elsewhere = any(sent.address != HERE for sent in recipe.requests)
    is_of_ours = code in (NOT_SIMULATED, UNSENDABLE)
    if recipe.scenario or recipe.start != MONDAY or is_elsewhere or is_order or is_of_ours:
        return Capability.FAULTS
    return Capability.NONE


def is_natural(recipe: ErrorRecipe) -> bool:
    """Whether it takes no rule of the user."""
    return "refusals" not in recipe.scenario


def _cards() -> Iterator[Card[ErrorRun]]:
    for code, recipe in ERROR_RECIPES.items():
        if not is_natural(recipe) or code in ELSEWHERE_BY_PRICE:
            continue
        error = catalogue.errors()[code]
        wanted = f"HTTP {error.http_status}, class {error.return_code}, {error.text}"
        yield Card(
            code,
            f"{code}: {recipe.how}",
            error.evidence,
            ErrorRun,
            (CardStep("cause it", wanted, lambda causing, code=code: causing.recipe(code)),),  # type: ignore[misc]
            needed(code, recipe),
            setup=WorldSetup(recipe.scenario, recipe.profile, recipe.hours, recipe.start),
        )


CARDS = tuple(_cards())
"""One card for each error code; its id is the code."""
