from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiwoom_cards import Capability, Card, CardStep, Outcome, Target, Unseen, WorldSetup, run
from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_contracts.model import Evidence
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import OrderRejected


class Play:
    """Steps that do as the test says."""

    did: list[str]

    def __init__(self, context: CardContext) -> None:
        Play.did = []
        self._context = context

    def fine(self) -> None:
        self.did.append("fine")

    def miss(self) -> None:
        self.did.append("miss")
        require(False, "it is not so")

    def reject(self) -> None:
        raise OrderRejected("RC4058", "[2000](RC4058:모의투자 장종료)", 20, "kt10000")

    def see_nothing(self) -> None:
        raise Unseen("no frame")

    def break_down(self) -> None:
        raise ZeroDivisionError

    def call(self) -> None:
        self._context.client.token()

    def connect(self) -> None:
        self._context.socket()

    def buy(self) -> None:
        self._context.client.buy("005930", 1, price=250_000)

    def buy_another(self) -> None:
        self._context.client.buy("000660", 1, price=900_000)


FINE = CardStep("fine", "nothing", Play.fine)
MISS = CardStep("miss", "the impossible", Play.miss)
CARD = Card("7", "a card", Evidence("assumed", "a test"), Play, (FINE,), skip_when={"RC4058": "closed"})
TRADING = replace(CARD, trades=True)


def step(run: Callable[[Play], Any]) -> tuple[CardStep[Play], ...]:
    return (CardStep("it", "nothing", run),)


def test_a_card_whose_steps_all_go_through_has_passed(target: Target) -> None:
    result = run(CARD, target)

    assert result.is_passed
    assert (result.card_id, result.outcome, result.step, result.why) == ("7", Outcome.PASSED, None, "")
    assert result.seconds > 0
    assert Play.did == ["fine"]


def test_the_first_step_that_fails_ends_it(target: Target) -> None:
    result = run(replace(CARD, steps=(FINE, MISS, FINE)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.FAILED, "miss", "it is not so")
    assert Play.did == ["fine", "miss"]


def test_a_code_skips_where_the_step_allows_it(target: Target) -> None:
    gate = CardStep("gate", "taken", Play.reject, may_skip=True)

    result = run(replace(CARD, steps=(gate, FINE)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, "gate", "closed")


def test_the_same_code_fails_elsewhere(target: Target) -> None:
    result = run(replace(CARD, steps=step(Play.reject)), target)

    assert (result.outcome, result.step) == (Outcome.FAILED, "it")
    assert result.why == "kt10000: [2000](RC4058:모의투자 장종료)"


def test_what_cannot_be_made_to_happen_skips(target: Target) -> None:
    result = run(replace(CARD, steps=step(Play.see_nothing)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, "it", "no frame")


def test_a_card_that_needs_more_than_the_target_gives_is_skipped(target: Target) -> None:
    result = run(replace(CARD, needs=Capability.CLOCK), target)

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, None, "the target lacks the capability clock")
    assert run(
        replace(CARD, needs=Capability.CLOCK), replace(target, capabilities=frozenset({Capability.CLOCK}))
    ).is_passed


def test_a_card_of_the_mock_domain_is_skipped_on_others(target: Target) -> None:
    card = replace(CARD, setup=WorldSetup(profile="mockapi"))

    assert run(card, target).why == "holds for the mock domain only"
    assert run(card, replace(target, capabilities=frozenset(Capability))).is_passed


def test_a_card_is_skipped_while_the_market_is_closed(target: Target) -> None:
    card = replace(CARD, in_hours=True)

    result = run(card, replace(target, why_closed=lambda: "it is night"))

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, None, "it is night")
    assert run(card, target).is_passed


def test_orders_that_stay_are_cancelled(kiwoom: MockWorld, target: Target) -> None:
    assert run(replace(TRADING, steps=step(Play.buy)), target).is_passed
    assert [order.open for order in kiwoom.orders.list()][:1] == [0]


def test_orders_of_a_card_that_failed_are_cancelled(kiwoom: MockWorld, target: Target) -> None:
    result = run(replace(TRADING, steps=(*step(Play.buy), MISS)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.FAILED, "miss", "it is not so")
    assert [order.open for order in kiwoom.orders.list()][:1] == [0]


def test_orders_that_cannot_be_cancelled_fail_a_card(target: Target) -> None:
    """What is not of the card's share is somebody else's, and left alone."""
    result = run(replace(TRADING, steps=step(Play.buy_another)), target)
    assert (result.outcome, result.step, result.why) == (Outcome.FAILED, "clean up", "still open: 0000001")

    result = run(replace(TRADING, steps=(*step(Play.buy_another), MISS)), target)
    assert (result.outcome, result.step) == (Outcome.FAILED, "miss")
    assert result.why == "it is not so; could not clean up: still open: 0000002"


def test_a_fault_of_the_card_is_not_blamed_on_the_target(kiwoom: MockWorld, target: Target) -> None:
    with pytest.raises(ZeroDivisionError):
        run(replace(TRADING, steps=(*step(Play.buy), CardStep("broken", "nothing", Play.break_down))), target)
    assert [order.open for order in kiwoom.orders.list()][:1] == [0]


@pytest.mark.parametrize("call", [Play.call, Play.connect])
def test_a_target_that_is_not_there_fails_the_first_step(target: Target, call: Callable[[Play], None]) -> None:
    result = run(replace(CARD, steps=step(call)), replace(target, url="http://127.0.0.1:1"))

    assert (result.outcome, result.step) == (Outcome.FAILED, "it")
    assert result.why


def test_an_account_that_cannot_be_looked_at_fails_before_the_first_step(target: Target) -> None:
    result = run(TRADING, replace(target, secretkey="wrong"))

    assert (result.outcome, result.step) == (Outcome.FAILED, "look at the account")
    assert "8001" in result.why
