from __future__ import annotations

import re
from typing import Any

import pytest

from kiwoom_cards import (
    CARDS,
    AnyCard,
    Capability,
    conditions,
    continuation,
    credit,
    errors,
    gold,
    inquiries,
    orders,
    rejections,
    sessions,
    tokens,
)
from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import ERROR_RECIPES
from kiwoom_mockserver.dispatch.coverage import coverage


def test_cards_have_ids_and_can_be_listed_without_running_them() -> None:
    ids = [card.id for card in CARDS]
    assert len(set(ids)) == len(ids)
    numbers = [int(card_id) for card_id in ids if re.fullmatch(r"\d{3}", card_id)]
    assert numbers == sorted(numbers)
    for card in CARDS:
        assert card.title
        assert card.needs in Capability
        assert card.evidence.where
        assert all(step.title and step.criterion for step in card.steps)
        assert len({step.title for step in card.steps}) == len(card.steps)


def test_no_card_says_that_it_was_run_on_the_real_domain() -> None:
    assert not any(card.ran for card in CARDS)


def test_what_is_run_on_the_real_domain_trades_far_from_the_market_or_not_at_all() -> None:
    families = {"orders", "rejections", "credit", "gold", "sessions", "realtime"}
    for card in CARDS:
        if card.new_run.__module__.rpartition(".")[2] in families and card.new_run.__name__ not in (
            "PushRun",
            "InquiryRun",
        ):
            assert card.trades is (card.needs is Capability.NONE), card.id
        if card.trades:
            assert card.in_hours, card.id


def titled(text: str) -> list[AnyCard]:
    return [card for card in CARDS if card.title.startswith(text)]


SEED = (
    "au10001 au10002 ka00001 ka10001 ka10004 ka10075 ka10076 ka10085 kt00001 kt00004 kt00005 kt00007 kt00009 kt00010 "
    "kt00018 kt10000 kt10001 kt10002 kt10003 kt10006 kt10007 kt10008 kt10009 kt20016 kt20017 kt50000 kt50001 kt50002 "
    "kt50003 kt50020 kt50021 kt50030 kt50031 kt50032 kt50075"
)
"""The REST APIs that the project began with."""


@pytest.mark.parametrize("api_id", SEED.split())
def test_each_api_of_the_seed_has_a_card(api_id: str) -> None:
    assert titled(f"{api_id} ")


def test_each_inquiry_of_the_catalogue_has_a_card_with_its_id() -> None:
    ids = {card.id for card in inquiries.CARDS}
    assert ids == {api.id for api in map(catalogue.api, catalogue.api_ids()) if api.is_inquiry}
    assert inquiries.ROWS.keys() | inquiries.SECONDS_BEFORE.keys() <= ids
    assert len(ids) == 171


def test_each_api_that_is_simulated_has_a_card() -> None:
    for row in coverage():
        if row.does.startswith("simulated"):
            assert titled(f"{row.api_id} "), row.api_id


def test_each_error_with_a_natural_cause_has_a_card() -> None:
    covered = {rejection.code for rejection in rejections.REJECTIONS} | {card.id for card in errors.CARDS}
    covered |= {"RC4033"}  # the step "cancel again" of cards 205, 206, 208 and 209
    natural = {code for code, recipe in ERROR_RECIPES.items() if errors.is_natural(recipe)}
    assert natural <= covered
    assert len(natural) == len(ERROR_RECIPES) - 7


@pytest.mark.parametrize(
    ("module", "promises"),
    [
        (
            orders,
            {
                "modify", "modify again", "modify one", "cancel", "cancel one", "cancel the rest",
                "cancel again", "cancel an unknown order", "cancel the filled order",
            },
        ),
        (credit, {"modify", "modify again", "cancel"}),
        (gold, {"modify", "modify again", "cancel"}),
        (continuation, {"read all pages", "continue"}),
        (tokens, {"issue", "issue again", "use", "use before expiry", "use after expiry", "revoke", "use it again"}),
        (sessions, {"buy", "buy after hours", "be refused", "look again", "wait for 09:01", "wait for 15:31"}),
        (conditions, {"list", "search", "begin", "receive", "end", "receive nothing"}),
    ],
)  # fmt: skip
def test_each_rule_has_a_step(module: Any, promises: set[str]) -> None:
    assert promises <= {step.title for card in module.CARDS for step in card.steps}


def test_each_realtime_type_has_a_card() -> None:
    for kind in catalogue.realtime():
        (card,) = titled(f"{kind} is sent: ")
        assert card.id == kind
