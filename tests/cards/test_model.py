from __future__ import annotations

from kiwoom_contracts import catalogue
from kiwoom_contracts.cards import CARDS, AnyCard, Power, errors, rejections
from kiwoom_contracts.causes import CAUSES
from kiwoom_mockserver.gateway.coverage import coverage


def test_cards_are_numbered_and_can_be_listed_without_running_them() -> None:
    numbers = [card.number for card in CARDS]
    assert numbers == sorted(set(numbers))
    for card in CARDS:
        assert card.title
        assert card.needs in Power
        assert card.evidence.where
        assert all(step.title and step.criterion for step in card.steps)
        assert len({step.title for step in card.steps}) == len(card.steps)


def test_no_card_says_that_it_was_run_on_the_real_domain() -> None:
    assert not any(card.ran for card in CARDS)


def test_what_is_run_on_the_real_domain_trades_far_from_the_market_or_not_at_all() -> None:
    families = {"orders", "rejections", "credit", "gold", "sessions", "realtime"}
    for card in CARDS:
        if card.play.__module__.rpartition(".")[2] in families and card.play.__name__ not in ("Hearing", "Asking"):
            assert card.trades is (card.needs is Power.NONE), card.number
        if card.trades:
            assert card.in_hours, card.number


def titled(text: str) -> list[AnyCard]:
    return [card for card in CARDS if card.title.startswith(text)]


def test_each_api_that_is_simulated_has_a_card() -> None:
    for row in coverage():
        if row.does.startswith("simulated"):
            assert titled(f"{row.api_id} "), row.api_id


def test_each_error_with_a_natural_cause_has_a_card() -> None:
    told = {one.code for one in rejections.REJECTIONS} | {card.title.partition(":")[0] for card in errors.CARDS}
    told |= {"RC4033"}  # the dead of cards 205, 206, 208 and 209
    natural = {code for code, cause in CAUSES.items() if errors.is_natural(cause)}
    assert natural <= told
    assert len(natural) == len(CAUSES) - 18


def test_each_realtime_type_has_a_card() -> None:
    for kind in catalogue.realtime():
        (card,) = titled(f"{kind} comes: ")
        assert 601 <= card.number <= 619
