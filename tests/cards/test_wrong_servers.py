"""A server that is wrong in one thing fails the cards that come across it, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from cards.wrong import WRONG, Wrong, body, error, rows, with_
from kiwoom_cards import CARDS, AnyCard, Outcome, Target, TargetFactory, check, errors, rejections
from kiwoom_contracts import catalogue
from kiwoom_mockserver.card_targets import simulated_cards
from sampling import rng

BY_ID = {card.id: card for card in CARDS}
SIMULATED = simulated_cards()
OF_APIS = {
    api_id: cards
    for api_id in catalogue.api_ids()
    if (cards := [c for c in SIMULATED if c.title.startswith(f"{api_id} ")])
}
OF_SEARCHES = {"ka10171", "ka10172", "ka10173", "ka10174"}
"""Asked over the WebSocket; servers that are wrong in them are among the others."""
OF_CODES = {card.id: card for card in errors.CARDS} | {card.title.rpartition(" ")[2]: card for card in rejections.CARDS}
SLOW = "662"
"""Waits in vain for five seconds, whatever is wrong."""

FAILING, PASSING = 2, 1
"""Relatives of each sort that are drawn for a server; all cards take a minute for ten servers: ``make soak`` runs them."""

SERVERS = pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.called)


@pytest.fixture
def impatient(target_factory: TargetFactory) -> TargetFactory:
    """Gives up early what never comes."""

    @contextmanager
    def places(card: AnyCard) -> Iterator[Target]:
        with target_factory(card) as target:
            yield replace(target, patience=2.0)

    return places


def relatives(wrong: Wrong) -> list[AnyCard]:
    """The card that is meant, and of those that play the same some that fail too and some that pass."""
    new_run = BY_ID[wrong.card].new_run
    family = [card for card in SIMULATED if card.new_run is new_run and card.id not in (SLOW, wrong.card)]
    failing = [card for card in family if card.id in wrong.fails]
    passing = [card for card in family if card.id not in wrong.fails]
    draw = rng(wrong.called)
    return [
        BY_ID[wrong.card],
        *draw.sample(failing, min(FAILING, len(failing))),
        *draw.sample(passing, min(PASSING, len(passing))),
    ]


def found(cards: list[AnyCard], target_factory: TargetFactory, wrong: Wrong) -> set[str]:
    """The cards that fail; the one that is meant does so where it should."""
    results = [result for _, result in check(cards, target_factory)]
    (meant,) = (result for result in results if result.card_id == wrong.card)
    assert (meant.outcome, meant.step) == (Outcome.FAILED, wrong.step), meant
    assert wrong.why in meant.why
    return {result.card_id for result in results if result.outcome is not Outcome.PASSED}


def test_the_cards_that_are_to_fail_exist() -> None:
    ids = {card.id for card in SIMULATED}
    assert {wrong.called: missing for wrong in WRONG if (missing := wrong.fails - ids)} == {}


@SERVERS
def test_the_right_cards_of_a_family_fail(
    impatient: TargetFactory, monkeypatch: pytest.MonkeyPatch, wrong: Wrong
) -> None:
    wrong.bend(monkeypatch)
    cards = relatives(wrong)
    assert found(cards, impatient, wrong) == wrong.fails & {card.id for card in cards}


@pytest.mark.soak
@SERVERS
def test_of_all_cards_no_others_fail(impatient: TargetFactory, monkeypatch: pytest.MonkeyPatch, wrong: Wrong) -> None:
    wrong.bend(monkeypatch)
    assert found(SIMULATED, impatient, wrong) == wrong.fails


def why_they_fail(cards: list[AnyCard], target_factory: TargetFactory) -> list[str]:
    results = [result for _, result in check(cards, target_factory)]
    assert {result.outcome for result in results} == {Outcome.FAILED}, results
    return [result.why for result in results]


@pytest.mark.sampled(15)
@pytest.mark.parametrize("api_id", sorted(OF_APIS.keys() - OF_SEARCHES))
def test_the_cards_of_an_api_see_a_key_too_many(
    target_factory: TargetFactory, monkeypatch: pytest.MonkeyPatch, api_id: str
) -> None:
    body(api_id, with_(unheard_of=""))(monkeypatch)
    for why in why_they_fail(OF_APIS[api_id], target_factory):
        assert why.startswith(f"{api_id}: keys with unheard_of besides")


@pytest.mark.parametrize("kind", catalogue.realtime())
def test_the_card_of_a_type_sees_a_field_too_many(
    target_factory: TargetFactory, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def change(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"values": row["values"] | {"9999": ""}} if row["type"] == kind else row

    rows(change)(monkeypatch)
    cards = [card for card in CARDS if card.title.startswith(f"{kind} is sent: ")]
    assert why_they_fail(cards, target_factory) == [f"{kind}: values: keys with 9999 besides"]


@pytest.mark.sampled(20)
@pytest.mark.parametrize("code", OF_CODES)
def test_the_card_of_an_error_sees_another_text(
    target_factory: TargetFactory, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    error(code, lambda raw, request: raw | {"return_msg": raw["return_msg"] + "!"})(monkeypatch)
    (why,) = why_they_fail([OF_CODES[code]], target_factory)
    assert why.startswith(f"{code}: HTTP {catalogue.errors()[code].http_status} ")
