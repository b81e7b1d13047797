"""A card for each error code that requests can cause, by the recipe of the contract.

Codes that depend on the prices of the day have cards in :mod:`kiwoom_cards.rejections`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_cards import rejections
from kiwoom_cards.answers import check_error
from kiwoom_cards.context import HERE, CardContext
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.raw_http import send_raw
from kiwoom_cards.target import Capability
from kiwoom_contracts import catalogue
from kiwoom_contracts.error_help import ERROR_HELP
from kiwoom_contracts.error_recipes import ERROR_RECIPES, MONDAY, ErrorRecipe
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest, run_recipe

TOO_SOON = "1700"
NOT_SIMULATED = "1999"
UNSENDABLE = "1516"
"""The error whose recipe has a header value that ends in a blank, which HTTP client libraries refuse to send."""
CHECKED_ELSEWHERE = frozenset(rejection.code for rejection in rejections.REJECTIONS) - {"1511", "1517", "1902"} | {
    "RC4033"
}
"""Codes that have a card with the prices of the day."""


class ErrorRun:
    """A run of one error recipe."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self.appkey, self.secretkey = context.appkey, context.secretkey
        self._ignores_rate_limit = False
        self._last: SentRequest | None = None

    def send(self, request: SentRequest) -> ReceivedResponse:
        """Send a request of the recipe; the repeated one of 1700 without waiting for the rate limit."""
        is_repeated, self._last = request == self._last, request
        if any(value.endswith(" ") for _, value in request.headers):
            return send_raw(self._context.target.url, request)
        if is_repeated and self._ignores_rate_limit:
            return self._context.send_too_soon(request)
        return self._context.send(request)

    def recipe(self, code: str) -> None:
        """Run the recipe of an error code. Raises CriterionMissed unless the last answer is the error."""
        self._ignores_rate_limit = code == TOO_SOON
        *_, (_, response) = run_recipe(ERROR_RECIPES[code], self)
        check_error(code, response)


def needed(code: str, recipe: ErrorRecipe) -> Capability:
    """Return the capability that a recipe needs: one that names prices needs a world that is set up."""
    known = catalogue.api_ids()
    is_order = any(request.api_id in known and catalogue.api(request.api_id).is_order for request in recipe.requests)
    is_elsewhere = any(request.address != HERE for request in recipe.requests)
    is_of_simulator = code in (NOT_SIMULATED, UNSENDABLE)
    if recipe.scenario or recipe.start != MONDAY or is_elsewhere or is_order or is_of_simulator:
        return Capability.FAULTS
    return Capability.NONE


def is_natural(recipe: ErrorRecipe) -> bool:
    """Return whether a recipe causes its error by requests alone, without a refusal rule of the scenario."""
    return not recipe.needs_rule


def _cards() -> Iterator[Card[ErrorRun]]:
    for code, recipe in ERROR_RECIPES.items():
        if not is_natural(recipe) or code in CHECKED_ELSEWHERE:
            continue
        error = catalogue.errors()[code]
        criterion = f"HTTP {error.http_status}, class {error.return_code}, {error.text}"
        yield Card(
            code,
            f"{code}: {ERROR_HELP[code].cause.rstrip('.')}",
            error.evidence,
            ErrorRun,
            (CardStep("cause it", criterion, lambda card_run, code=code: card_run.recipe(code)),),  # type: ignore[misc]
            needed(code, recipe),
            setup=WorldSetup(recipe.scenario, recipe.profile, recipe.hours, recipe.start),
        )


CARDS = tuple(_cards())
"""One card for each error code; its id is the code."""
