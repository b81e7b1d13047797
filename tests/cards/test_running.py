from __future__ import annotations

from dataclasses import replace

import pytest

from kiwoom_contracts.cards import Card, Outcome, Power, Step, Target, run
from kiwoom_contracts.cards.model import demand
from kiwoom_contracts.model import Evidence
from kiwoom_mockserver.server.fixture import Kiwoom as World
from kiwoom_reference_client import Kiwoom, OrderRejected


class Play:
    """Steps that do as the test says."""

    did: list[str]
    untidy = ""

    def __init__(self, client: Kiwoom, target: Target) -> None:
        Play.did = []

    def fine(self) -> None:
        self.did.append("fine")

    def miss(self) -> None:
        self.did.append("miss")
        demand(False, "it is not so")

    def reject(self) -> None:
        raise OrderRejected("RC4058", "[2000](RC4058:모의투자 장종료)", 20, "kt10000")

    def break_down(self) -> None:
        raise ZeroDivisionError

    def tidy_up(self) -> None:
        self.did.append("tidy up")
        demand(not Play.untidy, Play.untidy)


FINE = Step("fine", "nothing", Play.fine)
MISS = Step("miss", "the impossible", Play.miss)
CARD = Card(7, "a card", Evidence("assumed", "a test"), {"RC4058": "closed"}, Power.NONE, Play, (FINE,))


@pytest.fixture
def target(kiwoom: World) -> Target:
    return Target(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def test_a_card_whose_steps_all_go_through_has_passed(target: Target) -> None:
    result = run(CARD, target)

    assert result.is_passed
    assert (result.number, result.outcome, result.step, result.why) == (7, Outcome.PASSED, None, "")
    assert Play.did == ["fine", "tidy up"]


def test_the_first_step_that_fails_ends_it(target: Target) -> None:
    result = run(replace(CARD, steps=(FINE, MISS, FINE)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.FAILED, "miss", "it is not so")
    assert Play.did == ["fine", "miss", "tidy up"]


def test_a_code_skips_where_the_step_allows_it(target: Target) -> None:
    gate = Step("gate", "taken", Play.reject, may_skip=True)

    result = run(replace(CARD, steps=(gate, FINE)), target)

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, "gate", "closed")


def test_the_same_code_fails_elsewhere(target: Target) -> None:
    result = run(replace(CARD, steps=(Step("later", "taken", Play.reject),)), target)

    assert (result.outcome, result.step) == (Outcome.FAILED, "later")
    assert result.why == "kt10000: [2000](RC4058:모의투자 장종료)"


def test_a_card_that_needs_more_than_the_target_gives_is_skipped(target: Target) -> None:
    result = run(replace(CARD, needs=Power.CLOCK), target)

    assert (result.outcome, result.step, result.why) == (Outcome.SKIPPED, None, "needs power over the target: clock")
    assert run(replace(CARD, needs=Power.CLOCK), replace(target, powers=frozenset({Power.CLOCK}))).is_passed


def test_traces_that_stay_fail_a_card(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Play, "untidy", "still open: 0000001")

    result = run(CARD, target)
    assert (result.outcome, result.step, result.why) == (Outcome.FAILED, "tidy up", "still open: 0000001")

    result = run(replace(CARD, steps=(MISS,)), target)
    assert (result.outcome, result.step) == (Outcome.FAILED, "miss")
    assert result.why == "it is not so; could not tidy up: still open: 0000001"


def test_a_fault_of_the_card_is_not_blamed_on_the_target(target: Target) -> None:
    with pytest.raises(ZeroDivisionError):
        run(replace(CARD, steps=(Step("broken", "nothing", Play.break_down),)), target)

    assert Play.did == ["tidy up"]


def test_a_target_that_is_not_there_fails_the_first_step(target: Target) -> None:
    class Calling(Play):
        def __init__(self, client: Kiwoom, target: Target) -> None:
            self._client = client

        def call(self) -> None:
            self._client.token()

        def tidy_up(self) -> None:
            pass

    card = Card(8, "b", CARD.evidence, {}, Power.NONE, Calling, (Step("call", "answered", Calling.call),))

    result = run(card, replace(target, url="http://127.0.0.1:1"))

    assert (result.outcome, result.step) == (Outcome.FAILED, "call")
    assert result.why
