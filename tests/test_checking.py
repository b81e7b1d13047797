from __future__ import annotations

import pytest

from kiwoom_contracts.cards import CARDS, Power, TargetRefused
from kiwoom_mockserver.checking import chosen, ground


def test_the_mock_is_a_new_world_for_each_card_set_up_as_it_says() -> None:
    by_number = {card.number: card for card in CARDS}
    with ground("mock") as places, places(by_number[702]) as one, places(by_number[231]) as other:
        assert one.powers == set(Power)
        assert one.appkey != other.appkey
        assert (one.pace.per_second, other.pace.per_second) == (0, 1)
        assert one.is_loopback


def test_a_url_is_called_with_the_keys_that_are_given() -> None:
    with ground("http://127.0.0.1:9", "k", "s", "000660") as places, places(CARDS[0]) as target:
        assert (target.url, target.appkey, target.secretkey) == ("http://127.0.0.1:9", "k", "s")
        assert target.instrument == "000660"
        assert target.powers == {Power.NONE}


def test_the_mock_domain_trades_a_cheap_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWOOM_APPKEY", "k")
    monkeypatch.setenv("KIWOOM_SECRETKEY", "s")
    with ground("mockapi") as places, places(CARDS[0]) as target, places(CARDS[1]) as again:
        assert (target.url, target.appkey, target.instrument) == ("https://mockapi.kiwoom.com", "k", "003530")
        assert target.pace is again.pace


def test_the_real_broker_is_refused() -> None:
    with pytest.raises(TargetRefused, match="trades real money"), ground("https://api.kiwoom.com"):
        pass


def test_cards_are_chosen_by_number() -> None:
    assert chosen([]) == list(CARDS)
    assert [card.number for card in chosen([205, 101])] == [101, 205]
    with pytest.raises(ValueError, match="there is no card 7"):
        chosen([101, 7])
